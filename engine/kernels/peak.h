/* The peak arithmetic of the processor, which the speed of a network is compared with. */
#ifndef DP_ENGINE_KERNELS_PEAK_H
#define DP_ENGINE_KERNELS_PEAK_H

#include "engine/kernels/kernels.h"

/* Run `steps` rounds of multiply-adds on registers, of floats or (int8) of bytes, on each
 * of `threads` threads at once. Returns the number of operations; the caller measures the
 * time. Returns 0 if the kernels have no int8 table. */
double dp_peak_run(const dp_kernels *kernels, bool int8, long steps, int threads);

#endif
