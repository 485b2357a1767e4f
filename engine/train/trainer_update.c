#include "config.h"

#include "engine/train/trainer_internal.h"

#include "engine/core/arith.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK = 2048,     /* floats: with those of one shard, half of an L1 cache */
    BLOCK_COLS = 256, /* of a dense layer's weights, about */
};

/* ---- blocks ---------------------------------------------------------------------- */

static bool is_statistic(dp_role role)
{
    return role == DP_RUNNING_MEAN || role == DP_RUNNING_VAR;
}

static bool is_dense(const dp_trainer *t, int layer)
{
    return t->spec.layer[layer].kind == DP_OP_DENSE;
}

/* Whether the gradient of an array is computed as one product over the whole batch. */
static bool is_dense_weight(const dp_trainer *t, const dp_param *param)
{
    return param->role == DP_WEIGHT && is_dense(t, param->layer);
}

/* The shape of an array as a matrix, and of its largest block. The outputs of a block of
 * dense weights are those of one panel of the packed weights, its inputs fill whole tiles
 * of the product. */
typedef struct division {
    int rows, cols, block_rows, block_cols;
} division;

static division divide(const dp_trainer *t, const dp_param *param)
{
    if (!is_dense_weight(t, param)) {
        const int count = (int)param->count;
        return (division){ 1, count, 1, is_statistic(param->role) ? count : BLOCK };
    }
    const int tile = t->kernels->tile_cols, in = param->dim[1];
    const int cols = dp_ceil_div_int(in, dp_ceil_div_int(in, BLOCK_COLS));
    return (division){ param->dim[0], in, tile, dp_round_up_int(cols, tile) };
}

/* Append the blocks of an array to out: [n], or only count them if out is NULL. Returns
 * the new n. */
static int add_blocks(dp_train_block *out, int n, const dp_trainer *t,
                      const dp_param *param)
{
    const division d = divide(t, param);
    for (int col = 0; col < d.cols; col += d.block_cols)
        for (int row = 0; row < d.rows; row += d.block_rows, n++)
            if (out)
                out[n] = (dp_train_block){
                    .param = param,
                    .row = row,
                    .col = col,
                    .rows = dp_min_int(d.rows - row, d.block_rows),
                    .cols = dp_min_int(d.cols - col, d.block_cols),
                };
    return n;
}

static bool is_early(const dp_trainer *t, const dp_param *param)
{
    return t->spec.layer[param->layer].kind == DP_OP_CONV || dp_train_by_muon(t, param);
}

int dp_train_make_blocks(dp_train_block *out, const dp_trainer *t, bool early)
{
    int n = 0;
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        /* Variances are in the block of their means. */
        if (param->role != DP_RUNNING_VAR && is_early(t, param) == early)
            n = add_blocks(out, n, t, param);
    }
    return n;
}

size_t dp_train_block_size(const dp_trainer *t)
{
    size_t most = BLOCK;
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        if (!is_dense_weight(t, param))
            continue;
        const division d = divide(t, param);
        most = dp_max_size(most,
                           (size_t)d.block_rows * (size_t)d.block_cols +
                               t->kernels->gemm_scratch(t->config.batch, d.block_cols));
    }
    return most;
}

/* ---- updating -------------------------------------------------------------------- */

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

static void move_average(dp_trainer *t, const dp_param *param, float weight)
{
    float *average = t->average + param->offset;
    const float *p = t->params + param->offset;
    for (size_t i = 0; i < param->count; i++)
        average[i] += weight * (p[i] - average[i]);
}

/* Move the running statistics towards those of the batch. Its variance is the mean of the
 * shards' variances plus the variance of their means. */
static void update_statistics(dp_trainer *t, const dp_param *mean_param, float average)
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
    move_average(t, mean_param, average);
    move_average(t, var_param, average);
}

static void adam(dp_trainer *t, size_t at, const dp_adam *step, const float *grad,
                 int count)
{
    const dp_adam_state state = { t->params + at, t->moment1 + at, t->moment2 + at,
                                  t->average + at };
    t->kernels->adam(step, &state, grad, (size_t)count);
}

/* The place of the first parameter of row i of a block. */
static size_t row_of(const dp_train_block *b, int i)
{
    const int in = b->param->dim[1];
    return b->param->offset + (size_t)(b->row + i) * (size_t)in + (size_t)b->col;
}

/* The gradient of dense weights is dyᵀ·x over the batch. */
static void dense_gradient(const dp_trainer *t, const dp_train_block *b, float *grad)
{
    const int layer = b->param->layer, rows = b->rows, cols = b->cols;
    const int out = b->param->dim[0], in = b->param->dim[1];
    const dp_gemm product = {
        .m = rows,
        .n = cols,
        .k = t->config.batch,
        .a = { .p = t->shared.dy[layer] + b->row, .rs = 1, .cs = out },
        .b = { .p = t->shared.x[layer] + b->col, .rs = in, .cs = 1 },
        .c = grad,
        .ldc = cols,
    };
    t->kernels->gemm(&product, false, grad + (size_t)rows * (size_t)cols);
}

/* Updated weights are packed at once, while they are in the cache, to where
 * dp_op_dense.pack would put them. */
static void update_dense(dp_trainer *t, const dp_train_block *b, const dp_adam *step,
                         float *grad)
{
    const dp_kernels *kernels = t->kernels;
    const int layer = b->param->layer, rows = b->rows, cols = b->cols;
    const int in = b->param->dim[1];
    dense_gradient(t, b, grad);
    for (int i = 0; i < rows; i++)
        adam(t, row_of(b, i), step, grad + (size_t)i * (size_t)cols, cols);
    const dp_mat weights = { .p = t->params + row_of(b, 0), .rs = 1, .cs = in };
    kernels->pack_b(t->packed[layer] + (size_t)b->row * (size_t)in +
                        (size_t)b->col * (size_t)kernels->tile_cols,
                    cols, rows, weights);
}

static void update_momentum(dp_trainer *t, const dp_train_block *b, float *grad)
{
    if (is_dense_weight(t, b->param)) {
        dense_gradient(t, b, grad);
        for (int i = 0; i < b->rows; i++)
            dp_train_add_momentum(t, row_of(b, i), grad + (size_t)i * (size_t)b->cols,
                                  b->cols);
    } else {
        const size_t first = b->param->offset + (size_t)b->col;
        sum_shards(grad, t, first, (size_t)b->cols);
        dp_train_add_momentum(t, first, grad, b->cols);
    }
}

void dp_train_update_block(dp_trainer *t, const dp_train_block *b,
                           const dp_train_update *update, float *grad)
{
    const dp_role role = b->param->role;
    const size_t first = b->param->offset + (size_t)b->col;
    if (is_statistic(role)) {
        update_statistics(t, b->param, update->weights.average);
    } else if (dp_train_by_muon(t, b->param)) {
        update_momentum(t, b, grad);
    } else if (is_dense_weight(t, b->param)) {
        update_dense(t, b, &update->weights, grad);
    } else {
        sum_shards(grad, t, first, (size_t)b->cols);
        adam(t, first, role == DP_WEIGHT ? &update->weights : &update->others, grad,
             b->cols);
    }
}
