/* What kind of file these bytes are. */
#ifndef DP_WEIGHTS_MODEL_DETECT_H
#define DP_WEIGHTS_MODEL_DETECT_H

#include "engine/core/err.h"

#include <stddef.h>

typedef enum dp_format {
    DP_FORMAT_SAFETENSORS,
    DP_FORMAT_ONNX,
    DP_FORMAT_JSON
} dp_format;

/* Which reader the bytes are for; only that reader knows whether they are whole. DP_MODEL
 * names files that hold no model of any kind that is read here, and says what to do
 * with them where something can be done. */
DP_MUST_CHECK dp_code dp_detect_format(dp_format *out, const unsigned char *data,
                                       size_t size, dp_err *err);

#endif
