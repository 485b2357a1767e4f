/* Distillation (Hinton, Vinyals and Dean 2015): a network is trained on the answers of
 * trained networks, the teachers, to the same images. */
#ifndef DP_ENGINE_TRAIN_DISTILL_H
#define DP_ENGINE_TRAIN_DISTILL_H

#include "engine/infer/model.h"

enum { DP_MAX_TEACHERS = 8, DP_MAX_COPIES = 64 };

typedef struct dp_distill dp_distill;

/* Create a set of n_teachers teachers for calls of at most max_n images in each of
 * `lanes` lanes; calls in different lanes can run at the same time. The answers are
 * softmax outputs at `temperature`, averaged over the teachers. If copies > 0, they are
 * cached for each of `examples` examples in each of `copies` augmented copies. Takes
 * references to the teachers. DP_MODEL, naming the teacher, if one does not read digits
 * in norm unit; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_distill_create(dp_distill **out, const dp_model *const *teachers,
                          int n_teachers, float temperature, int lanes, int max_n,
                          int examples, int copies, dp_err *err);
void dp_distill_free(dp_distill *d); /* NULL is allowed */

/* Write target: [n, 10], the target probabilities of the images x: [n, 784]. These are
 * the examples index[0 … n − 1] in copy `copy`. With a cache, a copy of an example must
 * be the same image in every call. Concurrent calls must have no example in common. */
void dp_distill_targets(float *target, dp_distill *d, int lane, const float *x,
                        const int *index, int n, int copy);

#endif
