/* The activation functions, quantize and softmax. */
#include "config.h"

#include "engine/layers/layer_table.h"

#include "engine/core/arith.h"

#include <math.h>

/* ---- relu: max(0, x) --------------------------------------------------------------- */

static void relu(const dp_op_call *call, const float *x, float *y)
{
    call->kernels->relu(y, x, dp_op_total(call));
}

static void relu_backward(const dp_op_call *call, const float *x, const float *y,
                          const float *dy, float *dx)
{
    (void)x;
    if (dx)
        call->kernels->relu_grad(dx, y, dy, dp_op_total(call));
}

const dp_op dp_op_relu = {
    .name = "relu",
    .infer = dp_op_infer_same,
    .forward = relu,
    .backward = relu_backward,
    .act = DP_ACT_RELU,
    .quant = DP_QUANT_LOOKUP,
    .keeps_scale = true,
    .onnx = "Relu",
    .in_place = true,
    .by_channel = true,
};

/* ---- leaky_relu: x where positive, else slope · x ---------------------------------- */

static void leaky_relu(const dp_op_call *call, const float *x, float *y)
{
    const size_t n = dp_op_total(call);
    const float slope = call->layer->value;
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

/* The slope is not negative, so y has the same sign as x. */
static void leaky_relu_backward(const dp_op_call *call, const float *x, const float *y,
                                const float *dy, float *dx)
{
    (void)x;
    const size_t n = dp_op_total(call);
    const float slope = call->layer->value;
    if (!dx)
        return;
    for (size_t i = 0; i < n; i++)
        dx[i] = y[i] > 0 ? dy[i] : slope * dy[i];
}

const dp_op dp_op_leaky_relu = {
    .name = "leaky_relu",
    .option = { DP_FIELD_SLOPE },
    .defaults = { .value = 0.01f },
    .infer = dp_op_infer_same,
    .forward = leaky_relu,
    .backward = leaky_relu_backward,
    .act = DP_ACT_LEAKY_RELU,
    .quant = DP_QUANT_LOOKUP,
    .onnx = "LeakyRelu",
    .in_place = true,
    .by_channel = true,
};

/* ---- functions with other formulas: y = dp_act_value(x) ---------------------------- */

static void activate(const dp_op_call *call, const float *x, float *y)
{
    const dp_act act = dp_op_get(call->layer->kind)->act;
    call->kernels->activate(y, x, dp_op_total(call), act, call->layer->value);
}

static void activate_backward(const dp_op_call *call, const float *x, const float *y,
                              const float *dy, float *dx)
{
    (void)y;
    const dp_act act = dp_op_get(call->layer->kind)->act;
    const size_t n = dp_op_total(call);
    for (size_t i = 0; dx && i < n; i++)
        dx[i] =
            (float)((double)dy[i] * dp_act_slope(act, call->layer->value, (double)x[i]));
}

static void gelu_backward(const dp_op_call *call, const float *x, const float *y,
                          const float *dy, float *dx)
{
    (void)y;
    if (dx)
        call->kernels->gelu_grad(dx, x, dy, dp_op_total(call));
}

/* An entry of the op table; the arguments after the names are the members that differ. */
#define ACTIVATION(NAME, id, ...)                                                        \
    const dp_op dp_op_##id = { .name = #id,                                              \
                               .infer = dp_op_infer_same,                                \
                               .forward = activate,                                      \
                               .act = DP_ACT_##NAME,                                     \
                               .quant = DP_QUANT_LOOKUP,                                 \
                               .by_channel = true,                                       \
                               __VA_ARGS__ }

/* x·Φ(x), Φ the normal distribution, and x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))
 * (Hendrycks and Gimpel 2016) */
ACTIVATION(GELU, gelu, .backward = gelu_backward);
ACTIVATION(GELU_TANH, gelu_tanh, .backward = activate_backward);

ACTIVATION(SIGMOID, sigmoid, .backward = activate_backward, .onnx = "Sigmoid");
ACTIVATION(TANH, tanh, .backward = activate_backward, .onnx = "Tanh");

/* x where positive, else alpha · (e^x − 1) (Clevert et al. 2015); selu: engine/core/selu.h */
ACTIVATION(ELU, elu, .backward = activate_backward, .option = { DP_FIELD_ALPHA },
           .defaults = { .value = 1 }, .onnx = "Elu");
ACTIVATION(SELU, selu, .backward = activate_backward, .onnx = "Selu");

/* x·sigmoid(x), also called swish (Ramachandran et al. 2017), and with straight lines in place
 * of the sigmoid: x·hard_sigmoid(x), hard_sigmoid(x) = x / 6 + 1/2 in [0, 1] (Howard et al.
 * 2019) */
ACTIVATION(SILU, silu, .backward = activate_backward);
ACTIVATION(HARD_SWISH, hard_swish, .backward = activate_backward, .onnx = "HardSwish");
ACTIVATION(HARD_SIGMOID, hard_sigmoid, .backward = activate_backward);

/* log(1 + e^x), and x·tanh(softplus(x)) (Misra 2019) */
ACTIVATION(SOFTPLUS, softplus, .backward = activate_backward, .onnx = "Softplus");
ACTIVATION(MISH, mish, .backward = activate_backward);

/* ---- quantize: the nearest of 256 multiples of the step ---------------------------- */

/* Rounds activations like an 8-bit network of another program, with the operators
 * QuantizeLinear and DequantizeLinear of ONNX: half to even, clamped at both ends. */

static void quantize(const dp_op_call *call, const float *x, float *y)
{
    const size_t n = dp_op_total(call);
    const float step = call->layer->value, zero = (float)call->layer->zero;
    for (size_t i = 0; i < n; i++) {
        const float q = rintf(x[i] / step) + zero;
        y[i] = (dp_clamp_float(q, 0, 255) - zero) * step;
    }
}

const dp_op dp_op_quantize = {
    .name = "quantize",
    .argument = { DP_FIELD_STEP },
    .option = { DP_FIELD_ZERO },
    .infer = dp_op_infer_same,
    .forward = quantize,
    .quant = DP_QUANT_FLOATS,
    .in_place = true,
};

/* ---- softmax: exp(x) / Σ exp(x) over the features of an image ---------------------- */

static dp_code infer_softmax(dp_shape *out, const dp_layer *layer, dp_shape in,
                             dp_err *err)
{
    (void)layer;
    if (in.h != 1 || in.w != 1)
        return dp_fail(err, DP_USAGE,
                       "the input is %d x %d x %d values; put a flatten before", in.c,
                       in.h, in.w);
    *out = in;
    return DP_OK;
}

static void softmax_image(int n, const float *x, float *y)
{
    /* Subtracting the largest value keeps expf in range and leaves the result as it
     * is. */
    float largest = x[0];
    for (int i = 1; i < n; i++)
        largest = x[i] > largest ? x[i] : largest;
    float sum = 0;
    for (int i = 0; i < n; i++) {
        y[i] = expf(x[i] - largest);
        sum += y[i];
    }
    for (int i = 0; i < n; i++)
        y[i] /= sum;
}

static void softmax(const dp_op_call *call, const float *x, float *y)
{
    for (int i = 0; i < call->n; i++)
        softmax_image(call->in.c, x + (size_t)i * (size_t)call->in.c,
                      y + (size_t)i * (size_t)call->in.c);
}

const dp_op dp_op_softmax = {
    .name = "softmax",
    .infer = infer_softmax,
    .forward = softmax,
    .in_place = true,
};
