/* Writing a network as an ONNX graph: one node per layer, or several if the operator set has
 * no such layer. */
#include "config.h"

#include "weights/onnx/onnx.h"

#include "engine/core/arith.h"
#include "engine/core/gelu.h"
#include "weights/onnx/writer/emit.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IR_VERSION = 8, OPSET = 17 };

/* ---- layers -------------------------------------------------------------------------- */

/* "LAYER.ROLE", and a suffix. */
static char *name_parameter(dp_emitter *w, const dp_param *p, const char *suffix)
{
    return dp_emit_text(w, "%d.%s%s", w->layer, dp_role_name(p->role), suffix);
}

/* Write int8 weights or int32 biases, and the node that dequantises them. There is a scale
 * for each output channel; that of a bias is the scale of the layer's int32 sums. The
 * zero-points are 0; onnxruntime runs a Gemm on bytes only if they are given. */
static char *write_int8_parameter(dp_emitter *w, const dp_quant_layer *q,
                                  const dp_param *p)
{
    const bool weight = p->role == DP_WEIGHT;
    const size_t channels = (size_t)p->dim[0];
    float *scale = dp_emit_alloc(w, channels, sizeof *scale);
    for (size_t o = 0; scale && o < channels; o++)
        scale[o] = weight ? q->scale[o] : q->scale[o] * q->in_scale;
    char *scales =
        w->failed ? NULL
                  : dp_emit_tensor(w, name_parameter(w, p, ".scale"), 1, p->dim, scale);
    char *values = weight
                       ? dp_emit_raw(w, name_parameter(w, p, ""), DP_ONNX_INT8, p->rank,
                                     p->dim, (unsigned char *)q->weight)
                       : dp_emit_int32(w, name_parameter(w, p, ""), p->dim[0], q->bias);
    char *zeros = dp_emit_zeros(w, name_parameter(w, p, ".zero"),
                                weight ? DP_ONNX_INT8 : DP_ONNX_INT32, p->dim[0]);
    char *floats = dp_emit_node(w, "DequantizeLinear", values, scales, zeros, NULL);
    dp_emit_int(w, "axis", 0);
    return floats;
}

/* Write the layer's parameter of this role and return its name; NULL if it has none. */
static char *write_parameter(dp_emitter *w, const dp_network *network,
                             const dp_params *layout, int layer, dp_role role)
{
    for (int i = 0; i < layout->n; i++) {
        const dp_param *p = &layout->param[i];
        if (p->layer != layer || p->role != role)
            continue;
        if (network->quant)
            return write_int8_parameter(w, &network->quant->layer[layer], p);
        return dp_emit_tensor(w, name_parameter(w, p, ""), p->rank, p->dim,
                              network->params + p->offset);
    }
    return NULL;
}

static void flatten(dp_emitter *w)
{
    if (w->image)
        w->value = dp_emit_node(w, "Flatten", w->value, NULL);
    w->image = false;
}

/* x·Φ(x). The operator Gelu exists only since operator set 20. */
static void write_gelu(dp_emitter *w)
{
    char *x = w->value;
    char *scaled = dp_emit_node(w, "Div", x, dp_emit_scalar(w, (float)DP_SQRT_2), NULL);
    char *erf = dp_emit_node(w, "Erf", scaled, NULL);
    char *twice = dp_emit_node(w, "Add", erf, dp_emit_scalar(w, 1), NULL);
    char *product = dp_emit_node(w, "Mul", x, twice, NULL);
    w->value = dp_emit_node(w, "Mul", product, dp_emit_scalar(w, 0.5f), NULL);
}

/* x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))). */
static void write_gelu_tanh(dp_emitter *w)
{
    const float root = (float)DP_SQRT_2_OVER_PI, cubic = (float)DP_GELU_TANH_CUBIC;
    char *x = w->value;
    char *square = dp_emit_node(w, "Mul", x, x, NULL);
    char *cube = dp_emit_node(w, "Mul", square, x, NULL);
    char *small = dp_emit_node(w, "Mul", cube, dp_emit_scalar(w, cubic), NULL);
    char *sum = dp_emit_node(w, "Add", x, small, NULL);
    char *scaled = dp_emit_node(w, "Mul", sum, dp_emit_scalar(w, root), NULL);
    char *tanh = dp_emit_node(w, "Tanh", scaled, NULL);
    char *twice = dp_emit_node(w, "Add", tanh, dp_emit_scalar(w, 1), NULL);
    char *product = dp_emit_node(w, "Mul", x, twice, NULL);
    w->value = dp_emit_node(w, "Mul", product, dp_emit_scalar(w, 0.5f), NULL);
}

/* x·sigmoid(x) */
static void write_silu(dp_emitter *w)
{
    char *gate = dp_emit_node(w, "Sigmoid", w->value, NULL);
    w->value = dp_emit_node(w, "Mul", w->value, gate, NULL);
}

/* x·tanh(softplus(x)). The operator Mish exists only since operator set 18. */
static void write_mish(dp_emitter *w)
{
    char *softplus = dp_emit_node(w, "Softplus", w->value, NULL);
    char *gate = dp_emit_node(w, "Tanh", softplus, NULL);
    w->value = dp_emit_node(w, "Mul", w->value, gate, NULL);
}

static void write_hard_sigmoid(dp_emitter *w)
{
    w->value = dp_emit_node(w, "HardSigmoid", w->value, NULL);
    dp_emit_float(w, "alpha", 1 / 6.f);
    dp_emit_float(w, "beta", 0.5f);
}

static void write_quantize(dp_emitter *w, float scale, int zero_point)
{
    char *step = dp_emit_scalar(w, scale), *zero = dp_emit_byte(w, zero_point);
    char *bytes = dp_emit_node(w, "QuantizeLinear", w->value, step, zero, NULL);
    w->value = dp_emit_node(w, "DequantizeLinear", bytes, step, zero, NULL);
}

/* Write the attributes of the last node for the fields of a layer. The parameters tell the
 * other fields. */
static void write_attributes(dp_emitter *w, const dp_layer *layer, const dp_field *field)
{
    for (; *field; field++) {
        switch (*field) {
        case DP_FIELD_KERNEL:
            dp_emit_ints(w, "kernel_shape", layer->kernel, 2);
            break;
        case DP_FIELD_STRIDE:
            dp_emit_ints(w, "strides", layer->stride, 2);
            break;
        case DP_FIELD_PAD:
            dp_emit_ints(w, "pads", layer->pad, 4);
            break;
        case DP_FIELD_DILATION:
            dp_emit_ints(w, "dilations", layer->dilation, 2);
            break;
        case DP_FIELD_GROUPS:
            dp_emit_int(w, "group", layer->groups);
            break;
        case DP_FIELD_COUNT_PAD:
            dp_emit_int(w, "count_include_pad", layer->count_pad);
            break;
        case DP_FIELD_EPS:
            dp_emit_float(w, "epsilon", layer->value);
            break;
        case DP_FIELD_SLOPE:
        case DP_FIELD_ALPHA:
            dp_emit_float(w, "alpha", layer->value);
            break;
        default:
            break;
        }
    }
}

/* The names of a layer's parameters, in the order of dp_role. */
typedef struct inputs {
    char *at[4];
} inputs;

/* Write the operator that the op table names, or those that the layer is made of. */
static void write_layer(dp_emitter *w, const dp_layer *layer, const inputs *p)
{
    const dp_op *op = dp_op_get(layer->kind);
    switch (layer->kind) {
    case DP_OP_DENSE:
        flatten(w);
        w->value = dp_emit_node(w, "Gemm", w->value, p->at[0], p->at[1], NULL);
        dp_emit_int(w, "transB", 1);
        break;
    case DP_OP_SOFTMAX:
        flatten(w);
        w->value = dp_emit_node(w, "Softmax", w->value, NULL);
        dp_emit_int(w, "axis", 1);
        break;
    case DP_OP_FLATTEN:
        flatten(w);
        break;
    case DP_OP_UNFLATTEN: {
        const int shape[] = { layer->out, layer->kernel[0], layer->kernel[1] };
        w->value = dp_emit_node(w, "Reshape", w->value, dp_emit_shape(w, shape), NULL);
        w->image = true;
        break;
    }
    case DP_OP_QUANTIZE:
        write_quantize(w, layer->value, layer->zero);
        break;
    case DP_OP_GELU:
        write_gelu(w);
        break;
    case DP_OP_GELU_TANH:
        write_gelu_tanh(w);
        break;
    case DP_OP_SILU:
        write_silu(w);
        break;
    case DP_OP_MISH:
        write_mish(w);
        break;
    case DP_OP_HARD_SIGMOID:
        write_hard_sigmoid(w);
        break;
    default:
        w->value = dp_emit_node(w, op->onnx, w->value, p->at[0], p->at[1], p->at[2],
                                p->at[3], NULL);
        write_attributes(w, layer, op->argument);
        write_attributes(w, layer, op->option);
    }
}

/* Quantise the input of an int8 network's layer, also if it has the scale of the layer before:
 * onnxruntime runs an operator on bytes only between a DequantizeLinear and a QuantizeLinear.
 * A ReLU that follows weights is fused into them if its output alone is quantised, which gives
 * the same bytes. */
static void write_input_quantize(dp_emitter *w, const dp_quant *q)
{
    const int i = w->layer;
    const dp_layer *layer = &q->spec.layer[i];
    const bool fused =
        i > 0 && layer->kind == DP_OP_RELU && dp_op_get(layer[-1].kind)->linear;
    if (i <= q->last && !fused)
        write_quantize(w, q->layer[i].in_scale, q->layer[i].in_zero);
}

/* Write the chain `spec`, whose layer i is layer kept[i] of the network. */
static void write_layers(dp_emitter *w, const dp_network *network,
                         const dp_params *layout, const dp_spec *spec,
                         const int kept[DP_MAX_LAYERS])
{
    for (w->layer = 0; w->layer < spec->n_layers && !w->failed; w->layer++) {
        inputs found = { 0 };
        int n = 0;
        if (network->quant)
            write_input_quantize(w, network->quant);
        for (int role = 0; role < DP_ROLE_COUNT; role++) {
            char *name =
                write_parameter(w, network, layout, kept[w->layer], (dp_role)role);
            if (name)
                found.at[n++] = name;
        }
        write_layer(w, &spec->layer[w->layer], &found);
    }
    flatten(w);
}

/* ---- the model ----------------------------------------------------------------------- */

/* The declaration of an input or output of shape [batch, dim…]. */
static Onnx__ValueInfoProto *describe_value(dp_emitter *w, char *name, int rank,
                                            const int *dim)
{
    Onnx__ValueInfoProto *info = dp_emit_alloc(w, 1, sizeof *info);
    Onnx__TypeProto *type = dp_emit_alloc(w, 1, sizeof *type);
    Onnx__TensorTypeProto *tensor = dp_emit_alloc(w, 1, sizeof *tensor);
    Onnx__TensorShapeProto *shape = dp_emit_alloc(w, 1, sizeof *shape);
    Onnx__DimensionProto *dims = dp_emit_alloc(w, (size_t)rank + 1, sizeof *dims);
    Onnx__DimensionProto **list = dp_emit_alloc(w, (size_t)rank + 1, sizeof *list);
    char *batch = dp_emit_text(w, "batch");
    if (w->failed)
        return NULL;
    onnx__value_info_proto__init(info);
    onnx__type_proto__init(type);
    onnx__tensor_type_proto__init(tensor);
    onnx__tensor_shape_proto__init(shape);
    for (int d = 0; d <= rank; d++) {
        onnx__dimension_proto__init(&dims[d]);
        dims[d].has_dim_value = d > 0;
        dims[d].dim_value = d > 0 ? dim[d - 1] : 0;
        dims[d].dim_param = d > 0 ? NULL : batch;
        list[d] = &dims[d];
    }
    shape->n_dim = (size_t)rank + 1;
    shape->dim = list;
    tensor->has_elem_type = 1;
    tensor->elem_type = DP_ONNX_FLOAT;
    tensor->shape = shape;
    type->tensor_type = tensor;
    info->name = name;
    info->type = type;
    return info;
}

enum { MAX_PROPERTIES = DP_NETWORK_MAX_META + 4 };

typedef struct properties {
    Onnx__StringStringEntryProto entry[MAX_PROPERTIES], *list[MAX_PROPERTIES];
    size_t n;
} properties;

static void add_property(properties *p, const char *key, const char *value)
{
    Onnx__StringStringEntryProto *entry = &p->entry[p->n];
    onnx__string_string_entry_proto__init(entry);
    entry->key = (char *)key; /* only read */
    entry->value = (char *)value;
    p->list[p->n++] = entry;
}

/* Whether the softmax that is not written was all that made the outputs logits. */
static bool drops_softmax(const dp_network *network)
{
    dp_spec spec = network->spec;
    dp_spec_strip_softmax(&spec);
    return dp_scores_of(&network->spec) == DP_SCORES_LOGITS &&
           dp_scores_of(&spec) != DP_SCORES_LOGITS &&
           !dp_network_get_meta(network, DP_NETWORK_SCORES_KEY);
}

/* List the properties that dp_onnx_read uses, then the rest of the network's metadata. */
static void list_properties(properties *p, const dp_network *network, const char *arch)
{
    static const char *const ours[] = { "digitpad.version", "digitpad.arch",
                                        "digitpad.norm", "digitpad.quant", "producer" };
    add_property(p, ours[0], PACKAGE_VERSION);
    add_property(p, ours[1], arch);
    if (network->norm_known)
        add_property(p, ours[2], dp_norm_name(network->norm));
    if (drops_softmax(network))
        add_property(p, DP_NETWORK_SCORES_KEY, DP_NETWORK_SCORES_LOGITS);
    for (int i = 0; i < network->n_meta; i++) {
        bool taken = false;
        for (size_t k = 0; k < DP_COUNT(ours); k++)
            taken = taken || strcmp(network->meta[i].key, ours[k]) == 0;
        if (!taken)
            add_property(p, network->meta[i].key, network->meta[i].value);
    }
}

static bool pack(unsigned char **data, size_t *size, dp_emitter *w, const properties *p,
                 const dp_network *network)
{
    Onnx__ModelProto model = ONNX__MODEL_PROTO__INIT;
    Onnx__OperatorSetIdProto opset = ONNX__OPERATOR_SET_ID_PROTO__INIT, *sets = &opset;
    const dp_shape in = network->spec.shape[0];
    const int shape[] = { in.c, in.h, in.w }, digits[] = { DP_DIGITS };
    Onnx__ValueInfoProto *input = describe_value(w, dp_emit_text(w, "input"), 3, shape);
    Onnx__ValueInfoProto *output = describe_value(w, w->value, 1, digits);
    char *name = dp_emit_text(w, "digitpad"), *domain = dp_emit_text(w, "%s", "");
    char *version = dp_emit_text(w, "%s", PACKAGE_VERSION);
    if (w->failed)
        return false;
    opset.domain = domain;
    opset.has_version = 1;
    opset.version = OPSET;
    model.has_ir_version = 1;
    model.ir_version = IR_VERSION;
    model.producer_name = name;
    model.producer_version = version;
    model.n_opset_import = 1;
    model.opset_import = &sets;
    model.graph = &w->graph;
    model.n_metadata_props = p->n;
    model.metadata_props = (Onnx__StringStringEntryProto **)p->list; /* only read */
    w->graph.name = name;
    w->graph.node = w->node;
    w->graph.initializer = w->tensor;
    w->graph.n_input = w->graph.n_output = 1;
    w->graph.input = &input;
    w->graph.output = &output;
    *size = onnx__model_proto__get_packed_size(&model);
    *data = malloc(*size);
    if (*data)
        onnx__model_proto__pack(&model, *data);
    return *data != NULL;
}

/* Rename the last node's output to "logits". */
static void name_output(dp_emitter *w)
{
    char *name = dp_emit_text(w, "logits");
    if (w->failed || w->graph.n_node == 0)
        return;
    w->node[w->graph.n_node - 1]->output[0] = name;
    w->value = name;
}

dp_code dp_onnx_write(unsigned char **data, size_t *size, const dp_network *network,
                      dp_err *err)
{
    dp_params layout;
    dp_spec spec;
    int kept[DP_MAX_LAYERS];
    char arch[DP_MAX_SPEC_TEXT];
    dp_code code = dp_params_layout(&layout, &network->spec, err);
    if (code)
        return code;
    dp_spec_inference(&spec, &network->spec, kept);
    dp_spec_strip_softmax(&spec);
    dp_spec_format(arch, sizeof arch, &spec);
    dp_emitter *w = calloc(1, sizeof *w);
    properties *p = calloc(1, sizeof *p);
    bool ok = w && p;
    if (ok) {
        w->memory.left = SIZE_MAX;
        w->image = true;
        onnx__graph_proto__init(&w->graph);
        w->value = dp_emit_text(w, "input");
        list_properties(p, network, arch);
        write_layers(w, network, &layout, &spec, kept);
        name_output(w);
        ok = !w->failed && pack(data, size, w, p, network);
        dp_onnx_memory_clear(&w->memory);
    }
    free(w);
    free(p);
    return ok ? DP_OK : dp_fail(err, DP_NOMEM, "out of memory");
}
