/* What a session sees of a model. */
#ifndef DP_ENGINE_INFER_MODEL_INTERNAL_H
#define DP_ENGINE_INFER_MODEL_INTERNAL_H

#include "engine/infer/int8_plan.h"
#include "engine/infer/model.h"
#include "engine/infer/f32_plan.h"

/* How an 8-bit network runs; NULL for one of floats. */
const dp_int8_plan *dp_model_int8_plan(const dp_model *m);

/* How one of floats is run; lives as long as the model. */
const dp_plan *dp_model_plan(const dp_model *m);

#endif
