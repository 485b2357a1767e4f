/* The peak arithmetic of the processor, which the speed of a network is compared with. */
#ifndef DP_ENGINE_KERNELS_PEAK_H
#define DP_ENGINE_KERNELS_PEAK_H

#include "engine/kernels/kernels.h"

/* Operations per second that `threads` threads do together: multiply-adds on registers, of
 * floats or (int8) of bytes. Each thread repeats a short piece of work for `seconds` and
 * counts its fastest repetition, so that a busy machine does not lower the figure. Returns 0
 * if the kernels have no int8 table. */
double dp_peak_measure(const dp_kernels *kernels, bool int8, int threads, double seconds);

#endif
