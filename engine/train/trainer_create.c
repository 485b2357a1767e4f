#include "config.h"

#include "engine/train/trainer_internal.h"

#include "engine/core/arith.h"
#include "engine/train/init.h"
#include "engine/core/openmp.h"

#include <stdlib.h>
#include <string.h>

static dp_code check(const dp_spec *spec, const dp_train_config *c,
                     const dp_mixture *mixture, dp_err *err)
{
    dp_shape in = spec->shape[0], out = spec->shape[spec->n_layers];
    if (spec->n_layers == 0 || in.c != 1 || in.h != DP_SIDE || in.w != DP_SIDE ||
        dp_shape_count(out) != DP_DIGITS)
        return dp_fail(err, DP_USAGE, "the chain must map 1x28x28 pixels to 10 logits");
    if (dp_spec_ends_in_softmax(spec))
        return dp_fail(err, DP_USAGE,
                       "the chain must end in logits; leave out the last softmax");
    if (c->epochs < 0 || c->epochs > DP_MAX_EPOCHS || c->batch < 1 ||
        c->batch > DP_MAX_BATCH)
        return dp_fail(
            err, DP_USAGE,
            "%d epochs in batches of %d: out of range; the limits are %d and %d",
            c->epochs, c->batch, DP_MAX_EPOCHS, DP_MAX_BATCH);
    if (dp_mixture_count(mixture) < c->batch)
        return dp_fail(err, DP_USAGE, "%d images do not fill a batch of %d",
                       dp_mixture_count(mixture), c->batch);
    return DP_OK;
}

/* The sizes in floats of the arrays that the tapes share for one layer. */
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
    const size_t rows = layer->kind == DP_OP_DENSE ? (size_t)t->config.batch : 0;
    return (shared_sizes){
        .packed = op->packed ? op->packed(&call) : 0,
        .x = rows * dp_shape_count(in),
        .dy = rows * dp_shape_count(out),
    };
}

/* NULL if n_floats is 0. */
static float *take(dp_trainer *t, size_t n_floats)
{
    return n_floats > 0 ? dp_arena_take(&t->arena, n_floats * sizeof(float)) : NULL;
}

static void place_arrays(dp_trainer *t)
{
    const size_t count = t->layout.count;
    t->params = take(t, count);
    t->moment1 = take(t, count);
    t->moment2 = take(t, count);
    t->average = take(t, count);
    for (int i = 0; i < t->threads; i++)
        t->grad[i] =
            take(t, dp_max_size(dp_train_block_size(t), dp_train_muon_scratch(t)));
    for (int i = 0; i < t->spec.n_layers; i++) {
        const shared_sizes s = measure_shared(t, i);
        t->shared.packed[i] = t->packed[i] = take(t, s.packed);
        t->shared.x[i] = take(t, s.x);
        t->shared.dy[i] = take(t, s.dy);
    }
}

static bool allocate(dp_trainer *t)
{
    place_arrays(t);
    if (!dp_arena_alloc(&t->arena))
        return false;
    place_arrays(t);
    t->n_early_blocks = dp_train_make_blocks(NULL, t, true);
    t->n_blocks = t->n_early_blocks + dp_train_make_blocks(NULL, t, false);
    t->block = calloc((size_t)t->n_blocks + 1, sizeof *t->block);
    t->order = calloc((size_t)t->examples, sizeof *t->order);
    t->label = calloc((size_t)t->config.batch, 1);
    t->target = calloc((size_t)t->config.batch * DP_DIGITS, sizeof *t->target);
    t->doubt = calloc((size_t)t->config.batch, sizeof *t->doubt);
    t->kept = calloc((size_t)t->config.batch, sizeof *t->kept);
    return t->block && t->order && t->label && t->target && t->doubt && t->kept;
}

/* The sizes of the shards differ by at most one image. */
static dp_code create_shards(dp_trainer *t, dp_err *err)
{
    for (int i = 0; i < DP_SHARDS; i++) {
        dp_train_shard *s = &t->shard[i];
        s->first = t->config.batch * i / DP_SHARDS;
        s->n = t->config.batch * (i + 1) / DP_SHARDS - s->first;
        s->label = t->label + s->first;
        s->target = t->target + s->first * DP_DIGITS;
        s->doubt = t->doubt + s->first;
        s->kept = t->kept + s->first;
        if (s->n == 0)
            continue;
        const dp_tape_options options = {
            .spec = &t->spec,
            .layout = &t->layout,
            .kernels = t->kernels,
            .max_n = s->n,
            .shared = &t->shared,
            .first = s->first,
        };
        dp_code code = dp_tape_create(&s->tape, &options, err);
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

dp_code dp_trainer_create(dp_trainer **out, const dp_train_job *job, dp_err *err)
{
    const dp_spec *spec = job->spec;
    const dp_train_config *config = job->config;
    const dp_mixture *mixture = job->mixture;
    dp_code code = check(spec, config, mixture, err);
    if (code)
        return code;
    dp_trainer *t = calloc(1, sizeof *t);
    if (!t)
        return dp_fail(err, DP_NOMEM, "no memory to train");
    t->spec = *spec;
    t->config = *config;
    t->mixture = *mixture;
    t->examples = dp_mixture_count(mixture);
    t->kernels = job->kernels ? job->kernels : dp_kernels_best();
    t->threads = useful_threads(job->threads);
    t->steps = t->examples / config->batch;
    code = dp_params_layout(&t->layout, spec, err);
    if (!code)
        dp_train_choose_muon(t);
    if (!code && !allocate(t))
        code = dp_fail(err, DP_NOMEM, "no memory to train");
    if (!code)
        code = create_shards(t, err);
    if (code) {
        dp_trainer_free(t);
        return code;
    }
    dp_train_make_blocks(t->block, t, true);
    dp_train_make_blocks(t->block + t->n_early_blocks, t, false);
    for (int i = 0; i < spec->n_layers; i++)
        if (spec->layer[i].kind == DP_OP_CONV)
            t->conv[t->n_convs++] = i;
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

    const int copies = t->config.teacher_copies; /* and one without augmentation */
    const dp_distill_options options = {
        .teachers = teachers,
        .n_teachers = n,
        .temperature = t->config.teacher_temperature,
        .lanes = DP_SHARDS,
        .max_n = dp_ceil_div_int(t->config.batch, DP_SHARDS),
        .examples = t->examples,
        .copies = copies ? copies + 1 : 0,
    };
    return dp_distill_create(&t->teachers, &options, err);
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
    free(t->doubt);
    free(t->kept);
    dp_distill_free(t->teachers);
    free(t);
}
