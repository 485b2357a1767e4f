/* The 8-bit JSON of a multilayer perceptron:
 *
 *     {"name":…, "arch":"784-128-64-10", "params":109386, "testAccuracy":0.98,
 *      "layers":[{"rows":784, "cols":128, "scale":s, "w":BASE64, "b":[…]}, …]}
 *
 * w holds rows × cols signed bytes, [in, out] row-major, each s times the weight's value. ReLU
 * stands between the layers; pixels come in from 0 to 1. */
#ifndef DP_WEIGHTS_MODEL_INT8_JSON_H
#define DP_WEIGHTS_MODEL_INT8_JSON_H

#include "weights/network/network.h"

/* Read it as a chain of floats. DP_MODEL with the place where it is malformed; *out is
 * untouched then. */
DP_MUST_CHECK dp_code dp_int8_json_read(dp_network *out, const unsigned char *data,
                                        size_t size, dp_err *err);

/* Write a network of three dense layers with ReLU between (batch norms after them are
 * merged), whatever its input scale, as text to be freed with free(). DP_MODEL where it is
 * another network. */
DP_MUST_CHECK dp_code dp_int8_json_write(char **text, size_t *size,
                                         const dp_network *network, const char *name,
                                         dp_err *err);

#endif
