/* The update of parameters by Adam, compiled once for each table: every operation rounds
 * once, so all tables agree bit for bit. */
#ifndef DP_ENGINE_KERNELS_ADAM_H
#define DP_ENGINE_KERNELS_ADAM_H

#include "engine/kernels/kernels.h"

#include <math.h>

static void adam(const dp_adam *step, const dp_adam_state *state, const float *g,
                 size_t n)
{
    const dp_adam s = *step; /* a copy, which the compiler knows that p does not alias */
    float *p = state->p, *m = state->m, *v = state->v, *average = state->average;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        const float gradient = g[i] + s.l2 * p[i];
        m[i] = s.beta1 * m[i] + (1 - s.beta1) * gradient;
        v[i] = s.beta2 * v[i] + (1 - s.beta2) * gradient * gradient;
        const float root = sqrtf(s.correction * v[i]) + s.eps;
        p[i] = s.shrink * p[i] - s.rate * m[i] / root;
        average[i] += s.average * (p[i] - average[i]);
    }
}

#endif
