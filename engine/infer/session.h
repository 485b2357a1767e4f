/* A workspace that runs a model. Everything is allocated at creation, so running cannot
 * fail. A session is not thread-safe, but several sessions can share a model. */
#ifndef DP_ENGINE_INFER_SESSION_H
#define DP_ENGINE_INFER_SESSION_H

#include "engine/infer/model.h"
#include "engine/infer/prediction.h"

#include <stdint.h>

typedef struct dp_session dp_session;

/* Create a session for at most max_batch images per call on at most `threads` threads (≤
 * 0: as many as OpenMP would use). It takes its own reference to the model. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_session_create(dp_session **out, const dp_model *m,
                                        int max_batch, int threads, dp_err *err);
void dp_session_free(dp_session *s); /* NULL is allowed */

/* The model lives as long as the session. The number of threads can be lower than
 * requested: a network that is too small to share gets no more threads than max_batch. */
const dp_model *dp_session_model(const dp_session *s);
int dp_session_max_batch(const dp_session *s);
int dp_session_threads(const dp_session *s);

/* Run n ≤ max_batch images. x: [n, input shape], already normalised → logits y: [n,
 * output shape]. The bits are the same for any n and any number of threads. */
void dp_session_forward(dp_session *s, const float *x, int n, float *y);

/* The same for pixels: [n, input shape], which are normalised by the model's norm. An
 * 8-bit model reads the pixels without conversion, whereas dp_session_forward rounds x to
 * bytes. */
void dp_session_logits(dp_session *s, const uint8_t *pixels, int n, float *y);

/* pixels: [n, 784], ink 255 on 0 → predictions: [n]. The model must pass
 * dp_model_check_digits. */
void dp_session_predict(dp_session *s, const uint8_t *pixels, int n, dp_prediction *out);

#endif
