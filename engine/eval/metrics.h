/* How good the answers are: counts that add up image by image, and what follows of them.
 */
#ifndef DP_ENGINE_EVAL_METRICS_H
#define DP_ENGINE_EVAL_METRICS_H

#include "engine/infer/session.h"

enum { DP_ECE_BINS = 15 };

/* A zeroed struct has seen nothing. */
typedef struct dp_metrics {
    int n, correct;
    int confusion[DP_DIGITS][DP_DIGITS]; /* [true][predicted] */
    struct {
        int n, correct;
        double confidence; /* summed */
    } bin[DP_ECE_BINS];    /* by confidence, of equal width */
} dp_metrics;

/* Of one digit; 0 where it would be 0 / 0. */
typedef struct dp_class_metrics {
    double precision, recall, f1;
    int support; /* images with this label */
} dp_class_metrics;

/* Count one finished prediction of an image with this label. */
void dp_metrics_add(dp_metrics *m, const dp_prediction *p, int label);

/* The part answered correctly; 0 where nothing was seen. */
double dp_metrics_accuracy(const dp_metrics *m);

/* Its 95 % interval by Wilson's score (Wilson 1927), which stays inside 0 … 1. */
void dp_metrics_interval(double *lo, double *hi, const dp_metrics *m);

dp_class_metrics dp_metrics_class(const dp_metrics *m, int digit);

/* Expected calibration error: the mean distance of confidence and accuracy over the bins,
 * weighted by their images (Guo et al. 2017). */
double dp_metrics_ece(const dp_metrics *m);

/* Predict n images (pixels: [n, 784], label: [n]) and count them from zero into *out.
 * Where `predictions` [n] is not NULL, keep every answer there. `threads` as in
 * dp_session_create. DP_MODEL where the model does not read digits, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_metrics_measure(dp_metrics *out, dp_prediction *predictions,
                           const dp_model *model, const uint8_t *pixels,
                           const uint8_t *label, int n, int threads, dp_err *err);

#endif
