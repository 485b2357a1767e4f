/* The most arithmetic that the processor can do: what the speed of a network is a part of. */
#ifndef DP_ENGINE_PEAK_H
#define DP_ENGINE_PEAK_H

#include "engine/kernels.h"

/* Multiply and add in registers alone, `steps` times on each of `threads` threads at once,
 * and return the floating-point operations done in all; the caller holds the watch. */
double dp_peak_run(const dp_kernels *kernels, long steps, int threads);

#endif
