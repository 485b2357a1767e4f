/* The int8 JSON format of a multilayer perceptron:
 *
 *     {"name":…, "arch":"784-128-64-10", "params":109386, "testAccuracy":0.98,
 *      "layers":[{"rows":784, "cols":128, "scale":s, "w":BASE64, "b":[…]}, …]}
 *
 * w holds rows × cols signed bytes, [in, out] row-major; a weight is its byte times s. There
 * is a ReLU between the layers. The input is pixels of 0 to 1. */
#ifndef DP_WEIGHTS_MODEL_INT8_JSON_H
#define DP_WEIGHTS_MODEL_INT8_JSON_H

#include "weights/network/network.h"

/* Read a file as a float network. DP_MODEL names the place where it is malformed, DP_NOMEM;
 * *out is untouched then. */
DP_MUST_CHECK dp_code dp_int8_json_read(dp_network *out, const unsigned char *data,
                                        size_t size, dp_err *err);

/* Format a network as *text, which the caller frees with free(). It must have three dense
 * layers with ReLU between them, which batch norms may follow, and may begin with an average
 * pooling; these and the input scale are merged into the weights. DP_MODEL for any other network, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_int8_json_write(char **text, size_t *size,
                                         const dp_network *network, const char *name,
                                         dp_err *err);

#endif
