/* Distillation (Hinton, Vinyals and Dean 2015): what a network learns from are the answers of
 * trained ones, the teachers, to the images that it sees itself. */
#ifndef DP_ENGINE_TRAIN_DISTILL_H
#define DP_ENGINE_TRAIN_DISTILL_H

#include "engine/infer/model.h"

enum { DP_MAX_TEACHERS = 8, DP_MAX_COPIES = 64 };

typedef struct dp_distill dp_distill;

/* Teachers [n_teachers] for runs of at most max_n images in each of `lanes` lanes, which may
 * run at the same time. Their answers at a temperature are averaged, and kept for each of
 * `examples` examples in `copies` copies (0: none are kept). Takes references to the
 * teachers. DP_MODEL, naming it, where one does not read digits, in norm unit; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_distill_create(dp_distill **out, const dp_model *const *teachers,
                          int n_teachers, float temperature, int lanes, int max_n,
                          int examples, int copies, dp_err *err);
void dp_distill_free(dp_distill *d); /* NULL is allowed */

/* The images' target probabilities, [n, 10]; x: [n, 784] are the examples index[0 … n − 1] in
 * copy `copy`, which must look the same whenever they are asked about. Lanes do not share
 * examples at the same time. */
void dp_distill_targets(float *target, dp_distill *d, int lane, const float *x,
                        const int *index, int n, int copy);

#endif
