/* Replaces the ONNX sources in a build without protobuf-c. */
#include "config.h"

#include "weights/onnx/onnx.h"

static dp_code refuse(dp_err *err)
{
    return dp_fail(err, DP_MODEL,
                   "digitpad was built without ONNX support; install protobuf-c and "
                   "build it again");
}

dp_code dp_onnx_read(dp_network *out, const unsigned char *data, size_t size,
                     const char *path, const dp_norm *norm, dp_err *err)
{
    (void)out, (void)data, (void)size, (void)path, (void)norm;
    return refuse(err);
}

dp_code dp_onnx_write(unsigned char **data, size_t *size, const dp_network *network,
                      dp_err *err)
{
    (void)data, (void)size, (void)network;
    return refuse(err);
}
