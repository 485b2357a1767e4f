/* Counter-based random numbers: a stream is a pure function of its key, so that neither
 * the number of threads nor the order of work changes what an image is given. */
#ifndef DP_ENGINE_CORE_RNG_H
#define DP_ENGINE_CORE_RNG_H

#include <stdint.h>

typedef struct dp_rng {
    uint64_t key;
    uint64_t counter;
} dp_rng;

/* The stream of (seed, stream, index): for instance (run seed, epoch, image). Distinct
 * triples give independent streams. */
dp_rng dp_rng_stream(uint64_t seed, uint64_t stream, uint64_t index);

uint64_t dp_rng_u64(dp_rng *r);

/* Uniform in [0, 1) with 24 bits. */
float dp_rng_uniform(dp_rng *r);

/* Uniform in [lo, hi). */
float dp_rng_range(dp_rng *r, float lo, float hi);

/* Standard normal (Box-Muller, one value a call). */
float dp_rng_normal(dp_rng *r);

/* Uniform in 0 … n − 1 without bias; n ≥ 1. */
uint32_t dp_rng_below(dp_rng *r, uint32_t n);

/* Fisher-Yates shuffle of 0 … n − 1 written to index. */
void dp_rng_permutation(dp_rng *r, int *index, int n);

#endif
