/* Writing a network to a file, in the format that the file's extension names. */
#ifndef DP_WEIGHTS_MODEL_MODEL_WRITE_H
#define DP_WEIGHTS_MODEL_MODEL_WRITE_H

#include "weights/network/network.h"

/* Whether the name ends in .safetensors, .onnx or .json. */
bool dp_model_write_knows(const char *path);

/* Whether that format would quantise the weights of an int8 network a second time. path must
 * be one that dp_model_write_knows. */
bool dp_model_write_rounds(const char *path);

/* What the names of such files end in, for messages. */
#define DP_MODEL_WRITE_NAMES ".safetensors, .onnx or .json"

/* Check that the format of a path that dp_model_write_knows can hold a network. DP_MODEL,
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_model_write_check(const char *path, const dp_network *network,
                                           dp_err *err);

/* Write a network atomically to a path that dp_model_write_knows. An int8 network is written
 * as int8. DP_MODEL if the format cannot hold it, DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_model_write(const char *path, const dp_network *network,
                                     dp_err *err);

#endif
