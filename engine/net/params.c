#include "config.h"

#include "engine/net/params.h"

static bool is_trainable(dp_role role)
{
    return role != DP_RUNNING_MEAN && role != DP_RUNNING_VAR;
}

/* Append an array to the layout. False if the layout becomes too large. */
static bool place(dp_params *all, dp_param *param)
{
    param->count = 1;
    for (int d = 0; d < param->rank; d++)
        if (__builtin_mul_overflow(param->count, (size_t)param->dim[d], &param->count))
            return false;
    param->offset = all->count;
    if (__builtin_add_overflow(all->count, param->count, &all->count) ||
        all->count > DP_MAX_PARAMS)
        return false;
    if (is_trainable(param->role))
        all->trainable += param->count;
    all->param[all->n++] = *param;
    return true;
}

dp_code dp_params_layout(dp_params *out, const dp_spec *spec, dp_err *err)
{
    dp_params all = { 0 };
    for (int i = 0; i < spec->n_layers; i++) {
        const dp_op *op = dp_op_get(spec->layer[i].kind);
        if (!op->params)
            continue;
        dp_param of_layer[DP_ROLE_COUNT] = { 0 };
        int n = op->params(of_layer, &spec->layer[i], spec->shape[i]);
        for (int j = 0; j < n; j++) {
            of_layer[j].layer = i;
            if (!place(&all, &of_layer[j]))
                return dp_fail(err, DP_MODEL, "more than %d parameters", DP_MAX_PARAMS);
        }
    }
    *out = all;
    return DP_OK;
}

size_t dp_params_of_layer(const dp_params *layout, int i)
{
    size_t count = 0;
    for (int j = 0; j < layout->n; j++)
        if (layout->param[j].layer == i)
            count += layout->param[j].count;
    return count;
}

void dp_params_bind(dp_op_call *call, const dp_spec *spec, const dp_params *layout, int i,
                    const float *params, float *grad)
{
    call->layer = &spec->layer[i];
    call->in = spec->shape[i];
    call->out = spec->shape[i + 1];
    for (int role = 0; role < DP_ROLE_COUNT; role++) {
        call->param[role] = NULL;
        call->grad[role] = NULL;
    }
    for (int j = 0; j < layout->n; j++) {
        const dp_param *param = &layout->param[j];
        if (param->layer != i)
            continue;
        if (params)
            call->param[param->role] = params + param->offset;
        if (grad)
            call->grad[param->role] = grad + param->offset;
    }
}
