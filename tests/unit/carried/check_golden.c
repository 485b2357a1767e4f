/* Layers, networks and ten steps of training compared with PyTorch, whose results
 * tests/golden/make.py stored in tests/golden/golden.safetensors.
 *
 * PyTorch computed them in float64, so every difference is an error of our float32, which
 * has 24 bits: 6e-8 of a number, and a few times that of a sum of thousands. With all
 * kernels, logits, losses and gradients are within 3e-6 of the root mean square of their
 * array, and the changes by ten steps of 1e-3 are within 5e-6. (Adam divides a gradient
 * by its size, so the error of a gradient that is nearly 0 counts fully.)
 *
 * In the convolutional network, rounding decides some of the many maxima. A maximum at
 * another place changes the gradient in its window, and the first steps of Adam follow
 * the signs of gradients. After ten steps that makes a difference of 2e-3 in the loss,
 * 7e-4 in parameters and 1e-2 in statistics. The first loss and gradients are computed
 * before any step. */
#include "config.h"

#include "engine/train/loss.h"
#include "engine/train/tape.h"
#include "engine/train/trainer.h"
#include "tests/unit/unit.h"
#include "weights/io/fsio.h"
#include "weights/safetensors/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const float rate = 1e-3f, decay = 0.1f, smoothing = 0.05f;

/* The largest differences: for arrays, relative to their root mean square; and after ten
 * steps for the loss, the parameters and the running statistics. */
static const double tolerance = 1e-5;
typedef struct tolerances {
    double loss, params, statistics;
} tolerances;
static const tolerances tight = { 1e-5, 5e-5, 5e-5 }, loose = { 5e-3, 2e-3, 3e-2 };

enum { STEPS = 10, SAMPLES = 8, DIGEST = SAMPLES + 2, MOST = 1200 };

/* One case, as described by its metadata. */
typedef struct golden {
    const dp_safetensors *file;
    const char *name;
    uint64_t seed;
    int n;
    dp_spec spec;
    dp_params layout;
    float *params; /* [layout.count]: the initial ones */
    uint8_t *pixels, *label;
    const dp_kernels *kernels;
} golden;

/* ---- reading --------------------------------------------------------------------- */

static unsigned char *file_bytes;
static dp_safetensors file;

static void open_file(void)
{
    char path[4096];
    const char *srcdir = getenv("srcdir");
    size_t size;
    dp_err err;
    snprintf(path, sizeof path, "%s/tests/golden/golden.safetensors",
             srcdir ? srcdir : ".");
    if (dp_fsio_read(&file_bytes, &size, path, DP_ST_MAX_FILE, &err) ||
        dp_safetensors_parse(&file, file_bytes, size, &err))
        ck_abort_msg("%s", err.msg);
}

static void close_file(void)
{
    dp_safetensors_clear(&file);
    free(file_bytes);
}

/* The same numbers as Net.draw in make.py. */
static float *draw_params(const dp_params *layout, uint64_t seed)
{
    float *params = calloc(layout->count, sizeof *params);
    dp_rng rng = dp_rng_stream(seed, 0, 0);
    for (int i = 0; i < layout->n; i++) {
        const dp_param *p = &layout->param[i];
        double fan_in = (double)p->count / p->dim[0];
        float spread = p->role == DP_WEIGHT ? (float)sqrt(3.0 / fan_in) : 0.1f;
        bool positive = p->role == DP_GAMMA || p->role == DP_RUNNING_VAR;
        for (size_t k = 0; k < p->count; k++)
            params[p->offset + k] = positive ? dp_rng_range(&rng, 0.5f, 1.5f)
                                             : dp_rng_range(&rng, -spread, spread);
    }
    return params;
}

static void draw_inputs(golden *g)
{
    size_t count = dp_shape_count(g->spec.shape[0]);
    g->pixels = calloc((size_t)g->n, count);
    g->label = calloc((size_t)g->n, 1);
    dp_rng rng = dp_rng_stream(g->seed, 1, 0);
    for (size_t i = 0; i < (size_t)g->n * count; i++) {
        bool ink = dp_rng_uniform(&rng) < 0.3f;
        float value = floorf(dp_rng_uniform(&rng) * 256);
        g->pixels[i] = ink ? (uint8_t)value : 0;
    }
    for (int i = 0; i < g->n; i++)
        g->label[i] = (uint8_t)(7 * i % 10);
}

static golden golden_make(const char *name, const char *text)
{
    golden g = { .file = &file, .name = name };
    unsigned long long seed;
    dp_shape in;
    int used = 0;
    dp_err err;
    ck_assert_int_ge(
        sscanf(text, "%llu %d %dx%dx%d %n", &seed, &g.n, &in.c, &in.h, &in.w, &used), 5);
    g.seed = seed;
    if (dp_spec_parse(&g.spec, text + used, in, &err) ||
        dp_params_layout(&g.layout, &g.spec, &err))
        ck_abort_msg("%s: %s", name, err.msg);
    g.params = draw_params(&g.layout, g.seed);
    draw_inputs(&g);
    return g;
}

static void golden_clear(golden *g)
{
    free(g->params);
    free(g->pixels);
    free(g->label);
}

/* ---- comparing ------------------------------------------------------------------- */

static float *golden_floats(const golden *g, const char *what, size_t *count)
{
    char name[DP_ST_MAX_NAME];
    snprintf(name, sizeof name, "%s.%s", g->name, what);
    const dp_st_tensor *t = dp_safetensors_find(g->file, name);
    ck_assert_msg(t != NULL, "no %s", name);
    float *v = calloc(t->count, sizeof *v);
    ck_assert_int_eq(dp_st_tensor_floats(v, t, NULL), DP_OK);
    *count = t->count;
    return v;
}

/* got and wanted: [n]. Differences can be at most `most`, in units of `scale`. */
static void compare(const golden *g, const char *what, const double *got,
                    const float *wanted, size_t n, double scale, double most)
{
    for (size_t i = 0; i < n; i++) {
        double distance = fabs(got[i] - (double)wanted[i]);
        if (!(distance <= most * scale))
            ck_abort_msg("%s, %s kernels: %s[%zu] is %.9g, not %.9g", g->name,
                         g->kernels->name, what, i, got[i], (double)wanted[i]);
    }
}

static double root_mean_square(const float *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)v[i] * (double)v[i];
    return sqrt(sum / (double)n) + 1e-9;
}

/* In units of `unit` or, if that is 0, of the root mean square of `wanted`. */
static void compare_array(const golden *g, const char *what, const float *got,
                          const float *wanted, size_t n, double unit, double most)
{
    double *wide = calloc(n, sizeof *wide);
    for (size_t i = 0; i < n; i++)
        wide[i] = (double)got[i];
    compare(g, what, wide, wanted, n, unit > 0 ? unit : root_mean_square(wanted, n),
            most);
    free(wide);
}

static void compare_floats(const golden *g, const char *what, const float *got, size_t n,
                           double most)
{
    size_t count;
    float *wanted = golden_floats(g, what, &count);
    ck_assert_uint_ge(count, n);
    compare_array(g, what, got, wanted, n, 0, most);
    free(wanted);
}

/* As digest in make.py: the norm, the projection on random signs, samples. */
static void digest(double out[DIGEST], const float *v, size_t n)
{
    dp_rng rng = dp_rng_stream(1, 1, 1);
    double square = 0, projection = 0;
    for (size_t i = 0; i < n; i++) {
        square += (double)v[i] * (double)v[i];
        projection += dp_rng_uniform(&rng) < 0.5f ? -(double)v[i] : (double)v[i];
    }
    out[0] = sqrt(square);
    out[1] = projection;
    for (size_t i = 0; i < SAMPLES; i++)
        out[2 + i] = (double)v[i * (n - 1) / (SAMPLES - 1)];
}

/* The errors of single values are random, so those of a norm and of a projection grow
 * with the square root of their number. */
static void compare_digest(const golden *g, const char *what, const float *got,
                           const float *wanted, size_t n, double unit, double most)
{
    double ours[DIGEST], root = sqrt((double)n);
    digest(ours, got, n);
    double scale = unit > 0 ? unit : (double)wanted[0] / root + 1e-9;
    compare(g, what, ours, wanted, 2, scale * root, most);
    compare(g, what, ours + 2, wanted + 2, SAMPLES, scale, most);
}

static bool is_statistic(const dp_param *p)
{
    return p->role == DP_RUNNING_MEAN || p->role == DP_RUNNING_VAR;
}

/* `got` has the layout of the parameters. If `after` is given, the parameters after ten
 * steps, the differences are absolute; otherwise they are relative to the root mean
 * square of each array. */
static void compare_params(const golden *g, const char *what, const float *got,
                           const tolerances *after)
{
    size_t count;
    float *wanted = golden_floats(g, what, &count);
    bool whole = g->layout.count <= MOST;
    ck_assert_uint_eq(count, whole ? g->layout.count : (size_t)g->layout.n * DIGEST);
    for (int i = 0; i < g->layout.n; i++) {
        const dp_param *p = &g->layout.param[i];
        char place[64];
        snprintf(place, sizeof place, "%s.%d.%s", what, p->layer, dp_role_name(p->role));
        double most = !after            ? tolerance
                      : is_statistic(p) ? after->statistics
                                        : after->params;
        if (whole)
            compare_array(g, place, got + p->offset, wanted + p->offset, p->count,
                          after ? 1 : 0, most);
        else
            compare_digest(g, place, got + p->offset, wanted + i * DIGEST, p->count,
                           after ? 1 : 0, most);
    }
    free(wanted);
}

/* Loose if maxima depend on rounding: see above. */
static const tolerances *tolerances_of(const golden *g)
{
    return strstr(g->name, "cnn") ? &loose : &tight;
}

/* ---- forward, backward, ten steps ------------------------------------------------ */

static void step(const golden *g, float *const array[4], const float *grad,
                 const dp_adam *weights, const dp_adam *others)
{
    for (int i = 0; i < g->layout.n; i++) {
        const dp_param *p = &g->layout.param[i];
        const dp_adam_state state = { array[0] + p->offset, array[1] + p->offset,
                                      array[2] + p->offset, array[3] + p->offset };
        if (!is_statistic(p))
            g->kernels->adam(p->role == DP_WEIGHT ? weights : others, &state,
                             grad + p->offset, p->count);
    }
}

static void run_tape(const golden *g, dp_tape *tape, dp_optim_kind kind)
{
    const size_t count = g->layout.count, inputs = dp_shape_count(g->spec.shape[0]);
    float *const state[4] = { calloc(count, sizeof(float)), calloc(count, sizeof(float)),
                              calloc(count, sizeof(float)),
                              calloc(count, sizeof(float)) };
    memcpy(state[0], g->params, count * sizeof(float));
    for (int t = 0; t < STEPS; t++) {
        for (size_t i = 0; i < (size_t)g->n * inputs; i++)
            dp_tape_input(tape)[i] = (float)g->pixels[i] / 255;
        const float *logits = dp_tape_forward(tape, state[0], g->n, g->seed, (uint64_t)t);
        dp_loss loss = dp_loss_cross_entropy(
            dp_tape_output_grad(tape), &(dp_loss_input){ logits, g->label, g->n, 10 },
            smoothing, 1 / (float)g->n);
        dp_tape_backward(tape, state[0]);
        if (t == 0) {
            const float mean = (float)(loss.sum / g->n);
            compare_floats(g, "logits", logits, (size_t)g->n * 10, tolerance);
            compare_floats(g, "loss", &mean, 1, tolerance);
            compare_params(g, "grad", dp_tape_grad(tape), NULL);
        }
        const dp_adam weights = dp_adam_at(kind, t + 1, rate, decay);
        const dp_adam others = dp_adam_at(kind, t + 1, rate, 0);
        step(g, state, dp_tape_grad(tape), &weights, &others);
    }
    compare_params(g, kind == DP_OPTIM_ADAM ? "adam" : "adamw", state[0],
                   tolerances_of(g));
    for (int i = 0; i < 4; i++)
        free(state[i]);
}

static void check_tape(const golden *g)
{
    dp_tape *tape;
    dp_err err;
    if (dp_tape_create(&tape,
                       &(dp_tape_options){ .spec = &g->spec,
                                           .layout = &g->layout,
                                           .kernels = g->kernels,
                                           .max_n = g->n },
                       &err))
        ck_abort_msg("%s: %s", g->name, err.msg);
    run_tape(g, tape, DP_OPTIM_ADAMW);
    run_tape(g, tape, DP_OPTIM_ADAM);
    dp_tape_free(tape);
}

static void check_trainer(const golden *g)
{
    const dp_train_config config = {
        .seed = g->seed,
        .epochs = STEPS,
        .batch = g->n,
        .optimizer = DP_OPTIM_ADAMW,
        .rate = rate,
        .schedule = DP_SCHEDULE_CONSTANT,
        .decay = decay,
        .smoothing = smoothing,
    };
    const dp_mixture mixture = {
        .images = { .pixels = g->pixels, .label = g->label, .n = g->n }
    };
    dp_trainer *trainer;
    dp_err err;
    float loss[STEPS];
    if (dp_trainer_create(&trainer,
                          &(dp_train_job){ .spec = &g->spec,
                                           .config = &config,
                                           .mixture = &mixture,
                                           .threads = 2,
                                           .kernels = g->kernels },
                          &err))
        ck_abort_msg("%s: %s", g->name, err.msg);
    dp_trainer_start_from(trainer, g->params);
    for (int t = 0; t < STEPS; t++) {
        dp_train_progress progress;
        ck_assert_int_eq(dp_trainer_epoch(trainer, &progress, NULL, NULL, &err), DP_OK);
        loss[t] = (float)progress.loss;
    }
    const tolerances *after = tolerances_of(g);
    compare_floats(g, "loss", loss, 1, tolerance);
    compare_floats(g, "loss", loss, STEPS, after->loss);
    compare_params(g, "after", dp_trainer_params(trainer), after);
    dp_trainer_free(trainer);
}

/* ---- the cases ------------------------------------------------------------------- */

/* Reference kernels are too slow for large networks; the CPU may lack an instruction. */
static bool can_run(const golden *g)
{
    bool slow = strcmp(g->kernels->name, "reference") == 0;
    return g->kernels->supported() && !(slow && g->layout.count > 100000);
}

static int run_cases(bool training)
{
    int n = 0;
    open_file();
    for (int i = 0; i < file.n_meta; i++) {
        if ((strncmp(file.meta[i].key, "train.", 6) == 0) != training)
            continue;
        golden g = golden_make(file.meta[i].key, file.meta[i].value);
        for (int k = 0; (g.kernels = dp_kernels_at(k)); k++)
            if (can_run(&g))
                (training ? check_trainer : check_tape)(&g);
        golden_clear(&g);
        n++;
    }
    close_file();
    return n;
}

START_TEST(layers_and_networks_agree_with_pytorch)
{
    ck_assert_int_ge(run_cases(false), 16);
}
END_TEST

START_TEST(the_trainer_agrees_with_pytorch)
{
    ck_assert_int_ge(run_cases(true), 2);
}
END_TEST

UNIT_MAIN("golden", layers_and_networks_agree_with_pytorch,
          the_trainer_agrees_with_pytorch)
