#include "config.h"

#include "tui/bench/bench.h"

#include "engine/quant/quantize.h"
#include "engine/core/rng.h"
#include "engine/infer/session.h"
#include "engine/train/trainer.h"
#include "tui/cli/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- repetitions ------------------------------------------------------------------- */

enum {
    MAX_SAMPLES = 1 << 16,
    P99_SAMPLES = 100, /* the fewest that have a 99th percentile */
};

typedef struct watch {
    const dp_bench_effort *effort;
    double start;
    double waited; /* dp_bench_waited at the first sample */
    int n;
    double *sample; /* [MAX_SAMPLES] seconds */
} watch;

static dp_code watch_begin(watch *w, const dp_bench_effort *effort, dp_err *err)
{
    *w = (watch){
        .effort = effort,
        .start = dp_progress_clock(),
        .sample = malloc(MAX_SAMPLES * sizeof *w->sample),
    };
    return w->sample ? DP_OK : dp_fail(err, DP_NOMEM, "no memory to measure");
}

/* Record a repetition from `begin` to `end`. False if no more are needed. */
static bool watch_add(watch *w, double begin, double end)
{
    const double since = begin - w->start - w->effort->warm_up;
    if (since < 0)
        return true;
    if (w->n == 0)
        w->waited = dp_bench_waited();
    w->sample[w->n++] = end - begin;
    return w->n < MAX_SAMPLES && (w->n < w->effort->least || since < w->effort->measured);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void watch_end(dp_bench_times *out, watch *w)
{
    double total = 0;
    for (int i = 0; i < w->n; i++)
        total += w->sample[i];
    qsort(w->sample, (size_t)w->n, sizeof *w->sample, compare);
    out->mean = total / w->n;
    out->median = (w->sample[(w->n - 1) / 2] + w->sample[w->n / 2]) / 2;
    out->p99 = w->n < P99_SAMPLES ? (double)NAN : w->sample[w->n - 1 - w->n / 100];
    out->conditions = (dp_bench_conditions){
        .seconds = total,
        .waited = dp_bench_waited() - w->waited,
        .spread = (w->sample[w->n - 1 - w->n / 4] - w->sample[w->n / 4]) / out->median,
    };
    free(w->sample);
}

/* ---- images ------------------------------------------------------------------------ */

/* Whether a pixel is in the image's block of ink, 12 × 13 pixels, which moves from image
 * to image. */
static bool in_box(int pixel, int image)
{
    enum { TOP = 5, LEFT = 5, HEIGHT = 12, WIDTH = 13, MOVES = 6 };
    const int y = pixel / DP_SIDE - TOP - image % MOVES;
    const int x = pixel % DP_SIDE - LEFT - image / MOVES % MOVES;
    return y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
}

static void draw(uint8_t *pixels, int n, dp_bench_pixels kind)
{
    for (int i = 0; i < n; i++) {
        dp_rng r = dp_rng_stream(1, 0, (uint64_t)i);
        for (int j = 0; j < DP_PIXELS; j++) {
            const uint8_t value = (uint8_t)(1 + dp_rng_below(&r, 255));
            pixels[i * DP_PIXELS + j] =
                kind == DP_BENCH_NOISE || in_box(j, i) ? value : 0;
        }
    }
}

dp_code dp_bench_quantise(dp_model **out, const dp_model *m, dp_err *err)
{
    enum { FEW = 32 };
    uint8_t pixels[FEW * DP_PIXELS];
    const dp_model_info *info = dp_model_get_info(m);
    dp_quant *q;
    draw(pixels, FEW, DP_BENCH_INK);
    dp_code code = dp_quantize(&q, dp_model_spec(m), dp_model_params(m), info->norm,
                               &(dp_calibration){ .pixels = pixels, .n = FEW }, err);
    if (code)
        return code;
    code = dp_model_create_int8(out, q, info, dp_model_kernels(m), err);
    dp_quant_unref(q);
    return code;
}

/* ---- inference --------------------------------------------------------------------- */

enum { IMAGES = DP_BENCH_BATCH };

typedef struct images {
    uint8_t pixels[IMAGES * DP_PIXELS];
    float input[IMAGES * DP_PIXELS];
    float logits[IMAGES * DP_DIGITS];
} images;

static images *images_create(const dp_model *m, dp_bench_pixels kind)
{
    images *i = malloc(sizeof *i);
    if (!i)
        return NULL;
    float table[256];
    dp_norm_table(table, dp_model_get_info(m)->norm);
    draw(i->pixels, IMAGES, kind);
    for (int j = 0; j < IMAGES * DP_PIXELS; j++)
        i->input[j] = table[i->pixels[j]];
    return i;
}

/* Walk through the images, so that small batches do not always see the same ones. */
static void repeat_forward(watch *w, dp_session *s, images *i, int batch)
{
    double begin, end;
    int at = 0;
    do {
        begin = dp_progress_clock();
        if (dp_model_quant(dp_session_model(s)))
            dp_session_logits(s, i->pixels + at * DP_PIXELS, batch, i->logits);
        else
            dp_session_forward(s, i->input + at * DP_PIXELS, batch, i->logits);
        end = dp_progress_clock();
        at = at + 2 * batch <= IMAGES ? at + batch : 0;
    } while (watch_add(w, begin, end));
}

dp_code dp_bench_forward(dp_bench_times *out, const dp_model *m,
                         const dp_bench_load *load, const dp_bench_effort *effort,
                         dp_err *err)
{
    dp_session *s;
    dp_code code = dp_session_create(&s, m, load->batch, load->threads, err);
    if (code)
        return code;
    watch w;
    images *i = images_create(m, load->pixels);
    if (!i)
        code = dp_fail(err, DP_NOMEM, "no memory for the images");
    if (!code)
        code = watch_begin(&w, effort, err);
    if (!code) {
        repeat_forward(&w, s, i, load->batch);
        watch_end(out, &w);
    }
    free(i);
    dp_session_free(s);
    return code;
}

/* ---- training ---------------------------------------------------------------------- */

enum { TRAIN_IMAGES = 16 * DP_BENCH_TRAIN_BATCH };

typedef struct steps {
    watch watch;
    double last; /* end of the previous step */
} steps;

/* The first step of an epoch does not count: it includes the shuffling. */
static bool on_step(const dp_train_progress *p, void *user)
{
    steps *s = user;
    const double begin = s->last, now = dp_progress_clock();
    s->last = now;
    return p->step == 1 || watch_add(&s->watch, begin, now);
}

static dp_code train(dp_bench_times *out, dp_trainer *t, const dp_bench_effort *effort,
                     dp_err *err)
{
    steps s = { .last = 0 };
    dp_train_progress p;
    dp_code code = watch_begin(&s.watch, effort, err);
    if (code)
        return code;
    while ((code = dp_trainer_epoch(t, &p, on_step, &s, err)) == DP_OK)
        ;
    const bool measured = code == DP_INTERRUPTED; /* by on_step */
    if (measured)
        watch_end(out, &s.watch);
    else
        free(s.watch.sample);
    return measured ? DP_OK : code;
}

dp_code dp_bench_training(dp_bench_times *out, const dp_model *m, int threads,
                          const dp_bench_effort *effort, dp_err *err)
{
    static const dp_train_config config = {
        .seed = 1,
        .epochs = DP_MAX_EPOCHS,
        .batch = DP_BENCH_TRAIN_BATCH,
        .rate = 1e-4f,
        .schedule = DP_SCHEDULE_CONSTANT,
    };
    dp_trainer *t = NULL;
    uint8_t *pixels = malloc(TRAIN_IMAGES * (DP_PIXELS + 1));
    if (!pixels)
        return dp_fail(err, DP_NOMEM, "no memory for the images");
    uint8_t *label = pixels + TRAIN_IMAGES * DP_PIXELS;
    draw(pixels, TRAIN_IMAGES, DP_BENCH_INK);
    for (int i = 0; i < TRAIN_IMAGES; i++)
        label[i] = (uint8_t)(i % DP_DIGITS);
    const dp_mixture mixture = { .images = { pixels, label, TRAIN_IMAGES } };
    const dp_train_job job = {
        .spec = dp_model_spec(m),
        .config = &config,
        .mixture = &mixture,
        .threads = threads,
        .kernels = dp_model_kernels(m),
    };
    dp_code code = dp_trainer_create(&t, &job, err);
    if (!code) {
        code = train(out, t, effort, err);
        dp_trainer_free(t);
    }
    free(pixels);
    return code;
}

/* ---- cold start -------------------------------------------------------------------- */

/* Run the program with `in` as standard input, discarding its output. Returns an errno
 * value; ECHILD if the program failed. */
static int run(char **argv, int in)
{
    pid_t child;
    int status;
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    error = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    if (!error)
        error = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
                                                 O_WRONLY, 0);
    if (!error)
        error = posix_spawn(&child, "/proc/self/exe", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error)
        return error;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return errno;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ECHILD;
}

/* Time one run on an image in a pipe. A pipe buffers the whole image. */
static int start_once(double *begin, double *end, char **argv)
{
    uint8_t pixels[DP_PIXELS];
    int pipe_end[2], error = EIO;
    draw(pixels, 1, DP_BENCH_INK);
    if (pipe(pipe_end) != 0)
        return errno;
    const ssize_t written = write(pipe_end[1], pixels, sizeof pixels);
    close(pipe_end[1]);
    *begin = dp_progress_clock();
    if (written == (ssize_t)sizeof pixels)
        error = run(argv, pipe_end[0]);
    *end = dp_progress_clock();
    close(pipe_end[0]);
    return error;
}

dp_code dp_bench_cold_start(dp_bench_times *out, const char *name,
                            const dp_kernels *kernels, const dp_bench_effort *effort,
                            dp_err *err)
{
    char kernel[40];
    snprintf(kernel, sizeof kernel, "--kernel=%s", kernels->name);
    const char *argv[] = { "digitpad", "predict", "-t1", "-iraw", kernel,
                           "-m",       name,      "--",  "-",     NULL };
    watch w;
    dp_code code = watch_begin(&w, effort, err);
    if (code)
        return code;
    double begin = 0, end = 0;
    int error;
    do
        error = start_once(&begin, &end, (char **)argv);
    while (!error && watch_add(&w, begin, end));
    if (error) {
        free(w.sample);
        return dp_fail(err, DP_INTERNAL, "cannot run the program: %s", strerror(error));
    }
    watch_end(out, &w);
    return DP_OK;
}
