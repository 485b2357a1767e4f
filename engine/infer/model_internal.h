/* The parts of a model that only a session or an inspection needs. They live as long as the
 * model. */
#ifndef DP_ENGINE_INFER_MODEL_INTERNAL_H
#define DP_ENGINE_INFER_MODEL_INTERNAL_H

#include "engine/infer/int8_plan.h"
#include "engine/infer/model.h"
#include "engine/infer/f32_plan.h"

/* The chain that a model runs, and its parameters; of an 8-bit model, its dequantised weights.
 * params is NULL if memory is too short for those. */
typedef struct dp_folded {
    const dp_spec *spec;
    const dp_params *layout;
    const float *params;
} dp_folded;
dp_folded dp_model_folded(const dp_model *m);

/* NULL for a float model. */
const dp_int8_plan *dp_model_int8_plan(const dp_model *m);

/* Only for a float model. */
const dp_plan *dp_model_plan(const dp_model *m);

#endif
