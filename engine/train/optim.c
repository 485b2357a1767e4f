#include "config.h"

#include "engine/train/optim.h"

#include <math.h>

dp_adam dp_adam_at(dp_optim_kind kind, long t, float rate, float decay)
{
    const double beta1 = 0.9, beta2 = 0.999;
    return (dp_adam){
        .beta1 = (float)beta1,
        .beta2 = (float)beta2,
        .eps = 1e-8f,
        .l2 = kind == DP_OPTIM_ADAM ? decay : 0,
        .shrink = kind == DP_OPTIM_ADAM ? 1 : 1 - rate * decay,
        .rate = rate * (float)(1 / (1 - pow(beta1, (double)t))),
        .correction = (float)(1 / (1 - pow(beta2, (double)t))),
        .average = 1,
    };
}

/* Falls from 1 at x = 0 to 0 at x = 1 along half a cosine wave. */
static double half_cosine(double x)
{
    return 0.5 + 0.5 * cos(3.14159265358979323846 * x);
}

float dp_schedule_rate(dp_schedule_kind kind, float rate, float warmup, long step,
                       long steps)
{
    const double first = 1.0 / 25,
                 last = 1e-4; /* of one-cycle, as fractions of the rate */
    double up = (double)warmup * (double)steps;
    double at = (double)step + 0.5; /* mid-step, so that the rate is never 0 */
    double fraction;
    if (at < up)
        fraction = kind == DP_SCHEDULE_ONECYCLE ? 1 - (1 - first) * half_cosine(at / up)
                                                : at / up;
    else if (kind == DP_SCHEDULE_CONSTANT)
        fraction = 1;
    else
        fraction = half_cosine((at - up) / ((double)steps - up));
    if (kind == DP_SCHEDULE_ONECYCLE && at >= up)
        fraction = last + (1 - last) * fraction;
    return (float)((double)rate * fraction);
}
