#include "config.h"

#include "engine/session.h"

#include "engine/arena.h"
#include "engine/model_run.h"
#include "engine/threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef DP_OPENMP
#include <omp.h>
#endif

/* A batch is cut into tiles, a thread takes a tile through the whole chain. The layers
 * before the first dense one (the head) run on a few images at a time, so that their
 * activations stay in the second-level cache; the rest (the tail) on the whole tile, so
 * that a dense layer reads its weights once for all of it. */
enum {
    TILE_IMAGES = 48,
    TILE_FLOATS = 1 << 22, /* of a tile: fewer images where they are large */
    HEAD_FLOATS = 1 << 16, /* of the two activations of the head: 256 KiB */
};

/* What one thread works with. */
typedef struct workspace {
    float *input;   /* [tile, input]: normalised pixels */
    float *head[2]; /* [head_images, largest activation of the head], in turn */
    float *tail[2]; /* [tile, largest activation of the tail], in turn */
    float *scratch;
} workspace;

struct dp_session {
    const dp_model *model;
    const dp_spec *spec; /* of the model, as run */
    int n_head;          /* layers before the first dense one */
    int max_batch, threads;
    int tile, head_images;
    size_t in, out; /* values of one image */
    float norm[256];
    workspace *work; /* [threads] */
    dp_arena arena;
};

/* ---- creation ---------------------------------------------------------------------- */

static int count_head(const dp_spec *spec)
{
    int n = 0;
    while (n < spec->n_layers && spec->layer[n].kind != DP_OP_dense)
        n++;
    return n;
}

/* Values of the largest activation among shape[first … last]. */
static size_t largest_activation(const dp_spec *spec, int first, int last)
{
    size_t most = 0;
    for (int i = first; i <= last; i++) {
        size_t n = dp_shape_count(spec->shape[i]);
        most = n > most ? n : most;
    }
    return most;
}

static size_t largest_head(const dp_session *s)
{
    return largest_activation(s->spec, 0, s->n_head);
}

static size_t largest_tail(const dp_session *s)
{
    return largest_activation(s->spec, s->n_head, s->spec->n_layers);
}

static size_t largest_scratch(const dp_session *s)
{
    size_t most = 0;
    for (int i = 0; i < s->spec->n_layers; i++) {
        dp_op_call call;
        dp_model_run_bind(&call, s->model, i, i < s->n_head ? s->head_images : s->tile);
        const dp_op *op = dp_op_get(call.layer->kind);
        size_t n = op->scratch ? op->scratch(&call) : 0;
        most = n > most ? n : most;
    }
    return most;
}

static int clamp(size_t n, int most)
{
    return n < 1 ? 1 : n > (size_t)most ? most : (int)n;
}

static void describe(dp_session *s, const dp_model *m, int max_batch, int threads)
{
    s->model = m;
    s->spec = dp_model_run_spec(m);
    s->n_head = count_head(s->spec);
    s->max_batch = max_batch < 1 ? 1 : max_batch;
    s->threads = dp_threads(threads);
    if (s->threads > s->max_batch)
        s->threads = s->max_batch;
    s->in = dp_shape_count(s->spec->shape[0]);
    s->tile = clamp(TILE_FLOATS / (s->in + 2 * largest_tail(s)), TILE_IMAGES);
    s->tile = clamp((size_t)s->tile, s->max_batch);
    s->head_images = clamp(HEAD_FLOATS / (2 * largest_head(s)), s->tile);
    s->out = dp_shape_count(s->spec->shape[s->spec->n_layers]);
    dp_norm_table(s->norm, dp_model_get_info(m)->norm);
}

static bool allocate(dp_session *s)
{
    const size_t tile = (size_t)s->tile, head = (size_t)s->head_images;
    const size_t input = tile * s->in, scratch = largest_scratch(s);
    const size_t heads = head * largest_head(s), tails = tile * largest_tail(s);
    const size_t each = dp_arena_room(input) + 2 * dp_arena_room(heads) +
                        2 * dp_arena_room(tails) + dp_arena_room(scratch);
    s->work = calloc((size_t)s->threads, sizeof *s->work);
    if (!s->work || !dp_arena_init(&s->arena, (size_t)s->threads * each))
        return false;
    for (int t = 0; t < s->threads; t++) {
        workspace *w = &s->work[t];
        w->input = dp_arena_floats(&s->arena, input);
        for (int i = 0; i < 2; i++) {
            w->head[i] = dp_arena_floats(&s->arena, heads);
            w->tail[i] = dp_arena_floats(&s->arena, tails);
        }
        w->scratch = dp_arena_floats(&s->arena, scratch);
    }
    return true;
}

dp_code dp_session_create(dp_session **out, const dp_model *m, int max_batch, int threads,
                          dp_err *err)
{
    dp_session *s = calloc(1, sizeof *s);
    if (!s)
        return dp_fail(err, DP_NOMEM, "no memory for a session");
    describe(s, dp_model_ref(m), max_batch, threads);
    if (!allocate(s)) {
        dp_session_free(s);
        return dp_fail(err, DP_NOMEM, "no memory to run %d images on %d threads",
                       max_batch, threads);
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

/* ---- running ----------------------------------------------------------------------- */

/* Layers [first, last) on n images, x → y; the activations between them alternate in
 * `turn`, or stay where they are where the op allows it. */
static void run_layers(const dp_session *s, const workspace *w, int first, int last,
                       int n, float *const turn[2], const float *x, float *y)
{
    if (first == last) {
        if (x != y)
            memcpy(y, x, (size_t)n * dp_shape_count(s->spec->shape[first]) * sizeof *x);
        return;
    }
    float *at = NULL; /* x as something that may be written, once it is ours */
    for (int i = first, next = 0; i < last; i++) {
        dp_op_call call;
        dp_model_run_bind(&call, s->model, i, n);
        call.scratch = w->scratch;
        const dp_op *op = dp_op_get(call.layer->kind);
        float *to = y;
        if (i + 1 < last && at && op->in_place) {
            to = at;
        } else if (i + 1 < last) {
            to = turn[next];
            next = !next;
        }
        op->forward(&call, x, to);
        x = at = to;
    }
}

/* n ≤ tile images from x to y. */
static void run_tile(const dp_session *s, const workspace *w, const float *x, int n,
                     float *y)
{
    const int last = s->spec->n_layers;
    const size_t features = dp_shape_count(s->spec->shape[s->n_head]);
    if (s->n_head == 0) {
        run_layers(s, w, 0, last, n, w->tail, x, y);
        return;
    }
    float *joined = s->n_head == last ? y : w->tail[0];
    for (int i = 0; i < n; i += s->head_images) {
        const int some = n - i < s->head_images ? n - i : s->head_images;
        run_layers(s, w, 0, s->n_head, some, w->head, x + (size_t)i * s->in,
                   joined + (size_t)i * features);
    }
    float *const turn[2] = { w->tail[1], w->tail[0] };
    if (s->n_head < last)
        run_layers(s, w, s->n_head, last, n, turn, joined, y);
}

/* A batch on its way through: floats or pixels in, floats or predictions out. */
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

static void do_tile(const dp_session *s, const workspace *w, const batch *b, int first,
                    int n)
{
    const float *x = tile_input(s, w, b, first, n);
    if (b->y) {
        run_tile(s, w, x, n, b->y + (size_t)first * s->out);
        return;
    }
    const float reject = dp_model_get_info(s->model)->reject;
    float logits[TILE_IMAGES * DP_DIGITS];
    run_tile(s, w, x, n, logits);
    for (int i = 0; i < n; i++) {
        dp_prediction *p = &b->predictions[first + i];
        memcpy(p->logit, logits + i * DP_DIGITS, sizeof p->logit);
        dp_prediction_finish(p, reject);
    }
}

/* Images of a tile: no more than a workspace holds, few enough that no thread idles. */
static int tile_images(const dp_session *s, int n)
{
    int share = (n + s->threads - 1) / s->threads;
    return share < s->tile ? share : s->tile;
}

static void run_serially(const dp_session *s, const batch *b)
{
    for (int first = 0; first < b->n; first += s->tile)
        do_tile(s, &s->work[0], b, first,
                b->n - first < s->tile ? b->n - first : s->tile);
}

static void run(const dp_session *s, const batch *b)
{
    const int tile = tile_images(s, b->n);
    /* One image is not worth waking a thread for. */
    if (s->threads == 1 || b->n <= 1) {
        run_serially(s, b);
        return;
    }
#ifdef DP_OPENMP
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
    for (int first = 0; first < b->n; first += tile)
        do_tile(s, &s->work[omp_get_thread_num()], b, first,
                b->n - first < tile ? b->n - first : tile);
#else
    (void)tile;
    run_serially(s, b);
#endif
}

void dp_session_forward(dp_session *s, const float *x, int n, float *y)
{
    run(s, &(batch){ .n = n, .x = x, .y = y });
}

void dp_session_predict(dp_session *s, const uint8_t *pixels, int n, dp_prediction *out)
{
    run(s, &(batch){ .n = n, .pixels = pixels, .predictions = out });
}

void dp_prediction_finish(dp_prediction *p, float reject)
{
    /* Insertion sort: stable, so ties stay in the order of the digits. */
    for (int digit = 0; digit < DP_DIGITS; digit++) {
        int at = digit;
        for (; at > 0 && p->logit[p->rank[at - 1]] < p->logit[digit]; at--)
            p->rank[at] = p->rank[at - 1];
        p->rank[at] = digit;
    }
    const double largest = (double)p->logit[p->rank[0]];
    double power[DP_DIGITS], sum = 0;
    for (int digit = 0; digit < DP_DIGITS; digit++) {
        power[digit] = exp((double)p->logit[digit] - largest);
        sum += power[digit];
    }
    for (int digit = 0; digit < DP_DIGITS; digit++)
        p->prob[digit] = (float)(power[digit] / sum);
    p->evidence = (float)(largest + log(sum));
    p->rejected = p->evidence < reject;
}
