#include "config.h"

#include "weights/model/model_read.h"

#include "weights/model/int8_json.h"
#include "weights/onnx/onnx.h"
#include "weights/model/detect.h"

static dp_code read_onnx(dp_network *out, const unsigned char *data, size_t size,
                         const dp_network_file_options *options, dp_err *err)
{
    const dp_norm *norm = options->norm_given ? &options->norm : NULL;
    dp_network network;
    dp_code code = dp_onnx_read(&network, data, size, options->path, norm, err);
    if (!code && network.quant && !options->only_run)
        code = dp_network_dequantise(&network, err);
    if (!code)
        *out = network;
    return code;
}

static dp_code read_format(dp_network *out, dp_format format, const unsigned char *data,
                           size_t size, const dp_network_file_options *options,
                           dp_err *err)
{
    switch (format) {
    case DP_FORMAT_SAFETENSORS:
        return dp_network_file_read(out, data, size, options, err);
    case DP_FORMAT_JSON:
        return dp_int8_json_read(out, data, size, err);
    case DP_FORMAT_ONNX:
        break;
    }
    return read_onnx(out, data, size, options, err);
}

dp_code dp_model_read(dp_network *out, const unsigned char *data, size_t size,
                      const dp_network_file_options *options, dp_err *err)
{
    static const dp_network_file_options none;
    dp_network network;
    dp_format format;
    dp_code code = dp_detect_format(&format, data, size, err);
    if (!options)
        options = &none;
    if (!code)
        code = read_format(&network, format, data, size, options, err);
    if (code)
        return code;
    if (options->norm_given) {
        network.norm = options->norm;
        network.norm_known = true;
    }
    *out = network;
    return DP_OK;
}
