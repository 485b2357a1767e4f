/* The executor of 8-bit networks: the steps of the plan, then one that moves the sums of
 * the last step into place, then the layers on floats. */
#include "config.h"

#include "engine/infer/executor.h"

#include "engine/core/arith.h"
#include "engine/infer/int8_floats.h"
#include "engine/infer/int8_plan.h"
#include "engine/layers/op.h"
#include "engine/layers/window.h"

#include <string.h>

/* ---- properties ------------------------------------------------------------------ */

static int count_steps(const void *plan)
{
    const dp_int8_plan *p = plan;
    return p->n_steps + 1 + dp_int8_count_floats(p->quant);
}

/* Floats of a row of the last step's output, with those that only fill its last block. */
static size_t lanes_of(const dp_int8_step *s)
{
    return (size_t)s->product.blocks * DP_INT8_CHANNELS;
}

static dp_activation activation(const void *plan, int i)
{
    const dp_int8_plan *p = plan;
    const dp_int8_step *last = &p->step[p->n_steps - 1];
    if (i < p->n_steps)
        return (dp_activation){ p->step[i].from.size, p->step[i].from.border };
    if (i == p->n_steps)
        return (dp_activation){ (size_t)last->rows * lanes_of(last) * sizeof(float), 0 };
    return dp_int8_float_activation(p->quant, i - p->n_steps - 1);
}

/* Dense layers are not shared: they mostly wait for their weights. */
static dp_step_traits traits(const void *plan, int i)
{
    const dp_int8_plan *p = plan;
    if (i >= p->n_steps)
        return (dp_step_traits){ 0 };
    const dp_int8_step *s = &p->step[i];
    const dp_spec *spec = &p->quant->spec;
    const dp_layer *layer = &spec->layer[s->layer];
    const dp_op *op = dp_op_get(layer->kind);
    const dp_shape out = spec->shape[s->layer + 1]; /* before pooling */
    return (dp_step_traits){ .macs = op->macs ? op->macs(layer, s->in, out) : 0,
                             .dense = s->kind == DP_INT8_DENSE,
                             .divisible = s->kind == DP_INT8_CONV };
}

/* The list of kernels->row. */
static size_t scratch(const void *plan, int i, int n)
{
    const dp_int8_plan *p = plan;
    (void)n;
    return i < p->n_steps && p->step[i].kind == DP_INT8_DENSE
               ? ((size_t)p->step[i].product.groups + DP_INT8_LIST_SLACK) * sizeof(int)
               : 0;
}

/* ---- input ----------------------------------------------------------------------- */

static const void *borrow(const void *plan, const dp_model_input *in)
{
    return ((const dp_int8_plan *)plan)->reads_pixels ? in->pixels : NULL;
}

/* Copy an image into the layout of the first step. */
static void load_image(const dp_int8_plan *p, const uint8_t *pixels, const float *x,
                       uint8_t *to)
{
    const dp_int8_layout *layout = &p->step[0].from;
    const dp_quant_layer *first = &p->quant->layer[0];
    const dp_shape shape = p->quant->spec.shape[0];
    size_t from = 0;
    to += layout->origin;
    if (pixels && shape.c == 1) {
        for (int i = 0; i < shape.h; i++, pixels += shape.w)
            memcpy(to + i * layout->row, pixels, (size_t)shape.w);
        return;
    }
    for (int c = 0; c < shape.c; c++)
        for (int i = 0; i < shape.h; i++)
            for (int j = 0; j < shape.w; j++, from++)
                to[i * layout->row + j * layout->pixel + c] =
                    pixels ? pixels[from] : dp_int8_from_float(first, x[from]);
}

static void load(const void *plan, const dp_model_input *in, int n, void *to)
{
    const dp_int8_plan *p = plan;
    const size_t count = dp_shape_count(p->quant->spec.shape[0]);
    for (int i = 0; i < n; i++) {
        const size_t first = (size_t)i * count;
        load_image(p, in->pixels ? in->pixels + first : NULL,
                   in->x ? in->x + first : NULL,
                   (uint8_t *)to + (size_t)i * p->step[0].from.size);
    }
}

/* ---- products -------------------------------------------------------------------- */

/* Iterates over the rows of a product's input and over its results, across images. */
typedef struct row_iterator {
    const dp_int8_step *step;
    const uint8_t *in;
    uint8_t *out;
    size_t in_step, out_step; /* bytes from one image to the next */
    int row, result;          /* the next ones, within the current image */
    int remaining;            /* rows, over all images */
} row_iterator;

/* The next n rows. The kernel also needs valid addresses in the entries past them. */
static void next_rows(row_iterator *w, const uint8_t *row[DP_INT8_ROWS], int n)
{
    const int *row_at = w->step->row_at;
    const int rows = w->step->rows;
    for (int i = 0; i < n; i++) {
        row[i] = w->in + row_at[w->row];
        if (++w->row == rows) {
            w->row = 0;
            w->in += w->in_step;
        }
    }
    for (int i = n; i < DP_INT8_ROWS; i++)
        row[i] = row[0];
}

static void next_results(row_iterator *w, void *out[DP_INT8_ROWS], int n, int results)
{
    const int *out_at = w->step->out_at;
    for (int i = 0; i < n; i++) {
        out[i] = w->out + out_at[w->result];
        if (++w->result == results) {
            w->result = 0;
            w->out += w->out_step;
        }
    }
}

static void run_block(const dp_int8_kernels *kernels, row_iterator w, int block,
                      int blocks)
{
    const int pool = w.step->product.epilogue.pool, results = w.step->rows / pool;
    const uint8_t *row[DP_INT8_ROWS];
    void *out[DP_INT8_ROWS];
    for (; w.remaining > 0; w.remaining -= DP_INT8_ROWS) {
        const int rows = w.remaining < DP_INT8_ROWS ? w.remaining : DP_INT8_ROWS;
        next_rows(&w, row, rows);
        next_results(&w, out, rows / pool, results);
        kernels->tile(&w.step->product, block, blocks, row, rows, out);
    }
}

/* Block by block, so that the weights of a block stay in the L1 cache over all rows. */
static void run_rows(const dp_int8_kernels *kernels, const row_iterator *w)
{
    const dp_int8_product *p = &w->step->product;
    for (int block = 0, blocks; block < p->blocks; block += blocks) {
        blocks = p->channel_offset || block + kernels->blocks > p->blocks
                     ? 1
                     : kernels->blocks;
        run_block(kernels, *w, block, blocks);
    }
}

/* The first row of part `part` of `parts` of an image. Parts are whole kernel calls, and
 * so whole windows if the rows are pooled. */
static int part_begin(const dp_int8_step *s, int part, int parts)
{
    const long calls = dp_ceil_div_int(s->rows, DP_INT8_ROWS);
    const int begin = (int)(calls * part / parts) * DP_INT8_ROWS;
    return begin < s->rows ? begin : s->rows;
}

/* Parts of a convolution are rows of one image. */
static void run_product(const dp_step_call *call)
{
    const dp_int8_plan *p = call->plan;
    const dp_int8_step *s = &p->step[call->step];
    row_iterator w = {
        .step = s,
        .in = call->x,
        .out = call->y,
        .in_step = s->from.size,
        .out_step = activation(p, call->step + 1).bytes,
        .remaining = call->n * s->rows,
    };
    if (s->kind == DP_INT8_DENSE && call->n == 1) {
        p->kernels->row(&s->product, w.in, call->scratch, w.out);
        return;
    }
    if (call->part.count > 1) {
        w.row = part_begin(s, call->part.index, call->part.count);
        w.result = w.row / (int)s->product.epilogue.pool;
        w.remaining = part_begin(s, call->part.index + 1, call->part.count) - w.row;
    }
    run_rows(p->kernels, &w);
}

/* ---- other steps ----------------------------------------------------------------- */

static uint8_t largest(const dp_int8_layout *from, const uint8_t *x, dp_window w, int c)
{
    uint8_t most = 0;
    for (int i = w.top; i < w.bottom; i++)
        for (int j = w.left; j < w.right; j++) {
            const uint8_t v = x[from->origin + i * from->row + j * from->pixel + c];
            most = v > most ? v : most;
        }
    return most;
}

/* The sums of a window for 16 channels from x on, even if the image has fewer: activations
 * have slack. A window of fewer than 2²⁴ pixels cannot overflow. */
static void sum_window(uint32_t sum[DP_INT8_CHANNELS], const dp_int8_layout *from,
                       const uint8_t *x, dp_window w)
{
    memset(sum, 0, DP_INT8_CHANNELS * sizeof *sum);
    for (int i = w.top; i < w.bottom; i++)
        for (int j = w.left; j < w.right; j++) {
            const uint8_t *pixel = x + from->origin + i * from->row + j * from->pixel;
            for (int c = 0; c < DP_INT8_CHANNELS; c++)
                sum[c] += pixel[c];
        }
}

static void average(const dp_quant *q, const dp_int8_step *s, const uint8_t *x,
                    dp_window w, uint8_t *at)
{
    const int pixels = dp_window_pixels(w);
    const int divisor = dp_window_divisor(&q->spec.layer[s->layer], w);
    uint32_t sum[DP_INT8_CHANNELS];
    for (int c = 0; c < s->in.c; c++) {
        if (c % DP_INT8_CHANNELS == 0)
            sum_window(sum, &s->from, x + c, w);
        const uint32_t total = sum[c % DP_INT8_CHANNELS];
        at[c] = pixels == s->window
                    ? s->average[total]
                    : dp_quant_average(q, s->layer, total, pixels, divisor);
    }
}

/* An AVGPOOL of a grey image that halves its sides, as networks begin that see less of it. */
static void halve_gray(const dp_int8_step *s, const dp_int8_layout *to, const uint8_t *x,
                       uint8_t *y)
{
    for (int i = 0; i < s->out.h; i++) {
        const uint8_t *above = x + s->from.origin + 2 * i * s->from.row;
        const uint8_t *below = above + s->from.row;
        uint8_t *at = y + to->origin + i * to->row;
        for (int j = 0; j < s->out.w; j++)
            at[j] = s->average[above[2 * j] + above[2 * j + 1] + below[2 * j] +
                               below[2 * j + 1]];
    }
}

static void run_pool(const dp_quant *q, const dp_int8_step *s, const dp_int8_layout *to,
                     const uint8_t *x, uint8_t *y)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    if (s->kind == DP_INT8_AVGPOOL && s->in.c == 1 && dp_window_two_by_two(layer) &&
        s->from.pixel == 1 && to->pixel == 1) {
        halve_gray(s, to, x, y);
        return;
    }
    for (int i = 0; i < s->out.h; i++) {
        for (int j = 0; j < s->out.w; j++) {
            const dp_window w = dp_window_at(layer, s->in, i, j);
            uint8_t *at = y + to->origin + i * to->row + j * to->pixel;
            if (s->kind == DP_INT8_AVGPOOL)
                average(q, s, x, w, at);
            for (int c = 0; c < s->in.c && s->kind == DP_INT8_MAXPOOL; c++)
                at[c] = largest(&s->from, x, w, c);
        }
    }
}

static void run_lookup(const dp_int8_step *s, const dp_int8_layout *to, const uint8_t *x,
                       uint8_t *y)
{
    const dp_shape shape = s->from.shape;
    for (int i = 0; i < shape.h; i++)
        for (int j = 0; j < shape.w * shape.c; j++)
            y[to->origin + i * to->row + j] =
                s->table[x[s->from.origin + i * s->from.row + j]];
}

static void run_flatten(const dp_int8_step *s, const dp_int8_layout *to, const uint8_t *x,
                        uint8_t *y)
{
    const dp_shape shape = s->from.shape;
    y += to->origin;
    for (int c = 0; c < shape.c; c++)
        for (int i = 0; i < shape.h; i++)
            for (int j = 0; j < shape.w; j++)
                *y++ = x[s->from.origin + i * s->from.row + j * s->from.pixel + c];
}

static void run_other(const dp_quant *q, const dp_int8_step *s, const dp_int8_layout *to,
                      const uint8_t *x, uint8_t *y)
{
    switch (s->kind) {
    case DP_INT8_LOOKUP:
        run_lookup(s, to, x, y);
        break;
    case DP_INT8_FLATTEN:
        run_flatten(s, to, x, y);
        break;
    default:
        run_pool(q, s, to, x, y);
        break;
    }
}

/* Transpose the output of the last step, [n, rows, lanes], to [n, channels, rows]. */
static void unpack(const dp_int8_step *last, int n, const float *x, float *y)
{
    const size_t lanes = lanes_of(last), rows = (size_t)last->rows;
    for (int i = 0; i < n; i++, x += rows * lanes)
        for (int c = 0; c < last->product.channels; c++)
            for (size_t r = 0; r < rows; r++)
                *y++ = x[r * lanes + (size_t)c];
}

static void run(const dp_step_call *call)
{
    const dp_int8_plan *p = call->plan;
    const dp_int8_step *s = &p->step[call->step];
    if (call->step > p->n_steps) {
        dp_int8_run_floats(p->quant, call->step - p->n_steps - 1, call->n, call->x,
                           call->y);
    } else if (call->step == p->n_steps) {
        unpack(s - 1, call->n, call->x, call->y);
    } else if (s->kind == DP_INT8_DENSE || s->kind == DP_INT8_CONV) {
        run_product(call);
    } else {
        const uint8_t *x = call->x;
        uint8_t *y = call->y;
        for (int i = 0; i < call->n; i++, x += s->from.size, y += s[1].from.size)
            run_other(p->quant, s, &s[1].from, x, y);
    }
}

const dp_executor dp_int8_executor = {
    .head_bytes = 0, /* one image, whose activations stay in the L1 cache */
    .tile_bytes = 1 << 18,
    .macs_per_ms = 400000000,
    .count_steps = count_steps,
    .activation = activation,
    .traits = traits,
    .scratch = scratch,
    .borrow = borrow,
    .load = load,
    .run = run,
};
