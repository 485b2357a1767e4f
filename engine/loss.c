#include "config.h"

#include "engine/loss.h"

#include <math.h>

static int greatest(const float *v, int n)
{
    int best = 0;
    for (int i = 1; i < n; i++)
        if (v[i] > v[best])
            best = i;
    return best;
}

/* log Σ exp(v): relative to the greatest, so that nothing overflows. */
static double log_sum_exp(const float *v, int n)
{
    double top = (double)v[greatest(v, n)];
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += exp((double)v[i] - top);
    return top + log(sum);
}

/* One image: its loss, and its gradient softmax − target. */
static double one_image(const float *logits, int label, int classes, float smoothing,
                        float scale, float *grad)
{
    double norm = log_sum_exp(logits, classes);
    double even = (double)smoothing / classes;
    double loss = 0;
    for (int i = 0; i < classes; i++) {
        double log_p = (double)logits[i] - norm;
        double target = even + (i == label ? 1 - (double)smoothing : 0);
        loss -= target * log_p;
        grad[i] = (float)((exp(log_p) - target) * (double)scale);
    }
    return loss;
}

dp_loss dp_loss_cross_entropy(const float *logits, const uint8_t *label, int n,
                              int classes, float smoothing, float scale, float *grad)
{
    dp_loss loss = { .n = n };
    for (int i = 0; i < n; i++) {
        const float *row = logits + (long)i * classes;
        loss.sum +=
            one_image(row, label[i], classes, smoothing, scale, grad + (long)i * classes);
        loss.correct += greatest(row, classes) == label[i];
    }
    return loss;
}
