/* Counter-based random numbers. A stream is a pure function of its key, so results depend
 * neither on the number of threads nor on the order of work. */
#ifndef DP_ENGINE_CORE_RNG_H
#define DP_ENGINE_CORE_RNG_H

#include <stdint.h>

typedef struct dp_rng {
    uint64_t key;
    uint64_t counter;
} dp_rng;

/* The stream for a key (seed, stream, index), for example (seed of the run, epoch,
 * image). Different keys give independent streams. */
dp_rng dp_rng_stream(uint64_t seed, uint64_t stream, uint64_t index);

uint64_t dp_rng_u64(dp_rng *rng);

/* Uniform in [0, 1) with 24 bits. */
float dp_rng_uniform(dp_rng *rng);

/* Uniform in [lo, hi). */
float dp_rng_range(dp_rng *rng, float lo, float hi);

/* Standard normal, by Box-Muller; each call draws two uniform numbers. */
float dp_rng_normal(dp_rng *rng);

/* Uniform in 0 … n − 1, without bias; n ≥ 1. */
uint32_t dp_rng_below(dp_rng *rng, uint32_t n);

/* Uniform in lo … hi; lo ≤ hi. */
int dp_rng_int(dp_rng *rng, int lo, int hi);

/* An index 0 … n − 1 with a probability in proportion to its weight ≥ 0; their sum is
 * positive. weight: [n]. */
int dp_rng_weighted(dp_rng *rng, const int *weight, int n);

/* Write a random permutation of 0 … n − 1 (Fisher-Yates) to index: [n]. */
void dp_rng_permutation(dp_rng *rng, int *index, int n);

#endif
