#include "config.h"

#include "weights/modelfile.h"

#include "weights/fsio.h"
#include "weights/match.h"
#include "weights/safetensors.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const dp_shape input_shape = {1, DP_SIDE, DP_SIDE};

/* ---- writing ------------------------------------------------------------------------
 */

/* The header's metadata, keys always in this order: equal networks give equal bytes. */
static json_t *make_metadata(const dp_spec *spec, dp_norm norm,
                             const dp_modelfile_meta *meta)
{
    char arch[DP_MAX_SPEC_TEXT];
    dp_spec_format(arch, sizeof arch, spec);
    const char *const pairs[][2] = {
        {"digitpad.version", PACKAGE_VERSION},
        {"digitpad.arch", arch},
        {"digitpad.norm", dp_norm_name(norm)},
        {"digitpad.train", meta ? meta->train : NULL},
        {"digitpad.accuracy", meta ? meta->accuracy : NULL},
    };
    json_t *json = json_object();
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i][1] &&
            json_object_set_new(json, pairs[i][0], json_string(pairs[i][1])) != 0) {
            json_decref(json);
            return NULL;
        }
    return json;
}

static json_t *make_tensor(const dp_param *p)
{
    json_t *shape = json_array();
    for (int i = 0; i < p->rank; i++)
        json_array_append_new(shape, json_integer(p->dim[i]));
    return json_pack("{s:s, s:o, s:[I,I]}", "dtype", dp_dtype_name(DP_F32), "shape",
                     shape, "data_offsets", (json_int_t)(p->offset * sizeof(float)),
                     (json_int_t)((p->offset + p->count) * sizeof(float)));
}

/* The header as text, to be freed; NULL when memory is short. */
static char *make_header(const dp_spec *spec, const dp_params *layout, dp_norm norm,
                         const dp_modelfile_meta *meta)
{
    json_t *root = json_object();
    bool ok =
        json_object_set_new(root, "__metadata__", make_metadata(spec, norm, meta)) == 0;
    for (int i = 0; i < layout->n && ok; i++) {
        char name[DP_ST_MAX_NAME + 1];
        snprintf(name, sizeof name, "%d.%s", layout->param[i].layer,
                 dp_role_name(layout->param[i].role));
        ok = json_object_set_new(root, name, make_tensor(&layout->param[i])) == 0;
    }
    char *text = ok ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    return text;
}

static void store_le(unsigned char *p, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(value >> 8 * i);
}

/* Length, header padded with spaces so that the values start at a multiple of 8, values.
 */
static unsigned char *make_file(size_t *size, const char *header, const float *params,
                                size_t n_params)
{
    size_t text = strlen(header), padded = (text + 7) / 8 * 8;
    size_t total = 8 + padded + n_params * sizeof(float);
    unsigned char *file = malloc(total);
    if (!file)
        return NULL;
    store_le(file, padded, 8);
    memcpy(file + 8, header, text);
    memset(file + 8 + text, ' ', padded - text);
    for (size_t i = 0; i < n_params; i++) {
        uint32_t bits;
        memcpy(&bits, &params[i], sizeof bits);
        store_le(file + 8 + padded + i * sizeof(float), bits, sizeof bits);
    }
    *size = total;
    return file;
}

dp_code dp_modelfile_write(const char *path, const dp_spec *spec, const float *params,
                           dp_norm norm, const dp_modelfile_meta *meta, dp_err *err)
{
    dp_params layout;
    dp_code code = dp_params_layout(&layout, spec, err);
    if (code)
        return code;
    for (size_t i = 0; i < layout.count; i++)
        if (!isfinite(params[i]))
            return dp_fail(err, DP_MODEL, "%s: parameter %zu is not finite", path, i);
    size_t size = 0;
    char *header = make_header(spec, &layout, norm, meta);
    unsigned char *file = header ? make_file(&size, header, params, layout.count) : NULL;
    free(header);
    if (!file)
        return dp_fail(err, DP_NOMEM, "%s: out of memory", path);
    code = dp_fsio_write(path, file, size, err);
    free(file);
    return code;
}

/* ---- reading ------------------------------------------------------------------------
 */

static dp_code choose_norm(dp_norm *out, const dp_safetensors *st,
                           const dp_modelfile_options *options, dp_err *err)
{
    const char *name = dp_safetensors_meta(st, "digitpad.norm");
    if (options->norm)
        *out = *options->norm;
    else if (!name)
        return dp_fail(err, DP_MODEL, "does not say how pixels are scaled; give --norm");
    else if (!dp_norm_named(out, name))
        return dp_fail(err, DP_MODEL, "digitpad.norm: '%s' is not known", name);
    return DP_OK;
}

static dp_code choose_spec(dp_spec *out, const dp_safetensors *st, const char *arch,
                           dp_err *err)
{
    const char *own = dp_safetensors_meta(st, "digitpad.arch");
    if (arch)
        return dp_spec_parse(out, arch, input_shape, err);
    if (!own)
        return dp_fail(err, DP_MODEL,
                       "does not say how its layers are arranged; give --arch");
    if (dp_spec_parse(out, own, input_shape, err) == DP_OK)
        return DP_OK;
    dp_fail_in(err, DP_MODEL, "digitpad.arch");
    if (err)
        err->code = DP_MODEL; /* the file's mistake, not the user's */
    return DP_MODEL;
}

static dp_code build(dp_model **out, const dp_safetensors *st, const char *name,
                     const dp_modelfile_options *options, dp_err *err)
{
    dp_spec spec;
    dp_params layout;
    dp_model_info info = {0};
    if (dp_safetensors_meta(st, "digitpad.quant"))
        return dp_fail(err, DP_MODEL, "quantised weights are not supported");
    dp_code code;
    if ((code = choose_spec(&spec, st, options->arch, err)) ||
        (code = choose_norm(&info.norm, st, options, err)) ||
        (code = dp_params_layout(&layout, &spec, err)))
        return code;
    float *params = malloc((layout.count ? layout.count : 1) * sizeof *params);
    if (!params)
        return dp_fail(err, DP_NOMEM, "no memory for %zu parameters", layout.count);
    code = options->arch ? dp_match_foreign(params, &spec, &layout, st, err)
                         : dp_match_own(params, &layout, st, err);
    snprintf(info.name, sizeof info.name, "%s", name);
    if (!code)
        code = dp_model_create(out, &spec, params, &info, options->kernels, err);
    free(params);
    return code;
}

dp_code dp_modelfile_parse(dp_model **out, const unsigned char *data, size_t size,
                           const char *name, const dp_modelfile_options *options,
                           dp_err *err)
{
    static const dp_modelfile_options none = {0};
    dp_safetensors st;
    dp_code code = dp_safetensors_parse(&st, data, size, err);
    if (code)
        return code;
    code = build(out, &st, name, options ? options : &none, err);
    dp_safetensors_clear(&st);
    return code;
}
