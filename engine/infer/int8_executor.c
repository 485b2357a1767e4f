#include "config.h"

#include "engine/infer/int8_executor.h"

#include "engine/infer/int8_reference.h"
#include "engine/layers/op.h"
#include "engine/layers/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Steps of a dot product, DP_INT8_GROUP multiply-accumulates each, from which a convolution is
 * worth the attention of several threads; to make bytes of 16 sums costs as much as EPILOGUE of
 * them. Handing it over and waiting for its end costs about half a microsecond, in which a
 * thread does some 2,000. Dense layers, which mostly wait for their weights, gained 4 % of an
 * image at most. */
enum { SHARED_STEP = 10000, EPILOGUE = 8 };

/* Steps before the first dense one (the head) take one image at a time, so that its
 * activations stay in the first cache; the others (the tail) the whole tile. */
typedef struct workspace {
    uint8_t *in[DP_MAX_LAYERS]; /* what enters each step: [1 or tile, from.size] */
    int32_t *sums;              /* for kernels->row */
    float *sum_floats;          /* what the last step leaves: [rows, blocks * 16] */
    float *turn[2];             /* [tile, largest float activation] */
    uint8_t *scratch;           /* of the oracle; the first bytes are its input */
    dp_thread_pool *pool;       /* to share the image at hand with; NULL: do it alone */
} workspace;

struct dp_int8_run {
    const dp_int8_plan *plan;
    const dp_spec *spec;
    int n_head;
    int tile, threads;
    workspace *work; /* [threads] */
    dp_arena arena;
};

/* ---- sizes ------------------------------------------------------------------------------ */

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

/* Whether several threads share the step where it is one image's. */
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

/* Values of an image from the last step with weights on. */
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
    const size_t n = CACHE / each;
    return n < 1 ? 1 : n > (size_t)most ? most : (int)n;
}

/* ---- creation --------------------------------------------------------------------------- */

static size_t floats_of(size_t bytes)
{
    return (bytes + sizeof(float) - 1) / sizeof(float);
}

/* Floats that the last step leaves: those of one image, or of the tile. */
static size_t last_floats(const dp_int8_run *run)
{
    const dp_int8_plan *plan = run->plan;
    if (plan->n_steps == 0)
        return 0;
    const dp_int8_step *s = last_step(plan);
    return (size_t)images_of(run, plan->n_steps - 1) * (size_t)s->rows * lanes_of(s);
}

static size_t oracle_bytes(const dp_int8_run *run)
{
    if (run->plan->kernels)
        return 0;
    return dp_shape_count(run->spec->shape[0]) + dp_int8_oracle_scratch(run->plan->quant);
}

/* One thread's bytes; cut from the arena where w is not NULL. */
static size_t cut_workspace(workspace *w, dp_int8_run *run)
{
    const dp_int8_plan *plan = run->plan;
    const size_t floats = (size_t)run->tile * largest_float(run);
    const size_t others[] = { most_lanes(plan), last_floats(run), floats, floats,
                              floats_of(oracle_bytes(run)) };
    enum { OTHERS = sizeof others / sizeof others[0] };
    float *cut[OTHERS];
    size_t bytes = 0;
    for (int i = 0; i < plan->n_steps; i++) {
        const size_t n = floats_of((size_t)images_of(run, i) * plan->step[i].from.size);
        bytes += dp_arena_room(n);
        if (w)
            w->in[i] = (uint8_t *)dp_arena_floats(&run->arena, n);
    }
    for (int i = 0; i < OTHERS; i++) {
        bytes += dp_arena_room(others[i]);
        if (w)
            cut[i] = dp_arena_floats(&run->arena, others[i]);
    }
    if (w) {
        w->sums = (int32_t *)(void *)cut[0];
        w->sum_floats = cut[1];
        w->turn[0] = cut[2];
        w->turn[1] = cut[3];
        w->scratch = (uint8_t *)cut[4];
    }
    return bytes;
}

/* Borders are written once; nothing else touches them. Memory that is zero stays untouched
 * until it is used. */
static void draw_borders(const workspace *w, const dp_int8_run *run)
{
    for (int i = 0; i < run->plan->n_steps; i++) {
        const dp_int8_layout *l = &run->plan->step[i].from;
        if (l->border != 0 && run->plan->step[i].kind == DP_INT8_CONV)
            memset(w->in[i], l->border, l->size * (size_t)images_of(run, i));
    }
}

static bool allocate(dp_int8_run *run)
{
    run->work = calloc((size_t)run->threads, sizeof *run->work);
    if (!run->work ||
        !dp_arena_init(&run->arena, (size_t)run->threads * cut_workspace(NULL, run)))
        return false;
    for (int t = 0; t < run->threads; t++) {
        cut_workspace(&run->work[t], run);
        draw_borders(&run->work[t], run);
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

/* ---- products --------------------------------------------------------------------------- */

/* A walk over rows of images, and over what leaves them. */
typedef struct walk {
    const dp_int8_step *step;
    const uint8_t *in;
    uint8_t *out;
    size_t in_step, out_step; /* bytes from one image to the next */
    int row, result;          /* of the image */
    int left;                 /* rows to go */
} walk;

static void take_rows(walk *w, const uint8_t *row[DP_INT8_ROWS], int n)
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

static void take_results(walk *w, void *out[DP_INT8_ROWS], int n, int results)
{
    for (int i = 0; i < n; i++) {
        out[i] = w->out + w->step->out_at[w->result];
        if (++w->result == results) {
            w->result = 0;
            w->out += w->out_step;
        }
    }
}

static void run_block(const dp_int8_kernels *kernels, walk w, int block, int blocks)
{
    const bool pool = w.step->product.epilogue.pool;
    const int results = pool ? w.step->rows / 4 : w.step->rows;
    const uint8_t *row[DP_INT8_ROWS];
    void *out[DP_INT8_ROWS];
    for (; w.left > 0; w.left -= DP_INT8_ROWS) {
        const int rows = w.left < DP_INT8_ROWS ? w.left : DP_INT8_ROWS;
        take_rows(&w, row, rows);
        take_results(&w, out, pool ? rows / 4 : rows, results);
        kernels->tile(&w.step->product, block, blocks, row, rows, out);
    }
}

/* Block by block, whose weights then stay in the first cache over all rows. */
static void run_rows(const dp_int8_kernels *kernels, const walk *w)
{
    const dp_int8_product *p = &w->step->product;
    for (int block = 0, some; block < p->blocks; block += some) {
        some = p->window || block + kernels->blocks > p->blocks ? 1 : kernels->blocks;
        run_block(kernels, *w, block, some);
    }
}

/* Where part `part` of `parts` of the rows of an image begins: with a call of the kernel, and
 * so with a window where they are pooled. */
static int part_begin(const dp_int8_step *s, int part, int parts)
{
    const long calls = (s->rows + DP_INT8_ROWS - 1) / DP_INT8_ROWS;
    const int begin = (int)(calls * part / parts) * DP_INT8_ROWS;
    return begin < s->rows ? begin : s->rows;
}

/* A product of one image that all threads do together. */
typedef struct shared_rows {
    const dp_int8_kernels *kernels;
    const walk *all;
    int parts;
} shared_rows;

static void run_part(void *context, int part, int thread)
{
    (void)thread;
    const shared_rows *shared = context;
    walk w = *shared->all;
    w.row = part_begin(w.step, part, shared->parts);
    w.result = w.step->product.epilogue.pool ? w.row / 4 : w.row;
    w.left = part_begin(w.step, part + 1, shared->parts) - w.row;
    run_rows(shared->kernels, &w);
}

static void run_product(const dp_int8_run *run, const workspace *w, const walk *rows,
                        int n)
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

/* ---- other steps ------------------------------------------------------------------------ */

static uint8_t largest(const dp_int8_layout *l, const uint8_t *x, dp_window w, int c)
{
    uint8_t most = 0;
    for (int i = w.top; i < w.bottom; i++)
        for (int j = w.left; j < w.right; j++) {
            const uint8_t v = x[l->origin + i * l->row + j * l->pixel + c];
            most = v > most ? v : most;
        }
    return most;
}

static int64_t total(const dp_int8_layout *l, const uint8_t *x, dp_window w, int c)
{
    int64_t sum = 0;
    for (int i = w.top; i < w.bottom; i++)
        for (int j = w.left; j < w.right; j++)
            sum += x[l->origin + i * l->row + j * l->pixel + c];
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

/* ---- images ----------------------------------------------------------------------------- */

/* Step i on n images from x to y, which lie in_step and out_step bytes apart. */
static void run_step(const dp_int8_run *run, const workspace *w, int i, int n,
                     const uint8_t *x, size_t in_step, uint8_t *y, size_t out_step)
{
    const dp_int8_plan *plan = run->plan;
    const dp_int8_step *s = &plan->step[i];
    if (is_product(s)) {
        const walk rows = { s, x, y, in_step, out_step, 0, 0, n * s->rows };
        run_product(run, w, &rows, n);
        return;
    }
    for (int k = 0; k < n; k++)
        run_other(plan->quant, s, &s[1].from, x + (size_t)k * in_step,
                  y + (size_t)k * out_step);
}

/* Step i on n images in the workspace. `into` is the image of the tile that the head is
 * at: the first step of the tail has room for all of them. */
static void run_own(const dp_int8_run *run, const workspace *w, int i, int n, int into,
                    const uint8_t *x, size_t in_step)
{
    const dp_int8_step *s = &run->plan->step[i];
    if (i + 1 == run->plan->n_steps) {
        run_step(run, w, i, n, x, in_step, (uint8_t *)w->sum_floats,
                 (size_t)s->rows * lanes_of(s) * sizeof(float));
        return;
    }
    const size_t size = s[1].from.size;
    const size_t offset = i + 1 == run->n_head ? (size_t)into * size : 0;
    run_step(run, w, i, n, x, in_step, w->in[i + 1] + offset, size);
}

/* [rows, lanes] of n images to [n, channels, rows]. */
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
    float *at = w->turn[0];
    for (int i = first; i < end; i++) {
        dp_op_call call = { .layer = &run->spec->layer[i],
                            .in = run->spec->shape[i],
                            .out = run->spec->shape[i + 1],
                            .n = n,
                            .kernels = dp_kernels_best() };
        float *to = i + 1 == end ? y : at == w->turn[0] ? w->turn[1] : w->turn[0];
        dp_op_get(call.layer->kind)->forward(&call, at, to);
        at = to;
    }
}

static uint8_t from_float(const dp_quant_layer *l, float x)
{
    const float v = rintf(x / l->in_scale) + (float)l->in_zero;
    return (uint8_t)(v > 0 ? v < UINT8_MAX ? v : UINT8_MAX : 0);
}

/* One image as the first step wants it. */
static void load(const dp_int8_run *run, uint8_t *to, const uint8_t *pixels,
                 const float *x)
{
    const dp_int8_layout *l = &run->plan->step[0].from;
    const dp_quant_layer *first = &run->plan->quant->layer[0];
    const dp_shape shape = run->spec->shape[0];
    size_t from = 0;
    if (pixels && shape.c == 1) {
        for (int i = 0; i < shape.h; i++)
            memcpy(to + l->origin + i * l->row, pixels + (size_t)i * (size_t)shape.w,
                   (size_t)shape.w);
        return;
    }
    for (int c = 0; c < shape.c; c++)
        for (int i = 0; i < shape.h; i++)
            for (int j = 0; j < shape.w; j++, from++)
                to[l->origin + i * l->row + j * l->pixel + c] =
                    pixels ? pixels[from] : from_float(first, x[from]);
}

/* Whether the first step can read pixels where they are: a dense layer that reads no byte
 * past its own. */
static bool reads_in_place(const dp_int8_run *run)
{
    const dp_int8_step *s = &run->plan->step[0];
    return s->kind == DP_INT8_DENSE && s->in.c % DP_INT8_DEPTH == 0 &&
           run->spec->shape[0].c == 1;
}

static void run_head(const dp_int8_run *run, const workspace *w, int image)
{
    for (int i = 0; i < run->n_head; i++)
        run_own(run, w, i, 1, image, w->in[i], 0);
}

/* The layers up to the last with weights as the oracle does them; to y, or on. */
static void run_oracle(const dp_int8_run *run, const workspace *w, const uint8_t *pixels,
                       const float *x, float *y)
{
    const dp_quant *q = run->plan->quant;
    const size_t in = dp_shape_count(run->spec->shape[0]);
    for (size_t i = 0; i < in; i++)
        w->scratch[i] = pixels ? pixels[i] : from_float(&q->layer[0], x[i]);
    const bool done = q->last + 1 == run->spec->n_layers;
    dp_int8_oracle(q, w->scratch, w->scratch + in, done ? y : w->turn[0]);
    if (!done)
        run_floats(run, w, 1, y);
}

/* What the last step left, through the layers that work on floats, to y. */
static void leave(const dp_int8_run *run, const workspace *w, int n, float *y)
{
    const bool done = run->plan->quant->last + 1 == run->spec->n_layers;
    copy_floats(done ? y : w->turn[0], w, last_step(run->plan), n);
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
        run_oracle(run, w, pixels ? pixels + (size_t)i * in : NULL,
                   x ? x + (size_t)i * in : NULL, y + (size_t)i * out);
    if (!run->plan->kernels)
        return;
    for (int i = 0; i < n && !in_place; i++) {
        const size_t into =
            run->n_head == 0 ? (size_t)i * run->plan->step[0].from.size : 0;
        load(run, w->in[0] + into, pixels ? pixels + (size_t)i * in : NULL,
             x ? x + (size_t)i * in : NULL);
        run_head(run, w, i);
        if (run->n_head == n_steps)
            leave(run, w, 1, y + (size_t)i * out);
    }
    if (run->n_head == n_steps)
        return;
    for (int i = run->n_head; i < n_steps; i++)
        run_own(run, w, i, n, 0, i == 0 && in_place ? pixels : w->in[i],
                i == 0 && in_place ? in : run->plan->step[i].from.size);
    leave(run, w, n, y);
}
