/* What a session sees of a model. */
#ifndef DP_ENGINE_MODEL_RUN_H
#define DP_ENGINE_MODEL_RUN_H

#include "engine/model.h"
#include "engine/plan.h"

/* How it is run; lives as long as the model. */
const dp_plan *dp_model_plan(const dp_model *m);

#endif
