/* Distillation (Hinton, Vinyals and Dean 2015): a network is trained on the answers of
 * trained networks, the teachers, to the same images. */
#ifndef DP_ENGINE_TRAIN_DISTILL_H
#define DP_ENGINE_TRAIN_DISTILL_H

#include "engine/infer/model.h"

enum { DP_MAX_TEACHERS = 8, DP_MAX_COPIES = 64 };

typedef struct dp_distill dp_distill;

typedef struct dp_distill_options {
    const dp_model *const *teachers;
    int n_teachers;
    float temperature;    /* of the softmax of the answers */
    int lanes, max_n;     /* max_n: the most images of a call in a lane */
    int examples, copies; /* copies > 0: cache the answers for each of `examples` examples
                             in each of `copies` augmented copies */
} dp_distill_options;

/* The images x: [n, 784] of a call: the examples index[0 … n − 1] in copy `copy`. */
typedef struct dp_distill_batch {
    const float *x;
    const int *index;
    int n, copy;
} dp_distill_batch;

/* Create a set of teachers. Calls in different lanes can run at the same time. The
 * answers are averaged over the teachers, to which it takes references. DP_MODEL, naming
 * the teacher, if one does not read digits in norm unit; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_distill_create(dp_distill **out, const dp_distill_options *options,
                          dp_err *err);
void dp_distill_free(dp_distill *d); /* NULL is allowed */

/* Write target: [n, 10], the target probabilities of the images. With a cache, a copy of
 * an example must be the same image in every call. Concurrent calls must have no example
 * in common. */
void dp_distill_targets(float *target, dp_distill *d, int lane,
                        const dp_distill_batch *batch);

#endif
