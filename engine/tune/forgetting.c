#include "config.h"

#include "engine/tune/forgetting.h"

#include "engine/core/shape.h"

#include <math.h>

/* The standard deviation of the moves of the margins, around no move, of a label. */
static double spread_of(const dp_recalled *digit, int n, int label)
{
    double sum = 0;
    int count = 0;
    for (int i = 0; i < n; i++) {
        double move = (double)(digit[i].after - digit[i].before);
        if (digit[i].label != label)
            continue;
        sum += move * move;
        count++;
    }
    return count > 0 ? sqrt(sum / count) : 0;
}

/* The probability that a margin around `margin` is positive. */
static double right(double margin, double spread)
{
    return 0.5 * erfc(-margin / (spread * sqrt(2)));
}

dp_forgetting dp_forgetting_estimate(const dp_recalled *digit, int n)
{
    const double quantile = 1.645; /* of the normal distribution, at 95 % */
    double spread[DP_DIGITS], lost = 0, variance = 0;
    for (int label = 0; label < DP_DIGITS; label++)
        spread[label] = spread_of(digit, n, label);
    for (int i = 0; i < n; i++) {
        const double s = spread[digit[i].label];
        if (s <= 0)
            continue;
        double share = (double)digit[i].weight * (right((double)digit[i].before, s) -
                                                  right((double)digit[i].after, s));
        lost += share;
        variance += share * share;
    }
    return (dp_forgetting){ lost, lost + quantile * sqrt(variance) };
}
