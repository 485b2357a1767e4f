#include "config.h"

#include "engine/train/trainer_internal.h"

#include "engine/core/arith.h"
#include "engine/core/team.h"
#include "engine/layers/op.h"

#include <math.h>

/* The number of this epoch's augmented copy of an example. If the answers of teachers are
 * cached, the copies recur, and the one past the last is without augmentation. */
static int copy_of(const dp_trainer *t)
{
    int copies = t->teachers ? t->config.teacher_copies : 0;
    if (copies == 0)
        return t->epoch;
    return t->clean ? copies : t->epoch % copies;
}

static dp_code load_images(dp_trainer *t, dp_train_shard *s, const int *index)
{
    static const dp_augment none = { 0 };
    const dp_augment *augment = t->clean ? &none : &t->config.augment;
    float *input = dp_tape_input(s->tape);
    dp_code code = DP_OK;
    for (int i = 0; i < s->n && !code; i++) {
        dp_rng rng =
            dp_rng_stream(t->config.seed, dp_train_stream(DP_FOR_AUGMENT, copy_of(t)),
                          (uint64_t)index[i]);
        s->label[i] = dp_mixture_label(&t->mixture, index[i]);
        code = dp_mixture_draw(input + (size_t)i * DP_PIXELS, &t->mixture, index[i],
                               augment, &rng, NULL);
    }
    return code;
}

/* Teachers answer for digits. The target of an outlier is the same with and without them. */
static void level_outliers(dp_train_shard *s)
{
    for (int i = 0; i < s->n; i++)
        for (int k = 0; k < DP_DIGITS && s->label[i] == DP_NO_DIGIT; k++)
            s->target[i * DP_DIGITS + k] = 1.0f / DP_DIGITS;
}

/* The loss of the shard's images, `in`, with the answers of the teachers. */
static dp_loss taught_loss(dp_trainer *t, dp_train_shard *s, const dp_loss_input *in,
                           const int *index)
{
    const dp_distill_batch batch = { dp_tape_input(s->tape), index, s->n, copy_of(t) };
    dp_distill_targets(s->target, t->teachers, (int)(s - t->shard), &batch);
    level_outliers(s);
    return dp_loss_soft(dp_tape_output_grad(s->tape), in, s->target,
                        t->config.teacher_temperature, 1.0f / (float)t->config.batch);
}

/* The loss of the shard's images; its gradient goes to the tape. */
static dp_loss shard_loss(dp_trainer *t, dp_train_shard *s, const float *logits,
                          const int *index)
{
    const dp_train_config *c = &t->config;
    const float scale = 1.0f / (float)c->batch;
    float *grad = dp_tape_output_grad(s->tape);
    const dp_loss_input in = { logits, s->label, s->n, DP_DIGITS };
    dp_loss loss = t->teachers ? taught_loss(t, s, &in, index)
                               : dp_loss_cross_entropy(grad, &in, c->smoothing, scale);
    if (c->evidence > 0)
        dp_loss_add_evidence(grad, &loss, &in, c->evidence, scale);
    return loss;
}

/* Σ |p − target|, up to a factor: how much the answer to image i of a shard is still to
 * change. */
static float doubt_of(const dp_train_shard *s, int i)
{
    const float *grad = dp_tape_output_grad(s->tape) + (size_t)i * DP_DIGITS;
    float sum = 0;
    for (int k = 0; k < DP_DIGITS; k++)
        sum += fabsf(grad[k]);
    return sum;
}

/* The number of images of a shard that are more doubtful than image i; of equal ones the
 * first. */
static int rank_of(const dp_train_shard *s, int i)
{
    int rank = 0;
    for (int k = 0; k < s->n; k++)
        rank += s->doubt[k] > s->doubt[i] || (k < i && !(s->doubt[k] < s->doubt[i]));
    return rank;
}

/* Leave the surest images of a shard out of the backward pass. */
static void skip_sure(const dp_trainer *t, dp_train_shard *s)
{
    const int keep = s->n - dp_min_int(s->n - 1, (int)(t->config.skip * (float)s->n));
    const float warm = t->config.warmup * (float)t->config.epochs * (float)t->steps;
    int n = 0;
    if (keep == s->n || (float)t->step < warm)
        return;
    for (int i = 0; i < s->n; i++)
        s->doubt[i] = doubt_of(s, i);
    for (int i = 0; i < s->n; i++)
        if (rank_of(s, i) < keep)
            s->kept[n++] = i;
    dp_tape_keep(s->tape, s->kept, n);
}

/* The work of one step, for the threads of a team. */
typedef struct train_step {
    dp_trainer *t;
    const int *index; /* [batch]: its examples */
    dp_train_update update;
} train_step;

/* The forward and backward pass of shard i. */
static void run_shard(void *context, int i, int thread)
{
    const train_step *step = context;
    dp_trainer *t = step->t;
    dp_train_shard *s = &t->shard[i];
    const int *index = step->index + s->first;
    (void)thread;
    if (s->n == 0 || (s->code = load_images(t, s, index)))
        return;
    const uint64_t stream = dp_train_stream(DP_FOR_LAYERS, t->step * DP_SHARDS + i);
    const float *logits =
        dp_tape_forward(s->tape, t->params, s->n, t->config.seed, stream);
    s->loss = shard_loss(t, s, logits, index);
    skip_sure(t, s);
    dp_tape_backward(s->tape, t->params);
}

static void update_block(void *context, int i, int thread)
{
    const train_step *step = context;
    dp_trainer *t = step->t;
    dp_train_update_block(t, &t->block[i], &step->update, t->grad[thread]);
}

/* Pack the weights of layer i for all shards. */
static void pack_layer(void *context, int i, int thread)
{
    dp_trainer *t = context;
    dp_op_call call = { .kernels = t->kernels, .training = true };
    (void)thread;
    dp_params_bind(&call, &t->spec, &t->layout, i, t->params, NULL);
    if (t->packed[i])
        dp_op_get(call.layer->kind)->pack(&call, t->packed[i]);
}

/* Pack the convolutions, whose parameters are up to date, and update the other blocks. */
static void pack_or_update(void *context, int i, int thread)
{
    const train_step *step = context;
    const dp_trainer *t = step->t;
    if (i < t->n_convs)
        pack_layer(step->t, t->conv[i], thread);
    else
        update_block(context, t->n_early_blocks + i - t->n_convs, thread);
}

/* Update an array by Muon. Convolutions are packed with all others. */
static void update_by_muon(void *context, int i, int thread)
{
    const train_step *step = context;
    dp_trainer *t = step->t;
    dp_train_apply_muon(t, t->muon[i], &step->update, t->grad[thread]);
    if (t->spec.layer[t->muon[i]->layer].kind == DP_OP_DENSE)
        pack_layer(t, t->muon[i]->layer, thread);
}

/* The moving average follows quickly at first, to forget the initial parameters. */
static float average_weight(const dp_trainer *t)
{
    float early = (1 + (float)t->step) / (10 + (float)t->step);
    return 1 - fminf(t->config.average, early);
}

static dp_adam adam_at(const dp_trainer *t, float rate, float decay)
{
    dp_adam adam = dp_adam_at(t->config.optimizer, t->step + 1, rate, decay);
    adam.average = average_weight(t);
    return adam;
}

void dp_train_pack(dp_trainer *t, dp_team *team)
{
    dp_team_share(team, t->spec.n_layers, pack_layer, t);
}

void dp_train_step(dp_trainer *t, dp_team *team, const int *index, float rate)
{
    train_step step = {
        .t = t,
        .index = index,
        .update = { adam_at(t, rate, t->config.decay), adam_at(t, rate, 0), rate },
    };
    dp_team_share(team, DP_SHARDS, run_shard, &step);
    dp_team_share(team, t->n_early_blocks, update_block, &step);
    dp_team_share(team, t->n_muon, update_by_muon, &step);
    dp_team_share(team, t->n_convs + t->n_blocks - t->n_early_blocks, pack_or_update,
                  &step);
    t->step++;
}
