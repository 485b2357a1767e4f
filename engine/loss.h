/* What training minimises: cross-entropy of the softmax, with label smoothing. */
#ifndef DP_ENGINE_LOSS_H
#define DP_ENGINE_LOSS_H

#include <stdint.h>

/* Sums over some images, so that sums of shards can be added. */
typedef struct dp_loss {
    double sum;  /* of the images' losses */
    int correct; /* images whose greatest logit is their label's */
    int n;
} dp_loss;

/* logits: [n, classes], label: [n] → grad: [n, classes], the gradient of the images'
 * summed loss times `scale` (1 / batch for the mean). With smoothing ε the target is (1 −
 * ε)·onehot + ε / classes (Szegedy et al. 2016, section 7). Non-finite logits give a
 * non-finite loss. */
dp_loss dp_loss_cross_entropy(const float *logits, const uint8_t *label, int n,
                              int classes, float smoothing, float scale, float *grad);

#endif
