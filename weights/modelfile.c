#include "config.h"

#include "weights/modelfile.h"

#include "weights/fsio.h"
#include "weights/match.h"
#include "weights/network.h"
#include "weights/safetensors.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const dp_shape input_shape = { 1, DP_SIDE, DP_SIDE };

/* ---- writing ----------------------------------------------------------------------- */

/* The header's metadata, keys always in this order: equal networks give equal bytes. */
static json_t *make_metadata(const dp_spec *spec, dp_norm norm,
                             const dp_modelfile_meta *meta)
{
    char arch[DP_MAX_SPEC_TEXT];
    dp_spec_format(arch, sizeof arch, spec);
    const char *const pairs[][2] = {
        { "digitpad.version", PACKAGE_VERSION },
        { "digitpad.arch", arch },
        { "digitpad.norm", dp_norm_name(norm) },
        { "digitpad.train", meta ? meta->train : NULL },
        { "digitpad.accuracy", meta ? meta->accuracy : NULL },
    };
    json_t *json = json_object();
    bool ok = json != NULL;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0] && ok; i++)
        if (pairs[i][1])
            ok = json_object_set_new(json, pairs[i][0], json_string(pairs[i][1])) == 0;
    for (int i = 0; meta && i < meta->n_other && ok; i++) {
        const dp_network_meta *pair = &meta->other[i];
        if (!json_object_get(json, pair->key))
            ok = json_object_set_new(json, pair->key, json_string(pair->value)) == 0;
    }
    if (!ok) {
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

/* ---- reading ----------------------------------------------------------------------- */

static dp_code choose_norm(dp_network *out, const dp_safetensors *st,
                           const dp_modelfile_options *options, dp_err *err)
{
    const char *name = dp_safetensors_meta(st, "digitpad.norm");
    out->norm_known = options->norm || name;
    if (options->norm)
        out->norm = *options->norm;
    else if (!name && !options->arch)
        return dp_fail(err, DP_MODEL, "does not say how pixels are scaled; give --norm");
    else if (name && !dp_norm_named(&out->norm, name))
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

static dp_code copy_meta(dp_network *out, const dp_safetensors *st, dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < st->n_meta && !code; i++)
        code = dp_network_add_meta(out, st->meta[i].key, st->meta[i].value, err);
    return code;
}

static dp_code assemble(dp_network *out, const dp_safetensors *st,
                        const dp_modelfile_options *options, dp_err *err)
{
    dp_params layout;
    if (dp_safetensors_meta(st, "digitpad.quant"))
        return dp_fail(err, DP_MODEL, "quantised weights are not supported");
    dp_code code;
    if ((code = choose_spec(&out->spec, st, options->arch, err)) ||
        (code = choose_norm(out, st, options, err)) ||
        (code = dp_params_layout(&layout, &out->spec, err)) ||
        (code = copy_meta(out, st, err)))
        return code;
    out->params = malloc((layout.count ? layout.count : 1) * sizeof *out->params);
    if (!out->params)
        return dp_fail(err, DP_NOMEM, "no memory for %zu parameters", layout.count);
    return options->arch ? dp_match_foreign(out->params, &out->spec, &layout, st, err)
                         : dp_match_own(out->params, &layout, st, err);
}

dp_code dp_modelfile_read(dp_network *out, const unsigned char *data, size_t size,
                          const dp_modelfile_options *options, dp_err *err)
{
    dp_safetensors st;
    dp_network network = { 0 };
    dp_code code = dp_safetensors_parse(&st, data, size, err);
    if (code)
        return code;
    code = assemble(&network, &st, options, err);
    dp_safetensors_clear(&st);
    if (code)
        dp_network_clear(&network);
    else
        *out = network;
    return code;
}
