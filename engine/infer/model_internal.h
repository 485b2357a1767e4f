/* The parts of a model that only a session or an inspection needs. They live as long as the
 * model. */
#ifndef DP_ENGINE_INFER_MODEL_INTERNAL_H
#define DP_ENGINE_INFER_MODEL_INTERNAL_H

#include "engine/infer/executor.h"
#include "engine/infer/model.h"

/* The chain that a model runs, and its parameters; of an 8-bit model, its dequantised weights.
 * params is NULL if memory is too short for those. */
typedef struct dp_folded {
    const dp_spec *spec;
    const dp_params *layout;
    const float *params;
} dp_folded;
dp_folded dp_model_folded(const dp_model *m);

const dp_executor *dp_model_executor(const dp_model *m);
const void *dp_model_plan(const dp_model *m); /* of the kind that the executor runs */

#endif
