#include "config.h"

#include "weights/modelcheck.h"

#include "weights/fsio.h"
#include "weights/modelfile.h"
#include "weights/safetensors.h"

#include <string.h>

static dp_code check_safetensors(const unsigned char *data, size_t size, const char *file,
                                 const dp_registry_entry *entry, dp_err *err)
{
    dp_safetensors st;
    dp_code code = dp_safetensors_parse(&st, data, size, err);
    if (code)
        return code;
    bool own = dp_safetensors_meta(&st, "digitpad.arch") != NULL;
    dp_safetensors_clear(&st);
    dp_norm norm;
    dp_modelfile_options options = { .arch = entry ? entry->arch : NULL };
    if (!own && !options.arch)
        return DP_OK;
    if (entry && entry->norm && dp_norm_named(&norm, entry->norm))
        options.norm = &norm;
    dp_model *model;
    code = dp_modelfile_parse(&model, data, size, file, &options, err);
    if (!code)
        dp_model_unref(model);
    return code;
}

dp_code dp_modelcheck(const unsigned char *data, size_t size, const char *file,
                      const dp_registry_entry *entry, dp_err *err)
{
    const char *name = dp_fsio_basename(file), *extension = strrchr(name, '.');
    dp_code code;
    if (extension && strcmp(extension, ".safetensors") == 0)
        code = check_safetensors(data, size, name, entry, err);
    else if (extension && strcmp(extension, ".onnx") == 0)
        code = DP_OK;
    else
        code = dp_fail(err, DP_MODEL,
                       "not a kind of file that holds weights "
                       "(.safetensors, .onnx)");
    return code ? dp_fail_in(err, code, "%s", name) : DP_OK;
}
