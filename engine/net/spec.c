#include "config.h"

#include "engine/net/spec.h"

#include "engine/layers/op.h"

static dp_code infer_layer(dp_spec *spec, int i, dp_err *err)
{
    const dp_layer *layer = &spec->layer[i];
    dp_shape *out = &spec->shape[i + 1];
    dp_code code = dp_op_get(layer->kind)->infer(out, layer, spec->shape[i], err);
    if (code == DP_OK && dp_shape_count(*out) > DP_MAX_ACTIVATION)
        code = dp_fail(err, DP_USAGE, "an output of %d x %d x %d values is too large",
                       out->c, out->h, out->w);
    if (code != DP_OK) {
        char text[96];
        dp_layer_format(text, sizeof text, layer);
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
        return dp_fail(err, DP_USAGE, "the input shape %d x %d x %d is not valid", in.c,
                       in.h, in.w);
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
        if (dp_op_get(spec->layer[i].kind)->training_only)
            continue;
        if (kept)
            kept[result.n_layers] = i;
        result.layer[result.n_layers++] = spec->layer[i];
        result.shape[result.n_layers] = spec->shape[i + 1];
    }
    *out = result;
}

bool dp_spec_ends_in_softmax(const dp_spec *spec)
{
    return spec->n_layers > 0 && spec->layer[spec->n_layers - 1].kind == DP_OP_SOFTMAX;
}

void dp_spec_strip_softmax(dp_spec *spec)
{
    while (spec->n_layers > 1 && dp_spec_ends_in_softmax(spec))
        spec->n_layers--;
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
