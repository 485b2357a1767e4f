/* From logits to a prediction, in loops that compilers vectorise. */
#include "config.h"

#include "engine/infer/prediction.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Map a float to an integer of the same order; −0 and 0 map to the same integer. Unlike
 * floats, the integers are totally ordered, so rank[] is a permutation of the digits even
 * if logits are NaN. */
static inline int32_t order_of(float x)
{
    int32_t bits;
    x += 0.0f;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? bits ^ INT32_MAX : bits;
}

/* The rank of a digit is the number of digits before it. Counting them needs no branches,
 * whereas sorting needs many that are hard to predict. */
static void rank(int rank[DP_DIGITS], const float logit[DP_DIGITS])
{
    int32_t order[DP_DIGITS], before[DP_DIGITS] = { 0 };
    for (int i = 0; i < DP_DIGITS; i++)
        order[i] = order_of(logit[i]);
    for (int i = 0; i < DP_DIGITS; i++)
        for (int j = 0; j < DP_DIGITS; j++)
            before[j] += (order[i] > order[j]) | ((order[i] == order[j]) & (i < j));
    for (int i = 0; i < DP_DIGITS; i++)
        rank[before[i]] = i;
}

/* e to this power is still a normal double, but 0 as a float. */
#define LEAST_EXPONENT (-708.)

/* e^x for LEAST_EXPONENT ≤ x ≤ 0, as 2^n · e^r with an integer n and |r| ≤ ln 2 / 2.
 * Twelve terms of the series for e^r have a relative error of 1e-14. All operations are
 * sums and products in a fixed order, so the bits are the same on every machine. */
static void powers_of_e(double power[DP_DIGITS], const double x[DP_DIGITS])
{
    /* ln 2 as the sum of two numbers; the product of n and the first one is exact. */
    const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
    /* Adding 1.5 · 2^52 rounds to an integer, which is then in the lowest bits. */
    const double rounder = 0x1.8p52;
    double shifted[DP_DIGITS], scale[DP_DIGITS];
    uint64_t bits[DP_DIGITS];
    for (int i = 0; i < DP_DIGITS; i++) {
        shifted[i] = x[i] * 0x1.71547652b82fep0 + rounder;
        const double n = shifted[i] - rounder, r = x[i] - n * ln2_high - n * ln2_low;
        double sum = 1 / 39916800.;
        sum = sum * r + 1 / 3628800.;
        sum = sum * r + 1 / 362880.;
        sum = sum * r + 1 / 40320.;
        sum = sum * r + 1 / 5040.;
        sum = sum * r + 1 / 720.;
        sum = sum * r + 1 / 120.;
        sum = sum * r + 1 / 24.;
        sum = sum * r + 1 / 6.;
        sum = sum * r + 0.5;
        sum = sum * r + 1;
        power[i] = sum * r + 1;
    }
    memcpy(bits, shifted, sizeof bits);
    for (int i = 0; i < DP_DIGITS; i++)
        bits[i] = (bits[i] + 1023) << 52; /* the double 2^n */
    memcpy(scale, bits, sizeof scale);
    for (int i = 0; i < DP_DIGITS; i++)
        power[i] *= scale[i];
}

/* The sum over the digits other than the best one. It keeps its digits where 1 − prob would
 * lose them. */
static double sum_others(const double power[DP_DIGITS], int best)
{
    double sum = 0;
    for (int digit = 0; digit < DP_DIGITS; digit++)
        sum += digit == best ? 0 : power[digit];
    return sum;
}

static void weigh(dp_prediction *p, const dp_trust_rule *rule)
{
    p->trust = rule->bias + rule->evidence * p->evidence + rule->odds * p->odds;
    p->rejected = p->trust < rule->least;
}

/* Set prob, evidence and odds from weights that are in proportion to the probabilities; their
 * unit is e^unit. */
static void divide(dp_prediction *p, const double weight[DP_DIGITS], double unit)
{
    double sum = 0;
    for (int digit = 0; digit < DP_DIGITS; digit++)
        sum += weight[digit];
    for (int digit = 0; digit < DP_DIGITS; digit++)
        p->prob[digit] = (float)(weight[digit] / sum);
    const int best = p->rank[0];
    p->evidence = (float)(unit + log(sum));
    p->odds = (float)(log(weight[best]) - log(sum_others(weight, best)));
}

/* The powers of the logits, in the unit of the largest one. */
static void divide_powers(dp_prediction *p)
{
    const double largest = (double)p->logit[p->rank[0]];
    double x[DP_DIGITS], power[DP_DIGITS];
    for (int digit = 0; digit < DP_DIGITS; digit++) {
        const double below = (double)p->logit[digit] - largest;
        x[digit] = below < LEAST_EXPONENT ? LEAST_EXPONENT : below;
    }
    powers_of_e(power, x);
    divide(p, power, largest);
}

/* Outputs that are all 0 tell nothing. */
static void divide_shares(dp_prediction *p)
{
    const double least = 1e-30;
    double share[DP_DIGITS];
    for (int digit = 0; digit < DP_DIGITS; digit++)
        share[digit] = fmax((double)p->logit[digit], least);
    divide(p, share, 0);
}

void dp_prediction_finish(dp_prediction *p, dp_scores scores, const dp_trust_rule *rule)
{
    rank(p->rank, p->logit);
    if (scores == DP_SCORES_SHARES)
        divide_shares(p);
    else
        divide_powers(p);
    for (int digit = 0; digit < DP_DIGITS && scores == DP_SCORES_RANKS; digit++)
        p->prob[digit] = NAN;
    if (scores == DP_SCORES_RANKS)
        p->odds = 0;
    weigh(p, rule);
}
