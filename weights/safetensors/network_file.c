#include "config.h"

#include "weights/safetensors/network_file.h"

#include "engine/core/arith.h"
#include "weights/safetensors/chain_guess.h"
#include "weights/safetensors/int8_file.h"
#include "weights/safetensors/match.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const dp_shape input_shape = { 1, DP_SIDE, DP_SIDE };

/* ---- writing ----------------------------------------------------------------------- */

enum { OWN_PAIRS = 6, MAX_PAIRS = OWN_PAIRS + DP_NETWORK_MAX_META };

/* What a file holds. */
typedef struct content {
    const dp_spec *spec;
    dp_norm norm;
    const char *quant; /* the form of the 8-bit weights; NULL: floats */
    const dp_network_file_meta *meta;
    const dp_st_out *tensor; /* [n] */
    int n;
} content;

/* List the metadata of a file and return the number of pairs. */
static int list_meta(dp_st_pair pair[MAX_PAIRS], const char *arch, const content *c)
{
    const dp_network_file_meta *meta = c->meta;
    const dp_st_pair own[OWN_PAIRS] = {
        { "digitpad.version", PACKAGE_VERSION },
        { "digitpad.arch", arch },
        { "digitpad.norm", dp_norm_name(c->norm) },
        { "digitpad.quant", c->quant },
        { "digitpad.train", meta ? meta->train : NULL },
        { "digitpad.accuracy", meta ? meta->accuracy : NULL },
    };
    memcpy(pair, own, sizeof own);
    int n = OWN_PAIRS;
    for (int i = 0; meta && i < meta->n_other && n < MAX_PAIRS; i++)
        if (strcmp(meta->other[i].key, "digitpad.quant") != 0)
            pair[n++] = (dp_st_pair){ meta->other[i].key, meta->other[i].value };
    return n;
}

static dp_code write_file(const char *path, const content *c, dp_err *err)
{
    char arch[DP_MAX_SPEC_TEXT];
    dp_st_pair pair[MAX_PAIRS];
    dp_spec_format(arch, sizeof arch, c->spec);
    const int n_pairs = list_meta(pair, arch, c);
    return dp_safetensors_write(path, pair, n_pairs, c->tensor, c->n, err);
}

static void list_params(dp_st_out *out, const dp_params *layout, const float *params)
{
    for (int i = 0; i < layout->n; i++) {
        const dp_param *p = &layout->param[i];
        out[i] = (dp_st_out){ .dtype = DP_F32,
                              .rank = p->rank,
                              .count = p->count,
                              .data = params + p->offset };
        memcpy(out[i].dim, p->dim, sizeof out[i].dim);
        snprintf(out[i].name, sizeof out[i].name, "%d.%s", p->layer,
                 dp_role_name(p->role));
    }
}

dp_code dp_network_file_write(const char *path, const dp_spec *spec, const float *params,
                              dp_norm norm, const dp_network_file_meta *meta, dp_err *err)
{
    dp_params layout;
    dp_st_out tensor[DP_MAX_PARAM_ARRAYS];
    dp_code code = dp_params_layout(&layout, spec, err);
    if (code)
        return code;
    for (size_t i = 0; i < layout.count; i++)
        if (!isfinite(params[i]))
            return dp_fail(err, DP_MODEL, "%s: parameter %zu is not finite", path, i);
    list_params(tensor, &layout, params);
    const content c = { spec, norm, NULL, meta, tensor, layout.n };
    return write_file(path, &c, err);
}

dp_code dp_network_file_write_quant(const char *path, const dp_quant *q,
                                    const dp_network_file_meta *meta, dp_err *err)
{
    dp_st_out tensor[DP_INT8_FILE_TENSORS];
    uint8_t zero[DP_MAX_LAYERS];
    const int n = dp_int8_file_list(tensor, zero, q);
    const content c = { &q->spec, q->norm, DP_INT8_FILE_FORM, meta, tensor, n };
    return write_file(path, &c, err);
}

dp_code dp_network_file_write_network(const char *path, const dp_network *network,
                                      dp_err *err)
{
    const dp_network_file_meta meta = {
        .train = dp_network_get_meta(network, "digitpad.train"),
        .accuracy = dp_network_get_meta(network, "digitpad.accuracy"),
        .other = network->meta,
        .n_other = network->n_meta,
    };
    if (network->quant)
        return dp_network_file_write_quant(path, network->quant, &meta, err);
    return dp_network_file_write(path, &network->spec, network->params, network->norm,
                                 &meta, err);
}

/* ---- reading ----------------------------------------------------------------------- */

static dp_code choose_norm(dp_network *out, const dp_safetensors *st,
                           const dp_network_file_options *options, dp_err *err)
{
    const char *name = dp_safetensors_meta(st, "digitpad.norm");
    out->norm_known = options->norm_given || name;
    if (options->norm_given)
        out->norm = options->norm;
    else if (!name && !options->arch && !out->spec_guessed)
        return dp_fail(err, DP_MODEL, "no input scale in the metadata; give --norm");
    else if (name && !dp_norm_named(&out->norm, name))
        return dp_fail(err, DP_MODEL, "digitpad.norm: unknown input scale '%s'", name);
    return DP_OK;
}

static dp_code guess_spec(dp_network *out, const dp_safetensors *st, dp_err *err)
{
    dp_chain_choice choice;
    if (st->n_tensors == 0)
        return dp_fail(err, DP_MODEL, "the file has no tensors");
    dp_code code = dp_chain_guess_one(&choice, st, err);
    if (code)
        return dp_fail_in(err, code, "no architecture in the metadata");
    out->spec = choice.spec;
    out->spec_guessed = true;
    return DP_OK;
}

static dp_code choose_spec(dp_network *out, const dp_safetensors *st, const char *arch,
                           dp_err *err)
{
    const char *own = dp_safetensors_meta(st, "digitpad.arch");
    if (arch)
        return dp_spec_parse(&out->spec, arch, input_shape, err);
    if (!own)
        return guess_spec(out, st, err);
    if (dp_spec_parse(&out->spec, own, input_shape, err) == DP_OK)
        return DP_OK;
    dp_fail_in(err, DP_MODEL, "digitpad.arch");
    return dp_err_recode(err, DP_MODEL); /* the mistake is in the file */
}

static dp_code copy_meta(dp_network *out, const dp_safetensors *st, dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < st->n_meta && !code; i++)
        code = dp_network_add_meta(out, st->meta[i].key, st->meta[i].value, err);
    return code;
}

static dp_code read_floats(dp_network *out, const dp_safetensors *st, bool foreign,
                           dp_err *err)
{
    dp_params layout;
    dp_code code = dp_params_layout(&layout, &out->spec, err);
    if (code)
        return code;
    out->params = malloc((layout.count ? layout.count : 1) * sizeof *out->params);
    if (!out->params)
        return dp_fail(err, DP_NOMEM, "no memory for %zu parameters", layout.count);
    return foreign ? dp_match_foreign(out->params, &out->spec, &layout, st, err)
                   : dp_match_own(out->params, &layout, st, err);
}

/* The quantised input layer has the file's input scale built in. If the caller asks for
 * another one, the network is returned as floats. */
static dp_code read_quant(dp_network *out, const dp_safetensors *st, const char *form,
                          bool only_run, dp_err *err)
{
    const char *name = dp_safetensors_meta(st, "digitpad.norm");
    dp_norm own;
    dp_quant *q;
    if (strcmp(form, DP_INT8_FILE_FORM) != 0)
        return dp_fail(err, DP_MODEL, "digitpad.quant: unknown format '%s'", form);
    if (!name || !dp_norm_named(&own, name))
        return dp_fail(err, DP_MODEL, "digitpad.norm: missing or unknown input scale");
    dp_code code = dp_int8_file_read(&q, &out->spec, own, st, err);
    if (code)
        return code;
    out->quant = q;
    if (!only_run || own != out->norm)
        code = dp_network_dequantise(out, err);
    if (!code && own != out->norm) {
        dp_quant_unref(q);
        out->quant = NULL;
    }
    return code;
}

static dp_code assemble(dp_network *out, const dp_safetensors *st,
                        const dp_network_file_options *options, dp_err *err)
{
    const char *form = dp_safetensors_meta(st, "digitpad.quant");
    dp_code code;
    if ((code = choose_spec(out, st, options->arch, err)) ||
        (code = choose_norm(out, st, options, err)) || (code = copy_meta(out, st, err)))
        return code;
    return form ? read_quant(out, st, form, options->only_run, err)
                : read_floats(out, st, options->arch || out->spec_guessed, err);
}

bool dp_network_file_lacks_chain(const unsigned char *data, size_t size)
{
    dp_safetensors st;
    if (dp_safetensors_parse(&st, data, size, NULL))
        return false;
    const bool lacks = !dp_safetensors_meta(&st, "digitpad.arch");
    dp_safetensors_clear(&st);
    return lacks;
}

dp_code dp_network_file_chains(char text[][DP_MAX_SPEC_TEXT], int *n, int max,
                               const unsigned char *data, size_t size, dp_err *err)
{
    dp_safetensors st;
    dp_chain_choices *all = calloc(1, sizeof *all);
    if (!all)
        return dp_fail(err, DP_NOMEM, "out of memory");
    dp_code code = dp_safetensors_parse(&st, data, size, err);
    if (!code) {
        code = dp_chain_guess(all, &st, DP_GUESS_UNUSUAL, err);
        dp_safetensors_clear(&st);
    }
    if (!code) {
        *n = dp_min_int(all->n, max);
        for (int i = 0; i < *n; i++)
            dp_spec_format(text[i], DP_MAX_SPEC_TEXT, &all->choice[i].spec);
    }
    free(all);
    return code;
}

dp_code dp_network_file_read(dp_network *out, const unsigned char *data, size_t size,
                             const dp_network_file_options *options, dp_err *err)
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
