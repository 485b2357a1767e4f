#include "config.h"

#include "weights/parse.h"

#include "weights/int8json.h"
#include "weights/onnx.h"
#include "weights/registry.h"
#include "weights/sniff.h"

void dp_parse_complete(dp_modelfile_options *options, dp_norm *norm,
                       const unsigned char *data, size_t size)
{
    const dp_registry_entry *entry = dp_registry_find_content(data, size);
    if (!entry)
        return;
    if (!options->arch)
        options->arch = entry->arch;
    if (!options->norm && entry->norm && dp_norm_named(norm, entry->norm))
        options->norm = norm;
}

static dp_code read_format(dp_network *out, dp_format format, const unsigned char *data,
                           size_t size, const dp_modelfile_options *options, dp_err *err)
{
    switch (format) {
    case DP_FORMAT_SAFETENSORS:
        return dp_modelfile_read(out, data, size, options, err);
    case DP_FORMAT_JSON:
        return dp_int8json_read(out, data, size, err);
    case DP_FORMAT_ONNX:
        break;
    }
    return dp_onnx_read(out, data, size, options->path, err);
}

dp_code dp_parse_model(dp_network *out, const unsigned char *data, size_t size,
                       const dp_modelfile_options *options, dp_err *err)
{
    dp_modelfile_options completed = options ? *options : (dp_modelfile_options){ 0 };
    dp_network network;
    dp_norm norm;
    dp_format format;
    dp_code code = dp_sniff(&format, data, size, err);
    dp_parse_complete(&completed, &norm, data, size);
    if (!code)
        code = read_format(&network, format, data, size, &completed, err);
    if (code)
        return code;
    if (completed.norm) {
        network.norm = *completed.norm;
        network.norm_known = true;
    }
    *out = network;
    return DP_OK;
}
