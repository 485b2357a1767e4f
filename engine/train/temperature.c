#include "config.h"

#include "engine/train/temperature.h"

#include <math.h>

/* The negative log-likelihood of the labels if the logits are multiplied by `factor`. It
 * is convex in the factor. */
static double nll(const dp_prediction *p, const uint8_t *label, int n, double factor)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double top = (double)p[i].logit[p[i].rank[0]], total = 0;
        for (int k = 0; k < DP_DIGITS; k++)
            total += exp(factor * ((double)p[i].logit[k] - top));
        sum += log(total) - factor * ((double)p[i].logit[label[i]] - top);
    }
    return sum;
}

/* Golden-section search over the logarithm of the temperature. */
double dp_fit_temperature(const dp_prediction *predictions, const uint8_t *label, int n)
{
    const double golden = 0.6180339887498949, most = log(20);
    const int steps = 30; /* leave an interval of 6 · 0.618^30 = 3e-6 */
    double lo = -most, hi = most;
    if (n == 0)
        return 1;
    for (int i = 0; i < steps; i++) {
        double a = hi - golden * (hi - lo), b = lo + golden * (hi - lo);
        if (nll(predictions, label, n, exp(-a)) < nll(predictions, label, n, exp(-b)))
            hi = b;
        else
            lo = a;
    }
    return exp((lo + hi) / 2);
}

bool dp_fold_temperature(float *params, const dp_spec *spec, const dp_params *layout,
                         double temperature)
{
    const int last = spec->n_layers - 1;
    if (last < 0 || spec->layer[last].kind != DP_OP_DENSE)
        return false;
    for (int i = 0; i < layout->n; i++) {
        const dp_param *param = &layout->param[i];
        if (param->layer != last)
            continue;
        for (size_t k = 0; k < param->count; k++)
            params[param->offset + k] =
                (float)((double)params[param->offset + k] / temperature);
    }
    return true;
}
