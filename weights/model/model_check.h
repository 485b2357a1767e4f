/* Whether a downloaded file is a model that digitpad can read. */
#ifndef DP_WEIGHTS_MODEL_MODEL_CHECK_H
#define DP_WEIGHTS_MODEL_MODEL_CHECK_H

#include "engine/core/err.h"

#include <stddef.h>

/* Parse the bytes of a file of this name. A safetensors file without a chain in its metadata
 * passes if its tensors are well-formed, since the user can give the chain later. DP_MODEL
 * names the file and the problem. */
DP_MUST_CHECK dp_code dp_model_check(const unsigned char *data, size_t size,
                                     const char *file, dp_err *err);

#endif
