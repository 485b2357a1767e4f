#include "config.h"

#include "engine/quant/quant.h"

#include "engine/core/arith.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- creation -------------------------------------------------------------------- */

static int find_last(const dp_spec *spec)
{
    int last = -1;
    for (int i = 0; i < spec->n_layers; i++)
        if (dp_op_get(spec->layer[i].kind)->quant == DP_QUANT_WEIGHTS)
            last = i;
    return last;
}

/* Whether layer i can run in 8 bits or, after the last weights, on floats. */
static dp_code check_layer(const dp_spec *spec, int i, int last, dp_err *err)
{
    const dp_op *op = dp_op_get(spec->layer[i].kind);
    if (op->quant == DP_QUANT_REFUSED || (op->quant == DP_QUANT_FLOATS && i <= last))
        return dp_fail(err, DP_MODEL, "layer %d (%s) cannot be quantised", i, op->name);
    if (op->quant == DP_QUANT_WEIGHTS && !spec->layer[i].bias)
        return dp_fail(err, DP_MODEL, "layer %d (%s) has no bias", i, op->name);
    return DP_OK;
}

static dp_code check_chain(const dp_quant *q, dp_err *err)
{
    if (q->last < 0)
        return dp_fail(err, DP_MODEL, "no layer has weights to quantise");
    for (int i = 0; i < q->spec.n_layers; i++) {
        dp_code code = check_layer(&q->spec, i, q->last, err);
        if (code)
            return code;
    }
    return DP_OK;
}

static void place_arrays(dp_quant *q)
{
    dp_arena *arena = &q->arena;
    for (int i = 0; i < q->layout.n; i++) {
        const dp_param *p = &q->layout.param[i];
        dp_quant_layer *layer = &q->layer[p->layer];
        if (p->role == DP_WEIGHT) {
            const size_t out = (size_t)p->dim[0];
            layer->weight = dp_arena_take(arena, p->count);
            layer->scale = dp_arena_take(arena, out * sizeof *layer->scale);
        } else {
            layer->bias = dp_arena_take(arena, p->count * sizeof *layer->bias);
        }
    }
}

static dp_code fill(dp_quant *q, dp_err *err)
{
    dp_code code = check_chain(q, err);
    if (code == DP_OK)
        code = dp_params_layout(&q->layout, &q->spec, err);
    if (code)
        return code;
    place_arrays(q);
    if (!dp_arena_alloc(&q->arena))
        return dp_fail(err, DP_NOMEM, "no memory for %zu weights", q->layout.count);
    place_arrays(q);
    return DP_OK;
}

dp_code dp_quant_create(dp_quant **out, const dp_spec *spec, dp_norm norm, dp_err *err)
{
    dp_quant *q = calloc(1, sizeof *q);
    if (!q)
        return dp_fail(err, DP_NOMEM, "no memory for a network");
    atomic_init(&q->refs, 1);
    q->spec = *spec;
    q->norm = norm;
    q->last = find_last(spec);
    dp_code code = fill(q, err);
    if (code)
        dp_quant_unref(q);
    else
        *out = q;
    return code;
}

/* The reference count is the only part of a finished network that changes, so the cast
 * from const is safe. */
static atomic_int *refs(const dp_quant *q)
{
    return (atomic_int *)&q->refs;
}

const dp_quant *dp_quant_ref(const dp_quant *q)
{
    atomic_fetch_add_explicit(refs(q), 1, memory_order_relaxed);
    return q;
}

void dp_quant_unref(const dp_quant *q)
{
    if (!q || atomic_fetch_sub_explicit(refs(q), 1, memory_order_acq_rel) > 1)
        return;
    dp_quant *last = (dp_quant *)q;
    dp_arena_clear(&last->arena);
    free(last);
}

/* ---- checks ---------------------------------------------------------------------- */

/* A layer that keeps its scale has the scale of the layer after it. */
static void complete_scales(dp_quant *q)
{
    for (int i = q->last - 1; i >= 0; i--) {
        if (!dp_op_get(q->spec.layer[i].kind)->keeps_scale)
            continue;
        q->layer[i].in_scale = q->layer[i + 1].in_scale;
        q->layer[i].in_zero = q->layer[i + 1].in_zero;
    }
}

/* Positive, and its product with any 32-bit sum is finite. */
static bool is_scale(float x)
{
    return isnormal(x) && x > 0 && isfinite(x * 0x1p31f);
}

static dp_code check_inputs(const dp_quant *q, dp_err *err)
{
    const dp_quant_pixel pixel = dp_quant_pixels(q->norm);
    /* Downwards: what a layer has from the one after it is not in the file. */
    for (int i = q->last; i >= 0; i--) {
        if (!is_scale(q->layer[i].in_scale))
            return dp_fail(err, DP_MODEL, "%d.in_scale is not a positive number", i);
        if (q->layer[i].in_zero < 0 || q->layer[i].in_zero > UINT8_MAX)
            return dp_fail(err, DP_MODEL, "%d.in_zero is %d, not 0 to 255", i,
                           q->layer[i].in_zero);
    }
    if (fabs((double)q->layer[0].in_scale - pixel.scale) > 1e-5 * pixel.scale ||
        q->layer[0].in_zero != pixel.zero)
        return dp_fail(err, DP_MODEL,
                       "the first layer does not take pixels of norm %s as they are",
                       dp_norm_name(q->norm));
    return DP_OK;
}

size_t dp_quant_depth(const dp_quant *q, int i)
{
    return dp_op_depth(&q->spec.layer[i], q->spec.shape[i]);
}

/* The sum of a channel must fit in 32 bits for any input and any order of its terms. The
 * bound counts the inputs twice because the kernels subtract in_zero · Σ weight from the
 * bias. */
static dp_code check_channel(const dp_quant *q, int i, int o, dp_err *err)
{
    const dp_quant_layer *layer = &q->layer[i];
    const size_t k = dp_quant_depth(q, i);
    int64_t sum = 0; /* at most DP_MAX_PARAMS · 128 */
    for (size_t j = 0; j < k; j++)
        sum += abs(layer->weight[(size_t)o * k + j]);
    if (2 * UINT8_MAX * sum + llabs((long long)layer->bias[o]) > INT32_MAX)
        return dp_fail(err, DP_MODEL, "%d: sums of channel %d overflow 32 bits", i, o);
    if (!is_scale(layer->scale[o]))
        return dp_fail(err, DP_MODEL, "%d.scale[%d] is not a positive number", i, o);
    if (!is_scale(layer->in_scale * layer->scale[o]) ||
        !is_scale(dp_quant_factor(q, i, o)))
        return dp_fail(err, DP_MODEL,
                       "%d.scale[%d] is out of range with the scales around it", i, o);
    return DP_OK;
}

dp_code dp_quant_finish(dp_quant *q, dp_err *err)
{
    complete_scales(q);
    dp_code code = check_inputs(q, err);
    for (int i = 0; i <= q->last && !code; i++)
        for (int o = 0; q->layer[i].weight && o < q->spec.layer[i].out && !code; o++)
            code = check_channel(q, i, o, err);
    return code;
}

/* ---- dequantisation -------------------------------------------------------------- */

dp_quant_pixel dp_quant_pixels(dp_norm norm)
{
    float table[256];
    dp_norm_table(table, norm);
    const double first = (double)table[0];
    dp_quant_pixel pixel = { .scale = ((double)table[255] - first) / 255 };
    pixel.zero = (int)rint(-first / pixel.scale);
    if (first != 0)
        pixel.offset = first + pixel.scale * pixel.zero;
    return pixel;
}

float dp_quant_factor(const dp_quant *q, int layer, int o)
{
    const dp_quant_layer *weights = &q->layer[layer];
    const double unit = (double)weights->in_scale * (double)weights->scale[o];
    return (float)(layer == q->last ? unit : unit / (double)weights[1].in_scale);
}

double dp_quant_offset(const dp_quant *q, int layer)
{
    for (int i = 0; i < layer; i++) {
        const dp_quant_kind kind = dp_op_get(q->spec.layer[i].kind)->quant;
        if (kind != DP_QUANT_MAXPOOL && kind != DP_QUANT_RESHAPE)
            return 0;
    }
    return dp_quant_pixels(q->norm).offset;
}

/* Dequantise one layer: weight [out, k] and bias [out]. */
static void write_floats(float *weight, float *bias, const dp_quant *q, int i)
{
    const dp_quant_layer *layer = &q->layer[i];
    const size_t k = dp_quant_depth(q, i);
    const double offset = dp_quant_offset(q, i);
    for (int o = 0; o < q->spec.layer[i].out; o++) {
        const double scale = (double)layer->scale[o];
        double sum = 0;
        for (size_t j = 0; j < k; j++) {
            const int8_t w = layer->weight[(size_t)o * k + j];
            *weight++ = (float)(scale * w);
            sum += w;
        }
        bias[o] =
            (float)(scale * ((double)layer->in_scale * layer->bias[o] - offset * sum));
    }
}

void dp_quant_floats(float *params, const dp_quant *q)
{
    for (int i = 0; i <= q->last; i++) {
        dp_op_call call;
        if (!q->layer[i].weight)
            continue;
        dp_params_bind(&call, &q->spec, &q->layout, i, params, params);
        write_floats(call.grad[DP_WEIGHT], call.grad[DP_BIAS], q, i);
    }
}

/* ---- single values --------------------------------------------------------------- */

/* Quantise x as an input of layer + 1. */
static uint8_t to_byte(const dp_quant *q, int layer, double x)
{
    const dp_quant_layer *next = &q->layer[layer + 1];
    const double v = rint(x / (double)next->in_scale) + next->in_zero;
    return (uint8_t)fmin(fmax(v, 0), UINT8_MAX);
}

void dp_quant_table(uint8_t table[256], const dp_quant *q, int layer)
{
    const dp_quant_layer *input = &q->layer[layer];
    const dp_layer *spec = &q->spec.layer[layer];
    const dp_act act = dp_op_get(spec->kind)->act;
    for (int i = 0; i < 256; i++) {
        const double x = (double)input->in_scale * (i - input->in_zero);
        table[i] = to_byte(q, layer, dp_act_value(act, spec->value, x));
    }
}

uint8_t dp_quant_average(const dp_quant *q, int layer, int64_t sum, int count,
                         int divisor)
{
    const dp_quant_layer *input = &q->layer[layer];
    const double total = (double)(sum - (int64_t)count * input->in_zero);
    return to_byte(q, layer, (double)input->in_scale * total / divisor);
}
