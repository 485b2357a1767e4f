/* Matching the tensors of a safetensors file with the parameters of a chain. */
#ifndef DP_WEIGHTS_SAFETENSORS_MATCH_H
#define DP_WEIGHTS_SAFETENSORS_MATCH_H

#include "engine/net/params.h"
#include "weights/safetensors/safetensors.h"

/* A file that digitpad wrote: each parameter is the tensor "LAYER.ROLE" of the same shape,
 * and there are no other tensors. params: [layout->count]. DP_MODEL names the tensor that is
 * missing, superfluous or not finite, or has another shape. */
DP_MUST_CHECK
dp_code dp_match_own(float *params, const dp_params *layout, const dp_safetensors *st,
                     dp_err *err);

/* A file from another framework, with its own tensor names
 * (weights/safetensors/tensor_name.h). Tensors are grouped by layer; each layer of the chain
 * that has parameters takes the first unused group whose shapes fit. Groups are ordered by
 * the numbers in their names, or else by their place in the file, unless the writer sorted
 * the tensors by name. The axes may have the order of any of four frameworks. A missing bias
 * or beta is 0, a missing gamma 1. params: [layout->count]. DP_MODEL if no group fits a
 * layer, if two fit and nothing tells which comes first, or if a group is left over;
 * DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_match_foreign(float *params, const dp_spec *spec, const dp_params *layout,
                         const dp_safetensors *st, dp_err *err);

#endif
