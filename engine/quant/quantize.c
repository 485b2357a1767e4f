#include "config.h"

#include "engine/quant/quantize.h"

#include "engine/core/arith.h"
#include "engine/net/fold.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEVELS = 127,         /* of a weight, on either side of 0 */
    BATCH = 16,           /* images per forward pass */
    BINS = 1 << 14,       /* of a histogram */
    BIAS_LIMIT = 1 << 24, /* the largest bias, in the unit of the sums */
};

/* The fraction of an activation's values that may be clamped at either end. */
static const double outliers = 1e-4;

/* The float network in the form that dp_quant requires: folded, without batch norms. */
typedef struct plain {
    dp_spec spec;
    dp_params layout;
    float *params;
} plain;

/* ---- the chain: remaining batch norms become 1×1 depthwise convs ----------------- */

static dp_layer plain_layer(const dp_layer *layer, dp_shape in)
{
    dp_layer result = *layer;
    if (layer->kind == DP_OP_BN)
        result = (dp_layer){ .kind = DP_OP_CONV,
                             .out = in.c,
                             .kernel = { 1, 1 },
                             .stride = { 1, 1 },
                             .dilation = { 1, 1 },
                             .groups = in.c };
    if (dp_op_get(result.kind)->quant == DP_QUANT_WEIGHTS)
        result.bias = true;
    return result;
}

/* y = γ·(x − mean)/√(var + eps) + β */
static void copy_bn(dp_op_call *to, const dp_op_call *from)
{
    for (int c = 0; c < from->in.c; c++) {
        const double deviation =
            sqrt((double)from->param[DP_RUNNING_VAR][c] + (double)from->layer->value);
        const double scale = (double)from->param[DP_GAMMA][c] / deviation;
        to->grad[DP_WEIGHT][c] = (float)scale;
        to->grad[DP_BIAS][c] = (float)((double)from->param[DP_BETA][c] -
                                       scale * (double)from->param[DP_RUNNING_MEAN][c]);
    }
}

static void copy_layer(dp_op_call *to, const dp_op_call *from, const dp_params *layout,
                       int layer)
{
    if (from->layer->kind == DP_OP_BN) {
        copy_bn(to, from);
        return;
    }
    for (int j = 0; j < layout->n; j++) {
        const dp_param *p = &layout->param[j];
        if (p->layer == layer)
            memcpy(to->grad[p->role], from->param[p->role], p->count * sizeof(float));
    }
}

static dp_code make_plain(plain *out, const dp_fold *fold, const float *folded,
                          dp_err *err)
{
    out->spec = fold->spec;
    for (int i = 0; i < fold->spec.n_layers; i++)
        out->spec.layer[i] = plain_layer(&fold->spec.layer[i], fold->spec.shape[i]);
    dp_code code = dp_params_layout(&out->layout, &out->spec, err);
    if (code)
        return code;
    out->params = calloc(out->layout.count + 1, sizeof *out->params);
    if (!out->params)
        return dp_fail(err, DP_NOMEM, "no memory for %zu parameters", out->layout.count);
    for (int i = 0; i < out->spec.n_layers; i++) {
        dp_op_call to, from;
        dp_params_bind(&to, &out->spec, &out->layout, i, out->params, out->params);
        dp_params_bind(&from, &fold->spec, &fold->layout, i, folded, NULL);
        copy_layer(&to, &from, &fold->layout, i);
    }
    for (size_t j = 0; j < out->layout.count; j++)
        if (!isfinite(out->params[j]))
            return dp_fail(err, DP_MODEL, "the weights are not finite numbers");
    return DP_OK;
}

static dp_code fold_plain(plain *out, const dp_spec *spec, const float *params,
                          dp_err *err)
{
    dp_params layout;
    dp_fold fold;
    dp_code code = dp_params_layout(&layout, spec, err);
    if (!code)
        code = dp_fold_plan(&fold, spec, err);
    if (code)
        return code;
    float *folded = malloc((fold.layout.count + 1) * sizeof *folded);
    if (!folded)
        return dp_fail(err, DP_NOMEM, "no memory for %zu parameters", fold.layout.count);
    dp_fold_params(folded, &fold, spec, &layout, params);
    code = make_plain(out, &fold, folded, err);
    free(folded);
    return code;
}

/* ---- ranges of activations ----------------------------------------------------------
 *
 * Two passes over the images: the first finds the least and the greatest input value of
 * each layer, the second makes a histogram of the values between them. */

typedef struct range {
    float least, most;
    uint64_t *count; /* [BINS]; NULL in the first pass */
} range;

typedef struct calibration {
    const plain *net;
    int last; /* the last layer whose input is measured */
    float norm[256];
    const dp_calibration *images;
    float *buffer[2]; /* [BATCH, largest activation]: a layer's input and its output */
    float *scratch;
    range range[DP_MAX_LAYERS]; /* of each layer's input */
} calibration;

static int bin_of(const range *r, float x)
{
    const float width = r->most - r->least;
    const int bin = width > 0 ? (int)((x - r->least) / width * BINS) : 0;
    return dp_clamp_int(bin, 0, BINS - 1);
}

static void measure(range *r, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (r->count) {
            r->count[bin_of(r, x[i])]++;
            continue;
        }
        r->least = x[i] < r->least ? x[i] : r->least;
        r->most = x[i] > r->most ? x[i] : r->most;
    }
}

static void bind(dp_op_call *call, const calibration *c, int layer, int n)
{
    *call = (dp_op_call){ .n = n, .kernels = dp_kernels_best(), .scratch = c->scratch };
    dp_params_bind(call, &c->net->spec, &c->net->layout, layer, c->net->params, NULL);
}

/* Run n of the `sampled` images, from `first` on, and measure the layers' inputs. */
static void run_batch(calibration *c, int first, int sampled, int n)
{
    float *x = c->buffer[0], *y = c->buffer[1];
    for (int i = 0; i < n; i++) {
        const size_t image = (size_t)(first + i) * (size_t)c->images->n / (size_t)sampled;
        const uint8_t *pixels = c->images->pixels + image * DP_PIXELS;
        for (int j = 0; j < DP_PIXELS; j++)
            x[i * DP_PIXELS + j] = c->norm[pixels[j]];
    }
    for (int i = 0; i <= c->last; i++) {
        dp_op_call call;
        bind(&call, c, i, n);
        measure(&c->range[i], x, (size_t)n * dp_shape_count(call.in));
        if (i == c->last)
            break;
        dp_op_get(call.layer->kind)->forward(&call, x, y);
        float *next = x;
        x = y;
        y = next;
    }
}

/* Run all images; `pass` is 0 or 1. */
static void run_images(calibration *c, int pass)
{
    const dp_calibration *images = c->images;
    const int sampled = dp_min_int(images->n, DP_QUANTIZE_IMAGES);
    for (int first = 0; first < sampled; first += BATCH) {
        run_batch(c, first, sampled, dp_min_int(sampled - first, BATCH));
        if (images->progress)
            images->progress(images->user, (pass + (double)first / sampled) / 2);
    }
}

static size_t largest_scratch(const calibration *c)
{
    size_t most = 0;
    for (int i = 0; i < c->last; i++) {
        dp_op_call call;
        bind(&call, c, i, BATCH);
        const dp_op *op = dp_op_get(call.layer->kind);
        const size_t n = op->scratch ? op->scratch(&call) : 0;
        most = n > most ? n : most;
    }
    return most;
}

static size_t largest_activation(const dp_spec *spec)
{
    size_t most = 0;
    for (int i = 0; i <= spec->n_layers; i++) {
        const size_t n = dp_shape_count(spec->shape[i]);
        most = n > most ? n : most;
    }
    return most;
}

/* Memory for both passes. Ops require the alignment of a cache line. */
static dp_code allocate(calibration *c, dp_err *err)
{
    const size_t each = dp_round_up(BATCH * largest_activation(&c->net->spec), 16);
    const size_t scratch = dp_round_up(largest_scratch(c), 16);
    uint64_t *counts = calloc((size_t)c->last + 1, BINS * sizeof *counts);
    c->range[0].count = counts;
    c->buffer[0] = aligned_alloc(64, (2 * each + scratch + 16) * sizeof(float));
    if (!counts || !c->buffer[0])
        return dp_fail(err, DP_NOMEM, "no memory to measure activations");
    c->buffer[1] = c->buffer[0] + each;
    c->scratch = c->buffer[1] + each;
    return DP_OK;
}

static dp_code measure_ranges(calibration *c, dp_err *err)
{
    uint64_t *counts = c->range[0].count;
    for (int i = 0; i <= c->last; i++)
        c->range[i] = (range){ .least = FLT_MAX, .most = -FLT_MAX };
    run_images(c, 0);
    for (int i = 0; i <= c->last; i++) {
        if (!isfinite(c->range[i].most - c->range[i].least)) {
            c->range[0].count = counts;
            return dp_fail(err, DP_MODEL, "layer %d: its input is not finite", i);
        }
        c->range[i].count = counts + i * BINS;
    }
    run_images(c, 1);
    return DP_OK;
}

/* Cut off each end of the range while it holds at most `outliers` of the values. */
static void trim(range *r)
{
    uint64_t total = 0, below = 0, above = 0;
    for (int i = 0; i < BINS; i++)
        total += r->count[i];
    const double allowed = outliers * (double)total;
    int first = 0, end = BINS;
    while (first < end - 1 && (double)(below + r->count[first]) <= allowed)
        below += r->count[first++];
    while (end > first + 1 && (double)(above + r->count[end - 1]) <= allowed)
        above += r->count[--end];
    const float width = r->most - r->least, least = r->least;
    r->least = least + width * (float)first / BINS;
    r->most = least + width * (float)end / BINS;
}

static void set_input(dp_quant_layer *layer, range *r)
{
    trim(r);
    const double low = fmin(0, (double)r->least), high = fmax(0, (double)r->most);
    const double scale = (high - low) / UINT8_MAX;
    layer->in_scale = scale > (double)FLT_MIN ? (float)scale : 1;
    layer->in_zero = (int)rint(-low / (double)layer->in_scale);
}

static dp_code calibrate(dp_quant *q, const plain *net, const dp_calibration *images,
                         dp_err *err)
{
    calibration c = { .net = net, .last = q->last, .images = images };
    dp_norm_table(c.norm, q->norm);
    dp_code code = allocate(&c, err);
    if (!code)
        code = measure_ranges(&c, err);
    const dp_quant_pixel pixel = dp_quant_pixels(q->norm);
    for (int i = 0; i <= q->last && !code; i++)
        set_input(&q->layer[i], &c.range[i]);
    for (int i = 0; i <= q->last && !code; i++) {
        q->layer[i].in_scale = (float)pixel.scale;
        q->layer[i].in_zero = pixel.zero;
        if (!dp_op_get(q->spec.layer[i].kind)->keeps_scale)
            break; /* the layers after this one no longer read pixels */
    }
    free(c.range[0].count);
    free(c.buffer[0]);
    return code;
}

/* ---- weights --------------------------------------------------------------------- */

/* The scale of a channel maps its largest weight to LEVELS. It is larger if the bias
 * would exceed BIAS_LIMIT otherwise, and 1 if all weights are 0. */
static float channel_scale(const float *w, size_t k, double bias, double in_scale)
{
    float largest = 0;
    for (size_t j = 0; j < k; j++) /* fmax here would crash gcc 12 for aarch64 */
        largest = fabsf(w[j]) > largest ? fabsf(w[j]) : largest;
    const double scale =
        fmax((double)largest / LEVELS, fabs(bias) / (in_scale * BIAS_LIMIT));
    return scale > (double)FLT_MIN ? (float)scale : 1;
}

static void quantise_channel(dp_quant_layer *layer, int o, const float *w, size_t k,
                             double bias, double offset)
{
    const double in_scale = (double)layer->in_scale;
    for (size_t j = 0; j < k && offset != 0; j++)
        bias += offset * (double)w[j];
    layer->scale[o] = channel_scale(w, k, bias, in_scale);
    const double scale = (double)layer->scale[o];
    for (size_t j = 0; j < k; j++)
        layer->weight[(size_t)o * k + j] =
            (int8_t)fmax(-LEVELS, fmin(LEVELS, rint((double)w[j] / scale)));
    layer->bias[o] = (int32_t)rint(bias / (in_scale * scale));
}

static void quantise_weights(dp_quant *q, const plain *net)
{
    for (int i = 0; i <= q->last; i++) {
        dp_op_call call;
        if (!q->layer[i].weight)
            continue;
        dp_params_bind(&call, &net->spec, &net->layout, i, net->params, NULL);
        const size_t k = dp_quant_depth(q, i);
        for (int o = 0; o < call.layer->out; o++)
            quantise_channel(&q->layer[i], o, call.param[DP_WEIGHT] + (size_t)o * k, k,
                             (double)call.param[DP_BIAS][o], dp_quant_offset(q, i));
    }
}

static dp_code quantise(dp_quant **out, const plain *net, dp_norm norm,
                        const dp_calibration *images, dp_err *err)
{
    dp_quant *q;
    const dp_shape in = net->spec.shape[0];
    if (in.c != 1 || in.h != DP_SIDE || in.w != DP_SIDE)
        return dp_fail(err, DP_MODEL, "the input is %d x %d x %d, not 1 x %d x %d pixels",
                       in.c, in.h, in.w, DP_SIDE, DP_SIDE);
    dp_code code = dp_quant_create(&q, &net->spec, norm, err);
    if (code)
        return code;
    code = calibrate(q, net, images, err);
    if (!code) {
        quantise_weights(q, net);
        code = dp_quant_finish(q, err);
    }
    if (code)
        dp_quant_unref(q);
    else
        *out = q;
    return code;
}

dp_code dp_quantize(dp_quant **out, const dp_spec *spec, const float *params,
                    dp_norm norm, const dp_calibration *images, dp_err *err)
{
    plain net = { 0 };
    dp_code code = fold_plain(&net, spec, params, err);
    if (!code)
        code = quantise(out, &net, norm, images, err);
    free(net.params);
    return code;
}
