/* The most arithmetic that the processor can do: what the speed of a network is a part of. */
#ifndef DP_ENGINE_KERNELS_PEAK_H
#define DP_ENGINE_KERNELS_PEAK_H

#include "engine/kernels/kernels.h"

/* Multiply and add in registers alone, floats or where int8 bytes, `steps` times on each of
 * `threads` threads at once, and return the operations done in all; the caller holds the
 * watch. 0 where the kernels do no bytes. */
double dp_peak_run(const dp_kernels *kernels, bool int8, long steps, int threads);

#endif
