/* Whether a file from outside is a model that this program can read. */
#ifndef DP_WEIGHTS_MODEL_MODEL_CHECK_H
#define DP_WEIGHTS_MODEL_MODEL_CHECK_H

#include "engine/core/err.h"

#include <stddef.h>

/* Parse the content of a file of this name. Of a safetensors file that does not tell its
 * chain, and that the registry does not know, the tensors. DP_MODEL with what is wrong. */
DP_MUST_CHECK dp_code dp_model_check(const unsigned char *data, size_t size,
                                     const char *file, dp_err *err);

#endif
