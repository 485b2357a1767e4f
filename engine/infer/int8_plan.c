#include "config.h"

#include "engine/infer/int8_plan.h"

#include "engine/core/arith.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    LANES = DP_INT8_CHANNELS,
    DEPTH = DP_INT8_DEPTH,
    SLACK = 64, /* bytes past the end of an activation that kernels may read */
    MAX_LAYOUT = 1 << 26,
};

/* ---- layouts --------------------------------------------------------------------- */

static dp_code make_layout(dp_int8_layout *out, dp_shape shape, const int pad[4],
                           uint8_t border, dp_err *err)
{
    const size_t h = (size_t)shape.h + (size_t)pad[0] + (size_t)pad[2];
    const size_t w = (size_t)shape.w + (size_t)pad[1] + (size_t)pad[3];
    size_t row, size;
    if (__builtin_mul_overflow(w, (size_t)shape.c, &row) ||
        __builtin_mul_overflow(row, h, &size) || size > MAX_LAYOUT)
        return dp_fail(err, DP_MODEL, "an activation with its padding is too large");
    *out = (dp_int8_layout){ .shape = shape, .pixel = shape.c, .border = border };
    out->row = (int)row;
    out->origin = pad[0] * out->row + pad[1] * out->pixel;
    out->size = (size + SLACK) / SLACK * SLACK + SLACK;
    return DP_OK;
}

/* A dense layer with whole groups of inputs reads nothing past them. If it comes first, and
 * pixels are its inputs in order, it needs no copy of them. */
static void set_reads_pixels(dp_int8_plan *plan)
{
    dp_int8_step *first = &plan->step[0];
    plan->reads_pixels = first->kind == DP_INT8_DENSE && first->in.c % DEPTH == 0 &&
                         plan->quant->spec.shape[0].c == 1;
    if (plan->reads_pixels)
        first->from.size = (size_t)first->in.c;
}

/* The step that reads an activation decides its layout. */
static dp_code make_layouts(dp_int8_plan *plan, dp_err *err)
{
    static const int none[4];
    const dp_quant *q = plan->quant;
    dp_shape shape = q->spec.shape[0];
    dp_code code = DP_OK;
    for (int i = 0; i < plan->n_steps && !code; i++) {
        dp_int8_step *s = &plan->step[i];
        const int *pad = s->kind == DP_INT8_CONV ? q->spec.layer[s->layer].pad : none;
        /* A skipped flatten does not change the layout. */
        code =
            make_layout(&s->from, shape, pad, (uint8_t)q->layer[s->layer].in_zero, err);
        shape = s->out;
        if (s->kind == DP_INT8_LOOKUP)
            shape = s->from.shape;
    }
    set_reads_pixels(plan);
    return code;
}

/* The offset of pixel (y, x) of an activation. */
static int pixel_at(const dp_int8_layout *layout, int y, int x)
{
    return layout->origin + y * layout->row + x * layout->pixel;
}

/* ---- products -------------------------------------------------------------------- */

/* How a step reads a row of its input: in taps[0] · taps[1] pieces of contiguous bytes. A
 * tap is one position of the kernel, or a row of positions. */
typedef struct geometry {
    int taps[2]; /* down and across the kernel */
    int size;    /* bytes of a tap */
    int depth;   /* weights of an output channel */
} geometry;

/* A block of a grouped convolution reads a span of input channels: those of all groups
 * that the block's output channels are in. This is the first one. */
static int channel_start(const dp_layer *layer, int channels, int size, int block)
{
    const int group = block * LANES / (layer->out / layer->groups);
    const int start = group * (channels / layer->groups);
    return start + size <= channels ? start : channels - size;
}

/* The number of channels of the widest span. */
static int channel_span(const dp_layer *layer, int channels)
{
    const int each = layer->out / layer->groups, width = channels / layer->groups;
    int most = 0;
    for (int first = 0; first < layer->out; first += LANES) {
        const int last = first + LANES <= layer->out ? first + LANES - 1 : layer->out - 1;
        const int n = last / each - first / each + 1;
        most = n > most ? n : most;
    }
    return most * width;
}

static geometry geometry_of(const dp_int8_step *s, const dp_quant *q)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    geometry g = { .taps = { 1, 1 }, .depth = (int)dp_quant_depth(q, s->layer) };
    if (s->kind == DP_INT8_DENSE) {
        g.size = g.depth;
        return g;
    }
    g.taps[0] = layer->kernel[0];
    if (layer->groups == 1 && layer->dilation[1] == 1) {
        g.size = layer->kernel[1] * s->in.c; /* a whole kernel row is contiguous */
        return g;
    }
    g.taps[1] = layer->kernel[1];
    g.size = layer->groups == 1 ? s->in.c : channel_span(layer, s->in.c);
    return g;
}

/* The weight of output channel o for byte b of a tap; 0 if the channel does not read that
 * byte. */
static int8_t conv_weight(const dp_int8_step *s, const dp_quant *q, const geometry *g,
                          int o, int tap, int b)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    const int ty = tap / g->taps[1];
    int tx = tap % g->taps[1];
    const int width = s->in.c / layer->groups; /* channels of a group */
    int c = b;
    if (g->taps[1] != layer->kernel[1]) {
        tx = b / s->in.c;
        c = b % s->in.c;
    }
    if (layer->groups > 1) {
        c += channel_start(layer, s->in.c, g->size, o / LANES) -
             o / (layer->out / layer->groups) * width;
        if (c < 0 || c >= width)
            return 0;
    }
    const int at = (c * layer->kernel[0] + ty) * layer->kernel[1] + tx;
    return q->layer[s->layer].weight[(size_t)o * (size_t)g->depth + (size_t)at];
}

/* The position in the packed weights of byte b of a group of channel o. */
static size_t packed_at(int groups, int o, int group, int b)
{
    return (((size_t)(o / LANES) * (size_t)groups + (size_t)group) * LANES +
            (size_t)(o % LANES)) *
               DEPTH +
           (size_t)b;
}

/* Pack n weights of a channel, which are `step` apart, from the start of a group on. */
static void put_weights(int8_t *to, const int8_t *w, ptrdiff_t step, int n)
{
    for (; n >= DEPTH; n -= DEPTH, to += LANES * DEPTH, w += DEPTH * step) {
        const int8_t group[DEPTH] = { w[0], w[step], w[2 * step], w[3 * step] };
        memcpy(to, group, DEPTH);
    }
    for (int b = 0; b < n; b++)
        to[b] = w[b * step];
}

/* The group in which the channels of a position of the kernel begin. */
static int position_group(const dp_int8_step *s, const geometry *g, int kernel_width,
                          int at)
{
    if (g->taps[1] == kernel_width)
        return at * s->product.groups;
    return at / kernel_width * s->product.groups + at % kernel_width * s->in.c / DEPTH;
}

/* For layers without channel groups in which every position begins a new group of bytes. */
static void pack_positions(int8_t *to, const dp_int8_step *s, const dp_quant *q,
                           const geometry *g)
{
    const dp_int8_product *p = &s->product;
    const int *kernel = q->spec.layer[s->layer].kernel, positions = kernel[0] * kernel[1];
    for (int o = 0; o < p->channels; o++) {
        const int8_t *w = q->layer[s->layer].weight + (size_t)o * (size_t)g->depth;
        for (int t = 0; t < positions; t++)
            put_weights(to + packed_at(p->taps * p->groups, o,
                                       position_group(s, g, kernel[1], t), 0),
                        w + t, positions, s->in.c);
    }
}

static void pack_conv(int8_t *to, const dp_int8_step *s, const dp_quant *q,
                      const geometry *g)
{
    const dp_int8_product *p = &s->product;
    const dp_layer *layer = &q->spec.layer[s->layer];
    if (layer->groups == 1 && s->in.c % DEPTH == 0) {
        pack_positions(to, s, q, g);
        return;
    }
    for (int o = 0; o < p->channels; o++)
        for (int r = 0; r < p->taps; r++)
            for (int b = 0; b < g->size; b++)
                to[packed_at(p->taps * p->groups, o, r * p->groups + b / DEPTH,
                             b % DEPTH)] = conv_weight(s, q, g, o, r, b);
}

/* Reorder the weights from NCHW to NHWC, the layout of the input. */
static void pack_dense(int8_t *to, const dp_int8_step *s, const dp_quant *q)
{
    const dp_int8_product *p = &s->product;
    const dp_shape in = s->from.shape;
    const int pixels = in.h * in.w, k = in.c * pixels;
    for (int o = 0; o < p->channels; o++) {
        const int8_t *w = q->layer[s->layer].weight + (size_t)o * (size_t)k;
        if (in.c == 1) {
            put_weights(to + packed_at(p->groups, o, 0, 0), w, 1, k);
            continue;
        }
        for (int i = 0; i < pixels && in.c % DEPTH == 0; i++)
            put_weights(to + packed_at(p->groups, o, i * in.c / DEPTH, 0), w + i, pixels,
                        in.c);
        for (int i = 0, at = 0; i < pixels && in.c % DEPTH != 0; i++)
            for (int c = 0; c < in.c; c++, at++)
                to[packed_at(p->groups, o, at / DEPTH, at % DEPTH)] = w[c * pixels + i];
    }
}

/* bias − in_zero · Σ weight, so that the kernels can ignore the input's zero-point. This
 * is right at the borders too, because padding has the value in_zero. */
static void set_biases(int32_t *bias, const dp_int8_step *s, const dp_quant *q)
{
    const dp_quant_layer *layer = &q->layer[s->layer];
    const size_t k = dp_quant_depth(q, s->layer);
    for (int o = 0; o < s->product.channels; o++) {
        int sum = 0;
        for (size_t j = 0; j < k && layer->in_zero; j++)
            sum += layer->weight[(size_t)o * k + j];
        bias[o] = layer->bias[o] - layer->in_zero * sum;
    }
}

/* The arrays of a product, allocated in the arena. */
typedef struct arrays {
    int8_t *weight;
    int32_t *bias;
    float *factor;
    int *tap, *channel_offset, *row_at, *out_at;
} arrays;

static bool is_grouped(const dp_int8_step *s, const dp_quant *q)
{
    return s->kind == DP_INT8_CONV && q->spec.layer[s->layer].groups > 1;
}

static void place_arrays(arrays *a, const dp_int8_step *s, const dp_quant *q,
                         dp_arena *arena)
{
    const dp_int8_product *p = &s->product;
    const size_t blocks = (size_t)p->blocks, taps = (size_t)p->taps;
    const size_t rows = (size_t)s->rows;
    a->weight = dp_arena_take(arena, blocks * taps * (size_t)p->groups * DP_INT8_GROUP);
    a->bias = dp_arena_take(arena, blocks * LANES * sizeof *a->bias);
    a->factor = dp_arena_take(arena, blocks * LANES * sizeof *a->factor);
    a->tap = dp_arena_take(arena, taps * sizeof *a->tap);
    a->channel_offset = is_grouped(s, q)
                            ? dp_arena_take(arena, blocks * sizeof *a->channel_offset)
                            : NULL;
    a->row_at = dp_arena_take(arena, rows * sizeof *a->row_at);
    a->out_at = dp_arena_take(arena, rows * sizeof *a->out_at);
}

/* The sizes of a product, from which those of its arrays follow. */
static dp_code measure_product(dp_int8_step *s, const dp_quant *q, dp_err *err)
{
    const geometry g = geometry_of(s, q);
    dp_int8_product *p = &s->product;
    const dp_shape sums = q->spec.shape[s->layer + 1]; /* before pooling */
    p->channels = sums.c;
    p->blocks = dp_ceil_div_int(sums.c, LANES);
    p->taps = g.taps[0] * g.taps[1];
    p->groups = dp_ceil_div_int(g.size, DEPTH);
    s->rows = p->epilogue.pool ? 4 * s->out.h * s->out.w : sums.h * sums.w;
    const size_t lanes = (size_t)p->blocks * LANES;
    size_t weights;
    if (__builtin_mul_overflow(lanes * DEPTH, (size_t)p->taps * (size_t)p->groups,
                               &weights) ||
        weights > (size_t)INT_MAX)
        return dp_fail(err, DP_MODEL, "layer %d is too large", s->layer);
    return DP_OK;
}

/* Rows have the order of the output; if pooled, those of a window are adjacent. */
static void place_rows(arrays *a, const dp_int8_step *s, const dp_quant *q,
                       const dp_int8_layout *to)
{
    static const int one[2] = { 1, 1 }, none[4];
    const dp_layer *layer = &q->spec.layer[s->layer];
    const bool conv = s->kind == DP_INT8_CONV;
    const int *stride = conv ? layer->stride : one, *pad = conv ? layer->pad : none;
    const int side = s->product.epilogue.pool ? 2 : 1;
    const dp_shape out = s->out;
    int r = 0;
    for (int i = 0; i < out.h * out.w; i++) {
        const int y = i / out.w, x = i % out.w;
        for (int k = 0; k < side * side; k++)
            a->row_at[r++] =
                pixel_at(&s->from, (side * y + k / side) * stride[0] - pad[0],
                         (side * x + k % side) * stride[1] - pad[1]);
        a->out_at[i] =
            to ? pixel_at(to, y, x) : i * s->product.blocks * LANES * (int)sizeof(float);
    }
}

static void fill_product(dp_int8_step *s, const dp_quant *q, arrays *a,
                         const dp_int8_layout *to)
{
    const geometry g = geometry_of(s, q);
    const dp_layer *layer = &q->spec.layer[s->layer];
    dp_int8_product *p = &s->product;
    for (int r = 0; s->kind == DP_INT8_CONV && r < p->taps; r++)
        a->tap[r] = r / g.taps[1] * layer->dilation[0] * s->from.row +
                    r % g.taps[1] * layer->dilation[1] * s->from.pixel;
    for (int b = 0; a->channel_offset && b < p->blocks; b++)
        a->channel_offset[b] = channel_start(layer, s->in.c, g.size, b);
    if (s->kind == DP_INT8_DENSE)
        pack_dense(a->weight, s, q);
    else
        pack_conv(a->weight, s, q, &g);
    set_biases(a->bias, s, q);
    for (int o = 0; o < p->channels; o++)
        a->factor[o] = dp_quant_factor(q, s->layer, o);
    place_rows(a, s, q, to);
    p->weight = a->weight;
    p->bias = a->bias;
    p->epilogue.factor = a->factor;
    p->tap = a->tap;
    p->channel_offset = a->channel_offset;
    s->row_at = a->row_at;
    s->out_at = a->out_at;
}

static bool is_product(const dp_int8_step *s)
{
    return s->kind == DP_INT8_DENSE || s->kind == DP_INT8_CONV;
}

static dp_code make_products(dp_int8_plan *plan, dp_err *err)
{
    const dp_quant *q = plan->quant;
    arrays a;
    for (int i = 0; i < plan->n_steps; i++) {
        dp_int8_step *s = &plan->step[i];
        if (!is_product(s))
            continue;
        dp_code code = measure_product(s, q, err);
        if (code)
            return code;
        place_arrays(&a, s, q, &plan->arena);
    }
    if (!dp_arena_alloc(&plan->arena))
        return dp_fail(err, DP_NOMEM, "no memory for the weights");
    for (int i = 0; i < plan->n_steps; i++) {
        dp_int8_step *s = &plan->step[i];
        if (!is_product(s))
            continue;
        place_arrays(&a, s, q, &plan->arena);
        fill_product(s, q, &a, i + 1 < plan->n_steps ? &s[1].from : NULL);
    }
    return DP_OK;
}

/* ---- creation -------------------------------------------------------------------- */

dp_code dp_int8_plan_create(dp_int8_plan **out, const dp_quant *q,
                            const dp_int8_kernels *kernels, dp_err *err)
{
    dp_int8_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return dp_fail(err, DP_NOMEM, "no memory for a network");
    plan->quant = q;
    plan->kernels = kernels;
    plan->n_steps = dp_int8_make_steps(plan->step, q);
    dp_code code = make_layouts(plan, err);
    if (!code)
        code = make_products(plan, err);
    if (code)
        dp_int8_plan_free(plan);
    else
        *out = plan;
    return code;
}

void dp_int8_plan_free(dp_int8_plan *plan)
{
    if (!plan)
        return;
    dp_arena_clear(&plan->arena);
    free(plan);
}
