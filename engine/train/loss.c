#include "config.h"

#include "engine/train/loss.h"

#include <math.h>
#include <stdbool.h>

static int greatest(const float *v, int n)
{
    int best = 0;
    for (int i = 1; i < n; i++)
        if (v[i] > v[best])
            best = i;
    return best;
}

/* log Σ exp(v / temperature), relative to the greatest so that nothing overflows. */
static double log_sum_exp(const float *v, int n, double temperature)
{
    double top = (double)v[greatest(v, n)];
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += exp(((double)v[i] - top) / temperature);
    return top / temperature + log(sum);
}

/* For one image; the label of an outlier is not a class. */
static bool is_correct(const float *logits, int label, int classes)
{
    int best = greatest(logits, classes);
    if (label < classes)
        return best == label;
    return (double)logits[best] - log_sum_exp(logits, classes, 1) <= log(0.5);
}

/* The target probability of class i. */
static double target_of(int label, int i, int classes, float smoothing)
{
    if (label >= classes)
        return 1.0 / classes;
    return (double)smoothing / classes + (i == label ? 1 - (double)smoothing : 0);
}

dp_loss dp_loss_cross_entropy(float *grad, const dp_loss_input *in, float smoothing,
                              float scale)
{
    const int classes = in->classes;
    const float *logits = in->logits;
    dp_loss loss = { .n = in->n };
    for (int k = 0; k < in->n; k++, logits += classes, grad += classes) {
        double log_sum = log_sum_exp(logits, classes, 1);
        for (int i = 0; i < classes; i++) {
            double log_p = (double)logits[i] - log_sum;
            double target = target_of(in->label[k], i, classes, smoothing);
            loss.sum -= target * log_p;
            grad[i] = (float)((exp(log_p) - target) * (double)scale);
        }
        loss.correct += is_correct(logits, in->label[k], classes);
    }
    return loss;
}

dp_loss dp_loss_soft(float *grad, const dp_loss_input *in, const float *target,
                     float temperature, float scale)
{
    const int classes = in->classes;
    const float *logits = in->logits;
    const double t = (double)temperature;
    dp_loss loss = { .n = in->n };
    for (int k = 0; k < in->n;
         k++, logits += classes, target += classes, grad += classes) {
        double log_sum = log_sum_exp(logits, classes, t);
        for (int i = 0; i < classes; i++) {
            double log_p = (double)logits[i] / t - log_sum;
            loss.sum -= t * t * (double)target[i] * log_p;
            grad[i] = (float)(t * (exp(log_p) - (double)target[i]) * (double)scale);
        }
        loss.correct += is_correct(logits, in->label[k], classes);
    }
    return loss;
}

void dp_loss_add_evidence(float *grad, dp_loss *loss, const dp_loss_input *in,
                          float weight, float scale)
{
    const int classes = in->classes;
    const float *logits = in->logits;
    for (int k = 0; k < in->n; k++, logits += classes, grad += classes) {
        const double evidence = log_sum_exp(logits, classes, 1);
        const double sign = in->label[k] < classes ? 1 : -1;
        const double wrong = 1 / (1 + exp(sign * evidence)); /* the probability */
        loss->sum += (double)weight * log1p(exp(-sign * evidence));
        for (int i = 0; i < classes; i++)
            grad[i] -= (float)(sign * wrong * exp((double)logits[i] - evidence) *
                               (double)weight * (double)scale);
    }
}
