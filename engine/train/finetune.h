/* Fine-tuning: a network learns one person's handwriting from a few drawings. These are
 * mixed with generated digits, so that the network does not forget other handwriting. */
#ifndef DP_ENGINE_TRAIN_FINETUNE_H
#define DP_ENGINE_TRAIN_FINETUNE_H

#include "engine/train/trainer.h"

/* The caller owns everything that this points to; it must outlive the run. */
typedef struct dp_finetune_job {
    const dp_spec *spec; /* without batch norm: a few drawings give poor statistics */
    const float *params; /* the old parameters, in the layout of dp_params_layout(spec) */
    dp_drawings drawings;
    dp_dataset shown, held_out; /* images of the drawings, and of others to validate on */
    dp_trust_rule trust;        /* of the network; if it rejects images, train that too */
    const dp_train_config *config;
    int threads;               /* ≤ 0: as many as OpenMP would use */
    const dp_kernels *kernels; /* NULL: the best */
} dp_finetune_job;

/* Accuracies, 0 … 1; NAN if there are no images to measure on. */
typedef struct dp_finetune_scores {
    double held_out, fixture; /* the fixture is a fixed set of generated digits */
    float least;              /* the threshold that accepts DP_KEEP of the fixture */
} dp_finetune_scores;

typedef struct dp_finetune dp_finetune;

/* Training options for a few drawings and a network that is accurate already. */
void dp_finetune_defaults(dp_train_config *config);

/* Errors as in dp_trainer_create. */
DP_MUST_CHECK
dp_code dp_finetune_create(dp_finetune **out, const dp_finetune_job *job, dp_err *err);
void dp_finetune_free(dp_finetune *f); /* NULL is allowed */

/* Train for one epoch, as dp_trainer_epoch does. *more is false after the last one: all
 * epochs are done, or the network reads every image of `shown` correctly. */
DP_MUST_CHECK
dp_code dp_finetune_epoch(bool *more, dp_finetune *f, dp_train_watch *watch, void *user,
                          dp_err *err);

/* The result: interpolated parameters, as far from the old ones as possible without a
 * loss of accuracy on the fixture, and the scores of both. `params` is valid until
 * dp_finetune_free. `better` is false if the new parameters are less accurate than the
 * old ones on the fixture or on the held-out images. */
typedef struct dp_finetune_result {
    const float *params;
    dp_finetune_scores before, after;
    bool better;
} dp_finetune_result;

/* Measure the new parameters. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_finetune_finish(dp_finetune_result *out, dp_finetune *f, dp_err *err);

#endif
