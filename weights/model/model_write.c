#include "config.h"

#include "weights/model/model_write.h"

#include "engine/core/arith.h"
#include "weights/io/fsio.h"
#include "weights/model/int8_json.h"
#include "weights/onnx/onnx.h"
#include "weights/safetensors/network_file.h"

#include <stdlib.h>
#include <string.h>

static dp_code encode_onnx(unsigned char **data, size_t *size, const char *path,
                           const dp_network *network, dp_err *err)
{
    (void)path;
    return dp_onnx_write(data, size, network, err);
}

/* The format has a name for the network: that of its metadata, or the file's. */
static dp_code encode_json(unsigned char **data, size_t *size, const char *path,
                           const dp_network *network, dp_err *err)
{
    char name[64], *text;
    const char *own = dp_network_get_meta(network, "name");
    const char *base = own ? own : dp_fsio_basename(path);
    size_t length = own ? strlen(own) : strlen(base) - strlen(".json");
    length = length < sizeof name ? length : sizeof name - 1;
    memcpy(name, base, length);
    name[length] = '\0';
    dp_code code = dp_int8_json_write(&text, size, network, name, err);
    if (!code)
        *data = (unsigned char *)text;
    return code;
}

static const struct format {
    const char *extension;
    /* Make the bytes of the file, which the caller frees. NULL: safetensors, which holds every
     * network and is written piece by piece. */
    dp_code (*encode)(unsigned char **data, size_t *size, const char *path,
                      const dp_network *network, dp_err *err);
} formats[] = {
    { ".safetensors", NULL },
    { ".onnx", encode_onnx },
    { ".json", encode_json },
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
    return format_of(path)->encode == encode_json;
}

dp_code dp_model_write_check(const char *path, const dp_network *network, dp_err *err)
{
    const struct format *format = format_of(path);
    unsigned char *data = NULL;
    size_t size;
    dp_code code =
        format->encode ? format->encode(&data, &size, path, network, err) : DP_OK;
    free(data);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}

dp_code dp_model_write(const char *path, const dp_network *network, dp_err *err)
{
    const struct format *format = format_of(path);
    unsigned char *data;
    size_t size;
    if (!format->encode)
        return dp_network_file_write_network(path, network, err);
    dp_code code = format->encode(&data, &size, path, network, err);
    if (code)
        return dp_fail_in(err, code, "%s", path);
    code = dp_fsio_write(path, data, size, err);
    free(data);
    return code;
}
