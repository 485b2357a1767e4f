/* A model as an object of JSON. */
#include "config.h"

#include "tui/commands/info.h"
#include "tui/report/json.h"
#include "engine/core/arith.h"
#include "weights/io/digest.h"

static void add_shape(dp_json *j, const char *key, dp_shape s)
{
    dp_json_array(j, key);
    dp_json_integer(j, NULL, s.c);
    dp_json_integer(j, NULL, s.h);
    dp_json_integer(j, NULL, s.w);
    dp_json_end_array(j);
}

static void add_network(dp_json *j, const dp_network *network, const dp_params *layout)
{
    const dp_spec *spec = &network->spec;
    char name[DP_MAX_SPEC_TEXT];
    dp_json_string(j, "norm", dp_norm_name(network->norm));
    dp_json_flag(j, "norm_assumed", !network->norm_known);
    dp_json_string(j, "precision", network->quant ? "int8" : "f32");
    add_shape(j, "input", spec->shape[0]);
    dp_json_array(j, "layers");
    for (int i = 0; i < spec->n_layers; i++) {
        dp_json_object(j, NULL);
        dp_layer_format(name, sizeof name, &spec->layer[i]);
        dp_json_string(j, "layer", name);
        add_shape(j, "shape", spec->shape[i + 1]);
        dp_json_integer(j, "parameters", (long long)dp_params_of_layer(layout, i));
        dp_json_end_object(j);
    }
    dp_json_end_array(j);
    dp_json_integer(j, "parameters", (long long)layout->count);
    dp_json_integer(j, "trainable", (long long)layout->trainable);
    dp_json_integer(j, "macs", (long long)dp_spec_macs(spec));
    dp_json_null(j, "tensors");
    dp_json_object(j, "metadata");
    for (int i = 0; i < network->n_meta; i++)
        dp_json_string(j, network->meta[i].key, network->meta[i].value);
    dp_json_end_object(j);
}

static void add_tensors(dp_json *j, const dp_safetensors *st)
{
    static const char *const unknown[] = {
        "norm",   "norm_assumed", "precision", "input",
        "layers", "parameters",   "trainable", "macs"
    };
    for (size_t i = 0; i < DP_COUNT(unknown); i++)
        dp_json_null(j, unknown[i]);
    dp_json_array(j, "tensors");
    for (int i = 0; i < st->n_tensors; i++) {
        const dp_st_tensor *t = &st->tensor[i];
        dp_json_object(j, NULL);
        dp_json_string(j, "name", t->name);
        dp_json_string(j, "dtype", dp_dtype_name(t->dtype));
        dp_json_array(j, "shape");
        for (int k = 0; k < t->rank; k++)
            dp_json_integer(j, NULL, (long long)t->dim[k]);
        dp_json_end_array(j);
        dp_json_end_object(j);
    }
    dp_json_end_array(j);
    dp_json_object(j, "metadata");
    for (int i = 0; i < st->n_meta; i++)
        dp_json_string(j, st->meta[i].key, st->meta[i].value);
    dp_json_end_object(j);
}

dp_code dp_info_print_json(const dp_info *info, dp_err *err)
{
    dp_json j = { 0 };
    char sha256[DP_DIGEST_MAX_HEX + 1];
    dp_digest_sha256(sha256, info->data, info->size);
    dp_json_object(&j, NULL);
    dp_json_string(&j, "model", info->model);
    dp_json_string(&j, "format", info->format);
    dp_json_integer(&j, "bytes", (long long)info->size);
    dp_json_string(&j, "sha256", sha256);
    if (info->network)
        add_network(&j, info->network, info->layout);
    else
        add_tensors(&j, info->tensors);
    dp_json_end_object(&j);
    return dp_json_print(&j, err);
}
