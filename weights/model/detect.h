/* Detecting the format of a model file by its bytes. */
#ifndef DP_WEIGHTS_MODEL_DETECT_H
#define DP_WEIGHTS_MODEL_DETECT_H

#include "engine/core/err.h"

#include <stddef.h>

typedef enum dp_format {
    DP_FORMAT_SAFETENSORS,
    DP_FORMAT_ONNX,
    DP_FORMAT_JSON
} dp_format;

/* Which reader should read the bytes. Only that reader finds out whether the file is intact.
 * DP_MODEL names the format of other files that people take for models, with a remedy if
 * there is one. */
DP_MUST_CHECK dp_code dp_detect_format(dp_format *out, const unsigned char *data,
                                       size_t size, dp_err *err);

#endif
