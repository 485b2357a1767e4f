#include "config.h"

#include "engine/infer/session.h"

#include "engine/core/arith.h"
#include "engine/core/arena.h"
#include "engine/infer/int8_executor.h"
#include "engine/infer/model_internal.h"
#include "engine/core/thread_pool.h"
#include "engine/core/openmp.h"

#include <stdlib.h>
#include <string.h>

/* A batch is divided into tiles, and one thread runs a tile through the whole chain. The
 * steps before the first dense one (the head) run on a few images at a time, so that
 * their activations stay in the L2 cache. The others (the tail) run on the whole tile, so
 * that a dense layer reads its weights once. */
enum {
    TILE_IMAGES = 48,
    TILE_FLOATS = 1 << 22, /* a tile has fewer images if its activations exceed this */
    HEAD_FLOATS = 1 << 16, /* for the activations of the head: 256 KiB */
};

/* Threads share a single image if the network has at least SHARED_IMAGE
 * multiply-accumulates, and then each step of at least SHARED_STEP. Sharing pays only if
 * a step takes much longer than handing it over. scripts/experiments.md has the times. */
enum { SHARED_IMAGE = 500000, SHARED_STEP = 100000 };

/* What one thread works with. */
typedef struct workspace {
    float *input; /* [tile, input]: normalised pixels */
    /* The output of each step, for as many images as it runs on; NULL for the last step,
     * which writes to the caller. */
    float *out[2 * DP_MAX_LAYERS + 1];
    float *scratch;
} workspace;

struct dp_session {
    const dp_model *model;
    const dp_plan *plan; /* of the model */
    int n_head;          /* steps before the first dense one */
    int max_batch, threads;
    bool shares_images; /* threads share the steps of a single image */
    dp_thread_pool *pool;
    int tile, head_images;
    size_t in, out; /* values of one image */
    float norm[256];
    workspace *work; /* [threads] */
    dp_arena arena;
    dp_int8_run *int8; /* for an 8-bit model, instead of plan, norm, work and arena */
};

/* ---- creation -------------------------------------------------------------------- */

static int count_head(const dp_plan *plan)
{
    int n = 0;
    while (n < plan->n_steps && plan->step[n].kind != DP_STEP_DENSE)
        n++;
    return n;
}

/* Floats that the steps [first, last) write for one image. */
static size_t written(const dp_session *s, int first, int last)
{
    size_t n = 0;
    for (int i = first; i < last; i++)
        n += dp_image_layout_size(&s->plan->step[i].out);
    return n;
}

/* Images that step i runs on at a time. */
static int images_of(const dp_session *s, int i)
{
    return i < s->n_head ? s->head_images : s->tile;
}

/* Floats of the output of step i in the workspace. The last step of the head collects the
 * whole tile; the last step of all writes to the caller. */
static size_t output_size(const dp_session *s, int i)
{
    if (i + 1 == s->plan->n_steps)
        return 0;
    const size_t images = (size_t)(i + 1 == s->n_head ? s->tile : images_of(s, i));
    return images * dp_image_layout_size(&s->plan->step[i].out);
}

/* Whether step i writes its output over that of the step before. */
static bool overwrites(const dp_session *s, int i)
{
    return i > 0 && output_size(s, i) == output_size(s, i - 1) &&
           dp_step_in_place(s->plan, i);
}

static size_t largest_scratch(const dp_session *s)
{
    size_t most = 0;
    for (int i = 0; i < s->plan->n_steps; i++) {
        const size_t n = dp_step_scratch(s->plan, i, images_of(s, i));
        most = n > most ? n : most;
    }
    return most;
}

static void set_sizes(dp_session *s, const dp_model *m, int max_batch, int threads)
{
    const dp_spec *spec = dp_model_spec(m);
    s->plan = dp_model_plan(m);
    s->n_head = count_head(s->plan);
    s->max_batch = max_batch < 1 ? 1 : max_batch;
    s->threads = dp_threads(threads);
    s->shares_images = dp_spec_macs(spec) >= SHARED_IMAGE;
    if (s->threads > s->max_batch && !s->shares_images)
        s->threads = s->max_batch;
    s->in = dp_shape_count(spec->shape[0]);
    s->out = dp_shape_count(spec->shape[spec->n_layers]);
    s->tile = dp_clamp_int(
        (int)(TILE_FLOATS / (s->in + written(s, s->n_head, s->plan->n_steps))), 1,
        TILE_IMAGES);
    s->tile = dp_clamp_int(s->tile, 1, s->max_batch);
    s->head_images =
        dp_clamp_int((int)(HEAD_FLOATS / (1 + written(s, 0, s->n_head))), 1, s->tile);
    dp_norm_table(s->norm, dp_model_get_info(m)->norm);
}

static float *take(dp_session *s, size_t n_floats)
{
    return dp_arena_take(&s->arena, n_floats * sizeof(float));
}

static void place_workspaces(dp_session *s)
{
    for (int t = 0; t < s->threads; t++) {
        workspace *w = &s->work[t];
        w->input = take(s, (size_t)s->tile * s->in);
        w->scratch = take(s, largest_scratch(s));
        for (int i = 0; i + 1 < s->plan->n_steps; i++)
            w->out[i] = overwrites(s, i) ? w->out[i - 1] : take(s, output_size(s, i));
    }
}

static bool allocate(dp_session *s)
{
    s->work = calloc((size_t)s->threads, sizeof *s->work);
    if (!s->work)
        return false;
    place_workspaces(s);
    if (!dp_arena_alloc(&s->arena))
        return false;
    place_workspaces(s);
    return true;
}

static dp_code create_int8(dp_session *s, const dp_model *m, int max_batch, int threads,
                           dp_err *err)
{
    const dp_int8_plan *plan = dp_model_int8_plan(m);
    const dp_spec *spec = dp_model_spec(m);
    s->max_batch = max_batch < 1 ? 1 : max_batch;
    s->threads = dp_threads(threads);
    if (s->threads > s->max_batch && !dp_int8_run_shares(plan))
        s->threads = s->max_batch;
    s->tile = dp_int8_run_tile(plan, dp_clamp_int(TILE_IMAGES, 1, s->max_batch));
    s->in = dp_shape_count(spec->shape[0]);
    s->out = dp_shape_count(spec->shape[spec->n_layers]);
    return dp_int8_run_create(&s->int8, plan, s->tile, s->threads, err);
}

static dp_code create_floats(dp_session *s, const dp_model *m, int max_batch, int threads,
                             dp_err *err)
{
    set_sizes(s, m, max_batch, threads);
    if (allocate(s))
        return DP_OK;
    return dp_fail(err, DP_NOMEM, "no memory to run %d images on %d threads", max_batch,
                   threads);
}

dp_code dp_session_create(dp_session **out, const dp_model *m, int max_batch, int threads,
                          dp_err *err)
{
    dp_session *s = calloc(1, sizeof *s);
    if (!s)
        return dp_fail(err, DP_NOMEM, "no memory for a session");
    s->model = dp_model_ref(m);
    dp_code code = dp_model_quant(m) ? create_int8(s, m, max_batch, threads, err)
                                     : create_floats(s, m, max_batch, threads, err);
    if (code == DP_OK && !(s->pool = dp_thread_pool_create(s->threads)))
        code = dp_fail(err, DP_NOMEM, "no memory for %d threads", s->threads);
    if (code == DP_OK)
        *out = s;
    else
        dp_session_free(s);
    return code;
}

void dp_session_free(dp_session *s)
{
    if (!s)
        return;
    dp_thread_pool_free(s->pool);
    dp_int8_run_free(s->int8);
    dp_arena_clear(&s->arena);
    free(s->work);
    dp_model_unref(s->model);
    free(s);
}

const dp_model *dp_session_model(const dp_session *s)
{
    return s->model;
}

int dp_session_max_batch(const dp_session *s)
{
    return s->max_batch;
}

int dp_session_threads(const dp_session *s)
{
    return s->threads;
}

/* ---- running --------------------------------------------------------------------- */

/* A step that all threads share. */
typedef struct shared_step {
    const dp_session *s;
    int i, n;
    const float *x;
    float *y;
} shared_step;

static void run_part(void *context, int part, int thread)
{
    const shared_step *step = context;
    dp_step_run(step->s->plan, step->i, step->n, step->x, step->y,
                step->s->work[thread].scratch, part, step->s->threads);
}

/* Run the steps [first, last) on n images, x → y; if `shared`, on all threads. */
static void run_steps(const dp_session *s, const workspace *w, int first, int last, int n,
                      bool shared, const float *x, float *y)
{
    for (int i = first; i < last; i++) {
        float *to = i + 1 == last ? y : w->out[i];
        shared_step step = { s, i, n, x, to };
        if (shared && dp_step_macs(s->plan, i) >= SHARED_STEP)
            dp_thread_pool_run(s->pool, s->threads, run_part, &step);
        else
            dp_step_run(s->plan, i, n, x, to, w->scratch, 0, 1);
        x = to;
    }
}

/* Run n ≤ tile images, x → y. */
static void run_tile(const dp_session *s, const workspace *w, bool shared, const float *x,
                     int n, float *y)
{
    const int head = s->n_head, last = s->plan->n_steps;
    if (last == 0)
        memcpy(y, x, (size_t)n * s->out * sizeof *y);
    if (head == 0) {
        run_steps(s, w, 0, last, n, shared, x, y);
        return;
    }
    float *tile = head == last ? y : w->out[head - 1];
    const size_t features = dp_image_layout_size(&s->plan->step[head - 1].out);
    for (int i = 0; i < n; i += s->head_images) {
        const int images = n - i < s->head_images ? n - i : s->head_images;
        run_steps(s, w, 0, head, images, shared, x + (size_t)i * s->in,
                  tile + (size_t)i * features);
    }
    run_steps(s, w, head, last, n, shared, tile, y);
}

/* The arguments of a call: floats or pixels in, logits or predictions out. The pointers
 * that do not apply are NULL. */
typedef struct batch {
    int n;
    const float *x;
    const uint8_t *pixels;
    float *y;
    dp_prediction *predictions;
} batch;

static const float *tile_input(const dp_session *s, const workspace *w, const batch *b,
                               int first, int n)
{
    if (b->x)
        return b->x + (size_t)first * s->in;
    const uint8_t *pixels = b->pixels + (size_t)first * s->in;
    for (size_t i = 0; i < (size_t)n * s->in; i++)
        w->input[i] = s->norm[pixels[i]];
    return w->input;
}

/* Run the images [first, first + n) of a batch; their logits go to y. */
static void run_images(const dp_session *s, int thread, const batch *b, int first, int n,
                       float *y)
{
    if (s->int8) {
        const size_t offset = (size_t)first * s->in;
        dp_int8_run_images(s->int8, thread, b->n == 1 ? s->pool : NULL,
                           b->pixels ? b->pixels + offset : NULL,
                           b->x ? b->x + offset : NULL, n, y);
        return;
    }
    const bool shared = s->shares_images && b->n == 1 && !dp_thread_pool_rests(s->pool);
    const workspace *w = &s->work[thread];
    run_tile(s, w, shared, tile_input(s, w, b, first, n), n, y);
}

static void answer_tile(const dp_session *s, int thread, const batch *b, int first, int n)
{
    if (b->y) {
        run_images(s, thread, b, first, n, b->y + (size_t)first * s->out);
        return;
    }
    const float reject = dp_model_get_info(s->model)->reject;
    float logits[TILE_IMAGES * DP_DIGITS];
    run_images(s, thread, b, first, n, logits);
    for (int i = 0; i < n; i++) {
        dp_prediction *p = &b->predictions[first + i];
        memcpy(p->logit, logits + i * DP_DIGITS, sizeof p->logit);
        dp_prediction_finish(p, reject);
    }
}

typedef struct tiles {
    const dp_session *s;
    const batch *batch;
    int images; /* per tile */
} tiles;

static void answer_piece(void *context, int i, int thread)
{
    const tiles *t = context;
    const int first = i * t->images, remaining = t->batch->n - first;
    answer_tile(t->s, thread, t->batch, first,
                remaining < t->images ? remaining : t->images);
}

/* The same number of tiles for each thread, with as many images as fit in a workspace. */
static void run(const dp_session *s, const batch *b)
{
    if (b->n < 1)
        return;
    const int rounds = dp_ceil_div_int(b->n, s->threads * s->tile);
    tiles t = { s, b, dp_ceil_div_int(b->n, s->threads * rounds) };
    dp_thread_pool_run(s->pool, dp_ceil_div_int(b->n, t.images), answer_piece, &t);
}

void dp_session_forward(dp_session *s, const float *x, int n, float *y)
{
    run(s, &(batch){ .n = n, .x = x, .y = y });
}

void dp_session_logits(dp_session *s, const uint8_t *pixels, int n, float *y)
{
    run(s, &(batch){ .n = n, .pixels = pixels, .y = y });
}

void dp_session_predict(dp_session *s, const uint8_t *pixels, int n, dp_prediction *out)
{
    run(s, &(batch){ .n = n, .pixels = pixels, .predictions = out });
}
