#include "config.h"

#include "engine/train/init.h"
#include "engine/train/loss.h"
#include "engine/train/tape.h"
#include "engine/train/trainer.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static dp_spec parse(const char *text, dp_shape input)
{
    dp_spec spec;
    dp_err err = { 0 };
    ck_assert_msg(dp_spec_parse(&spec, text, input, &err) == DP_OK, "%s", err.msg);
    return spec;
}

static const dp_shape digit_shape = { 1, DP_SIDE, DP_SIDE };

/* ---- the gradient of a whole chain ----------------------------------------------- */

enum { IMAGES = 5 };

typedef struct chain {
    dp_spec spec;
    dp_params layout;
    dp_tape *tape;
    float *params;
    uint8_t label[IMAGES];
} chain;

static void chain_init(chain *c, const char *text)
{
    dp_rng rng = dp_rng_stream(21, 0, 0);
    c->spec = parse(text, (dp_shape){ 1, 9, 9 });
    ck_assert_int_eq(dp_params_layout(&c->layout, &c->spec, NULL), DP_OK);
    ck_assert_int_eq(
        dp_tape_create(&c->tape,
                       &(dp_tape_options){ .spec = &c->spec,
                                           .layout = &c->layout,
                                           .kernels = dp_kernels_named("reference"),
                                           .max_n = IMAGES },
                       NULL),
        DP_OK);
    c->params = calloc(c->layout.count, sizeof *c->params);
    ck_assert_ptr_nonnull(c->params);
    dp_init_params(c->params, &c->layout, 4);
    for (size_t i = 0; i < c->layout.count; i++) /* so that no gradient is 0 by chance */
        c->params[i] += 0.1f * dp_rng_uniform(&rng);
    for (int i = 0; i < IMAGES * 81; i++)
        dp_tape_input(c->tape)[i] = dp_rng_uniform(&rng);
    for (int i = 0; i < IMAGES; i++)
        c->label[i] = (uint8_t)dp_rng_below(&rng, DP_DIGITS);
}

static void chain_clear(chain *c)
{
    dp_tape_free(c->tape);
    free(c->params);
}

static double chain_loss(chain *c)
{
    const float *logits = dp_tape_forward(c->tape, c->params, IMAGES, 8, 9);
    return dp_loss_cross_entropy(dp_tape_output_grad(c->tape),
                                 &(dp_loss_input){ logits, c->label, IMAGES, DP_DIGITS },
                                 0.1f, 1)
        .sum;
}

static double slope(chain *c, size_t i)
{
    const float h = 4e-3f;
    float kept = c->params[i];
    c->params[i] = kept + h;
    double up = (double)c->params[i], above = chain_loss(c);
    c->params[i] = kept - h;
    double down = (double)c->params[i], below = chain_loss(c);
    c->params[i] = kept;
    return (above - below) / (up - down);
}

static void expect_gradients(const char *text)
{
    chain c;
    chain_init(&c, text);
    chain_loss(&c);
    dp_tape_backward(c.tape, c.params);
    float *grad = malloc(c.layout.count * sizeof *grad);
    ck_assert_ptr_nonnull(grad);
    memcpy(grad, dp_tape_grad(c.tape), c.layout.count * sizeof *grad);
    for (int k = 0; k < c.layout.n; k++) {
        const dp_param *param = &c.layout.param[k];
        if (param->role == DP_RUNNING_MEAN || param->role == DP_RUNNING_VAR)
            continue;
        for (size_t i = 0; i < param->count; i += 1 + param->count / 40) {
            double wanted = slope(&c, param->offset + i);
            double got = (double)grad[param->offset + i];
            ck_assert_msg(fabs(got - wanted) <= 2e-3 + 5e-3 * fabs(wanted),
                          "layer %d %s[%zu]: %g, wanted %g", param->layer,
                          dp_role_name(param->role), i, got, wanted);
        }
    }
    free(grad);
    chain_clear(&c);
}

START_TEST(gradient_of_a_dense_chain)
{
    expect_gradients(
        "flatten | dense 12 | gelu | dense 11 bias=0 | bn | gelu_tanh | dense 10");
}
END_TEST

START_TEST(gradient_of_a_conv_chain)
{
    expect_gradients("conv 4 3 pad=same | bn | gelu | avgpool 2 | conv 6 3 bias=0 | bn | "
                     "gelu | flatten | dropout 0.3 | dense 10");
}
END_TEST

/* The same gradient as if their logits had none: exact in front of the first batch norm. */
START_TEST(images_that_are_left_out_add_nothing)
{
    static const int kept[] = { 1, 3 };
    chain c;
    chain_init(&c, "bn | conv 4 3 pad=same | gelu | maxpool 2 | conv 6 3 bias=0 | gelu | "
                   "flatten | dropout 0.3 | dense 10");
    const size_t size = c.layout.count * sizeof(float);
    float *wanted = malloc(size);
    ck_assert_ptr_nonnull(wanted);
    chain_loss(&c);
    for (int i = 0; i < IMAGES; i += 2)
        memset(dp_tape_output_grad(c.tape) + i * DP_DIGITS, 0, DP_DIGITS * sizeof(float));
    dp_tape_backward(c.tape, c.params);
    memcpy(wanted, dp_tape_grad(c.tape), size);
    chain_loss(&c);
    dp_tape_keep(c.tape, kept, 2);
    dp_tape_backward(c.tape, c.params);
    for (size_t i = 0; i < c.layout.count; i++)
        ck_assert_double_eq_tol((double)dp_tape_grad(c.tape)[i], (double)wanted[i], 1e-6);
    free(wanted);
    chain_clear(&c);
}
END_TEST

/* ---- a task that can be learned -------------------------------------------------- */

/* Digit d is a bar in row 2·d + 4 on noise. */
static void make_bars(uint8_t *pixels, uint8_t *label, int n)
{
    for (int i = 0; i < n; i++) {
        dp_rng rng = dp_rng_stream(31, 0, (uint64_t)i);
        label[i] = (uint8_t)dp_rng_below(&rng, DP_DIGITS);
        uint8_t *image = pixels + (size_t)i * DP_PIXELS;
        for (int k = 0; k < DP_PIXELS; k++)
            image[k] = (uint8_t)dp_rng_below(&rng, 60);
        for (int x = 4; x < 24; x++)
            image[(2 * label[i] + 4) * DP_SIDE + x] = 200;
    }
}

enum { BARS = 640 };
static uint8_t bar_pixels[BARS * DP_PIXELS], bar_label[BARS];

static dp_mixture bars(void)
{
    make_bars(bar_pixels, bar_label, BARS);
    return (dp_mixture){ .images = { bar_pixels, bar_label, BARS } };
}

static const dp_train_config plain = {
    .seed = 1,
    .epochs = 6,
    .batch = 32,
    .rate = 5e-3f,
    .schedule = DP_SCHEDULE_ONECYCLE,
    .warmup = 0.3f,
};

static dp_trainer *start(const char *chain_text, const dp_train_config *config,
                         int threads)
{
    dp_spec spec = parse(chain_text, digit_shape);
    dp_mixture mixture = bars();
    dp_trainer *t = NULL;
    dp_err err = { 0 };
    ck_assert_msg(dp_trainer_create(&t,
                                    &(dp_train_job){ .spec = &spec,
                                                     .config = config,
                                                     .mixture = &mixture,
                                                     .threads = threads },
                                    &err) == DP_OK,
                  "%s", err.msg);
    return t;
}

static void expect_learning(const char *chain_text, const dp_train_config *config)
{
    dp_trainer *t = start(chain_text, config, 2);
    dp_train_progress p, first;
    ck_assert_int_eq(dp_trainer_epoch(t, &first, NULL, NULL, NULL), DP_OK);
    ck_assert_int_eq(first.epoch, 1);
    ck_assert_int_eq(first.images, BARS);
    ck_assert_int_eq(first.step, BARS / config->batch);
    for (int i = 1; i < config->epochs; i++)
        ck_assert_int_eq(dp_trainer_epoch(t, &p, NULL, NULL, NULL), DP_OK);
    ck_assert_double_lt(p.loss, first.loss / 4);
    ck_assert_double_gt(p.accuracy, 0.98);
    ck_assert_int_eq(dp_trainer_epoch(t, &p, NULL, NULL, NULL), DP_USAGE);
    dp_trainer_free(t);
}

START_TEST(learns_a_toy_task)
{
    dp_train_config config = plain;
    expect_learning("flatten | dense 16 | relu | dense 10", &config);
    config.optimizer = DP_OPTIM_MUON;
    expect_learning("flatten | dense 16 | relu | dense 16 | relu | dense 10", &config);
}
END_TEST

/* ---- the same bits --------------------------------------------------------------- */

static const char everything[] =
    "conv 4 5 stride=2 | bn | relu | conv 6 3 | maxpool 2 | "
    "flatten | dropout 0.2 | dense 12 | bn | relu | dense 10";

/* Three epochs with everything that is random, and with shards of different sizes. */
static dp_train_config thorough(uint64_t seed)
{
    dp_train_config config = plain;
    config.seed = seed;
    config.epochs = 3;
    config.clean_epochs = 1;
    config.batch = 50;
    config.decay = 0.01f;
    config.smoothing = 0.1f;
    config.average = 0.9f;
    config.augment = (dp_augment){ .probability = 0.7f,
                                   .rotation = 10,
                                   .scale = 0.1f,
                                   .shear = 0.1f,
                                   .shift = 1,
                                   .elastic = 0.3f,
                                   .pen = 0.3f,
                                   .misplaced = 0.1f,
                                   .thick = 0.1f,
                                   .hard = 0.1f };
    return config;
}

/* The parameters after such a run; the caller frees them. */
static float *train_briefly(const dp_train_config *config, int threads, size_t *count)
{
    dp_trainer *t = start(everything, config, threads);
    dp_train_progress p;
    for (int i = 0; i < config->epochs; i++)
        ck_assert_int_eq(dp_trainer_epoch(t, &p, NULL, NULL, NULL), DP_OK);
    *count = dp_trainer_layout(t)->count;
    float *params = malloc(*count * sizeof *params);
    ck_assert_ptr_nonnull(params);
    memcpy(params, dp_trainer_params(t), *count * sizeof *params);
    dp_trainer_free(t);
    return params;
}

/* One epoch on a mixture of everything; `taught`: by its own initial state. */
static float *train_on_mixture(int threads, bool taught, size_t *count)
{
    dp_train_config config = thorough(3);
    dp_spec spec = parse(everything, digit_shape);
    dp_mixture mixture = bars();
    mixture.synthetic = 40;
    mixture.outliers = 60;
    dp_trainer *t;
    dp_train_progress p;
    config.teacher_temperature = 2;
    ck_assert(!dp_trainer_create(
        &t,
        &(dp_train_job){
            .spec = &spec, .config = &config, .mixture = &mixture, .threads = threads },
        NULL));
    if (taught) {
        const dp_model_info info = { .norm = DP_NORM_UNIT };
        dp_model *self;
        ck_assert(
            !dp_model_create(&self, &spec, dp_trainer_params(t), &info, NULL, NULL));
        ck_assert(!dp_trainer_teach(t, (const dp_model *const[]){ self }, 1, NULL));
        dp_model_unref(self);
    }
    ck_assert(!dp_trainer_epoch(t, &p, NULL, NULL, NULL));
    ck_assert_int_eq(p.images, (BARS + 100) / config.batch * config.batch);
    *count = dp_trainer_layout(t)->count;
    float *params = malloc(*count * sizeof *params);
    ck_assert_ptr_nonnull(params);
    memcpy(params, dp_trainer_params(t), *count * sizeof *params);
    dp_trainer_free(t);
    return params;
}

START_TEST(threads_change_no_bit_with_mixtures_and_teachers)
{
    for (int taught = 0; taught < 2; taught++) {
        size_t count;
        float *one = train_on_mixture(1, taught, &count),
              *three = train_on_mixture(3, taught, &count);
        ck_assert_mem_eq(one, three, count * sizeof *one);
        free(one);
        free(three);
    }
}
END_TEST

/* A network that reads bars. */
static dp_model *bar_reader(void)
{
    const dp_model_info info = { .norm = DP_NORM_UNIT };
    dp_trainer *t = start("flatten | dense 16 | relu | dense 10", &plain, 2);
    dp_train_progress p;
    dp_model *m;
    for (int i = 0; i < plain.epochs; i++)
        ck_assert_int_eq(dp_trainer_epoch(t, &p, NULL, NULL, NULL), DP_OK);
    dp_spec spec = parse("flatten | dense 16 | relu | dense 10", digit_shape);
    ck_assert(!dp_model_create(&m, &spec, dp_trainer_params(t), &info, NULL, NULL));
    dp_trainer_free(t);
    return m;
}

START_TEST(teachers_override_labels)
{
    enum { EPOCHS = 6 };
    static uint8_t wrong[BARS];
    dp_model *teacher = bar_reader();
    dp_train_config config = plain;
    dp_spec spec = parse("flatten | dense 10", digit_shape);
    dp_mixture mixture = bars();
    for (int i = 0; i < BARS; i++)
        wrong[i] = (uint8_t)((bar_label[i] + 1) % DP_DIGITS);
    mixture.images.label = wrong;
    config.teacher_temperature = 2;
    dp_trainer *t;
    dp_train_progress p;
    ck_assert(!dp_trainer_create(
        &t,
        &(dp_train_job){
            .spec = &spec, .config = &config, .mixture = &mixture, .threads = 2 },
        NULL));
    ck_assert(!dp_trainer_teach(t, (const dp_model *const[]){ teacher }, 1, NULL));
    for (int i = 0; i < EPOCHS; i++)
        ck_assert_int_eq(dp_trainer_epoch(t, &p, NULL, NULL, NULL), DP_OK);
    ck_assert_double_lt(p.accuracy, 0.02); /* of the labels, which it does not learn */
    dp_trainer_free(t);
    dp_model_unref(teacher);
}
END_TEST

static void expect_same_bits(const dp_train_config *config)
{
    size_t count;
    float *one = train_briefly(config, 1, &count);
    static const int threads[] = { 1, 2, 4, 16 };
    for (int i = 0; i < 4; i++) {
        float *same = train_briefly(config, threads[i], &count);
        ck_assert_msg(memcmp(one, same, count * sizeof *one) == 0, "%d threads",
                      threads[i]);
        free(same);
    }
    dp_train_config other_seed = *config;
    other_seed.seed++;
    float *other = train_briefly(&other_seed, 2, &count);
    ck_assert(memcmp(one, other, count * sizeof *one) != 0);
    free(other);
    free(one);
}

START_TEST(threads_change_no_bit)
{
    dp_train_config config = thorough(5);
    expect_same_bits(&config);
    config.optimizer = DP_OPTIM_MUON;
    expect_same_bits(&config);
    config.skip = 0.5f;
    expect_same_bits(&config);
}
END_TEST

static bool count_down(const dp_train_progress *p, void *user)
{
    (void)p;
    return --*(int *)user > 0;
}

/* Train the rest of the run, but at most `steps` steps. */
static dp_code train_on(dp_trainer *t, int steps, dp_train_progress *p)
{
    dp_code code = DP_OK;
    while (!code && dp_trainer_epochs(t) < 3)
        code = dp_trainer_epoch(t, p, count_down, &steps, NULL);
    return code;
}

/* Move the state of one trainer, which is freed, to a new trainer of the same run. */
static dp_trainer *move_state(dp_trainer *from, const dp_train_config *config)
{
    dp_trainer *to = start(everything, config, 1);
    size_t size = dp_trainer_layout(to)->count * sizeof(float);
    dp_train_state old = dp_trainer_state(from), state = dp_trainer_state(to);
    for (int i = 0; i < DP_TRAIN_ARRAYS; i++) {
        memcpy(state.array[i], old.array[i], size);
        old.array[i] = state.array[i];
    }
    dp_trainer_free(from);
    ck_assert_int_eq(dp_trainer_resume(to, &old, NULL), DP_OK);
    return to;
}

/* Also if it stops at the last step of an epoch (of 12 steps) or of the run. */
static void expect_exact_resumption(const dp_train_config *config)
{
    static const int stops[] = { 1, 5, 12, 17, 36 };
    size_t count;
    float *whole = train_briefly(config, 2, &count);
    dp_train_progress straight, p;
    dp_trainer *t = start(everything, config, 1);
    ck_assert_int_eq(train_on(t, 100, &straight), DP_OK);
    dp_trainer_free(t);
    for (int i = 0; i < 5; i++) {
        t = start(everything, config, 1);
        ck_assert_int_eq(train_on(t, stops[i], &p), DP_INTERRUPTED);
        t = move_state(t, config);
        ck_assert_int_eq(train_on(t, 100, &p), DP_OK);
        ck_assert_msg(memcmp(whole, dp_trainer_params(t), count * sizeof *whole) == 0,
                      "stopped after step %d", stops[i]);
        ck_assert(p.images == straight.images && p.loss == straight.loss &&
                  p.accuracy == straight.accuracy && p.rate == straight.rate);
        dp_trainer_free(t);
    }
    free(whole);
}

START_TEST(a_resumed_run_ends_in_the_same_bits)
{
    dp_train_config config = thorough(5);
    expect_exact_resumption(&config);
    config.optimizer = DP_OPTIM_MUON;
    config.skip = 0.5f;
    expect_exact_resumption(&config);
}
END_TEST

START_TEST(positions_outside_the_run_are_refused)
{
    dp_trainer *t = start("flatten | dense 10", &plain, 1); /* 20 steps of 32 images */
    dp_train_state good = dp_trainer_state(t);
    good.epoch = 1;
    good.step = 23;
    good.images = 96;
    good.correct = 96;
    dp_train_state bad[8];
    for (int i = 0; i < 8; i++)
        bad[i] = good;
    bad[0].epoch = -1;
    bad[1].epoch = plain.epochs + 1;
    bad[2].step = 19;
    bad[3].step = INT64_MAX;
    bad[4].images = 97;
    bad[5].correct = 97;
    bad[6].loss = (double)NAN;
    bad[7].step = INT64_MIN;
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(dp_trainer_resume(t, &bad[i], NULL), DP_INPUT);
    ck_assert_int_eq(dp_trainer_epochs(t), 0);
    ck_assert_int_eq(dp_trainer_resume(t, &good, NULL), DP_OK);
    ck_assert_int_eq(dp_trainer_epochs(t), 1);
    dp_trainer_free(t);
}
END_TEST

/* At a vanishing rate the parameters stay. */
START_TEST(a_run_starts_from_given_parameters)
{
    dp_train_config config = plain;
    config.rate = 1e-30f;
    config.schedule = DP_SCHEDULE_CONSTANT;
    dp_trainer *t = start("flatten | dense 10", &config, 1);
    size_t count = dp_trainer_layout(t)->count;
    float *params = malloc(count * sizeof *params);
    ck_assert_ptr_nonnull(params);
    for (size_t i = 0; i < count; i++)
        params[i] = (float)(i % 17) / 100;
    for (int average = 0; average < 2; average++) {
        dp_train_progress p;
        dp_trainer_start_from(t, params);
        ck_assert_int_eq(dp_trainer_epoch(t, &p, NULL, NULL, NULL), DP_OK);
        for (size_t i = 0; i < count; i++)
            ck_assert_double_eq_tol(dp_trainer_params(t)[i], params[i], 1e-6f);
        dp_trainer_free(t);
        config.average = 0.9f;
        t = start("flatten | dense 10", &config, 1);
    }
    dp_trainer_free(t);
    free(params);
}
END_TEST

/* ---- batch norm over shards ------------------------------------------------------ */

/* With all images in one batch the running statistics are known: after k steps they are
 * the fraction 1 − 0.9^k of the way from (0, 1) to the mean and variance of all
 * pixels. */
START_TEST(running_statistics_are_those_of_the_batch)
{
    dp_train_config config = plain;
    config.batch = BARS;
    config.epochs = 3;
    dp_trainer *t = start("bn | flatten | dense 10", &config, 2);
    dp_train_progress p;
    for (int i = 0; i < config.epochs; i++)
        ck_assert_int_eq(dp_trainer_epoch(t, &p, NULL, NULL, NULL), DP_OK);
    double sum = 0, squares = 0;
    for (int i = 0; i < BARS * DP_PIXELS; i++) {
        double v = bar_pixels[i] / 255.0;
        sum += v;
        squares += v * v;
    }
    double mean = sum / (BARS * DP_PIXELS),
           var = squares / (BARS * DP_PIXELS) - mean * mean;
    double fraction = 1 - pow(0.9, 3);
    const dp_params *layout = dp_trainer_layout(t);
    for (int i = 0; i < layout->n; i++) {
        double value = (double)dp_trainer_params(t)[layout->param[i].offset];
        if (layout->param[i].role == DP_RUNNING_MEAN)
            ck_assert_double_eq_tol(value, fraction * mean, 1e-5);
        if (layout->param[i].role == DP_RUNNING_VAR)
            ck_assert_double_eq_tol(value, 1 - fraction + fraction * var, 1e-5);
    }
    dp_trainer_free(t);
}
END_TEST

/* ---- refusals and ends ----------------------------------------------------------- */

static void expect_refusal(const char *text, dp_shape input, int batch, const char *part)
{
    dp_spec spec = parse(text, input);
    dp_train_config config = plain;
    config.batch = batch;
    dp_mixture mixture = bars();
    dp_trainer *t = NULL;
    dp_err err = { 0 };
    ck_assert_int_eq(dp_trainer_create(&t,
                                       &(dp_train_job){ .spec = &spec,
                                                        .config = &config,
                                                        .mixture = &mixture,
                                                        .threads = 1 },
                                       &err),
                     DP_USAGE);
    ck_assert_msg(strstr(err.msg, part) != NULL, "no '%s' in: %s", part, err.msg);
    ck_assert_ptr_null(t);
}

START_TEST(untrainable_chains_are_refused)
{
    expect_refusal("flatten | dense 9", digit_shape, 8, "10 logits");
    expect_refusal("flatten | dense 10", (dp_shape){ 1, 14, 56 }, 8, "1x28x28");
    expect_refusal("flatten | dense 10 | softmax", digit_shape, 8, "softmax");
    expect_refusal("conv 4 3 dilation=2 | flatten | dense 10", digit_shape, 8, "layer 0");
    expect_refusal("conv 4 3 | conv 4 3 groups=2 | flatten | dense 10", digit_shape, 8,
                   "layer 1 (conv");
    expect_refusal("flatten | dense 10", digit_shape, BARS + 1, "batch");
    expect_refusal("flatten | dense 10", digit_shape, 0, "out of range");
}
END_TEST

START_TEST(divergence_stops_the_run)
{
    dp_train_config config = plain;
    config.rate = 1e30f;
    dp_trainer *t = start("flatten | dense 16 | relu | dense 10", &config, 1);
    dp_train_progress p;
    dp_err err = { 0 };
    ck_assert_int_eq(dp_trainer_epoch(t, &p, NULL, NULL, &err), DP_USAGE);
    ck_assert_msg(strstr(err.msg, "not finite in epoch 1, step ") != NULL, "%s", err.msg);
    dp_trainer_free(t);
}
END_TEST

static bool stop_at_third(const dp_train_progress *p, void *user)
{
    ++*(int *)user;
    return p->step < 3;
}

START_TEST(watch_can_stop_the_run)
{
    dp_trainer *t = start("flatten | dense 10", &plain, 1);
    dp_train_progress p;
    dp_err err = { 0 };
    int calls = 0;
    ck_assert_int_eq(dp_trainer_epoch(t, &p, stop_at_third, &calls, &err),
                     DP_INTERRUPTED);
    ck_assert_int_eq(calls, 3);
    ck_assert_msg(strstr(err.msg, "after step 3") != NULL, "%s", err.msg);
    dp_trainer_free(t);
}
END_TEST

/* ---- data ------------------------------------------------------------------------ */

START_TEST(shuffle_keeps_images_and_labels_together)
{
    enum { N = 300 };
    static uint8_t pixels[N * DP_PIXELS];
    uint8_t label[N];
    int count[256] = { 0 }, in_place = 0;
    for (int i = 0; i < N; i++) {
        memset(pixels + (size_t)i * DP_PIXELS, i % 256, DP_PIXELS);
        label[i] = (uint8_t)(i % 256);
    }
    dp_train_shuffle(pixels, label, N);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(pixels[i * DP_PIXELS], label[i]);
        ck_assert_int_eq(pixels[i * DP_PIXELS + DP_PIXELS - 1], label[i]);
        count[label[i]]++;
        in_place += label[i] == i % 256;
    }
    for (int i = 0; i < 256; i++)
        ck_assert_int_eq(count[i], i < N - 256 ? 2 : 1);
    ck_assert_int_lt(in_place, 12);
    ck_assert_int_eq(dp_train_held_out(60000), 5000);
}
END_TEST

UNIT_MAIN("train", gradient_of_a_dense_chain, gradient_of_a_conv_chain,
          images_that_are_left_out_add_nothing, learns_a_toy_task, threads_change_no_bit,
          threads_change_no_bit_with_mixtures_and_teachers, teachers_override_labels,
          a_resumed_run_ends_in_the_same_bits, positions_outside_the_run_are_refused,
          a_run_starts_from_given_parameters, running_statistics_are_those_of_the_batch,
          untrainable_chains_are_refused, divergence_stops_the_run,
          watch_can_stop_the_run, shuffle_keeps_images_and_labels_together)
