/* Networks in 8 bits as tensors of a safetensors file. With N a layer of the chain:
 *
 *     N.weight    I8   as in files of floats
 *     N.scale     F32  [out]
 *     N.bias      I32  [out]
 *     N.in_scale  F32  of every layer up to the last with weights that does not keep the
 *     N.in_zero   U8   scale of what enters (relu, maxpool and flatten do); I32 is read too
 */
#ifndef DP_WEIGHTS_SAFETENSORS_INT8_FILE_H
#define DP_WEIGHTS_SAFETENSORS_INT8_FILE_H

#include "engine/quant/quant.h"
#include "weights/safetensors/safetensors_write.h"

/* Value of the metadata "digitpad.quant" of such a file. */
#define DP_QUANTFILE_FORM "int8"

enum { DP_QUANTFILE_TENSORS = 5 * DP_MAX_LAYERS };

/* List q's tensors; they point into q and into zero, which holds the zero-points. Returns
 * how many. */
int dp_int8_file_list(dp_st_out out[DP_QUANTFILE_TENSORS], uint8_t zero[DP_MAX_LAYERS],
                      const dp_quant *q);

/* The network of a chain in the tensors of a file. DP_MODEL with the tensor that is
 * missing, is of another type or shape, belongs to no layer, or holds what dp_quant_finish
 * refuses; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_int8_file_read(dp_quant **out, const dp_spec *spec, dp_norm norm,
                                        const dp_safetensors *st, dp_err *err);

#endif
