/* Predicts records: normalises them, runs the network on all of them together, and says which
 * answers are rejected. The program's `predict` and libdigitpad both answer with it. */
#ifndef DP_WEIGHTS_LIBRARY_PREDICTOR_H
#define DP_WEIGHTS_LIBRARY_PREDICTOR_H

#include "engine/segment/segment.h"
#include "weights/images/image.h"

typedef struct dp_predictor_options {
    dp_normalize_options normalize;
    bool numbers; /* a record may hold several digits */
    int capacity; /* records at a time */
    int threads;  /* as for dp_session_create */
} dp_predictor_options;

/* One thread at a time may use a predictor; several can share a model. */
typedef struct dp_predictor {
    dp_predictor_options options;
    dp_session *session;
    dp_page *page;                /* the picture that is being read */
    int n;                        /* records to predict: neither blank nor bad */
    uint8_t (*pixels)[DP_PIXELS]; /* [n], normalised; not set with options.numbers */
    dp_prediction *predictions;   /* [n] */
    dp_segmentation *numbers;     /* [n], in place of both; NULL: single digits */
} dp_predictor;

/* The answer to one record; both are NULL for a blank one. They belong to the predictor. */
typedef struct dp_result {
    const dp_prediction *prediction; /* of a single digit; NULL if there is none */
    const dp_segmentation *number;   /* with options.numbers: all digits; NULL if none */
} dp_result;

/* Prepare a predictor. The model passes dp_model_check_digits; the predictor takes a
 * reference of its own. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_predictor_init(dp_predictor *p, const dp_model *model,
                                        const dp_predictor_options *options, dp_err *err);
void dp_predictor_clear(dp_predictor *p);

/* Normalise a record and add it; *out is valid after dp_predictor_run, until
 * dp_predictor_empty. DP_INPUT if it cannot be normalised as the options ask, and nothing
 * is added; DP_NOMEM. At most options.capacity records may be added. */
DP_MUST_CHECK dp_code dp_predictor_add(dp_result *out, dp_predictor *p,
                                       const dp_record *record, dp_err *err);

/* Predict what was added; forget it, to begin anew. */
void dp_predictor_run(dp_predictor *p);
void dp_predictor_empty(dp_predictor *p);

/* Split a record into digits, whatever options.numbers says. This predicts them at once:
 * where to split depends on how well the parts are recognised. DP_INPUT, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_predictor_split(dp_segmentation *number, dp_ink *ink,
                                         dp_predictor *p, const dp_record *record,
                                         dp_err *err);

/* Whether the network or a least confidence rejects a digit; whether they reject an answer,
 * or its split into digits is in doubt. */
bool dp_prediction_rejected(const dp_prediction *p, float confidence);
bool dp_result_rejected(const dp_result *r, float confidence);

/* The probability of the digit, or that all of several are right; NAN without a digit, or if the
 * network has no probabilities. */
float dp_result_confidence(const dp_result *r);

#endif
