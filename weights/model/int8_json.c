#include "config.h"

#include "weights/model/int8_json.h"

#include "engine/net/fold.h"
#include "weights/io/base64.h"
#include "weights/network/chain_builder.h"
#include "weights/io/json_memory.h"
#include "weights/io/json_text.h"
#include "weights/model/unpool.h"
#include "weights/io/text.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 16, LEVELS = 127 };

/* ---- reading ------------------------------------------------------------------------- */

/* An integer member between 1 and DP_MAX_PARAMS. */
static dp_code get_size(int *out, const json_t *object, const char *key, dp_err *err)
{
    const json_t *value = json_object_get(object, key);
    json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < 1 || n > DP_MAX_PARAMS)
        return dp_fail(err, DP_MODEL, "%s: not an integer from 1 to %d", key,
                       DP_MAX_PARAMS);
    *out = (int)n;
    return DP_OK;
}

/* Decode w, the base64 of rows × cols signed bytes [in, out], to floats [out, in]. */
static dp_code get_weights(float *to, const json_t *layer, size_t rows, size_t cols,
                           dp_err *err)
{
    const json_t *text = json_object_get(layer, "w");
    const json_t *scale_value = json_object_get(layer, "scale");
    double scale = json_number_value(scale_value);
    if (!json_is_number(scale_value) || !(scale >= 0 && scale < 1e30))
        return dp_fail(err, DP_MODEL, "scale: not a number from 0 to 1e30");
    if (!json_is_string(text))
        return dp_fail(err, DP_MODEL, "w: not a string");
    size_t n = rows * cols;
    unsigned char *bytes = malloc(n);
    if (!bytes)
        return dp_fail(err, DP_NOMEM, "out of memory");
    bool ok =
        dp_base64_decode(bytes, n, json_string_value(text), json_string_length(text));
    for (size_t i = 0; i < rows && ok; i++)
        for (size_t o = 0; o < cols; o++)
            to[o * rows + i] = (float)(scale * (int8_t)bytes[i * cols + o]);
    free(bytes);
    return ok ? DP_OK : dp_fail(err, DP_MODEL, "w: not %zu bytes in base64", n);
}

static dp_code get_biases(float *to, const json_t *layer, size_t n, dp_err *err)
{
    const json_t *list = json_object_get(layer, "b");
    if (!json_is_array(list) || json_array_size(list) != n)
        return dp_fail(err, DP_MODEL, "b: not an array of %zu numbers", n);
    for (size_t i = 0; i < n; i++) {
        const json_t *value = json_array_get(list, i);
        double b = json_number_value(value);
        if (!json_is_number(value) || !(fabs(b) < 1e30))
            return dp_fail(err, DP_MODEL, "b[%zu]: not a number below 1e30", i);
        to[i] = (float)b;
    }
    return DP_OK;
}

static dp_code add_layer(dp_chain *chain, const json_t *json, dp_err *err)
{
    dp_layer layer = { .kind = DP_OP_DENSE, .bias = true };
    int rows, in = (int)dp_shape_count(dp_chain_shape(chain));
    float *params;
    dp_code code;
    if ((code = get_size(&rows, json, "rows", err)) ||
        (code = get_size(&layer.out, json, "cols", err)))
        return code;
    if (rows != in)
        return dp_fail(err, DP_MODEL, "rows: %d do not match the %d inputs of the layer",
                       rows, in);
    size_t n = (size_t)rows, out = (size_t)layer.out;
    if ((code = dp_chain_add(chain, &layer, err)) ||
        (code = dp_chain_params(&params, chain, n * out + out, err)) ||
        (code = get_weights(params, json, n, out, err)))
        return code;
    return get_biases(params + n * out, json, out, err);
}

/* Refuse other JSON files that lie beside weights, by a key. */
static dp_code check_kind(const json_t *root, dp_err *err)
{
    static const struct {
        const char *key, *what;
    } others[] = {
        { "weight_map", "an index of weights in several files; give a .safetensors file "
                        "that holds all of them" },
        { "modelTopology", "a model of TensorFlow.js, whose weights are in other files; "
                           "convert it: tensorflowjs_converter "
                           "--input_format=tfjs_layers_model --output_format=keras IN "
                           "OUT.h5" },
        { "architectures", "a configuration without weights; give the .safetensors file "
                           "beside it" },
        { "model_type", "a configuration without weights; give the .safetensors file "
                        "beside it" },
        { "class_name", "a Keras configuration without weights; give the file of the "
                        "weights" },
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (json_object_get(root, others[i].key))
            return dp_fail(err, DP_MODEL, "unsupported format: %s", others[i].what);
    return DP_OK;
}

static dp_code add_layers(dp_chain *chain, const json_t *root, dp_err *err)
{
    const json_t *layers = json_object_get(root, "layers");
    size_t n = json_array_size(layers);
    if (!json_is_array(layers) || n < 1 || n > MAX_LAYERS)
        return dp_fail(err, DP_MODEL, "layers: not an array of 1 to %d layers",
                       MAX_LAYERS);
    dp_code code = dp_chain_flatten(chain, err);
    for (size_t i = 0; i < n && !code; i++) {
        code = i == 0 ? DP_OK : dp_chain_add_plain(chain, DP_OP_RELU, err);
        if (!code)
            code = add_layer(chain, json_array_get(layers, i), err);
        if (code)
            code = dp_fail_in(err, code, "layers[%zu]", i);
    }
    if (!code && dp_chain_shape(chain).c != DP_DIGITS)
        code = dp_fail(err, DP_MODEL, "%d outputs instead of the scores of ten digits",
                       dp_chain_shape(chain).c);
    return code;
}

/* "784-128-64-10": the widths of the dense layers. */
static void describe(char *text, size_t size, const dp_spec *spec)
{
    size_t used = (size_t)snprintf(text, size, "%zu", dp_shape_count(spec->shape[0]));
    for (int i = 0; i < spec->n_layers && used < size; i++)
        if (spec->layer[i].kind == DP_OP_DENSE)
            used += (size_t)snprintf(text + used, size - used, "-%d", spec->layer[i].out);
}

/* Check the file's "arch" and "params", which are optional, against its layers. */
static dp_code check_claims(const dp_chain *chain, const json_t *root, dp_err *err)
{
    const json_t *arch = json_object_get(root, "arch");
    const json_t *params = json_object_get(root, "params");
    char have[256];
    describe(have, sizeof have, &chain->spec);
    if (json_is_string(arch) && strcmp(json_string_value(arch), have) != 0)
        return dp_fail(err, DP_MODEL, "arch: %.64s does not match the layers, %s",
                       json_string_value(arch), have);
    if (json_is_integer(params) &&
        json_integer_value(params) != (json_int_t)chain->n_params)
        return dp_fail(err, DP_MODEL, "params: %lld do not match the layers' %zu",
                       (long long)json_integer_value(params), chain->n_params);
    return DP_OK;
}

static dp_code read_meta(dp_network *network, const json_t *root, dp_err *err)
{
    const char *name = json_string_value(json_object_get(root, "name"));
    const json_t *accuracy = json_object_get(root, "testAccuracy");
    char text[64];
    dp_code code = name ? dp_network_add_meta(network, "name", name, err) : DP_OK;
    if (code || !json_is_number(accuracy))
        return code;
    snprintf(text, sizeof text, "test=%.10g", json_number_value(accuracy));
    for (char *p = text; *p; p++)
        *p = *p == ',' ? '.' : *p; /* the decimal point of some locales */
    return dp_network_add_meta(network, "digitpad.accuracy", text, err);
}

dp_code dp_int8_json_read(dp_network *out, const unsigned char *data, size_t size,
                          dp_err *err)
{
    json_error_t where;
    json_t *root = dp_json_load((const char *)data, size, &where);
    dp_network network = { .norm = DP_NORM_UNIT, .norm_known = true };
    dp_chain chain;
    if (!root && dp_json_error_is_memory(&where))
        return dp_fail(err, DP_NOMEM, "out of memory");
    if (!root)
        return dp_fail(err, DP_MODEL, "line %d, column %d: %.100s", where.line,
                       where.column, where.text);
    dp_chain_init(&chain, (dp_shape){ 1, DP_SIDE, DP_SIDE });
    dp_code code;
    if (!(code = check_kind(root, err)) && !(code = add_layers(&chain, root, err)) &&
        !(code = check_claims(&chain, root, err)))
        code = read_meta(&network, root, err);
    json_decref(root);
    network.spec = chain.spec;
    network.params = chain.params;
    if (code)
        dp_network_clear(&network);
    else
        *out = network;
    return code;
}

/* ---- writing ------------------------------------------------------------------------- */

/* Find the three dense layers of a folded chain; false if the format cannot hold it. */
static bool find_layers(int layer[3], const dp_spec *spec)
{
    int n = 0;
    bool active = true; /* a dense layer may follow: at the start, or after a relu */
    for (int i = 0; i < spec->n_layers; i++) {
        dp_op_kind kind = spec->layer[i].kind;
        if (kind == DP_OP_DENSE && active && n < 3)
            layer[n++] = i;
        else if (!(kind == DP_OP_RELU && !active) && !(kind == DP_OP_FLATTEN && n == 0))
            return false;
        active = kind != DP_OP_DENSE;
    }
    return n == 3 && !active;
}

/* A folded chain that the format can hold. */
typedef struct perceptron {
    dp_fold fold;
    float *params;
    int layer[3]; /* the dense layers */
} perceptron;

/* One dense layer: weight [out, in], bias [out] or NULL. */
typedef struct matrix {
    size_t in, out;
    const float *weight, *bias;
} matrix;

static matrix dense_matrix(const perceptron *net, int i)
{
    const dp_params *layout = &net->fold.layout;
    matrix m = { 0 };
    for (int k = 0; k < layout->n; k++) {
        const dp_param *p = &layout->param[k];
        const float *values = net->params + p->offset;
        if (p->layer != net->layer[i])
            continue;
        if (p->role == DP_WEIGHT)
            m = (matrix){ (size_t)p->dim[1], (size_t)p->dim[0], values, NULL };
        else
            m.bias = values;
    }
    return m;
}

/* A network's input = gain · p + offset, with p a pixel of the format, 0 to 1. */
typedef struct input_scale {
    double gain, offset;
} input_scale;

static input_scale scale_of(dp_norm norm)
{
    float table[256];
    dp_norm_table(table, norm);
    return (input_scale){ (double)table[255] - (double)table[0], (double)table[0] };
}

/* The scale of symmetric quantisation: the largest weight becomes ±127. */
static double find_scale(const matrix *m, double gain)
{
    double largest = 0;
    for (size_t k = 0; k < m->in * m->out; k++)
        largest = fmax(largest, fabs((double)m->weight[k] * gain));
    return largest > 0 ? largest / LEVELS : 1;
}

static void add_biases(dp_text *text, const matrix *m, double offset)
{
    for (size_t o = 0; o < m->out; o++) {
        double sum = m->bias ? (double)m->bias[o] : 0;
        for (size_t i = 0; i < m->in && offset != 0; i++)
            sum += (double)m->weight[o * m->in + i] * offset;
        dp_text_add(text, o ? "," : "");
        dp_text_add_float(text, (float)sum);
    }
}

static dp_code add_matrix(dp_text *text, const matrix *m, input_scale input, dp_err *err)
{
    size_t n = m->in * m->out;
    unsigned char *bytes = malloc(n);
    char *encoded = malloc(dp_base64_length(n) + 1);
    /* Quantise with the scale that the reader gets, a float. */
    float scale = (float)find_scale(m, input.gain);
    for (size_t i = 0; i < m->in && bytes; i++)
        for (size_t o = 0; o < m->out; o++) {
            double q = (double)m->weight[o * m->in + i] * input.gain / (double)scale;
            bytes[i * m->out + o] =
                (unsigned char)(int8_t)fmax(-LEVELS, fmin(LEVELS, rint(q)));
        }
    if (bytes && encoded) {
        dp_base64_encode(encoded, bytes, n);
        dp_text_add(text, "{\"rows\":%zu,\"cols\":%zu,\"scale\":", m->in, m->out);
        dp_text_add_float(text, scale);
        dp_text_add(text, ",\"w\":\"%s\",\"b\":[", encoded);
        add_biases(text, m, input.offset);
        dp_text_add(text, "]}");
    }
    bool ok = bytes && encoded;
    free(bytes);
    free(encoded);
    return ok ? DP_OK : dp_fail(err, DP_NOMEM, "out of memory");
}

/* Add the test accuracy, or null if the network has none. */
static void add_accuracy(dp_text *text, const dp_network *network)
{
    const double accuracy = dp_network_test_accuracy(network);
    if (isnan(accuracy))
        dp_text_add(text, "null");
    else
        dp_text_add_float(text, (float)accuracy);
}

/* Every layer has biases in the file. */
static size_t count_params(const perceptron *net)
{
    size_t n = 0;
    for (int i = 0; i < 3; i++) {
        const matrix m = dense_matrix(net, i);
        n += (m.in + 1) * m.out;
    }
    return n;
}

static dp_code add_header(dp_text *text, const dp_network *network, const perceptron *net,
                          const char *name, dp_err *err)
{
    char arch[64];
    char *quoted = dp_json_text_string(name, strlen(name));
    if (!quoted)
        return dp_fail(err, DP_NOMEM, "out of memory");
    describe(arch, sizeof arch, &net->fold.spec);
    dp_text_add(text,
                "{\"name\":%s,\"arch\":\"%s\",\"params\":%zu,\"testAccuracy\":", quoted,
                arch, count_params(net));
    free(quoted);
    add_accuracy(text, network);
    dp_text_add(text, ",\"layers\":[");
    return DP_OK;
}

static dp_code write_text(dp_text *text, const dp_network *network, const perceptron *net,
                          const char *name, dp_err *err)
{
    dp_code code = add_header(text, network, net, name, err);
    for (int i = 0; i < 3 && !code; i++) {
        matrix m = dense_matrix(net, i);
        dp_text_add(text, i ? "," : "");
        code = add_matrix(text, &m,
                          i == 0 ? scale_of(network->norm) : (input_scale){ 1, 0 }, err);
    }
    dp_text_add(text, "]}\n");
    return code || !text->failed ? code : dp_fail(err, DP_NOMEM, "out of memory");
}

dp_code dp_int8_json_write(char **text, size_t *size, const dp_network *network,
                           const char *name, dp_err *err)
{
    dp_params layout;
    perceptron net;
    dp_text built = { 0 };
    dp_code code;
    if ((code = dp_params_layout(&layout, &network->spec, err)) ||
        (code = dp_fold_plan(&net.fold, &network->spec, err)))
        return code;
    net.params = malloc(net.fold.layout.count * sizeof *net.params);
    if (!net.params)
        return dp_fail(err, DP_NOMEM, "out of memory");
    dp_fold_params(net.params, &net.fold, &network->spec, &layout, network->params);
    code = dp_unpool(&net.fold.spec, &net.fold.layout, &net.params, err);
    if (!code && !find_layers(net.layer, &net.fold.spec))
        code =
            dp_fail(err, DP_MODEL,
                    "JSON can hold only three dense layers with ReLU between them, and "
                    "an average pooling before them");
    if (!code)
        code = write_text(&built, network, &net, name, err);
    free(net.params);
    if (code) {
        dp_text_clear(&built);
        return code;
    }
    *text = built.bytes;
    *size = built.size;
    return DP_OK;
}
