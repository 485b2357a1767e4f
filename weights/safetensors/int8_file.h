/* The tensors of an int8 network in a safetensors file. N is the index of a layer:
 *
 *     N.weight    I8   the shape of the float weight
 *     N.scale     F32  [out], one factor for each output channel
 *     N.bias      I32  [out]
 *     N.in_scale  F32  scalar, the scale of the layer's input
 *     N.in_zero   U8   scalar, the zero-point of the layer's input; I32 is read as well
 *
 * Every layer up to the last with weights has in_scale and in_zero, except those whose
 * output has the scale of their input (relu, maxpool, flatten). */
#ifndef DP_WEIGHTS_SAFETENSORS_INT8_FILE_H
#define DP_WEIGHTS_SAFETENSORS_INT8_FILE_H

#include "engine/quant/quant.h"
#include "weights/safetensors/safetensors_write.h"

/* The value of the metadata key "digitpad.quant" in such a file. */
#define DP_INT8_FILE_FORM "int8"

enum { DP_INT8_FILE_TENSORS = 5 * DP_MAX_LAYERS };

/* List the tensors of q and return their number. They point into q and into `zero`, which
 * this fills with the zero-points. */
int dp_int8_file_list(dp_st_out out[DP_INT8_FILE_TENSORS], uint8_t zero[DP_MAX_LAYERS],
                      const dp_quant *q);

/* Read the int8 network of the chain `spec`; the caller owns *out. DP_MODEL names the tensor
 * that is missing, has a wrong type or shape, belongs to no layer, or holds values that
 * dp_quant_finish refuses; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_int8_file_read(dp_quant **out, const dp_spec *spec, dp_norm norm,
                                        const dp_safetensors *st, dp_err *err);

#endif
