#include "config.h"

#include "engine/infer/int8_executor.h"

#include "engine/core/arith.h"
#include "engine/infer/int8_reference.h"
#include "engine/layers/op.h"
#include "engine/layers/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A convolution is shared between threads from SHARED_STEP dot-product steps on, of
 * DP_INT8_GROUP multiply-accumulates each. Requantising 16 sums costs about as much as
 * EPILOGUE steps. Sharing pays only if the work is much longer than handing it over.
 * Dense layers are never shared: they mostly wait for their weights.
 * scripts/experiments.md has the times. */
enum { SHARED_STEP = 10000, EPILOGUE = 8 };

/* What one thread works with. The steps before the first dense one (the head) run on one
 * image at a time, so that its activations stay in the L1 cache; the others (the tail)
 * run on the whole tile, so that a dense layer reads its weights once. */
typedef struct workspace {
    uint8_t *in[DP_MAX_LAYERS]; /* the input of each step: [1 or tile, from.size] */
    int32_t *sums;              /* for kernels->row */
    float *sum_floats;    /* the output of the last step: [1 or tile, rows, lanes] */
    float *buffer[2];     /* for the float layers: [tile, largest float activation] */
    uint8_t *scratch;     /* for the reference: its input, then its own scratch */
    dp_thread_pool *pool; /* shares the steps of the current image; NULL: no sharing */
} workspace;

struct dp_int8_run {
    const dp_int8_plan *plan;
    const dp_spec *spec;
    int n_head;
    int tile, threads;
    workspace *work; /* [threads] */
    dp_arena arena;
};

/* ---- sizes ----------------------------------------------------------------------- */

static int count_head(const dp_int8_plan *plan)
{
    int n = 0;
    while (n < plan->n_steps && plan->step[n].kind != DP_INT8_DENSE)
        n++;
    return n;
}

static bool is_product(const dp_int8_step *s)
{
    return s->kind == DP_INT8_DENSE || s->kind == DP_INT8_CONV;
}

/* Whether threads share the step when they run a single image. */
static bool is_shared(const dp_int8_step *s)
{
    const dp_int8_product *p = &s->product;
    const long depth = (long)p->segments * p->groups;
    return s->kind == DP_INT8_CONV &&
           (long)s->rows * p->blocks * (depth + EPILOGUE) >= SHARED_STEP;
}

bool dp_int8_run_shares(const dp_int8_plan *plan)
{
    for (int i = 0; i < plan->n_steps; i++)
        if (is_shared(&plan->step[i]))
            return true;
    return false;
}

static const dp_int8_step *last_step(const dp_int8_plan *plan)
{
    return &plan->step[plan->n_steps - 1];
}

/* Floats of a row of the output, with those that only fill the last block. */
static size_t lanes_of(const dp_int8_step *s)
{
    return (size_t)s->product.blocks * DP_INT8_CHANNELS;
}

static int images_of(const dp_int8_run *run, int step)
{
    return step < run->n_head ? 1 : run->tile;
}

static size_t most_lanes(const dp_int8_plan *plan)
{
    size_t most = 0;
    for (int i = 0; i < plan->n_steps; i++)
        most = lanes_of(&plan->step[i]) > most ? lanes_of(&plan->step[i]) : most;
    return most;
}

/* The largest activation of an image among the float layers and their input. */
static size_t largest_float(const dp_int8_run *run)
{
    size_t most = 0;
    for (int i = run->plan->quant->last + 1; i <= run->spec->n_layers; i++) {
        const size_t n = dp_shape_count(run->spec->shape[i]);
        most = n > most ? n : most;
    }
    return most;
}

int dp_int8_run_tile(const dp_int8_plan *plan, int most)
{
    enum { CACHE = 1 << 18 };
    size_t each = 1;
    for (int i = count_head(plan); i < plan->n_steps; i++)
        each += plan->step[i].from.size;
    return dp_clamp_int((int)(CACHE / each), 1, most);
}

/* ---- creation -------------------------------------------------------------------- */

/* Floats of the last step's output: for one image or for the tile. */
static size_t last_floats(const dp_int8_run *run)
{
    const dp_int8_plan *plan = run->plan;
    if (plan->n_steps == 0)
        return 0;
    const dp_int8_step *s = last_step(plan);
    return (size_t)images_of(run, plan->n_steps - 1) * (size_t)s->rows * lanes_of(s);
}

static size_t reference_bytes(const dp_int8_run *run)
{
    if (run->plan->kernels)
        return 0;
    return dp_shape_count(run->spec->shape[0]) +
           dp_int8_reference_scratch(run->plan->quant);
}

static void place_workspace(workspace *w, dp_int8_run *run)
{
    const dp_int8_plan *plan = run->plan;
    const size_t floats = (size_t)run->tile * largest_float(run) * sizeof(float);
    for (int i = 0; i < plan->n_steps; i++)
        w->in[i] = dp_arena_take(&run->arena,
                                 (size_t)images_of(run, i) * plan->step[i].from.size);
    w->sums = dp_arena_take(&run->arena, most_lanes(plan) * sizeof *w->sums);
    w->sum_floats = dp_arena_take(&run->arena, last_floats(run) * sizeof *w->sum_floats);
    w->buffer[0] = dp_arena_take(&run->arena, floats);
    w->buffer[1] = dp_arena_take(&run->arena, floats);
    w->scratch = dp_arena_take(&run->arena, reference_bytes(run));
}

/* Padding is written once, because no step writes there. Padding of zeros is left as the
 * arena zeroed it, so that no page is touched before its use. */
static void fill_borders(const workspace *w, const dp_int8_run *run)
{
    for (int i = 0; i < run->plan->n_steps; i++) {
        const dp_int8_layout *from = &run->plan->step[i].from;
        if (from->border != 0 && run->plan->step[i].kind == DP_INT8_CONV)
            memset(w->in[i], from->border, from->size * (size_t)images_of(run, i));
    }
}

static bool allocate(dp_int8_run *run)
{
    run->work = calloc((size_t)run->threads, sizeof *run->work);
    if (!run->work)
        return false;
    for (int t = 0; t < run->threads; t++)
        place_workspace(&run->work[t], run);
    if (!dp_arena_alloc(&run->arena))
        return false;
    for (int t = 0; t < run->threads; t++) {
        place_workspace(&run->work[t], run);
        fill_borders(&run->work[t], run);
    }
    return true;
}

dp_code dp_int8_run_create(dp_int8_run **out, const dp_int8_plan *plan, int tile,
                           int threads, dp_err *err)
{
    dp_int8_run *run = calloc(1, sizeof *run);
    if (!run)
        return dp_fail(err, DP_NOMEM, "no memory for a session");
    run->plan = plan;
    run->spec = &plan->quant->spec;
    run->n_head = count_head(plan);
    run->tile = tile;
    run->threads = threads;
    if (!allocate(run)) {
        dp_int8_run_free(run);
        return dp_fail(err, DP_NOMEM, "no memory to run %d images on %d threads", tile,
                       threads);
    }
    *out = run;
    return DP_OK;
}

void dp_int8_run_free(dp_int8_run *run)
{
    if (!run)
        return;
    dp_arena_clear(&run->arena);
    free(run->work);
    free(run);
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
    for (int i = 0; i < n; i++) {
        row[i] = w->in + w->step->row_at[w->row];
        if (++w->row == w->step->rows) {
            w->row = 0;
            w->in += w->in_step;
        }
    }
    for (int i = n; i < DP_INT8_ROWS; i++)
        row[i] = row[0];
}

static void next_results(row_iterator *w, void *out[DP_INT8_ROWS], int n, int results)
{
    for (int i = 0; i < n; i++) {
        out[i] = w->out + w->step->out_at[w->result];
        if (++w->result == results) {
            w->result = 0;
            w->out += w->out_step;
        }
    }
}

static void run_block(const dp_int8_kernels *kernels, row_iterator w, int block,
                      int blocks)
{
    const bool pool = w.step->product.epilogue.pool;
    const int results = pool ? w.step->rows / 4 : w.step->rows;
    const uint8_t *row[DP_INT8_ROWS];
    void *out[DP_INT8_ROWS];
    for (; w.remaining > 0; w.remaining -= DP_INT8_ROWS) {
        const int rows = w.remaining < DP_INT8_ROWS ? w.remaining : DP_INT8_ROWS;
        next_rows(&w, row, rows);
        next_results(&w, out, pool ? rows / 4 : rows, results);
        kernels->tile(&w.step->product, block, blocks, row, rows, out);
    }
}

/* Block by block, so that the weights of a block stay in the L1 cache over all rows. */
static void run_rows(const dp_int8_kernels *kernels, const row_iterator *w)
{
    const dp_int8_product *p = &w->step->product;
    for (int block = 0, blocks; block < p->blocks; block += blocks) {
        blocks = p->window || block + kernels->blocks > p->blocks ? 1 : kernels->blocks;
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

/* A product of one image that threads share. */
typedef struct shared_rows {
    const dp_int8_kernels *kernels;
    const row_iterator *all;
    int parts;
} shared_rows;

static void run_part(void *context, int part, int thread)
{
    (void)thread;
    const shared_rows *shared = context;
    row_iterator w = *shared->all;
    w.row = part_begin(w.step, part, shared->parts);
    w.result = w.step->product.epilogue.pool ? w.row / 4 : w.row;
    w.remaining = part_begin(w.step, part + 1, shared->parts) - w.row;
    run_rows(shared->kernels, &w);
}

static void run_product(const dp_int8_run *run, const workspace *w,
                        const row_iterator *rows, int n)
{
    const dp_int8_kernels *kernels = run->plan->kernels;
    shared_rows shared = { kernels, rows, run->threads };
    if (w->pool && is_shared(rows->step))
        dp_thread_pool_run(w->pool, shared.parts, run_part, &shared);
    else if (rows->step->kind == DP_INT8_DENSE && n == 1)
        kernels->row(&rows->step->product, rows->in, w->sums, rows->out);
    else
        run_rows(kernels, rows);
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

static int64_t total(const dp_int8_layout *from, const uint8_t *x, dp_window w, int c)
{
    int64_t sum = 0;
    for (int i = w.top; i < w.bottom; i++)
        for (int j = w.left; j < w.right; j++)
            sum += x[from->origin + i * from->row + j * from->pixel + c];
    return sum;
}

static void run_pool(const dp_quant *q, const dp_int8_step *s, const dp_int8_layout *to,
                     const uint8_t *x, uint8_t *y)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    for (int i = 0; i < s->out.h; i++) {
        for (int j = 0; j < s->out.w; j++) {
            const dp_window w = dp_window_at(layer, s->in, i, j);
            uint8_t *at = y + to->origin + i * to->row + j * to->pixel;
            for (int c = 0; c < s->in.c; c++)
                at[c] = s->kind == DP_INT8_MAXPOOL
                            ? largest(&s->from, x, w, c)
                            : dp_quant_average(q, s->layer, total(&s->from, x, w, c),
                                               dp_window_pixels(w),
                                               dp_window_divisor(layer, w));
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

/* ---- images ---------------------------------------------------------------------- */

/* Run step i on n images from x to y, in which images are in_step and out_step bytes
 * apart. */
static void run_step(const dp_int8_run *run, const workspace *w, int i, int n,
                     const uint8_t *x, size_t in_step, uint8_t *y, size_t out_step)
{
    const dp_int8_plan *plan = run->plan;
    const dp_int8_step *s = &plan->step[i];
    if (is_product(s)) {
        const row_iterator rows = { s, x, y, in_step, out_step, 0, 0, n * s->rows };
        run_product(run, w, &rows, n);
        return;
    }
    for (int k = 0; k < n; k++)
        run_other(plan->quant, s, &s[1].from, x + (size_t)k * in_step,
                  y + (size_t)k * out_step);
}

/* Run step i on n images, with the output in the workspace. The first step of the tail
 * reads the whole tile, so the last step of the head writes to image `index` of it. */
static void run_in_workspace(const dp_int8_run *run, const workspace *w, int i, int n,
                             int index, const uint8_t *x, size_t in_step)
{
    const dp_int8_step *s = &run->plan->step[i];
    if (i + 1 == run->plan->n_steps) {
        run_step(run, w, i, n, x, in_step, (uint8_t *)w->sum_floats,
                 (size_t)s->rows * lanes_of(s) * sizeof(float));
        return;
    }
    const size_t size = s[1].from.size;
    const size_t offset = i + 1 == run->n_head ? (size_t)index * size : 0;
    run_step(run, w, i, n, x, in_step, w->in[i + 1] + offset, size);
}

/* Transpose the output of the last step: [n, rows, lanes] to [n, channels, rows]. */
static void copy_floats(float *y, const workspace *w, const dp_int8_step *s, int n)
{
    const size_t lanes = lanes_of(s), rows = (size_t)s->rows;
    for (int i = 0; i < n; i++)
        for (int c = 0; c < s->product.channels; c++)
            for (size_t r = 0; r < rows; r++)
                *y++ = w->sum_floats[((size_t)i * rows + r) * lanes + (size_t)c];
}

/* The layers after the last one with weights, on floats. */
static void run_floats(const dp_int8_run *run, const workspace *w, int n, float *y)
{
    const int first = run->plan->quant->last + 1, end = run->spec->n_layers;
    float *x = w->buffer[0];
    for (int i = first; i < end; i++) {
        dp_op_call call = { .layer = &run->spec->layer[i],
                            .in = run->spec->shape[i],
                            .out = run->spec->shape[i + 1],
                            .n = n,
                            .kernels = dp_kernels_best() };
        float *to = i + 1 == end ? y : x == w->buffer[0] ? w->buffer[1] : w->buffer[0];
        dp_op_get(call.layer->kind)->forward(&call, x, to);
        x = to;
    }
}

static uint8_t from_float(const dp_quant_layer *layer, float x)
{
    const float v = rintf(x / layer->in_scale) + (float)layer->in_zero;
    return (uint8_t)(v > 0 ? v < UINT8_MAX ? v : UINT8_MAX : 0);
}

/* Copy one image into the layout of the first step. */
static void load(const dp_int8_run *run, uint8_t *to, const uint8_t *pixels,
                 const float *x)
{
    const dp_int8_layout *layout = &run->plan->step[0].from;
    const dp_quant_layer *first = &run->plan->quant->layer[0];
    const dp_shape shape = run->spec->shape[0];
    size_t from = 0;
    if (pixels && shape.c == 1) {
        for (int i = 0; i < shape.h; i++)
            memcpy(to + layout->origin + i * layout->row,
                   pixels + (size_t)i * (size_t)shape.w, (size_t)shape.w);
        return;
    }
    for (int c = 0; c < shape.c; c++)
        for (int i = 0; i < shape.h; i++)
            for (int j = 0; j < shape.w; j++, from++)
                to[layout->origin + i * layout->row + j * layout->pixel + c] =
                    pixels ? pixels[from] : from_float(first, x[from]);
}

/* Whether the first step can read the caller's pixels: it is a dense layer, and it does
 * not read past the end of an image. */
static bool reads_in_place(const dp_int8_run *run)
{
    const dp_int8_step *s = &run->plan->step[0];
    return s->kind == DP_INT8_DENSE && s->in.c % DP_INT8_DEPTH == 0 &&
           run->spec->shape[0].c == 1;
}

static void run_head(const dp_int8_run *run, const workspace *w, int image)
{
    for (int i = 0; i < run->n_head; i++)
        run_in_workspace(run, w, i, 1, image, w->in[i], 0);
}

/* Run one image by the reference. */
static void run_reference(const dp_int8_run *run, const workspace *w,
                          const uint8_t *pixels, const float *x, float *y)
{
    const dp_quant *q = run->plan->quant;
    const size_t in = dp_shape_count(run->spec->shape[0]);
    for (size_t i = 0; i < in; i++)
        w->scratch[i] = pixels ? pixels[i] : from_float(&q->layer[0], x[i]);
    const bool done = q->last + 1 == run->spec->n_layers;
    dp_int8_reference(q, w->scratch, w->scratch + in, done ? y : w->buffer[0]);
    if (!done)
        run_floats(run, w, 1, y);
}

/* From the output of the last step, through the float layers, to y. */
static void finish(const dp_int8_run *run, const workspace *w, int n, float *y)
{
    const bool done = run->plan->quant->last + 1 == run->spec->n_layers;
    copy_floats(done ? y : w->buffer[0], w, last_step(run->plan), n);
    if (!done)
        run_floats(run, w, n, y);
}

void dp_int8_run_images(dp_int8_run *run, int thread, dp_thread_pool *pool,
                        const uint8_t *pixels, const float *x, int n, float *y)
{
    workspace *w = &run->work[thread];
    w->pool = pool && !dp_thread_pool_rests(pool) ? pool : NULL;
    const size_t in = dp_shape_count(run->spec->shape[0]);
    const size_t out = dp_shape_count(run->spec->shape[run->spec->n_layers]);
    const int n_steps = run->plan->n_steps;
    const bool in_place = pixels && n_steps > 0 && reads_in_place(run);
    for (int i = 0; i < n && !run->plan->kernels; i++)
        run_reference(run, w, pixels ? pixels + (size_t)i * in : NULL,
                      x ? x + (size_t)i * in : NULL, y + (size_t)i * out);
    if (!run->plan->kernels)
        return;
    for (int i = 0; i < n && !in_place; i++) {
        const size_t offset =
            run->n_head == 0 ? (size_t)i * run->plan->step[0].from.size : 0;
        load(run, w->in[0] + offset, pixels ? pixels + (size_t)i * in : NULL,
             x ? x + (size_t)i * in : NULL);
        run_head(run, w, i);
        if (run->n_head == n_steps)
            finish(run, w, 1, y + (size_t)i * out);
    }
    if (run->n_head == n_steps)
        return;
    for (int i = run->n_head; i < n_steps; i++)
        run_in_workspace(run, w, i, n, 0, i == 0 && in_place ? pixels : w->in[i],
                         i == 0 && in_place ? in : run->plan->step[i].from.size);
    finish(run, w, n, y);
}
