/* What fine-tuning is given and what it results in (finetune.h). */
#ifndef DP_ENGINE_TUNE_JOB_H
#define DP_ENGINE_TUNE_JOB_H

#include "engine/infer/prediction.h"
#include "engine/kernels/kernels.h"
#include "engine/net/params.h"
#include "engine/synth/mixture.h"
#include "engine/tune/forgetting.h"

/* The caller owns everything that this points to. */
typedef struct dp_finetune_job {
    const dp_spec *spec; /* without batch norm; its last layer must be dense */
    dp_drawings drawings;
    dp_dataset shown,
        held_out; /* images of the drawings, and of others of the same person */
    dp_dataset
        others; /* digits of other people, and characters with labels ≥ 10; those with odd
                          numbers are not rehearsed, but judge the result */
    const uint8_t *collection; /* [others.n]: below DP_FINETUNE_COLLECTIONS */
    const float
        *weight; /* [others.n]: the share of its collection that each stands for */
    dp_trust_rule trust;       /* of the network */
    int threads;               /* ≤ 0: as many as OpenMP would use */
    const dp_kernels *kernels; /* NULL: the best */
} dp_finetune_job;

/* A person's digits: how many there are, and how many are read right. */
typedef struct dp_finetune_count {
    int n, before, after;
} dp_finetune_count;

typedef struct dp_finetune_result {
    dp_finetune_count own[DP_DIGITS], held_out; /* own: shown and held out, by label */
    dp_forgetting others;                       /* in the collection that loses most */
    float least; /* of the rule of trust, moved with the trust in other people's digits */
    bool gains;  /* the person's digits are read better, or all were read right before */
    bool spares; /* no collection of others loses more than DP_FINETUNE_LOSS */
} dp_finetune_result;

enum { DP_FINETUNE_COLLECTIONS = 4 };
#define DP_FINETUNE_LOSS 0.0005 /* 0.05 points */

#endif
