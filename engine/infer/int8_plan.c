#include "config.h"

#include "engine/infer/int8_plan.h"

#include "engine/core/arith.h"
#include "engine/infer/int8_pack.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    LANES = DP_INT8_CHANNELS,
    DEPTH = DP_INT8_DEPTH,
    SLACK = 64, /* bytes past the end of an activation that kernels may read */
    MAX_LAYOUT = 1 << 26,
    MOST_PIXELS = 4, /* side by side in a row */
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

/* bias − in_zero · Σ weight, so that the kernels can ignore the input's zero-point. This
 * is right at the borders too, because padding has the value in_zero. */
static int32_t bias_of(const dp_quant *q, int layer, int o)
{
    const dp_quant_layer *l = &q->layer[layer];
    const size_t k = dp_quant_depth(q, layer);
    int sum = 0;
    for (size_t j = 0; j < k && l->in_zero; j++)
        sum += l->weight[(size_t)o * k + j];
    return l->bias[o] - l->in_zero * sum;
}

/* The arrays of a product, allocated in the arena. */
typedef struct arrays {
    int8_t *weight;
    int32_t *bias;
    float *factor;
    int *group_at, *channel_offset, *row_at, *out_at;
} arrays;

static bool is_grouped(const dp_int8_step *s, const dp_quant *q)
{
    return s->kind == DP_INT8_CONV && q->spec.layer[s->layer].groups > 1;
}

static void place_arrays(arrays *a, const dp_int8_step *s, const dp_quant *q,
                         dp_arena *arena)
{
    const dp_int8_product *p = &s->product;
    const size_t blocks = (size_t)p->blocks, groups = (size_t)p->groups;
    const size_t rows = (size_t)s->rows;
    a->weight = dp_arena_take(arena, blocks * groups * DP_INT8_GROUP);
    a->bias = dp_arena_take(arena, blocks * LANES * sizeof *a->bias);
    a->factor = dp_arena_take(arena, blocks * LANES * sizeof *a->factor);
    a->group_at = dp_arena_take(arena, groups * sizeof *a->group_at);
    a->channel_offset = is_grouped(s, q)
                            ? dp_arena_take(arena, blocks * sizeof *a->channel_offset)
                            : NULL;
    a->row_at = dp_arena_take(arena, rows * sizeof *a->row_at);
    a->out_at = dp_arena_take(arena, rows * sizeof *a->out_at);
}

/* Give `pixels` pixels to each row, which determines the other sizes of the product. */
static void set_pixels(dp_int8_step *s, const dp_quant *q, int pixels)
{
    dp_int8_product *p = &s->product;
    dp_int8_pool *pool = &p->epilogue.pool;
    const dp_shape sums = q->spec.shape[s->layer + 1]; /* before pooling */
    if (*pool != DP_INT8_NO_POOL)
        *pool = pixels > 1 ? DP_INT8_POOL_HALVES : DP_INT8_POOL_ROWS;
    s->pixels = pixels;
    s->spacing = *pool == DP_INT8_POOL_HALVES ? LANES / 2 : sums.c;
    p->channels = *pool == DP_INT8_NO_POOL ? pixels * sums.c : sums.c;
    p->blocks = dp_ceil_div_int(pixels * s->spacing, LANES);
    const dp_int8_geometry g = dp_int8_geometry_of(s, q);
    p->groups = g.taps[0] * g.taps[1] * g.groups;
    const int covered =
        *pool == DP_INT8_NO_POOL ? sums.h * sums.w : 4 * s->out.h * s->out.w;
    s->rows = covered / pixels;
}

/* Whether rows of `pixels` pixels have room for the channels and make up whole lines. */
static bool can_have_pixels(const dp_int8_step *s, const dp_quant *q, int pixels)
{
    const dp_shape sums = q->spec.shape[s->layer + 1];
    if (!dp_int8_has_lines(s, q) || s->product.epilogue.to_float)
        return false;
    if (s->product.epilogue.pool == DP_INT8_NO_POOL)
        return sums.w % pixels == 0;
    return sums.c <= LANES / 2 && 2 * s->out.w % pixels == 0;
}

/* The dot products of four output pixels, in registers of 16 channels. */
static size_t count_dots(const dp_int8_step *s)
{
    const size_t rows = (size_t)(MOST_PIXELS / s->pixels);
    return rows * (size_t)s->product.blocks * (size_t)s->product.groups;
}

/* With few channels, several pixels side by side fill the lanes of a block, and share the
 * bytes of a group. Among equal numbers of dot products, more pixels make fewer calls. */
static void choose_pixels(dp_int8_step *s, const dp_quant *q, int blocks_at_once)
{
    set_pixels(s, q, 1);
    int best = 1;
    size_t least = count_dots(s);
    for (int pixels = 2; pixels <= MOST_PIXELS; pixels *= 2) {
        if (!can_have_pixels(s, q, pixels))
            continue;
        set_pixels(s, q, pixels);
        const size_t dots = count_dots(s);
        if (dots > least || (dots == least && s->product.blocks > blocks_at_once))
            continue;
        least = dots;
        best = pixels;
    }
    set_pixels(s, q, best);
}

static dp_code check_size(const dp_int8_step *s, dp_err *err)
{
    const size_t lanes = (size_t)s->product.blocks * LANES;
    size_t weights;
    if (__builtin_mul_overflow(lanes * DEPTH, (size_t)s->product.groups, &weights) ||
        weights > (size_t)INT_MAX)
        return dp_fail(err, DP_MODEL, "layer %d is too large", s->layer);
    return DP_OK;
}

/* Rows have the order of the output; those that make a result are adjacent. */
static void place_rows(arrays *a, const dp_int8_step *s, const dp_quant *q,
                       const dp_int8_layout *to)
{
    static const int one[2] = { 1, 1 }, none[4];
    const dp_layer *layer = &q->spec.layer[s->layer];
    const bool conv = s->kind == DP_INT8_CONV;
    const int *stride = conv ? layer->stride : one, *pad = conv ? layer->pad : none;
    const int pool = s->product.epilogue.pool, side = pool == DP_INT8_NO_POOL ? 1 : 2;
    const int rows_across = pool == DP_INT8_POOL_ROWS ? 2 : 1; /* of a window */
    const int step = s->pixels > side ? s->pixels : side; /* pixels across a result */
    const int results = s->rows / pool, columns = results / s->out.h;
    for (int i = 0; i < results; i++) {
        const int y = i / columns, x = i % columns * step;
        for (int k = 0; k < pool; k++)
            a->row_at[i * pool + k] =
                pixel_at(&s->from, (side * y + k / rows_across) * stride[0] - pad[0],
                         (x + k % rows_across) * stride[1] - pad[1]);
        a->out_at[i] = to ? pixel_at(to, y, x / side)
                          : i * s->product.blocks * LANES * (int)sizeof(float);
    }
}

static void fill_product(dp_int8_step *s, const dp_quant *q, arrays *a,
                         const dp_int8_layout *to)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    dp_int8_product *p = &s->product;
    p->weight = a->weight;
    p->bias = a->bias;
    p->epilogue.factor = a->factor;
    p->group_at = a->group_at;
    p->channel_offset = a->channel_offset;
    s->row_at = a->row_at;
    s->out_at = a->out_at;
    dp_int8_place_groups(a->group_at, s, q);
    for (int b = 0; a->channel_offset && b < p->blocks; b++)
        a->channel_offset[b] =
            dp_int8_channel_start(layer, s->in.c, dp_int8_geometry_of(s, q).size, b);
    dp_int8_pack(a->weight, s, q);
    for (int o = 0; o < layer->out; o++) {
        const int32_t bias = bias_of(q, s->layer, o);
        for (int pixel = 0; pixel < s->pixels; pixel++) {
            a->bias[dp_int8_lane(s, pixel, o)] = bias;
            a->factor[dp_int8_lane(s, pixel, o)] = dp_quant_factor(q, s->layer, o);
        }
    }
    place_rows(a, s, q, to);
}

static void place_average(dp_int8_step *s, const dp_quant *q, dp_arena *arena)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    const size_t pixels = layer->kind == DP_OP_GLOBAL_AVGPOOL
                              ? (size_t)s->in.h * (size_t)s->in.w
                              : (size_t)layer->kernel[0] * (size_t)layer->kernel[1];
    s->window = pixels <= DP_INT8_TABLED ? (int)pixels : 0;
    s->average = s->window ? dp_arena_take(arena, pixels * UINT8_MAX + 1) : NULL;
}

static void fill_average(dp_int8_step *s, const dp_quant *q)
{
    for (int sum = 0; s->average && sum <= s->window * UINT8_MAX; sum++)
        s->average[sum] = dp_quant_average(q, s->layer, sum, s->window, s->window);
}

static bool is_product(const dp_int8_step *s)
{
    return s->kind == DP_INT8_DENSE || s->kind == DP_INT8_CONV;
}

static dp_code make_arrays(dp_int8_plan *plan, dp_err *err)
{
    const dp_quant *q = plan->quant;
    arrays a;
    for (int i = 0; i < plan->n_steps; i++) {
        dp_int8_step *s = &plan->step[i];
        if (s->kind == DP_INT8_AVGPOOL)
            place_average(s, q, &plan->arena);
        if (!is_product(s))
            continue;
        choose_pixels(s, q, plan->kernels->blocks);
        dp_code code = check_size(s, err);
        if (code)
            return code;
        place_arrays(&a, s, q, &plan->arena);
    }
    if (!dp_arena_alloc(&plan->arena))
        return dp_fail(err, DP_NOMEM, "no memory for the weights");
    for (int i = 0; i < plan->n_steps; i++) {
        dp_int8_step *s = &plan->step[i];
        if (s->kind == DP_INT8_AVGPOOL) {
            place_average(s, q, &plan->arena);
            fill_average(s, q);
        }
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
        code = make_arrays(plan, err);
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
