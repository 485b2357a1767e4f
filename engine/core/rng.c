#include "config.h"

#include "engine/core/rng.h"

#include <math.h>

/* The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection of 64-bit numbers
 * whose outputs for a counter pass statistical tests. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static const uint64_t golden_gamma = UINT64_C(0x9e3779b97f4a7c15);

dp_rng dp_rng_stream(uint64_t seed, uint64_t stream, uint64_t index)
{
    uint64_t key = mix(seed + golden_gamma);
    key = mix(key ^ (stream + golden_gamma));
    key = mix(key ^ (index + golden_gamma));
    return (dp_rng){ .key = key };
}

uint64_t dp_rng_u64(dp_rng *rng)
{
    rng->counter++;
    return mix(rng->key + rng->counter * golden_gamma);
}

float dp_rng_uniform(dp_rng *rng)
{
    return (float)(dp_rng_u64(rng) >> 40) * 0x1p-24f;
}

float dp_rng_range(dp_rng *rng, float lo, float hi)
{
    return lo + (hi - lo) * dp_rng_uniform(rng);
}

float dp_rng_normal(dp_rng *rng)
{
    /* 1 − u is in (0, 1], where the logarithm is finite. */
    float radius = sqrtf(-2.0f * logf(1.0f - dp_rng_uniform(rng)));
    return radius * cosf(6.28318531f * dp_rng_uniform(rng));
}

uint32_t dp_rng_below(dp_rng *rng, uint32_t n)
{
    /* Lemire (2019): multiply, and reject the few values that would make small results
     * more likely than others. */
    uint32_t threshold = (uint32_t)(-n) % n;
    for (;;) {
        uint64_t product = (dp_rng_u64(rng) >> 32) * n;
        if ((uint32_t)product >= threshold)
            return (uint32_t)(product >> 32);
    }
}

int dp_rng_int(dp_rng *rng, int lo, int hi)
{
    return lo + (int)dp_rng_below(rng, (uint32_t)(hi - lo) + 1);
}

int dp_rng_weighted(dp_rng *rng, const int *weight, int n)
{
    int sum = 0, i = 0;
    for (int k = 0; k < n; k++)
        sum += weight[k];
    int left = (int)dp_rng_below(rng, (uint32_t)sum);
    while (left >= weight[i])
        left -= weight[i++];
    return i;
}

void dp_rng_permutation(dp_rng *rng, int *index, int n)
{
    for (int i = 0; i < n; i++) {
        int j = (int)dp_rng_below(rng, (uint32_t)i + 1);
        index[i] = index[j];
        index[j] = i;
    }
}
