#include "config.h"

#include "engine/train/trainer_internal.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK = 2048,    /* a shard's part of it is half of a first-level cache */
    BLOCK_ROWS = 12, /* the height of the largest kernel's tile */
};

/* ---- cutting ----------------------------------------------------------------------- */

static bool is_statistic(dp_role role)
{
    return role == DP_RUNNING_MEAN || role == DP_RUNNING_VAR;
}

/* Whether the gradient of an array is one product over the whole batch. */
static bool is_dense_weight(const dp_trainer *t, const dp_param *param)
{
    return param->role == DP_WEIGHT && t->spec.layer[param->layer].kind == DP_OP_DENSE;
}

/* The most parameters of an array in one block. Running statistics are one block each
 * pair. */
static size_t block_size(const dp_trainer *t, const dp_param *param)
{
    if (is_statistic(param->role))
        return param->count;
    return is_dense_weight(t, param) ? BLOCK_ROWS * (size_t)param->dim[1] : BLOCK;
}

size_t dp_train_count_blocks(const dp_trainer *t)
{
    size_t n = 0;
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        n += (param->count + block_size(t, param) - 1) / block_size(t, param);
    }
    return n;
}

void dp_train_cut_blocks(dp_trainer *t)
{
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        if (param->role == DP_RUNNING_VAR)
            continue; /* goes with its mean */
        const size_t most = block_size(t, param);
        for (size_t at = 0; at < param->count; at += most) {
            size_t left = param->count - at;
            t->block[t->n_blocks++] = (dp_train_block){
                .param = param,
                .offset = param->offset + at,
                .count = left < most ? left : most,
            };
        }
    }
}

size_t dp_train_block_room(const dp_trainer *t)
{
    size_t most = BLOCK;
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        if (!is_dense_weight(t, param))
            continue;
        size_t room = block_size(t, param) +
                      t->kernels->gemm_scratch(t->config.batch, param->dim[1]);
        most = room > most ? room : most;
    }
    return most;
}

/* ---- updating ---------------------------------------------------------------------- */

/* The moving average follows quickly at first, when the start is worth forgetting. */
static float average_weight(const dp_trainer *t)
{
    float early = (1 + (float)t->step) / (10 + (float)t->step);
    return 1 - fminf(t->config.average, early);
}

static void move_average(dp_trainer *t, size_t offset, size_t count)
{
    const float weight = average_weight(t);
    float *average = t->average + offset;
    const float *p = t->params + offset;
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        average[i] += weight * (p[i] - average[i]);
}

/* The batch's gradient: the sum over the shards, always in their order. */
static void sum_shards(float *sum, const dp_trainer *t, size_t offset, size_t count)
{
    memset(sum, 0, count * sizeof *sum);
    for (int s = 0; s < DP_SHARDS; s++) {
        if (t->shard[s].n == 0)
            continue;
        const float *grad = dp_tape_grad(t->shard[s].tape) + offset;
#pragma omp simd
        for (size_t i = 0; i < count; i++)
            sum[i] += grad[i];
    }
}

/* Running statistics approach those of the batch, whose variance is the mean of the
 * shards' variances plus the variance of their means. */
static void update_statistics(dp_trainer *t, const dp_param *mean_param)
{
    const double momentum = 0.1;
    const dp_param *var_param = mean_param + 1;
    for (size_t c = 0; c < mean_param->count; c++) {
        double mean = 0, square = 0;
        for (int s = 0; s < DP_SHARDS; s++) {
            const dp_train_shard *part = &t->shard[s];
            if (part->n == 0)
                continue;
            double weight = (double)part->n / t->config.batch;
            double m = (double)dp_tape_grad(part->tape)[mean_param->offset + c];
            double v = (double)dp_tape_grad(part->tape)[var_param->offset + c];
            mean += weight * m;
            square += weight * (v + m * m);
        }
        float *running_mean = t->params + mean_param->offset + c;
        float *running_var = t->params + var_param->offset + c;
        double var = fmax(0, square - mean * mean);
        *running_mean += (float)(momentum * (mean - (double)*running_mean));
        *running_var += (float)(momentum * (var - (double)*running_var));
    }
    move_average(t, mean_param->offset, mean_param->count);
    move_average(t, var_param->offset, var_param->count);
}

/* The gradient of whole rows of a dense layer's weights: dyᵀ·x over the batch. */
static void multiply_rows(float *grad, const dp_trainer *t, const dp_train_block *b)
{
    const int layer = b->param->layer;
    const int out = b->param->dim[0], in = b->param->dim[1];
    const ptrdiff_t first = (ptrdiff_t)(b->offset - b->param->offset) / in;
    const dp_mat dy = { .p = t->shared.dy[layer] + first, .rs = 1, .cs = out };
    const dp_mat x = { .p = t->shared.x[layer], .rs = in, .cs = 1 };
    t->kernels->gemm((int)b->count / in, in, t->config.batch, dy, x, grad, in, false,
                     grad + block_size(t, b->param));
}

void dp_train_update_block(dp_trainer *t, const dp_train_block *b, const dp_adam *adam,
                           float *grad)
{
    if (is_statistic(b->param->role)) {
        update_statistics(t, b->param);
        return;
    }
    if (is_dense_weight(t, b->param))
        multiply_rows(grad, t, b);
    else
        sum_shards(grad, t, b->offset, b->count);
    dp_adam_update(adam, t->params + b->offset, t->moment1 + b->offset,
                   t->moment2 + b->offset, grad, b->count, b->param->role == DP_WEIGHT);
    move_average(t, b->offset, b->count);
}
