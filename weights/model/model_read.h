/* Reading a network from a file of any supported format. */
#ifndef DP_WEIGHTS_MODEL_MODEL_READ_H
#define DP_WEIGHTS_MODEL_MODEL_READ_H

#include "weights/safetensors/network_file.h"

/* Read a safetensors, ONNX or JSON file; weights/model/detect.h tells which it is. options may
 * be NULL. DP_MODEL if the file is damaged or of another format, DP_NOMEM; *out is untouched
 * then. */
DP_MUST_CHECK dp_code dp_model_read(dp_network *out, const unsigned char *data,
                                    size_t size, const dp_network_file_options *options,
                                    dp_err *err);

#endif
