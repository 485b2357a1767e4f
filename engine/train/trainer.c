#include "config.h"

#include "engine/train/trainer.h"

#include "engine/train/trainer_internal.h"

#include <math.h>
#include <string.h>

/* ---- one epoch ------------------------------------------------------------------- */

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

/* The first error of a shard. */
static dp_code shards_code(const dp_trainer *t)
{
    for (int s = 0; s < DP_SHARDS; s++)
        if (t->shard[s].code)
            return t->shard[s].code;
    return DP_OK;
}

static float rate_of(const dp_trainer *t, long step)
{
    const dp_train_config *c = &t->config;
    return dp_schedule_rate(c->schedule, c->rate, c->warmup, step,
                            (long)c->epochs * t->steps);
}

static void begin_epoch(dp_trainer *t)
{
    dp_rng rng =
        dp_rng_stream(t->config.seed, dp_train_stream(DP_FOR_ORDER, t->epoch), 0);
    dp_rng_permutation(&rng, t->order, t->examples);
    t->clean = t->epoch >= t->config.epochs - t->config.clean_epochs;
}

/* Finished steps of this epoch. */
static int steps_done(const dp_trainer *t)
{
    return (int)(t->step - (long)t->epoch * t->steps);
}

/* Requires at least one finished step of this epoch. */
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

/* Run the next step of this epoch and add its loss. */
static dp_code advance(dp_trainer *t, dp_team *team, dp_err *err)
{
    int i = steps_done(t);
    float rate = rate_of(t, t->step);
    dp_train_step(t, team, t->order + (size_t)i * (size_t)t->config.batch, rate);
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

/* The arguments of dp_trainer_epoch. */
typedef struct epoch {
    dp_trainer *t;
    dp_train_watch *watch;
    void *user;
    dp_code code;
    dp_err *err;
} epoch;

static void run_steps(dp_team *team, void *context)
{
    epoch *e = context;
    dp_trainer *t = e->t;
    dp_train_pack(t, team);
    while (steps_done(t) < t->steps && !(e->code = advance(t, team, e->err))) {
        const dp_train_progress p = progress_of(t);
        if (!e->watch || e->watch(&p, e->user))
            continue;
        e->code = dp_fail(e->err, DP_INTERRUPTED, "stopped in epoch %d, after step %d",
                          p.epoch, p.step);
        return;
    }
}

dp_code dp_trainer_epoch(dp_trainer *t, dp_train_progress *progress,
                         dp_train_watch *watch, void *user, dp_err *err)
{
    epoch e = { .t = t, .watch = watch, .user = user, .err = err };
    if (t->epoch >= t->config.epochs)
        return dp_fail(err, DP_USAGE, "all %d epochs are done", t->config.epochs);
    begin_epoch(t);
    dp_team_run(t->threads, run_steps, &e);
    if (e.code)
        return e.code;
    *progress = progress_of(t);
    t->epoch++;
    t->total = (dp_loss){ 0 };
    return DP_OK;
}

/* ---- state ----------------------------------------------------------------------- */

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
    bool in_range = s->step >= 0 && s->epoch >= 0 && s->epoch <= t->config.epochs;
    int64_t done = in_range ? s->step - s->epoch * t->steps : -1;
    int64_t most = s->epoch < t->config.epochs ? t->steps : 0;
    if (done < 0 || done > most || s->images != done * t->config.batch ||
        s->correct < 0 || s->correct > s->images || !isfinite(s->loss))
        return dp_fail(err, DP_INPUT,
                       "step %lld of epoch %lld is not a position in this run",
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

/* ---- data ------------------------------------------------------------------------ */

static void swap_images(uint8_t *pixels, uint8_t *label, int a, int b)
{
    if (a == b)
        return;
    uint8_t image[DP_PIXELS], digit = label[a];
    uint8_t *first = pixels + (size_t)a * DP_PIXELS;
    uint8_t *second = pixels + (size_t)b * DP_PIXELS;
    memcpy(image, first, DP_PIXELS);
    memcpy(first, second, DP_PIXELS);
    memcpy(second, image, DP_PIXELS);
    label[a] = label[b];
    label[b] = digit;
}

void dp_train_shuffle(uint8_t *pixels, uint8_t *label, int n)
{
    dp_rng rng = dp_rng_stream(0, dp_train_stream(DP_FOR_SHUFFLE, 0), (uint64_t)n);
    for (int i = n - 1; i > 0; i--)
        swap_images(pixels, label, i, (int)dp_rng_below(&rng, (uint32_t)i + 1));
}

int dp_train_held_out(int n)
{
    return n / 12;
}
