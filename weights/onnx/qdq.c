/* QuantizeLinear and DequantizeLinear. Stored int8 weights are dequantised to floats. A
 * quantised activation is represented by the real numbers that its int8 values stand for; a
 * quantize layer of the chain rounds them. */
#include "config.h"

#include "weights/onnx/activation.h"
#include "weights/onnx/operators.h"

#include <math.h>

/* Scale and zero-point: one of each for the tensor, or one for each index along an axis. */
typedef struct scales {
    const dp_onnx_tensor *scale, *zero; /* zero NULL: 0 */
    size_t channels; /* the extent of the axis; 1 if there is one scale */
    size_t inner;    /* elements after the axis */
} scales;

static dp_code get_scales(scales *out, const dp_onnx_run *run, const dp_onnx_node *node,
                          const dp_onnx_dims *dims, dp_err *err)
{
    scales s = { .inner = 1, .channels = 1 };
    dp_code code = dp_onnx_constant(&s.scale, run, node, 1, err);
    if (!code && dp_onnx_input(run, node, 2))
        code = dp_onnx_constant(&s.zero, run, node, 2, err);
    if (!code && s.scale->count != 1) {
        int axis;
        size_t outer;
        code = dp_onnx_axis(&axis, dp_onnx_attr_int(node, "axis", 1), dims->rank, err);
        if (!code) {
            dp_onnx_dims_around(&outer, &s.inner, dims, axis);
            s.channels = (size_t)dims->dim[axis];
        }
    }
    if (code)
        return code;
    if (!s.scale->f || s.scale->dims.rank > 1 || s.scale->count != s.channels ||
        (s.zero && (!s.zero->i || s.zero->count != s.channels)))
        return dp_fail(err, DP_MODEL, "scale and zero-point do not match the tensor");
    *out = s;
    return DP_OK;
}

static size_t channel_of(const scales *s, size_t k)
{
    return s->channels == 1 ? 0 : k / s->inner % s->channels;
}

static double zero_at(const scales *s, size_t channel)
{
    return s->zero ? (double)s->zero->i[channel] : 0;
}

/* The output type of QuantizeLinear is that of its zero-point. */
static dp_code quantized_type(bool *is_signed, const scales *s, const dp_onnx_node *node,
                              dp_err *err)
{
    int32_t type =
        s->zero ? s->zero->type : (int32_t)dp_onnx_attr_int(node, "output_dtype", 0);
    *is_signed = type == DP_ONNX_INT8;
    if (*is_signed || type == DP_ONNX_UINT8 || type == 0)
        return DP_OK;
    return dp_fail(err, DP_MODEL, "output type %s is not supported (UINT8 or INT8)",
                   dp_onnx_type_name(type));
}

/* ---- constants ----------------------------------------------------------------------- */

static dp_code compute_quantize(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *in = &dp_onnx_input(run, node, 0)->tensor;
    scales s;
    bool is_signed;
    int64_t *q;
    dp_code code;
    if ((code = get_scales(&s, run, node, &in->dims, err)) ||
        (code = quantized_type(&is_signed, &s, node, err)) ||
        (code = dp_onnx_give_ints(&q, run, node, &in->dims, err)))
        return code;
    const double low = is_signed ? -128 : 0, high = is_signed ? 127 : 255;
    for (size_t k = 0; k < in->count; k++) {
        size_t c = channel_of(&s, k);
        double value =
            nearbyint(dp_onnx_tensor_at(in, k) / (double)s.scale->f[c]) + zero_at(&s, c);
        q[k] = (int64_t)(value >= low ? fmin(value, high) : low); /* NaN: low */
    }
    return DP_OK;
}

static dp_code compute_dequantize(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *in = &dp_onnx_input(run, node, 0)->tensor;
    scales s;
    float *f;
    dp_code code = get_scales(&s, run, node, &in->dims, err);
    if (!code && !in->i)
        code = dp_fail(err, DP_MODEL, "the input is floats already");
    if (!code)
        code = dp_onnx_give_floats(&f, run, node, &in->dims, err);
    for (size_t k = 0; k < in->count && !code; k++) {
        size_t c = channel_of(&s, k);
        f[k] = (float)(((double)in->i[k] - zero_at(&s, c)) * (double)s.scale->f[c]);
    }
    if (!code)
        run->state[node->output[0]].tensor.scales =
            (dp_onnx_scales){ s.scale->f, s.scale->count };
    return code;
}

/* ---- activations --------------------------------------------------------------------- */

/* The scale and zero-point of an activation, which has one of each. */
static dp_code one_scale(double *scale, double *zero, const scales *s, dp_err *err)
{
    *zero = 0;
    if (!dp_onnx_tensor_uniform(s->scale, scale) ||
        (s->zero && !dp_onnx_tensor_uniform(s->zero, zero)) || !(*scale > 0) ||
        !isfinite(*scale))
        return dp_fail(err, DP_MODEL,
                       "the scale of an activation must be one positive "
                       "number");
    return DP_OK;
}

/* Whether the chain's output is rounded like this already. Exporters round before and after an
 * operator that only selects values, such as MaxPool. */
static bool is_rounded(const dp_spec *spec, const dp_layer *rounding)
{
    int i = spec->n_layers - 1;
    while (i >= 0 && dp_op_get(spec->layer[i].kind)->keeps_scale)
        i--;
    return i >= 0 && spec->layer[i].kind == DP_OP_QUANTIZE &&
           spec->layer[i].value == rounding->value &&
           spec->layer[i].zero == rounding->zero;
}

/* Add a layer that rounds the chain's output, unless it is rounded already. */
static dp_code add_rounding(dp_onnx_run *run, double scale, double zero, bool is_signed,
                            dp_err *err)
{
    const dp_layer rounding = { .kind = DP_OP_QUANTIZE,
                                .value = (float)scale,
                                .zero = (int)zero + (is_signed ? 128 : 0) };
    run->scale = scale;
    run->zero = zero;
    return is_rounded(&run->chain.spec, &rounding)
               ? DP_OK
               : dp_chain_add(&run->chain, &rounding, err);
}

static dp_code lower_quantize(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in = dp_onnx_input(run, node, 0);
    if (in->kind != DP_STATE_ACTIVATION)
        return dp_fail(err, DP_MODEL, "the scale depends on the image");
    const dp_onnx_view view = in->view;
    scales s;
    bool is_signed;
    double scale, zero;
    dp_code code;
    if ((code = get_scales(&s, run, node, &view.dims, err)) ||
        (code = one_scale(&scale, &zero, &s, err)) ||
        (code = quantized_type(&is_signed, &s, node, err)) ||
        (code = dp_onnx_flush(run, in, err)) ||
        (code = add_rounding(run, scale, zero, is_signed, err)))
        return code;
    dp_onnx_give_activation(run, node, &view);
    run->state[node->output[0]].quantized = true;
    return DP_OK;
}

/* The int8 values come from the last QuantizeLinear or are the image. Dequantising them is
 * the identity unless the scale or the zero-point differs from that of the quantisation. */
static dp_code lower_dequantize(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_state *in = dp_onnx_input(run, node, 0);
    if (in->kind != DP_STATE_ACTIVATION)
        return dp_fail(err, DP_MODEL, "the scale depends on the image");
    const dp_onnx_view view = in->view;
    scales s;
    double scale, zero;
    dp_code code = get_scales(&s, run, node, &view.dims, err);
    if (!code)
        code = one_scale(&scale, &zero, &s, err);
    if (code)
        return code;
    dp_onnx_give_view(run, node, &view);
    dp_state *out = &run->state[node->output[0]];
    out->quantized = false;
    if (scale != run->scale || zero != run->zero)
        for (int i = 0; i < DP_SAMPLES; i++)
            out->function.y[i] =
                out->function.y[i] * (scale / run->scale) + (run->zero - zero) * scale;
    return DP_OK;
}

const dp_onnx_op dp_onnx_qdq_ops[] = {
    { "QuantizeLinear", 2, compute_quantize, lower_quantize },
    { "DequantizeLinear", 2, compute_dequantize, lower_dequantize },
    { NULL, 0, NULL, NULL },
};
