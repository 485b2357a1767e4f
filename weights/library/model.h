/* What is inside a model of digitpad.h. */
#ifndef DP_WEIGHTS_LIBRARY_MODEL_H
#define DP_WEIGHTS_LIBRARY_MODEL_H

#include "engine/infer/model.h"
#include "weights/library/digitpad.h"

/* It lives as long as the public one, or longer with a reference. */
const dp_model *dp_library_model(const digitpad_model *model);

#endif
