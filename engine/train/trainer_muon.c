#include "config.h"

#include "engine/train/trainer_internal.h"

#include "engine/core/arith.h"
#include "engine/train/muon.h"

#include <math.h>

/* A weight array as a matrix: its outputs, and the inputs of each. */
static int rows_of(const dp_param *param)
{
    return param->dim[0];
}

static int cols_of(const dp_param *param)
{
    return (int)(param->count / (size_t)param->dim[0]);
}

static bool is_matrix(const dp_trainer *t, const dp_param *param)
{
    const dp_op_kind kind = t->spec.layer[param->layer].kind;
    return param->role == DP_WEIGHT && (kind == DP_OP_CONV || kind == DP_OP_DENSE);
}

void dp_train_choose_muon(dp_trainer *t)
{
    const dp_param *matrix[DP_MAX_LAYERS];
    int n = 0;
    if (t->config.optimizer != DP_OPTIM_MUON)
        return;
    for (int i = 0; i < t->layout.n; i++)
        if (is_matrix(t, &t->layout.param[i]))
            matrix[n++] = &t->layout.param[i];
    for (int i = 1; i + 1 < n; i++)
        t->muon[t->n_muon++] = matrix[i];
}

bool dp_train_by_muon(const dp_trainer *t, const dp_param *param)
{
    for (int i = 0; i < t->n_muon; i++)
        if (t->muon[i] == param)
            return true;
    return false;
}

size_t dp_train_muon_scratch(const dp_trainer *t)
{
    size_t most = 0;
    for (int i = 0; i < t->n_muon; i++)
        most = dp_max_size(
            most, dp_muon_scratch(t->kernels, rows_of(t->muon[i]), cols_of(t->muon[i])));
    return most;
}

void dp_train_add_momentum(dp_trainer *t, size_t at, const float *grad, int count)
{
    const float momentum = 0.95f, least = 1e-30f; /* not denormal */
    float *sum = t->moment1 + at, *direction = t->moment2 + at;
    for (int i = 0; i < count; i++) {
        const float next = momentum * sum[i] + grad[i];
        sum[i] = fabsf(next) < least ? 0 : next;
        direction[i] = momentum * sum[i] + grad[i];
    }
}

void dp_train_apply_muon(dp_trainer *t, const dp_param *param,
                         const dp_train_update *update, float *scratch)
{
    const int rows = rows_of(param), cols = cols_of(param);
    float *p = t->params + param->offset, *average = t->average + param->offset;
    float *direction = t->moment2 + param->offset;
    const float shrink = update->weights.shrink, weight = update->weights.average;
    const float rate = update->rate * dp_muon_scale(rows, cols);
    dp_muon_orthogonalize(direction, rows, cols, t->kernels, scratch);
    for (size_t i = 0; i < param->count; i++) {
        p[i] = shrink * p[i] - rate * direction[i];
        average[i] += weight * (p[i] - average[i]);
    }
}
