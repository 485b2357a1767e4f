#include "config.h"

#include "weights/onnx/int8.h"

#include <math.h>
#include <stdlib.h>

/* ---- the chain without the layers that round ----------------------------------------- */

/* The bytes of an activation; step 0: it is not rounded yet. */
typedef struct rounding {
    float step;
    int zero;
} rounding;

/* The chain of the 8-bit network. */
typedef struct plain {
    dp_spec spec;
    int origin[DP_MAX_LAYERS]; /* the layer of the network that layer i is */
    rounding in[DP_MAX_LAYERS];
} plain;

static void append(plain *p, const dp_layer *layer, int origin, rounding in)
{
    const int n = p->spec.n_layers++;
    p->spec.layer[n] = *layer;
    p->origin[n] = origin;
    p->in[n] = in;
    if (dp_op_get(layer->kind)->quant == DP_QUANT_WEIGHTS)
        p->spec.layer[n].bias = true;
}

/* Append a layer up to the last weights; *now is the rounding of its input, then that of its
 * output. A layer that keeps its scale gives the same bytes before a rounding as after it.
 * False if another layer reads numbers that are not rounded, or if they are rounded twice. */
static bool append_rounded(plain *p, rounding *now, const dp_layer *layer, int origin)
{
    const bool keeps = dp_op_get(layer->kind)->keeps_scale;
    if (layer->kind == DP_OP_QUANTIZE) {
        const bool first = now->step == 0;
        *now = (rounding){ layer->value, layer->zero };
        return first;
    }
    append(p, layer, origin, *now);
    if (keeps || now->step == 0)
        return keeps;
    now->step = 0;
    return true;
}

static int last_weights(const dp_spec *spec)
{
    int last = spec->n_layers - 1;
    while (last >= 0 && dp_op_get(spec->layer[last].kind)->quant != DP_QUANT_WEIGHTS)
        last--;
    return last;
}

static bool make_plain(plain *out, const dp_spec *spec)
{
    const int last = last_weights(spec);
    rounding now = { 0 };
    *out = (plain){ .spec = { .shape = { spec->shape[0] } } };
    for (int i = 0; i <= last; i++)
        if (!append_rounded(out, &now, &spec->layer[i], i))
            return false;
    for (int i = last + 1; i < spec->n_layers; i++)
        append(out, &spec->layer[i], i, now);
    return last >= 0 && dp_spec_infer(&out->spec, NULL) == DP_OK;
}

/* ---- weights ------------------------------------------------------------------------- */

/* Find the int8 numbers that w: [k] = scale · number stands for. False if there are none. */
static bool get_weights(int8_t *to, const float *w, size_t k, float scale)
{
    for (size_t j = 0; j < k; j++) {
        const double q = rint((double)w[j] / (double)scale);
        if (!(fabs(q) <= INT8_MAX) || (float)(q * (double)scale) != w[j])
            return false;
        to[j] = (int8_t)q;
    }
    return true;
}

/* The same for a bias, whose unit is that of the sums. The file's scale of the biases is a
 * float, and so is the product. */
static bool get_bias(int32_t *to, float bias, double unit)
{
    const double tolerance = 3e-7, q = rint((double)bias / unit);
    if (!(fabs(q) <= INT32_MAX) ||
        !(fabs(q * unit - (double)bias) <= tolerance * fabs((double)bias)))
        return false;
    *to = (int32_t)q;
    return true;
}

/* Fill in a layer from its floats; `call` has them. */
static bool fill_layer(dp_quant_layer *to, const dp_op_call *call, dp_onnx_scales scale)
{
    const size_t channels = (size_t)call->layer->out;
    const size_t k = dp_op_depth(call->layer, call->in);
    const float *bias = call->param[DP_BIAS];
    if (!scale.at || (scale.n != 1 && scale.n != channels))
        return false;
    for (size_t o = 0; o < channels; o++) {
        to->scale[o] = scale.at[scale.n == 1 ? 0 : o];
        const double unit = (double)to->in_scale * (double)to->scale[o];
        if (!(unit > 0) ||
            !get_weights(to->weight + o * k, call->param[DP_WEIGHT] + o * k, k,
                         to->scale[o]) ||
            !get_bias(&to->bias[o], bias ? bias[o] : 0, unit))
            return false;
    }
    return true;
}

static bool fill(dp_quant *q, const plain *p, const dp_network *network,
                 const dp_params *layout, const dp_onnx_scales *scales)
{
    for (int i = 0; i <= q->last; i++) {
        dp_op_call call;
        q->layer[i].in_scale = p->in[i].step;
        q->layer[i].in_zero = p->in[i].zero;
        dp_params_bind(&call, &network->spec, layout, p->origin[i], network->params,
                       NULL);
        if (q->layer[i].weight && !fill_layer(&q->layer[i], &call, scales[p->origin[i]]))
            return false;
    }
    return dp_quant_finish(q, NULL) == DP_OK;
}

/* ---- the network --------------------------------------------------------------------- */

dp_code dp_onnx_to_int8(dp_network *network, const dp_onnx_scales *scales, dp_err *err)
{
    plain p;
    dp_quant *q;
    dp_params layout;
    if (!make_plain(&p, &network->spec) ||
        dp_params_layout(&layout, &network->spec, NULL) != DP_OK)
        return DP_OK;
    dp_code code = dp_quant_create(&q, &p.spec, network->norm, err);
    if (code) /* such a chain does not run in 8 bits */
        return code == DP_NOMEM ? code : DP_OK;
    if (!fill(q, &p, network, &layout, scales)) {
        dp_quant_unref(q);
        return DP_OK;
    }
    free(network->params);
    network->params = NULL;
    network->spec = q->spec;
    network->quant = q;
    return DP_OK;
}

bool dp_onnx_rounds_pixels(dp_norm *norm, const dp_layer *layer)
{
    for (int i = 0; i < DP_NORM_COUNT && layer->kind == DP_OP_QUANTIZE; i++) {
        const dp_quant_pixel pixel = dp_quant_pixels((dp_norm)i);
        *norm = (dp_norm)i;
        if (layer->zero == pixel.zero &&
            fabs((double)layer->value - pixel.scale) <= 1e-5 * pixel.scale)
            return true;
    }
    return false;
}
