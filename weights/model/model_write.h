/* A network to a file, in the format that the file's name asks for. */
#ifndef DP_WEIGHTS_MODEL_MODEL_WRITE_H
#define DP_WEIGHTS_MODEL_MODEL_WRITE_H

#include "weights/network/network.h"

/* Whether the name ends in .safetensors, .onnx or .json. */
bool dp_model_write_knows(const char *path);

/* Whether that format rounds the weights of a network in 8 bits again. */
bool dp_model_write_rounds(const char *path);

/* Write it atomically; a network in 8 bits stays so where the format can. DP_MODEL where the
 * format cannot hold it; DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_model_write(const char *path, const dp_network *network,
                                     dp_err *err);

#endif
