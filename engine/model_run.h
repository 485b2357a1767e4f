/* What a session sees of a model: the folded chain with its weights packed. */
#ifndef DP_ENGINE_MODEL_RUN_H
#define DP_ENGINE_MODEL_RUN_H

#include "engine/int8_plan.h"
#include "engine/model.h"
#include "engine/op.h"

/* How an 8-bit network runs; NULL for one of floats, to which the rest applies. */
const dp_int8_plan *dp_model_int8_plan(const dp_model *m);

/* The chain that inference runs; it has no layers where the network computes nothing. */
const dp_spec *dp_model_run_spec(const dp_model *m);

/* Fill a call for layer i of that chain on n images; scratch is the caller's to set. */
void dp_model_run_bind(dp_op_call *call, const dp_model *m, int i, int n);

#endif
