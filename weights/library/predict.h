/* Predicting a record for digitpad.h, whatever it was read from. */
#ifndef DP_WEIGHTS_LIBRARY_PREDICT_H
#define DP_WEIGHTS_LIBRARY_PREDICT_H

#include "weights/images/image.h"
#include "weights/library/digitpad.h"

/* DP_INPUT if the record cannot be normalised as the predictor's options ask; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_library_predict(digitpad_prediction *out, digitpad_predictor *p,
                                         const dp_record *record, dp_err *err);

#endif
