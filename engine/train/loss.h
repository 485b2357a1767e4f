/* What training minimises: the cross-entropy of a target and the softmax of the logits. */
#ifndef DP_ENGINE_TRAIN_LOSS_H
#define DP_ENGINE_TRAIN_LOSS_H

#include <stdint.h>

/* Sums over some images, so that sums of shards can be added. */
typedef struct dp_loss {
    double sum;  /* of the images' losses */
    int correct; /* images whose greatest logit is their label's */
    int n;
} dp_loss;

/* logits: [n, classes], label: [n] → grad: [n, classes], the gradient of the images'
 * summed loss times `scale` (1 / batch for the mean). With smoothing ε the target is (1 −
 * ε)·onehot + ε / classes (Szegedy et al. 2016, section 7). A label that is no class asks for
 * all classes equally (outlier exposure, Hendrycks et al. 2019), and is correct where none
 * gets more than a half. Non-finite logits give a non-finite loss. */
dp_loss dp_loss_cross_entropy(const float *logits, const uint8_t *label, int n,
                              int classes, float smoothing, float scale, float *grad);

/* The same for targets [n, classes] of one's own, at a temperature T: T² times the
 * cross-entropy with the softmax of logits / T, so that gradients keep their size (Hinton et
 * al. 2015). Labels only say what is correct. */
dp_loss dp_loss_soft(const float *logits, const float *target, const uint8_t *label,
                     int n, int classes, float temperature, float scale, float *grad);

#endif
