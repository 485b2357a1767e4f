/* The trainer: from a chain, labelled images and a recipe to parameters.
 *
 * A batch is split into DP_SHARDS shards, whatever the number of threads. Each shard has
 * its own activations, gradients and batch statistics; gradients are summed in the order
 * of the shards, and random numbers are keyed by (seed, epoch, image) or (seed, step,
 * shard). So the result depends on the recipe, the data, the build and the kernels, but
 * not on the number of threads. */
#ifndef DP_ENGINE_TRAIN_TRAINER_H
#define DP_ENGINE_TRAIN_TRAINER_H

#include "engine/kernels/kernels.h"
#include "engine/synth/mixture.h"
#include "engine/infer/model.h"
#include "engine/train/optim.h"
#include "engine/net/params.h"

enum {
    DP_SHARDS = 8,
    DP_MAX_BATCH = 4096,
    DP_MAX_EPOCHS = 10000,
};

/* Everything but the chain and the data that decides the result. */
typedef struct dp_train_config {
    uint64_t seed;
    int epochs, batch; /* examples left over at the end of an epoch wait */
    dp_optim_kind optimizer;
    float rate; /* the highest one */
    dp_schedule_kind schedule;
    float warmup;     /* part of all steps, 0 … 1 */
    float decay;      /* weight decay, on weights alone */
    float smoothing;  /* of labels, 0 … 1 */
    float average;    /* decay of the moving average of the parameters; 0: none */
    int clean_epochs; /* the last ones, on images as they are */
    dp_augment augment;
    float teacher_temperature; /* of both, the teachers' answers and the learner's */
    int teacher_copies; /* each example returns in as many warps, whose answers are kept; 0:
                           ever new ones */
} dp_train_config;

/* Where the run stands. */
typedef struct dp_train_progress {
    int epoch;       /* 1 … config.epochs */
    int step, steps; /* done of this epoch, of how many */
    int images;      /* done of this epoch */
    double loss;     /* mean of this epoch's images so far */
    double accuracy; /* likewise, in training mode and augmented */
    float rate;      /* of the last step */
} dp_train_progress;

/* Called after every step; false stops the run. */
typedef bool dp_train_watch(const dp_train_progress *progress, void *user);

typedef struct dp_trainer dp_trainer;

/* Everything is allocated here. The chain reads 1×28×28 and ends in ten logits. `threads`
 * ≤ 0: as many as OpenMP would use; `kernels` NULL: the best. What `mixture` points to must
 * outlive the trainer. DP_USAGE where the chain cannot be trained or a batch needs more
 * examples than there are; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_trainer_create(dp_trainer **out, const dp_spec *spec,
                          const dp_train_config *config, const dp_mixture *mixture,
                          int threads, const dp_kernels *kernels, dp_err *err);
void dp_trainer_free(dp_trainer *t);

/* Begin with these parameters, [layout->count] and copied, instead of random ones: for
 * fine-tuning. Before the first step. */
void dp_trainer_start_from(dp_trainer *t, const float *params);

/* Learn from the answers of these networks instead of the labels: distill.h. Before the first
 * step. DP_MODEL where one of them cannot teach; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_trainer_teach(dp_trainer *t, const dp_model *const *teachers, int n,
                         dp_err *err);

/* Train to the end of the epoch; *progress is that of its end. DP_INTERRUPTED, between two
 * steps, where `watch` (may be NULL) returned false; the next call would go on from there.
 * DP_USAGE where the loss is not finite any more, which a lower rate cures; only
 * dp_trainer_free may follow that. */
DP_MUST_CHECK
dp_code dp_trainer_epoch(dp_trainer *t, dp_train_progress *progress,
                         dp_train_watch *watch, void *user, dp_err *err);

/* All that changes during a run. With the same chain, recipe, data and kernels it decides
 * how the run goes on, bit for bit. */
enum { DP_TRAIN_ARRAYS = 4 };
typedef struct dp_train_state {
    int64_t epoch, step;           /* done: epochs, and steps of the whole run */
    int64_t images, correct;       /* of the current epoch so far */
    double loss;                   /* sum over these images */
    float *array[DP_TRAIN_ARRAYS]; /* [layout->count] each: parameters, their moments,
                                      their average; the trainer's own */
} dp_train_state;

/* The state between two steps. To go on from a saved one, fill the arrays of a new
 * trainer's state in place and hand it back with the saved numbers. DP_INPUT where they
 * are no place within the run; the trainer stands where it stood then. */
dp_train_state dp_trainer_state(dp_trainer *t);
DP_MUST_CHECK
dp_code dp_trainer_resume(dp_trainer *t, const dp_train_state *state, dp_err *err);

/* Epochs done. */
int dp_trainer_epochs(const dp_trainer *t);

/* The parameters as they would be saved now: the moving average where there is one. Valid
 * until the next epoch. */
const float *dp_trainer_params(const dp_trainer *t);
const dp_params *dp_trainer_layout(const dp_trainer *t);

/* Bring labelled images into an order that depends on n alone. What follows the first
 * n − dp_train_held_out(n) of them is for validation: 5,000 of 60,000. */
void dp_train_shuffle(uint8_t *pixels, uint8_t *label, int n);
int dp_train_held_out(int n);

#endif
