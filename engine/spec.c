#include "config.h"

#include "engine/spec.h"

#include "engine/op.h"

#include <string.h>

/* What stands in messages before the reason: "layer 3 (conv 32 3)". */
static void describe(char *text, size_t size, const dp_layer *layer)
{
    dp_spec one = { .n_layers = 1, .layer = { *layer } };
    dp_spec_format(text, size, &one);
}

static dp_code infer_layer(dp_spec *spec, int i, dp_err *err)
{
    const dp_layer *layer = &spec->layer[i];
    dp_shape *out = &spec->shape[i + 1];
    dp_code code = dp_op_get(layer->kind)->infer(out, layer, spec->shape[i], err);
    if (code == DP_OK && dp_shape_count(*out) > DP_MAX_ACTIVATION)
        code = dp_fail(err, DP_USAGE, "%d x %d x %d values are too many", out->c, out->h,
                       out->w);
    if (code != DP_OK) {
        char text[96];
        describe(text, sizeof text, layer);
        dp_fail_in(err, code, "layer %d (%s)", i, text);
    }
    return code;
}

static bool shape_ok(dp_shape s)
{
    size_t n;
    return s.c >= 1 && s.h >= 1 && s.w >= 1 &&
           !__builtin_mul_overflow((size_t)s.c, (size_t)s.h, &n) &&
           !__builtin_mul_overflow(n, (size_t)s.w, &n) && n <= DP_MAX_ACTIVATION;
}

dp_code dp_spec_infer(dp_spec *spec, dp_err *err)
{
    if (spec->n_layers < 1 || spec->n_layers > DP_MAX_LAYERS)
        return dp_fail(err, DP_USAGE, "a network has 1 to %d layers, not %d",
                       DP_MAX_LAYERS, spec->n_layers);
    const dp_shape in = spec->shape[0];
    if (!shape_ok(in))
        return dp_fail(err, DP_USAGE, "an input of %d x %d x %d values is not possible",
                       in.c, in.h, in.w);
    for (int i = 0; i < spec->n_layers; i++) {
        dp_code code = infer_layer(spec, i, err);
        if (code != DP_OK)
            return code;
    }
    return DP_OK;
}

void dp_spec_inference(dp_spec *out, const dp_spec *spec, int *kept)
{
    dp_spec result = { .shape = { spec->shape[0] } };
    for (int i = 0; i < spec->n_layers; i++) {
        if (spec->layer[i].kind == DP_OP_dropout)
            continue;
        if (kept)
            kept[result.n_layers] = i;
        result.layer[result.n_layers++] = spec->layer[i];
        result.shape[result.n_layers] = spec->shape[i + 1];
    }
    *out = result;
}

size_t dp_spec_macs(const dp_spec *spec)
{
    size_t macs = 0;
    for (int i = 0; i < spec->n_layers; i++) {
        const dp_op *op = dp_op_get(spec->layer[i].kind);
        if (op->macs)
            macs += op->macs(&spec->layer[i], spec->shape[i], spec->shape[i + 1]);
    }
    return macs;
}

/* ---- parameters -------------------------------------------------------------------- */

const char *dp_role_name(dp_role role)
{
    static const char *const name[DP_ROLE_COUNT] = {
        [DP_WEIGHT] = "weight",
        [DP_BIAS] = "bias",
        [DP_GAMMA] = "gamma",
        [DP_BETA] = "beta",
        [DP_RUNNING_MEAN] = "running_mean",
        [DP_RUNNING_VAR] = "running_var",
    };
    return name[role];
}

static bool is_trainable(dp_role role)
{
    return role != DP_RUNNING_MEAN && role != DP_RUNNING_VAR;
}

/* Give the array its count and its place after those that *all holds; false where they
 * become too many. */
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
