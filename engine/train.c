#include "config.h"

#include "engine/train.h"

#include "engine/arena.h"
#include "engine/distill.h"
#include "engine/init.h"
#include "engine/loss.h"
#include "engine/op.h"
#include "engine/tape.h"
#include "engine/threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a stream of random numbers is for, in its upper bits; the epoch or step below. */
enum purpose { FOR_SPLIT = 1, FOR_ORDER, FOR_AUGMENT, FOR_LAYERS };

static uint64_t stream_of(enum purpose purpose, long number)
{
    return (uint64_t)purpose << 56 | (uint64_t)number;
}

/* A run of parameters that one thread updates at a time: whole rows of a dense layer's
 * weights, any part of other arrays. */
typedef struct block {
    const dp_param *param;
    size_t offset, count;
} block;

enum {
    BLOCK = 2048,    /* a shard's part of it is half of a first-level cache */
    BLOCK_ROWS = 12, /* the height of the largest kernel's tile */
};

typedef struct shard {
    dp_tape *tape;
    int first, n; /* its images within the batch */
    uint8_t *label;
    float *target; /* [n, 10]: of the teachers */
    dp_loss loss;
    dp_code code; /* what kept it from loading its images */
} shard;

struct dp_trainer {
    dp_spec spec;
    dp_params layout;
    dp_train_config config;
    dp_mix mix;
    int examples;         /* of an epoch */
    dp_distill *teachers; /* or NULL */
    const dp_kernels *kernels;
    int threads;
    shard shard[DP_SHARDS];
    dp_tape_shared shared;
    float *packed[DP_MAX_LAYERS]; /* what shared.packed points to */
    dp_arena arena;
    float *grad
        [DP_SHARDS]; /* a thread's: [room_for_grad] for the gradient of a block, and the
                               scratch of the product that it is */
    float *params, *moment1, *moment2, *average;
    block *block;
    int n_blocks;
    int *order;     /* [examples]: in this epoch */
    uint8_t *label; /* [batch] */
    float *target;  /* [batch, 10] */
    int epoch;      /* done */
    int steps;      /* of an epoch */
    long step;      /* done, of the whole run */
    dp_loss total;  /* of this epoch so far */
    bool clean;     /* no augmentation in this epoch */
};

/* ---- creation ---------------------------------------------------------------------- */

static dp_code check(const dp_spec *spec, const dp_train_config *c, const dp_mix *mix,
                     dp_err *err)
{
    dp_shape in = spec->shape[0], out = spec->shape[spec->n_layers];
    if (spec->n_layers == 0 || in.c != 1 || in.h != DP_SIDE || in.w != DP_SIDE ||
        dp_shape_count(out) != DP_DIGITS)
        return dp_fail(err, DP_USAGE, "a chain from 1x28x28 to 10 logits is needed");
    if (spec->layer[spec->n_layers - 1].kind == DP_OP_softmax)
        return dp_fail(err, DP_USAGE,
                       "the chain must end in logits: leave the last softmax out");
    if (c->epochs < 1 || c->epochs > DP_MAX_EPOCHS || c->batch < 1 ||
        c->batch > DP_MAX_BATCH)
        return dp_fail(err, DP_USAGE, "%d epochs in batches of %d are out of range",
                       c->epochs, c->batch);
    if (dp_mix_count(mix) < c->batch)
        return dp_fail(err, DP_USAGE, "%d images to train on do not fill a batch of %d",
                       dp_mix_count(mix), c->batch);
    return DP_OK;
}

static bool is_statistic(dp_role role)
{
    return role == DP_RUNNING_MEAN || role == DP_RUNNING_VAR;
}

/* Whether the gradient of an array is one product over the whole batch. */
static bool is_dense_weight(const dp_trainer *t, const dp_param *param)
{
    return param->role == DP_WEIGHT && t->spec.layer[param->layer].kind == DP_OP_dense;
}

/* The most parameters of an array in one block. Running statistics are one block each
 * pair. */
static size_t block_size(const dp_trainer *t, const dp_param *param)
{
    if (is_statistic(param->role))
        return param->count;
    return is_dense_weight(t, param) ? BLOCK_ROWS * (size_t)param->dim[1] : BLOCK;
}

static int count_blocks(const dp_trainer *t)
{
    size_t n = 0;
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        n += (param->count + block_size(t, param) - 1) / block_size(t, param);
    }
    return (int)n;
}

/* Cut the trainable arrays into blocks. */
static void cut_blocks(dp_trainer *t)
{
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        if (param->role == DP_RUNNING_VAR)
            continue; /* goes with its mean */
        const size_t most = block_size(t, param);
        for (size_t at = 0; at < param->count; at += most) {
            size_t left = param->count - at;
            t->block[t->n_blocks++] = (block){
                .param = param,
                .offset = param->offset + at,
                .count = left < most ? left : most,
            };
        }
    }
}

/* Floats of what layer i shares between the tapes. */
typedef struct shared_sizes {
    size_t packed, x, dy;
} shared_sizes;

static shared_sizes measure_shared(const dp_trainer *t, int i)
{
    const dp_shape in = t->spec.shape[i], out = t->spec.shape[i + 1];
    const dp_layer *layer = &t->spec.layer[i];
    const dp_op *op = dp_op_get(layer->kind);
    const dp_op_call call = {
        .layer = layer, .in = in, .out = out, .kernels = t->kernels, .training = true
    };
    const size_t rows = layer->kind == DP_OP_dense ? (size_t)t->config.batch : 0;
    return (shared_sizes){
        .packed = op->packed ? op->packed(&call) : 0,
        .x = rows * dp_shape_count(in),
        .dy = rows * dp_shape_count(out),
    };
}

/* For the gradient of any block. */
static size_t room_for_grad(const dp_trainer *t)
{
    size_t most = BLOCK;
    for (int i = 0; i < t->layout.n; i++) {
        const dp_param *param = &t->layout.param[i];
        if (!is_dense_weight(t, param))
            continue;
        size_t room = block_size(t, param) +
                      t->kernels->gemm_scratch(t->config.batch, param->dim[1]);
        most = room > most ? room : most;
    }
    return most;
}

static size_t room_in_arena(const dp_trainer *t)
{
    size_t bytes = DP_TRAIN_ARRAYS * dp_arena_room(t->layout.count) +
                   (size_t)t->threads * dp_arena_room(room_for_grad(t));
    for (int i = 0; i < t->spec.n_layers; i++) {
        const shared_sizes s = measure_shared(t, i);
        bytes += dp_arena_room(s.packed) + dp_arena_room(s.x) + dp_arena_room(s.dy);
    }
    return bytes;
}

static float *take(dp_trainer *t, size_t n)
{
    return n > 0 ? dp_arena_floats(&t->arena, n) : NULL;
}

static bool allocate(dp_trainer *t)
{
    const size_t count = t->layout.count;
    if (!dp_arena_init(&t->arena, room_in_arena(t)))
        return false;
    t->params = take(t, count);
    t->moment1 = take(t, count);
    t->moment2 = take(t, count);
    t->average = take(t, count);
    for (int i = 0; i < t->threads; i++)
        t->grad[i] = take(t, room_for_grad(t));
    for (int i = 0; i < t->spec.n_layers; i++) {
        const shared_sizes s = measure_shared(t, i);
        t->shared.packed[i] = t->packed[i] = take(t, s.packed);
        t->shared.x[i] = take(t, s.x);
        t->shared.dy[i] = take(t, s.dy);
    }
    t->block = calloc((size_t)count_blocks(t) + 1, sizeof *t->block);
    t->order = calloc((size_t)t->examples, sizeof *t->order);
    t->label = calloc((size_t)t->config.batch, 1);
    t->target = calloc((size_t)t->config.batch * DP_DIGITS, sizeof *t->target);
    return t->block && t->order && t->label && t->target;
}

/* Shares of a batch that differ by one image at most. */
static dp_code create_shards(dp_trainer *t, dp_err *err)
{
    for (int i = 0; i < DP_SHARDS; i++) {
        shard *s = &t->shard[i];
        s->first = t->config.batch * i / DP_SHARDS;
        s->n = t->config.batch * (i + 1) / DP_SHARDS - s->first;
        s->label = t->label + s->first;
        s->target = t->target + s->first * DP_DIGITS;
        if (s->n == 0)
            continue;
        dp_code code = dp_tape_create(&s->tape, &t->spec, &t->layout, t->kernels, s->n,
                                      &t->shared, s->first, err);
        if (code)
            return code;
    }
    return DP_OK;
}

/* Threads beyond the shards would have nothing to do. */
static int useful_threads(int threads)
{
    threads = dp_threads(threads);
    return threads < DP_SHARDS ? threads : DP_SHARDS;
}

dp_code dp_trainer_create(dp_trainer **out, const dp_spec *spec,
                          const dp_train_config *config, const dp_mix *mix, int threads,
                          const dp_kernels *kernels, dp_err *err)
{
    dp_code code = check(spec, config, mix, err);
    if (code)
        return code;
    dp_trainer *t = calloc(1, sizeof *t);
    if (!t)
        return dp_fail(err, DP_NOMEM, "no memory to train");
    t->spec = *spec;
    t->config = *config;
    t->mix = *mix;
    t->examples = dp_mix_count(mix);
    t->kernels = kernels ? kernels : dp_kernels_best();
    t->threads = useful_threads(threads);
    t->steps = t->examples / config->batch;
    code = dp_params_layout(&t->layout, spec, err);
    if (!code && !allocate(t))
        code = dp_fail(err, DP_NOMEM, "no memory to train");
    if (!code)
        code = create_shards(t, err);
    if (code) {
        dp_trainer_free(t);
        return code;
    }
    cut_blocks(t);
    dp_init_params(t->params, &t->layout, config->seed);
    memcpy(t->average, t->params, t->layout.count * sizeof *t->params);
    *out = t;
    return DP_OK;
}

void dp_trainer_start_from(dp_trainer *t, const float *params)
{
    memcpy(t->params, params, t->layout.count * sizeof *params);
    memcpy(t->average, params, t->layout.count * sizeof *params);
}

dp_code dp_trainer_teach(dp_trainer *t, const dp_model *const *teachers, int n,
                         dp_err *err)
{
    const int share = (t->config.batch + DP_SHARDS - 1) / DP_SHARDS;
    const int copies = t->config.teacher_copies;
    return dp_distill_create(&t->teachers, teachers, n, t->config.teacher_temperature,
                             DP_SHARDS, share, t->examples, copies ? copies + 1 : 0, err);
}

void dp_trainer_free(dp_trainer *t)
{
    if (!t)
        return;
    for (int i = 0; i < DP_SHARDS; i++)
        dp_tape_free(t->shard[i].tape);
    dp_arena_clear(&t->arena);
    free(t->block);
    free(t->order);
    free(t->label);
    free(t->target);
    dp_distill_free(t->teachers);
    free(t);
}

/* ---- one step ---------------------------------------------------------------------- */

/* Which of its warps an example appears in: with teachers whose answers are kept, after a
 * while one that it has had before; the one past the last is without a warp. */
static int copy_of(const dp_trainer *t)
{
    int copies = t->teachers ? t->config.teacher_copies : 0;
    if (copies == 0)
        return t->epoch;
    return t->clean ? copies : t->epoch % copies;
}

static dp_code load_images(dp_trainer *t, shard *s, const int *index)
{
    static const dp_augment none = { 0 };
    const dp_augment *augment = t->clean ? &none : &t->config.augment;
    float *input = dp_tape_input(s->tape);
    dp_code code = DP_OK;
    for (int i = 0; i < s->n && !code; i++) {
        dp_rng rng = dp_rng_stream(t->config.seed, stream_of(FOR_AUGMENT, copy_of(t)),
                                   (uint64_t)index[i]);
        code = dp_mix_draw(input + (size_t)i * DP_PIXELS, &s->label[i], &t->mix, index[i],
                           augment, &rng, NULL);
    }
    return code;
}

/* The loss of the shard's images, and its gradient where the tape wants it. */
static dp_loss shard_loss(dp_trainer *t, shard *s, const float *logits, const int *index)
{
    const dp_train_config *c = &t->config;
    const float scale = 1.0f / (float)c->batch;
    float *grad = dp_tape_output_grad(s->tape);
    if (!t->teachers)
        return dp_loss_cross_entropy(logits, s->label, s->n, DP_DIGITS, c->smoothing,
                                     scale, grad);
    dp_distill_targets(s->target, t->teachers, (int)(s - t->shard),
                       dp_tape_input(s->tape), index, s->n, copy_of(t));
    return dp_loss_soft(logits, s->target, s->label, s->n, DP_DIGITS,
                        c->teacher_temperature, scale, grad);
}

/* Forward and backward of the shard's part of the batch, whose examples `index` lists. */
static void run_shard(dp_trainer *t, shard *s, const int *index)
{
    if (s->n == 0 || (s->code = load_images(t, s, index + s->first)))
        return;
    uint64_t stream = stream_of(FOR_LAYERS, t->step * DP_SHARDS + (s - t->shard));
    const float *logits =
        dp_tape_forward(s->tape, t->params, s->n, t->config.seed, stream);
    s->loss = shard_loss(t, s, logits, index + s->first);
    dp_tape_backward(s->tape, t->params);
}

/* The moving average follows quickly at first, when the start is worth forgetting. */
static float average_weight(const dp_trainer *t)
{
    float early = (1 + (float)t->step) / (10 + (float)t->step);
    return 1 - fminf(t->config.average, early);
}

static void move_average(dp_trainer *t, size_t offset, size_t count)
{
    const float weight = average_weight(t);
    float *average = t->average + offset;
    const float *p = t->params + offset;
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        average[i] += weight * (p[i] - average[i]);
}

/* The batch's gradient: the sum over the shards, always in their order. */
static void sum_shards(float *sum, const dp_trainer *t, size_t offset, size_t count)
{
    memset(sum, 0, count * sizeof *sum);
    for (int s = 0; s < DP_SHARDS; s++) {
        if (t->shard[s].n == 0)
            continue;
        const float *grad = dp_tape_grad(t->shard[s].tape) + offset;
#pragma omp simd
        for (size_t i = 0; i < count; i++)
            sum[i] += grad[i];
    }
}

/* Running statistics approach those of the batch, whose variance is the mean of the
 * shards' variances plus the variance of their means. */
static void update_statistics(dp_trainer *t, const dp_param *mean_param)
{
    const double momentum = 0.1;
    const dp_param *var_param = mean_param + 1;
    for (size_t c = 0; c < mean_param->count; c++) {
        double mean = 0, square = 0;
        for (int s = 0; s < DP_SHARDS; s++) {
            const shard *part = &t->shard[s];
            if (part->n == 0)
                continue;
            double weight = (double)part->n / t->config.batch;
            double m = (double)dp_tape_grad(part->tape)[mean_param->offset + c];
            double v = (double)dp_tape_grad(part->tape)[var_param->offset + c];
            mean += weight * m;
            square += weight * (v + m * m);
        }
        float *running_mean = t->params + mean_param->offset + c;
        float *running_var = t->params + var_param->offset + c;
        double var = fmax(0, square - mean * mean);
        *running_mean += (float)(momentum * (mean - (double)*running_mean));
        *running_var += (float)(momentum * (var - (double)*running_var));
    }
    move_average(t, mean_param->offset, mean_param->count);
    move_average(t, var_param->offset, var_param->count);
}

/* The gradient of whole rows of a dense layer's weights: dyᵀ·x over the batch. */
static void multiply_rows(float *grad, const dp_trainer *t, const block *b)
{
    const int layer = b->param->layer;
    const int out = b->param->dim[0], in = b->param->dim[1];
    const ptrdiff_t first = (ptrdiff_t)(b->offset - b->param->offset) / in;
    const dp_mat dy = { .p = t->shared.dy[layer] + first, .rs = 1, .cs = out };
    const dp_mat x = { .p = t->shared.x[layer], .rs = in, .cs = 1 };
    t->kernels->gemm((int)b->count / in, in, t->config.batch, dy, x, grad, in, false,
                     grad + block_size(t, b->param));
}

static void update_block(dp_trainer *t, const block *b, const dp_adam *adam, float *grad)
{
    if (is_statistic(b->param->role)) {
        update_statistics(t, b->param);
        return;
    }
    if (is_dense_weight(t, b->param))
        multiply_rows(grad, t, b);
    else
        sum_shards(grad, t, b->offset, b->count);
    dp_adam_update(adam, t->params + b->offset, t->moment1 + b->offset,
                   t->moment2 + b->offset, grad, b->count, b->param->role == DP_WEIGHT);
    move_average(t, b->offset, b->count);
}

/* Whether every shard could load its images. */
static dp_code shards_code(const dp_trainer *t)
{
    for (int s = 0; s < DP_SHARDS; s++)
        if (t->shard[s].code)
            return t->shard[s].code;
    return DP_OK;
}

/* Arrange the weights of layer i for the kernels. */
static void pack_layer(dp_trainer *t, int i)
{
    dp_op_call call = { .kernels = t->kernels, .training = true };
    dp_op_bind(&call, &t->spec, &t->layout, i, t->params, NULL);
    if (t->packed[i])
        dp_op_get(call.layer->kind)->pack(&call, t->packed[i]);
}

static void run_step(dp_trainer *t, const int *index, float rate)
{
    dp_adam adam = dp_adam_at(t->config.optimizer, t->step + 1, rate, t->config.decay);
#pragma omp parallel num_threads(t->threads)
    {
        float *grad = t->grad[dp_thread()];
#pragma omp for schedule(dynamic, 1)
        for (int i = 0; i < t->spec.n_layers; i++)
            pack_layer(t, i);
#pragma omp for schedule(dynamic, 1)
        for (int s = 0; s < DP_SHARDS; s++)
            run_shard(t, &t->shard[s], index);
#pragma omp for schedule(dynamic, 1)
        for (int b = 0; b < t->n_blocks; b++)
            update_block(t, &t->block[b], &adam, grad);
    }
    t->step++;
}

/* ---- one epoch --------------------------------------------------------------------- */

static dp_loss batch_loss(const dp_trainer *t)
{
    dp_loss sum = { 0 };
    for (int s = 0; s < DP_SHARDS; s++) {
        sum.sum += t->shard[s].loss.sum;
        sum.correct += t->shard[s].loss.correct;
        sum.n += t->shard[s].loss.n;
    }
    return sum;
}

static float rate_of(const dp_trainer *t, long step)
{
    const dp_train_config *c = &t->config;
    return dp_schedule_rate(c->schedule, c->rate, c->warmup, step,
                            (long)c->epochs * t->steps);
}

static void begin_epoch(dp_trainer *t)
{
    dp_rng rng = dp_rng_stream(t->config.seed, stream_of(FOR_ORDER, t->epoch), 0);
    dp_rng_permutation(&rng, t->order, t->examples);
    t->clean = t->epoch >= t->config.epochs - t->config.clean_epochs;
}

/* Steps done of this epoch. */
static int steps_done(const dp_trainer *t)
{
    return (int)(t->step - (long)t->epoch * t->steps);
}

/* Where the run stands after at least one step of this epoch. */
static dp_train_progress progress_of(const dp_trainer *t)
{
    return (dp_train_progress){
        .epoch = t->epoch + 1,
        .step = steps_done(t),
        .steps = t->steps,
        .images = t->total.n,
        .loss = t->total.sum / t->total.n,
        .accuracy = (double)t->total.correct / t->total.n,
        .rate = rate_of(t, t->step - 1),
    };
}

/* The next step of this epoch, and its part in the epoch's loss. */
static dp_code advance(dp_trainer *t, dp_err *err)
{
    int i = steps_done(t);
    float rate = rate_of(t, t->step);
    run_step(t, t->order + (size_t)i * (size_t)t->config.batch, rate);
    dp_loss loss = batch_loss(t);
    if (shards_code(t))
        return dp_fail(err, shards_code(t), "no memory to draw examples");
    if (!isfinite(loss.sum))
        return dp_fail(err, DP_USAGE,
                       "training diverged: the loss is not finite in epoch %d, step %d, "
                       "at rate %g; a lower rate may help",
                       t->epoch + 1, i + 1, (double)rate);
    t->total.sum += loss.sum;
    t->total.correct += loss.correct;
    t->total.n += loss.n;
    return DP_OK;
}

dp_code dp_trainer_epoch(dp_trainer *t, dp_train_progress *progress,
                         dp_train_watch *watch, void *user, dp_err *err)
{
    if (t->epoch >= t->config.epochs)
        return dp_fail(err, DP_USAGE, "all %d epochs are done", t->config.epochs);
    begin_epoch(t);
    while (steps_done(t) < t->steps) {
        dp_code code = advance(t, err);
        if (code)
            return code;
        dp_train_progress p = progress_of(t);
        if (watch && !watch(&p, user))
            return dp_fail(err, DP_INTERRUPTED, "stopped in epoch %d, after step %d",
                           p.epoch, p.step);
    }
    *progress = progress_of(t);
    t->epoch++;
    t->total = (dp_loss){ 0 };
    return DP_OK;
}

/* ---- state ------------------------------------------------------------------------- */

dp_train_state dp_trainer_state(dp_trainer *t)
{
    return (dp_train_state){
        .epoch = t->epoch,
        .step = t->step,
        .images = t->total.n,
        .correct = t->total.correct,
        .loss = t->total.sum,
        .array = { t->params, t->moment1, t->moment2, t->average },
    };
}

dp_code dp_trainer_resume(dp_trainer *t, const dp_train_state *s, dp_err *err)
{
    bool known = s->step >= 0 && s->epoch >= 0 && s->epoch <= t->config.epochs;
    int64_t done = known ? s->step - s->epoch * t->steps : -1;
    int64_t most = s->epoch < t->config.epochs ? t->steps : 0;
    if (done < 0 || done > most || s->images != done * t->config.batch ||
        s->correct < 0 || s->correct > s->images || !isfinite(s->loss))
        return dp_fail(err, DP_INPUT, "step %lld of epoch %lld is no place in this run",
                       (long long)s->step, (long long)s->epoch + 1);
    t->epoch = (int)s->epoch;
    t->step = (long)s->step;
    t->total =
        (dp_loss){ .sum = s->loss, .correct = (int)s->correct, .n = (int)s->images };
    return DP_OK;
}

int dp_trainer_epochs(const dp_trainer *t)
{
    return t->epoch;
}

const float *dp_trainer_params(const dp_trainer *t)
{
    return t->config.average > 0 ? t->average : t->params;
}

const dp_params *dp_trainer_layout(const dp_trainer *t)
{
    return &t->layout;
}

/* ---- data -------------------------------------------------------------------------- */

static void swap_images(uint8_t *pixels, uint8_t *label, int a, int b)
{
    uint8_t image[DP_PIXELS], digit = label[a];
    if (a == b)
        return;
    uint8_t *pa = pixels + (size_t)a * DP_PIXELS, *pb = pixels + (size_t)b * DP_PIXELS;
    memcpy(image, pa, DP_PIXELS);
    memcpy(pa, pb, DP_PIXELS);
    memcpy(pb, image, DP_PIXELS);
    label[a] = label[b];
    label[b] = digit;
}

void dp_train_shuffle(uint8_t *pixels, uint8_t *label, int n)
{
    dp_rng rng = dp_rng_stream(0, stream_of(FOR_SPLIT, 0), (uint64_t)n);
    for (int i = n - 1; i > 0; i--)
        swap_images(pixels, label, i, (int)dp_rng_below(&rng, (uint32_t)i + 1));
}

int dp_train_held_out(int n)
{
    return n / 12;
}
