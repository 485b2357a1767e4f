/* The parts of a model that only a session needs. The plans live as long as the model. */
#ifndef DP_ENGINE_INFER_MODEL_INTERNAL_H
#define DP_ENGINE_INFER_MODEL_INTERNAL_H

#include "engine/infer/int8_plan.h"
#include "engine/infer/model.h"
#include "engine/infer/f32_plan.h"

/* NULL for a float model. */
const dp_int8_plan *dp_model_int8_plan(const dp_model *m);

/* Only for a float model. */
const dp_plan *dp_model_plan(const dp_model *m);

#endif
