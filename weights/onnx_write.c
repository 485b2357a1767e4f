#include "config.h"

#include "weights/onnx.h"

#include "weights/onnx.pb-c.h"

#include <stdlib.h>
dp_code dp_onnx_write(unsigned char **data, size_t *size, const dp_network *network,
                      dp_err *err)
{
    (void)data, (void)size, (void)network;
    return dp_fail(err, DP_MODEL, "not yet");
}
