/* The trainer: from a chain, a mixture of labelled images and training options to
 * parameters.
 *
 * A batch is divided into DP_SHARDS shards, for any number of threads. Each shard has its
 * own activations, gradients and batch statistics. Gradients are summed in the order of
 * the shards, and random numbers are keyed by (seed, epoch, image) or (seed, step,
 * shard). So the result depends on the options, the data, the build and the kernels, but
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

/* The training options: with the chain and the data, they determine the result. */
typedef struct dp_train_config {
    uint64_t seed;
    int epochs, batch; /* an incomplete batch at the end of an epoch is dropped */
    dp_optim_kind optimizer;
    float rate; /* the highest learning rate */
    dp_schedule_kind schedule;
    float warmup;     /* fraction of all steps, 0 … 1 */
    float decay;      /* weight decay, on weights only */
    float smoothing;  /* of labels, 0 … 1 */
    float evidence;   /* weight of the loss of the evidence (loss.h) */
    float skip;       /* the share of a batch, its surest images, without a backward pass
                         once the warm-up is over; 0 … 1, of each shard at least one image
                         stays */
    float average;    /* decay of the moving average of the parameters; 0: none */
    int clean_epochs; /* the number of last epochs without augmentation */
    dp_augment augment;
    float teacher_temperature; /* for the logits of the teachers and of the student */
    int teacher_copies; /* with teachers: augmented copies of each example, which recur so
                           that their answers can be cached; 0: new copies each epoch */
} dp_train_config;

/* The progress of a run. */
typedef struct dp_train_progress {
    int epoch;       /* 1 … config.epochs */
    int step, steps; /* steps of this epoch: done, and in all */
    int images;      /* done in this epoch */
    double loss;     /* mean over the images of this epoch so far */
    double accuracy; /* likewise; on augmented images, in training mode */
    float rate;      /* of the last step */
} dp_train_progress;

/* Called after every step; if it returns false, the run stops. */
typedef bool dp_train_watch(const dp_train_progress *progress, void *user);

typedef struct dp_trainer dp_trainer;

/* What a trainer is created from. It copies everything except the data that `mixture`
 * points to, which must outlive it. */
typedef struct dp_train_job {
    const dp_spec *spec; /* a chain that reads 1×28×28 pixels and ends in ten logits */
    const dp_train_config *config;
    const dp_mixture *mixture;
    int threads;               /* ≤ 0: as many as OpenMP would use */
    const dp_kernels *kernels; /* NULL: the best */
} dp_train_job;

/* Create a trainer, with all its memory. The parameters are initialised randomly.
 * DP_USAGE if the chain cannot be trained, an option is out of range or the mixture has
 * fewer examples than a batch; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_trainer_create(dp_trainer **out, const dp_train_job *job, dp_err *err);
void dp_trainer_free(dp_trainer *t); /* NULL is allowed */

/* Start from params: [layout->count] instead of random parameters. They are copied. Call
 * it before the first step. */
void dp_trainer_start_from(dp_trainer *t, const float *params);

/* Train on the answers of n teachers instead of the labels (distill.h). Takes references
 * to the teachers. Call it before the first step. DP_MODEL, naming the teacher, if one
 * cannot teach; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_trainer_teach(dp_trainer *t, const dp_model *const *teachers, int n,
                         dp_err *err);

/* Train to the end of the epoch and report its progress. DP_INTERRUPTED if `watch`, which
 * can be NULL, returned false; the next call then continues with the next step. DP_USAGE
 * if all epochs are done, or if the loss is no longer finite, in which case only
 * dp_trainer_free can follow; a lower rate can prevent that. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_trainer_epoch(dp_trainer *t, dp_train_progress *progress,
                         dp_train_watch *watch, void *user, dp_err *err);

/* The state of a run. With the same chain, options, data and kernels it determines the
 * rest of the run, bit for bit. */
enum { DP_TRAIN_ARRAYS = 4 };
typedef struct dp_train_state {
    int64_t epoch, step;           /* done: epochs, and steps of the whole run */
    int64_t images, correct;       /* of the current epoch so far */
    double loss;                   /* sum over these images */
    float *array[DP_TRAIN_ARRAYS]; /* [layout->count] each, owned by the trainer:
                                      parameters, first and second moments, average */
} dp_train_state;

/* The state between two steps. To resume a saved state, take the state of a new trainer,
 * fill its arrays in place and pass it to dp_trainer_resume with the saved numbers.
 * DP_INPUT if these are not a position in this run; the trainer's position is then
 * unchanged. */
dp_train_state dp_trainer_state(dp_trainer *t);
DP_MUST_CHECK
dp_code dp_trainer_resume(dp_trainer *t, const dp_train_state *state, dp_err *err);

/* The number of finished epochs. */
int dp_trainer_epochs(const dp_trainer *t);

/* The current parameters, [layout->count]: the moving average if the options ask for one.
 * The array lives as long as the trainer and changes with every step. */
const float *dp_trainer_params(const dp_trainer *t);
const dp_params *dp_trainer_layout(const dp_trainer *t);

/* Shuffle n labelled images, pixels: [n, 784], in an order that depends on n only. The
 * last dp_train_held_out(n) of them are for validation: 5,000 of 60,000. */
void dp_train_shuffle(uint8_t *pixels, uint8_t *label, int n);
int dp_train_held_out(int n);

#endif
