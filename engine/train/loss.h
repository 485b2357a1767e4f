/* The training loss: the cross-entropy between a target and the softmax of the logits. */
#ifndef DP_ENGINE_TRAIN_LOSS_H
#define DP_ENGINE_TRAIN_LOSS_H

#include <stdint.h>

/* Sums over images, so that the sums of shards can be added. */
typedef struct dp_loss {
    double sum;  /* of the losses */
    int correct; /* correctly classified images */
    int n;       /* images */
} dp_loss;

/* What the loss of n images is computed from. */
typedef struct dp_loss_input {
    const float *logits;  /* [n, classes] */
    const uint8_t *label; /* [n] */
    int n, classes;
} dp_loss_input;

/* Write grad: [n, classes], the gradient of the summed loss times `scale` (1 / batch for
 * the mean). With smoothing ε the target is (1 − ε)·onehot + ε / classes (Szegedy et al.
 * 2016, section 7). A label ≥ classes marks an outlier: its target is the same for all
 * classes (outlier exposure, Hendrycks et al. 2019), and it counts as correct if no class
 * has a probability above 1/2. Non-finite logits give a non-finite loss. */
dp_loss dp_loss_cross_entropy(float *grad, const dp_loss_input *in, float smoothing,
                              float scale);

/* The same for given targets: [n, classes] at a temperature T. The loss is T² times the
 * cross-entropy with the softmax of logits / T; the factor keeps the scale of the
 * gradients (Hinton et al. 2015). Labels are used for `correct` only. */
dp_loss dp_loss_soft(float *grad, const dp_loss_input *in, const float *target,
                     float temperature, float scale);

/* Add to grad: [n, classes], and to *loss, `weight` times the cross-entropy of whether each image is
 * a digit, whose logit is the evidence log Σ exp(logits). The other losses do not change if a
 * constant is added to all logits, so they leave it free (Liu et al. 2020 train the evidence with
 * two hinges). */
void dp_loss_add_evidence(float *grad, dp_loss *loss, const dp_loss_input *in,
                          float weight, float scale);

#endif
