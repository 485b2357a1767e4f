/* QuantizeLinear and DequantizeLinear: to eight bits and back. Stored weights become floats.
 * An activation is carried as the real numbers that its 8-bit values stand for; a layer
 * rounds them. */
#include "config.h"

#include "weights/onnx/activation.h"
#include "weights/onnx/operators.h"

#include <math.h>

/* One step and zero point for all, or one for each index along an axis. */
typedef struct steps {
    const dp_onnx_tensor *scale, *zero; /* zero NULL: 0 */
    size_t inner, channels;
} steps;

static dp_code get_steps(steps *out, const dp_onnx_run *run, const dp_onnx_node *node,
                         const dp_onnx_dims *dims, dp_err *err)
{
    steps s = { .inner = 1, .channels = 1 };
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
        return dp_fail(err, DP_MODEL, "scale and zero point do not fit");
    *out = s;
    return DP_OK;
}

static size_t channel_of(const steps *s, size_t k)
{
    return s->channels == 1 ? 0 : k / s->inner % s->channels;
}

static double zero_at(const steps *s, size_t channel)
{
    return s->zero ? (double)s->zero->i[channel] : 0;
}

/* The type that QuantizeLinear makes: that of its zero point. */
static dp_code quantized_type(bool *is_signed, const steps *s, const dp_onnx_node *node,
                              dp_err *err)
{
    int32_t type =
        s->zero ? s->zero->type : (int32_t)dp_onnx_attr_int(node, "output_dtype", 0);
    *is_signed = type == DP_ONNX_INT8;
    if (*is_signed || type == DP_ONNX_UINT8 || type == 0)
        return DP_OK;
    return dp_fail(err, DP_MODEL, "makes %s; only UINT8 and INT8 are supported",
                   dp_onnx_type_name(type));
}

/* ---- constants ----------------------------------------------------------------------- */

static dp_code fold_quantize(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *in = &dp_onnx_input(run, node, 0)->tensor;
    steps s;
    bool is_signed;
    int64_t *q;
    dp_code code;
    if ((code = get_steps(&s, run, node, &in->dims, err)) ||
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

static dp_code fold_dequantize(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *in = &dp_onnx_input(run, node, 0)->tensor;
    steps s;
    float *f;
    dp_code code = get_steps(&s, run, node, &in->dims, err);
    if (!code && !in->i)
        code = dp_fail(err, DP_MODEL, "its input holds floats already");
    if (!code)
        code = dp_onnx_give_floats(&f, run, node, &in->dims, err);
    for (size_t k = 0; k < in->count && !code; k++) {
        size_t c = channel_of(&s, k);
        f[k] = (float)(((double)in->i[k] - zero_at(&s, c)) * (double)s.scale->f[c]);
    }
    return code;
}

/* ---- activations --------------------------------------------------------------------- */

static dp_code one_step(double *step, double *zero, const dp_onnx_run *run,
                        const dp_onnx_node *node, const dp_onnx_dims *dims, steps *s,
                        dp_err *err)
{
    dp_code code = get_steps(s, run, node, dims, err);
    if (code)
        return code;
    *zero = 0;
    if (!dp_onnx_tensor_uniform(s->scale, step) ||
        (s->zero && !dp_onnx_tensor_uniform(s->zero, zero)) || !(*step > 0) ||
        !isfinite(*step))
        return dp_fail(err, DP_MODEL, "an activation needs one positive scale");
    return DP_OK;
}

static dp_code lower_quantize(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in = dp_onnx_input(run, node, 0);
    if (in->kind != DP_STATE_ACTIVATION)
        return dp_fail(err, DP_MODEL, "its scale depends on the image");
    const dp_onnx_view view = in->view;
    steps s;
    bool is_signed;
    double step, zero;
    dp_code code;
    if ((code = one_step(&step, &zero, run, node, &view.dims, &s, err)) ||
        (code = quantized_type(&is_signed, &s, node, err)) ||
        (code = dp_onnx_settle(run, in, err)) ||
        (code = dp_chain_add(&run->chain,
                             &(dp_layer){ .kind = DP_OP_QUANTIZE,
                                          .value = (float)step,
                                          .zero = (int)zero + (is_signed ? 128 : 0) },
                             err)))
        return code;
    run->step = step;
    run->zero = zero;
    dp_onnx_give_activation(run, node, &view);
    run->state[node->output[0]].quantized = true;
    return DP_OK;
}

/* The 8-bit values, of the last QuantizeLinear or of the image itself, are seen as other
 * numbers only where step or zero point are not those that they were made with. */
static dp_code lower_dequantize(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_state *in = dp_onnx_input(run, node, 0);
    if (in->kind != DP_STATE_ACTIVATION)
        return dp_fail(err, DP_MODEL, "its scale depends on the image");
    const dp_onnx_view view = in->view;
    steps s;
    double step, zero;
    dp_code code = one_step(&step, &zero, run, node, &view.dims, &s, err);
    if (code)
        return code;
    dp_onnx_give_view(run, node, &view);
    dp_state *out = &run->state[node->output[0]];
    out->quantized = false;
    if (step != run->step || zero != run->zero)
        for (int i = 0; i < DP_SAMPLES; i++)
            out->function.y[i] =
                out->function.y[i] * (step / run->step) + (run->zero - zero) * step;
    return DP_OK;
}

const dp_onnx_op dp_onnx_qdq_ops[] = {
    { "QuantizeLinear", 2, fold_quantize, lower_quantize, NULL },
    { "DequantizeLinear", 2, fold_dequantize, lower_dequantize, NULL },
    { NULL, 0, NULL, NULL, NULL },
};
