/* Fine-tuning: a network learns one person's hand from a few drawings, mixed with digits that
 * the program makes up, so that it does not forget the rest. */
#ifndef DP_ENGINE_TRAIN_FINETUNE_H
#define DP_ENGINE_TRAIN_FINETUNE_H

#include "engine/train/trainer.h"

/* Everything is the caller's and outlives the run. */
typedef struct dp_finetune_job {
    const dp_spec
        *spec; /* without batch norm (fold.h): few drawings give bad statistics */
    const float *params; /* to begin with, as dp_params_layout orders them */
    dp_drawings drawings;
    dp_dataset shown, held_out; /* images of the drawings, and of some not trained on */
    bool outliers;              /* the network rejects what is not a digit */
    const dp_train_config *config;
    int threads;               /* ≤ 0: as many as OpenMP would use */
    const dp_kernels *kernels; /* NULL: the best */
} dp_finetune_job;

/* Accuracies, 0 … 1; NAN if there is nothing to measure with. */
typedef struct dp_finetune_scores {
    double held_out, fixture; /* the fixture is a fixed set of made-up digits */
    float reject;             /* the threshold that accepts DP_KEEP of the fixture */
} dp_finetune_scores;

typedef struct dp_finetune dp_finetune;

/* A recipe for few drawings and a network that reads well already. */
void dp_finetune_defaults(dp_train_config *config);

/* As dp_trainer_create. */
DP_MUST_CHECK
dp_code dp_finetune_create(dp_finetune **out, const dp_finetune_job *job, dp_err *err);
void dp_finetune_free(dp_finetune *f);

/* One epoch, as dp_trainer_epoch. *more is false after the last one: all epochs are done, or
 * every drawing shown is read correctly. */
DP_MUST_CHECK
dp_code dp_finetune_epoch(bool *more, dp_finetune *f, dp_train_watch *watch, void *user,
                          dp_err *err);

/* The new parameters, as far from the old ones as the fixture allows, and both scores. params
 * is valid until dp_finetune_free. `better` is false if the new ones read the fixture or the
 * held-out drawings worse than the old ones. DP_NOMEM. */
typedef struct dp_finetune_result {
    const float *params;
    dp_finetune_scores before, after;
    bool better;
} dp_finetune_result;
DP_MUST_CHECK
dp_code dp_finetune_finish(dp_finetune_result *out, dp_finetune *f, dp_err *err);

#endif
