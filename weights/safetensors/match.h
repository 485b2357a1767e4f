/* Fitting the tensors of a file to the parameters of a chain. */
#ifndef DP_WEIGHTS_SAFETENSORS_MATCH_H
#define DP_WEIGHTS_SAFETENSORS_MATCH_H

#include "engine/net/params.h"
#include "weights/safetensors/safetensors.h"

/* A file of our own: each parameter is the tensor "LAYER.ROLE" of the same shape, and
 * there is no other tensor. params: [layout->count]. DP_MODEL with the tensor that is
 * missing, does not fit, or is not finite. */
DP_MUST_CHECK
dp_code dp_match_own(float *params, const dp_params *layout, const dp_safetensors *st,
                     dp_err *err);

/* A file of elsewhere, which names its tensors as it likes (weights/safetensors/tensor_name.h): those of
 * one layer belong together, and each layer of the chain that has parameters takes the first
 * that fit it, in the order of their names' numbers, else in the order of the file where
 * its writer kept one. Axes may stand in the order of any of four conventions. A bias, gamma or
 * beta that is not there is 0, 1 or 0. DP_MODEL where a layer finds no tensors, where
 * nothing tells which of two come first, and where some are left over. */
DP_MUST_CHECK
dp_code dp_match_foreign(float *params, const dp_spec *spec, const dp_params *layout,
                         const dp_safetensors *st, dp_err *err);

#endif
