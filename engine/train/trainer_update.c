#include "config.h"

#include "engine/train/trainer_internal.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK = 2048,    /* floats: with those of one shard, half of an L1 cache */
    BLOCK_ROWS = 12, /* the height of the largest tile of any kernel */
};

/* ---- blocks ---------------------------------------------------------------------- */

static bool is_statistic(dp_role role)
{
    return role == DP_RUNNING_MEAN || role == DP_RUNNING_VAR;
}

/* Whether the gradient of an array is computed as one product over the whole batch. */
static bool is_dense_weight(const dp_trainer *t, const dp_param *param)
{
    return param->role == DP_WEIGHT && t->spec.layer[param->layer].kind == DP_OP_DENSE;
}

/* The most parameters of an array in one block; a pair of statistics is one block. */
static size_t max_count(const dp_trainer *t, const dp_param *param)
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
        n += (param->count + max_count(t, param) - 1) / max_count(t, param);
    }
    return n;
}

void dp_train_make_blocks(dp_trainer *t)
{
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        if (param->role == DP_RUNNING_VAR)
            continue; /* in the block of its mean */
        const size_t most = max_count(t, param);
        for (size_t at = 0; at < param->count; at += most) {
            size_t remaining = param->count - at;
            t->block[t->n_blocks++] = (dp_train_block){
                .param = param,
                .offset = param->offset + at,
                .count = remaining < most ? remaining : most,
            };
        }
    }
}

size_t dp_train_block_size(const dp_trainer *t)
{
    size_t most = BLOCK;
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        if (!is_dense_weight(t, param))
            continue;
        size_t size = max_count(t, param) +
                      t->kernels->gemm_scratch(t->config.batch, param->dim[1]);
        most = size > most ? size : most;
    }
    return most;
}

/* ---- updating -------------------------------------------------------------------- */

/* The moving average follows quickly at first, to forget the initial parameters. */
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

/* The gradient of the batch: the sum over the shards, in their order. */
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

/* Move the running statistics towards those of the batch. Its variance is the mean of the
 * shards' variances plus the variance of their means. */
static void update_statistics(dp_trainer *t, const dp_param *mean_param)
{
    const double momentum = 0.1;
    const dp_param *var_param = mean_param + 1;
    for (size_t c = 0; c < mean_param->count; c++) {
        double mean = 0, square = 0;
        for (int s = 0; s < DP_SHARDS; s++) {
            const dp_train_shard *shard = &t->shard[s];
            if (shard->n == 0)
                continue;
            double weight = (double)shard->n / t->config.batch;
            double m = (double)dp_tape_grad(shard->tape)[mean_param->offset + c];
            double v = (double)dp_tape_grad(shard->tape)[var_param->offset + c];
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
    const dp_gemm product = {
        .m = (int)b->count / in,
        .n = in,
        .k = t->config.batch,
        .a = { .p = t->shared.dy[layer] + first, .rs = 1, .cs = out },
        .b = { .p = t->shared.x[layer], .rs = in, .cs = 1 },
        .c = grad,
        .ldc = in,
    };
    t->kernels->gemm(&product, false, grad + max_count(t, b->param));
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
