/* The optimisers and the schedules of the learning rate. */
#ifndef DP_ENGINE_TRAIN_OPTIM_H
#define DP_ENGINE_TRAIN_OPTIM_H

#include "engine/core/arith.h"
#include "engine/kernels/kernels.h"

#include <stdbool.h>

#define DP_OPTIMS(X)                                                                     \
    X(ADAMW, adamw) /* decoupled weight decay (Loshchilov & Hutter 2019) */              \
    X(ADAM, adam)   /* weight decay added to the gradient (Kingma & Ba 2015) */          \
    X(MUON, muon)   /* orthogonalised momentum (muon.h) for the weights of all layers    \
                       but the first and the last; ADAMW for the rest */

typedef enum dp_optim_kind {
#define DP_OPTIM_ENUM(NAME, name) DP_OPTIM_##NAME,
    DP_OPTIMS(DP_OPTIM_ENUM)
#undef DP_OPTIM_ENUM
} dp_optim_kind;

enum { DP_OPTIM_COUNT = 0 DP_OPTIMS(DP_ONE) };

/* With the usual β1 = 0.9, β2 = 0.999 and ε = 1e-8, for step t = 1, 2, …, and without a
 * moving average of the parameters: `average` is 1. `decay`: weight decay, for weights; 0
 * for biases and batch norm's γ and β. */
dp_adam dp_adam_at(dp_optim_kind kind, long t, float rate, float decay);

#define DP_SCHEDULES(X)                                                                  \
    /* cosine from rate / 25 up to rate, then down to rate / 10,000 (Smith 2018) */      \
    X(ONECYCLE, onecycle)                                                                \
    /* linear from 0 up to rate, then cosine down to 0 (Loshchilov & Hutter 2017) */     \
    X(COSINE, cosine)                                                                    \
    /* linear from 0 up to rate, then constant */                                        \
    X(CONSTANT, constant)

typedef enum dp_schedule_kind {
#define DP_SCHEDULE_ENUM(NAME, name) DP_SCHEDULE_##NAME,
    DP_SCHEDULES(DP_SCHEDULE_ENUM)
#undef DP_SCHEDULE_ENUM
} dp_schedule_kind;

enum { DP_SCHEDULE_COUNT = 0 DP_SCHEDULES(DP_ONE) };

/* The learning rate of step 0 … steps − 1. It rises to `rate` over the first fraction
 * `warmup`, 0 … 1, of the steps. It is never 0. */
float dp_schedule_rate(dp_schedule_kind kind, float rate, float warmup, long step,
                       long steps);

#endif
