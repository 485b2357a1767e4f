/* One mutable workspace of a model. Everything is allocated at creation, so that running
 * cannot fail. One thread at a time may use a session; make as many as are needed. */
#ifndef DP_ENGINE_INFER_SESSION_H
#define DP_ENGINE_INFER_SESSION_H

#include "engine/infer/model.h"
#include "engine/infer/prediction.h"

#include <stdint.h>

typedef struct dp_session dp_session;

/* A workspace for at most max_batch images a call on at most `threads` threads (≤ 0: as many
 * as OpenMP would use). Takes its own reference to the model. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_session_create(dp_session **out, const dp_model *m,
                                        int max_batch, int threads, dp_err *err);
void dp_session_free(dp_session *s);

const dp_model *dp_session_model(const dp_session *s);
int dp_session_max_batch(const dp_session *s);
int dp_session_threads(const dp_session *s);

/* x: [n, input shape], already normalised → y: [n, output shape]. n ≤ max_batch. The same
 * bits for any n and any number of threads. */
void dp_session_forward(dp_session *s, const float *x, int n, float *y);

/* The same from pixels: [n, input shape], normalised as the model asks. In 8 bits they are
 * the input as they are, while x above is rounded to it. */
void dp_session_logits(dp_session *s, const uint8_t *pixels, int n, float *y);

/* pixels: [n, 784], ink 255 on 0, normalised as the model asks → predictions [n]. Only for
 * models that pass dp_model_check_digits. */
void dp_session_predict(dp_session *s, const uint8_t *pixels, int n, dp_prediction *out);

#endif
