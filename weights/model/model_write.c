#include "config.h"

#include "weights/model/model_write.h"

#include "engine/core/arith.h"
#include "weights/io/fsio.h"
#include "weights/model/int8_json.h"
#include "weights/onnx/onnx.h"
#include "weights/safetensors/network_file.h"

#include <stdlib.h>
#include <string.h>

static dp_code write_onnx(const char *path, const dp_network *network, dp_err *err)
{
    unsigned char *data;
    size_t size;
    dp_code code = dp_onnx_write(&data, &size, network, err);
    if (code)
        return code;
    code = dp_fsio_write(path, data, size, err);
    free(data);
    return code;
}

/* The format has a name for the network: that of its metadata, or the file's. */
static dp_code write_json(const char *path, const dp_network *network, dp_err *err)
{
    char name[64], *text;
    size_t size;
    const char *own = dp_network_get_meta(network, "name");
    const char *base = own ? own : dp_fsio_basename(path);
    size_t length = own ? strlen(own) : strlen(base) - strlen(".json");
    length = length < sizeof name ? length : sizeof name - 1;
    memcpy(name, base, length);
    name[length] = '\0';
    dp_code code = dp_int8_json_write(&text, &size, network, name, err);
    if (code)
        return code;
    code = dp_fsio_write(path, text, size, err);
    free(text);
    return code;
}

static const struct format {
    const char *extension;
    dp_code (*write)(const char *path, const dp_network *network, dp_err *err);
} formats[] = {
    { ".safetensors", dp_network_file_write_network },
    { ".onnx", write_onnx },
    { ".json", write_json },
};

/* The format of a path's extension; NULL if it is unknown. */
static const struct format *format_of(const char *path)
{
    const char *dot = strrchr(dp_fsio_basename(path), '.');
    for (size_t i = 0; dot && i < DP_COUNT(formats); i++)
        if (strcmp(dot, formats[i].extension) == 0)
            return &formats[i];
    return NULL;
}

bool dp_model_write_knows(const char *path)
{
    return format_of(path) != NULL;
}

bool dp_model_write_rounds(const char *path)
{
    return format_of(path)->write == write_json;
}

dp_code dp_model_write(const char *path, const dp_network *network, dp_err *err)
{
    return format_of(path)->write(path, network, err);
}
