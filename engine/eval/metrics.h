/* Accuracy and calibration of a network, from counts over images. */
#ifndef DP_ENGINE_EVAL_METRICS_H
#define DP_ENGINE_EVAL_METRICS_H

#include "engine/infer/session.h"
#include "engine/synth/mixture.h"

enum { DP_ECE_BINS = 15 };

/* Zero it to begin. */
typedef struct dp_metrics {
    int n, correct;
    int unsure;                          /* predictions without probabilities */
    int confusion[DP_DIGITS][DP_DIGITS]; /* [true][predicted] */
    struct {
        int n, correct;
        double confidence; /* sum */
    } bin[DP_ECE_BINS];    /* bins of equal width over the confidence, 0 … 1 */
} dp_metrics;

/* The metrics of one digit; 0 if undefined (0 / 0). */
typedef struct dp_class_metrics {
    double precision, recall, f1;
    int support; /* images with this label */
} dp_class_metrics;

/* Count one finished prediction of an image with this label, 0 … 9. */
void dp_metrics_add(dp_metrics *m, const dp_prediction *p, int label);

/* The fraction of correct predictions, 0 … 1; 0 without images. */
double dp_metrics_accuracy(const dp_metrics *m);

/* The 95 % confidence interval of the accuracy by Wilson's score (Wilson 1927), which
 * stays within 0 … 1. It is 0 … 1 without images. */
void dp_metrics_interval(double *lo, double *hi, const dp_metrics *m);

dp_class_metrics dp_metrics_class(const dp_metrics *m, int digit);

/* The expected calibration error: the mean distance between confidence and accuracy over
 * the bins, weighted by their numbers of images (Guo et al. 2017). NAN if the network has no
 * probabilities. */
double dp_metrics_ece(const dp_metrics *m);

/* Predict the images of `data` and count them in a new *out. If `predictions` is not NULL,
 * also store the data->n predictions there. `threads` as in
 * dp_session_create. DP_MODEL if the model does not read digits; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_metrics_measure(dp_metrics *out, dp_prediction *predictions,
                           const dp_model *model, const dp_dataset *data, int threads,
                           dp_err *err);

#endif
