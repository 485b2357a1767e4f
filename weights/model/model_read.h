/* From the bytes of a file, in whatever format, to the network in it. */
#ifndef DP_WEIGHTS_MODEL_MODEL_READ_H
#define DP_WEIGHTS_MODEL_MODEL_READ_H

#include "weights/safetensors/network_file.h"

/* The network in the bytes of a file, which may be safetensors, ONNX or JSON: the first bytes
 * tell. options may be NULL. DP_MODEL where it is damaged or unknown. */
DP_MUST_CHECK dp_code dp_model_read(dp_network *out, const unsigned char *data,
                                    size_t size, const dp_network_file_options *options,
                                    dp_err *err);

#endif
