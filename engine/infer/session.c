#include "config.h"

#include "engine/infer/session.h"

#include "engine/core/arena.h"
#include "engine/core/arith.h"
#include "engine/core/openmp.h"
#include "engine/infer/executor.h"
#include "engine/infer/model_internal.h"
#include "engine/infer/sharing.h"

#include <stdlib.h>
#include <string.h>

/* A batch is divided into tiles, and one thread runs a tile through the whole chain. The
 * steps before the first dense one (the head) run on a few images at a time, so that
 * their activations stay in the cache. The others (the tail) run on the whole tile, so
 * that a dense layer reads its weights once. */
enum { TILE_IMAGES = 48 };

/* Work is measured in what a thread does in a millisecond. Threads share a single image
 * from a whole millisecond on, and of its steps those of 1 / STEP_SHARE. A thread joins
 * in a batch if there is 1 / BATCH_SHARE for it to do. scripts/experiments.md has the
 * times. */
enum { STEP_SHARE = 20, BATCH_SHARE = 200 };

/* What one thread works with. */
typedef struct workspace {
    unsigned char *activation[DP_MAX_STEPS]; /* [i]: [images_of(i), that step i reads] */
    void *scratch;
} workspace;

struct dp_session {
    const dp_model *model;
    const dp_executor *executor;
    const void *plan; /* of the model */
    int n_steps, n_head;
    int max_batch, threads;
    int tile, head_images;
    size_t in, out; /* values of one image */
    size_t macs;    /* multiply-accumulates of one image */
    float norm[256];
    workspace *work; /* [threads] */
    dp_arena arena;
    dp_sharing sharing;
};

/* ---- sizes ----------------------------------------------------------------------- */

static int count_head(const dp_session *s)
{
    int n = 0;
    while (n < s->n_steps && !s->executor->traits(s->plan, n).dense)
        n++;
    return n;
}

/* Bytes of activation i for one image; the last one is the output. */
static size_t bytes_of(const dp_session *s, int i)
{
    return i == s->n_steps ? s->out * sizeof(float)
                           : s->executor->activation(s->plan, i).bytes;
}

/* Images whose activations [first, last) have `bytes`, at most `most` but at least 1. */
static int images_in(const dp_session *s, size_t bytes, int first, int last, int most)
{
    size_t each = 1;
    for (int i = first; i < last; i++)
        each += bytes_of(s, i);
    return dp_clamp_int((int)(bytes / each), 1, most);
}

/* Images that activation i has room for. Those of the head are collected in the first one
 * of the tail. */
static int images_of(const dp_session *s, int i)
{
    return i < s->n_head ? s->head_images : s->tile;
}

/* Whether threads share single images. */
static bool shares_images(const dp_session *s)
{
    return s->threads > 1 && s->macs >= s->executor->macs_per_ms;
}

static void set_sizes(dp_session *s, int max_batch, int threads)
{
    const dp_spec *spec = dp_model_spec(s->model);
    s->n_steps = s->executor->count_steps(s->plan);
    s->n_head = count_head(s);
    s->in = dp_shape_count(spec->shape[0]);
    s->out = dp_shape_count(spec->shape[spec->n_layers]);
    s->macs = dp_spec_macs(spec);
    s->max_batch = dp_max_int(max_batch, 1);
    s->threads = dp_threads(threads);
    if (!shares_images(s))
        s->threads = dp_min_int(s->threads, s->max_batch);
    s->tile = images_in(s, s->executor->tile_bytes, s->n_head, s->n_steps,
                        dp_min_int(TILE_IMAGES, s->max_batch));
    s->head_images = images_in(s, s->executor->head_bytes, 0, s->n_head, s->tile);
}

/* ---- creation -------------------------------------------------------------------- */

/* Whether step i writes its output over its input. */
static bool overwrites(const dp_session *s, int i)
{
    return s->executor->traits(s->plan, i).in_place &&
           images_of(s, i) == images_of(s, i + 1) && bytes_of(s, i) == bytes_of(s, i + 1);
}

static void place_workspace(dp_session *s, workspace *w)
{
    const dp_executor *e = s->executor;
    size_t scratch = 0;
    for (int i = 0; i < s->n_steps; i++) {
        const size_t images = (size_t)images_of(s, i);
        w->activation[i] = i > 0 && overwrites(s, i - 1)
                               ? w->activation[i - 1]
                               : dp_arena_take(&s->arena, images * bytes_of(s, i));
        if (e->scratch)
            scratch = dp_max_size(scratch, e->scratch(s->plan, i, (int)images));
    }
    w->scratch = dp_arena_take(&s->arena, scratch);
}

/* Padding is written once, because no step writes there. Padding of zeros is left as the
 * arena zeroed it, so that no page is touched before its use. */
static void fill_padding(const dp_session *s, const workspace *w)
{
    for (int i = 0; i < s->n_steps; i++) {
        const dp_activation a = s->executor->activation(s->plan, i);
        if (a.padding != 0)
            memset(w->activation[i], a.padding, (size_t)images_of(s, i) * a.bytes);
    }
}

static bool allocate(dp_session *s)
{
    s->work = calloc((size_t)s->threads, sizeof *s->work);
    if (!s->work)
        return false;
    for (int t = 0; t < s->threads; t++)
        place_workspace(s, &s->work[t]);
    if (!dp_arena_alloc(&s->arena))
        return false;
    for (int t = 0; t < s->threads; t++) {
        place_workspace(s, &s->work[t]);
        fill_padding(s, &s->work[t]);
    }
    return true;
}

dp_code dp_session_create(dp_session **out, const dp_model *m, int max_batch, int threads,
                          dp_err *err)
{
    dp_session *s = calloc(1, sizeof *s);
    if (!s)
        return dp_fail(err, DP_NOMEM, "no memory for a session");
    s->model = dp_model_ref(m);
    s->executor = dp_model_executor(m);
    s->plan = dp_model_plan(m);
    dp_norm_table(s->norm, dp_model_get_info(m)->norm);
    set_sizes(s, max_batch, threads);
    if (!allocate(s)) {
        const int used = s->threads;
        dp_session_free(s);
        return dp_fail(err, DP_NOMEM, "no memory to run %d images on %d threads",
                       max_batch, used);
    }
    *out = s;
    return DP_OK;
}

void dp_session_free(dp_session *s)
{
    if (!s)
        return;
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

/* ---- steps ----------------------------------------------------------------------- */

/* A step that threads share, in one part for each. */
typedef struct shared_step {
    const dp_session *s;
    const dp_step_call *whole;
} shared_step;

static void run_part(void *context, int i, int thread)
{
    const shared_step *step = context;
    dp_step_call call = *step->whole;
    call.part = (dp_part){ i, step->s->threads };
    call.scratch = step->s->work[thread].scratch;
    step->s->executor->run(&call);
}

/* What the steps of a tile have in common. */
typedef struct tile {
    dp_session *s;
    const workspace *w;
    bool shared; /* threads share the steps */
} tile;

static bool is_shared(const tile *t, int i)
{
    const dp_executor *e = t->s->executor;
    if (!t->shared || !dp_sharing_pays(&t->s->sharing, dp_sharing_clock()))
        return false;
    const dp_step_traits traits = e->traits(t->s->plan, i);
    return traits.divisible && traits.macs >= e->macs_per_ms / STEP_SHARE;
}

/* Run the steps [first, last) on n images, x → y. */
static void run_steps(const tile *t, int first, int last, int n, const void *x, void *y)
{
    for (int i = first; i < last; i++) {
        const dp_step_call call = {
            .plan = t->s->plan,
            .step = i,
            .n = n,
            .x = x,
            .y = i + 1 == last ? y : t->w->activation[i + 1],
            .scratch = t->w->scratch,
            .part = { 0, 1 },
        };
        if (is_shared(t, i))
            dp_sharing_run(&t->s->sharing, t->s->threads, t->s->threads, run_part,
                           &(shared_step){ t->s, &call });
        else
            t->s->executor->run(&call);
        x = call.y;
    }
}

/* The input without its first n images. */
static dp_model_input skip(const dp_session *s, dp_model_input in, int n)
{
    const size_t values = (size_t)n * s->in;
    in.pixels = in.pixels ? in.pixels + values : NULL;
    in.x = in.x ? in.x + values : NULL;
    return in;
}

/* Activation 0 of n images: in the workspace or where the caller has it. */
static const void *load(const tile *t, dp_model_input in, int n)
{
    const dp_executor *e = t->s->executor;
    const void *borrowed = e->borrow(t->s->plan, &in);
    if (borrowed)
        return borrowed;
    e->load(t->s->plan, &in, n, t->w->activation[0]);
    return t->w->activation[0];
}

/* Run n ≤ tile images; their logits go to y. */
static void run_tile(const tile *t, dp_model_input in, int n, float *y)
{
    const dp_session *s = t->s;
    const int head = s->n_head, last = s->n_steps;
    if (last == 0) {
        s->executor->load(s->plan, &in, n, y);
        return;
    }
    if (head == 0) {
        run_steps(t, 0, last, n, load(t, in, n), y);
        return;
    }
    unsigned char *features = head == last ? (void *)y : t->w->activation[head];
    for (int i = 0; i < n; i += s->head_images) {
        const int images = dp_min_int(n - i, s->head_images);
        run_steps(t, 0, head, images, load(t, skip(s, in, i), images),
                  features + (size_t)i * bytes_of(s, head));
    }
    run_steps(t, head, last, n, features, y);
}

/* ---- batches --------------------------------------------------------------------- */

/* The arguments of a call: images in, logits or predictions out. One of the two results
 * is NULL. */
typedef struct batch {
    int n;
    dp_model_input in;
    float *y;
    dp_prediction *predictions;
} batch;

/* A batch, divided into tiles. */
typedef struct tiles {
    dp_session *s;
    const batch *batch;
    int images; /* of a tile; the last one can have fewer */
} tiles;

static void answer_tile(void *context, int i, int thread)
{
    const tiles *all = context;
    dp_session *s = all->s;
    const batch *b = all->batch;
    const int first = i * all->images, n = dp_min_int(all->images, b->n - first);
    const tile t = { s, &s->work[thread], b->n == 1 && shares_images(s) };
    const dp_model_input in = skip(s, b->in, first);
    if (b->y) {
        run_tile(&t, in, n, b->y + (size_t)first * s->out);
        return;
    }
    const dp_model_info *info = dp_model_get_info(s->model);
    float logits[TILE_IMAGES * DP_DIGITS];
    run_tile(&t, in, n, logits);
    for (int k = 0; k < n; k++) {
        dp_prediction *p = &b->predictions[first + k];
        memcpy(p->logit, logits + k * DP_DIGITS, sizeof p->logit);
        dp_prediction_finish(p, info->scores, &info->trust);
    }
}

/* How many threads have enough to do with n images. */
static int useful_threads(const dp_session *s, int n)
{
    const int threads = dp_min_int(s->threads, n);
    if (threads <= 1 || !dp_sharing_pays(&s->sharing, dp_sharing_clock()))
        return 1;
    const size_t least = s->executor->macs_per_ms / BATCH_SHARE;
    const size_t most = (size_t)n * s->macs / least;
    return most < (size_t)threads ? dp_max_int((int)most, 1) : threads;
}

/* The same number of tiles for each thread, with as many images as fit in a workspace. */
static void run(dp_session *s, const batch *b)
{
    if (b->n < 1)
        return;
    const int threads = useful_threads(s, b->n);
    const int rounds = dp_ceil_div_int(b->n, threads * s->tile);
    tiles t = { s, b, dp_ceil_div_int(b->n, threads * rounds) };
    dp_sharing_run(&s->sharing, threads, dp_ceil_div_int(b->n, t.images), answer_tile,
                   &t);
}

void dp_session_forward(dp_session *s, const float *x, int n, float *y)
{
    run(s, &(batch){ .n = n, .in = { .x = x, .norm = s->norm }, .y = y });
}

void dp_session_logits(dp_session *s, const uint8_t *pixels, int n, float *y)
{
    run(s, &(batch){ .n = n, .in = { .pixels = pixels, .norm = s->norm }, .y = y });
}

void dp_session_predict(dp_session *s, const uint8_t *pixels, int n, dp_prediction *out)
{
    run(s, &(batch){
               .n = n, .in = { .pixels = pixels, .norm = s->norm }, .predictions = out });
}
