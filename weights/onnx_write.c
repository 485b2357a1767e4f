/* A network as an ONNX graph: one node a layer, a few where the format has no such layer. */
#include "config.h"

#include "weights/onnx.h"

#include "weights/onnx_tensor.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IR_VERSION = 8,
    OPSET = 17,
    MAX_NODES = 10 * DP_MAX_LAYERS, /* the longest layer takes nine */
    MAX_TENSORS = 5 * DP_MAX_LAYERS,
    MAX_ATTRIBUTES = 8,
};

/* A graph under construction. Everything lives in `memory` until the bytes are made; what
 * cannot be allocated sets `failed`, so that only the end needs a check. */
typedef struct writer {
    dp_onnx_memory memory;
    bool failed;
    Onnx__GraphProto graph;
    Onnx__NodeProto *node[MAX_NODES];
    Onnx__TensorProto *tensor[MAX_TENSORS];
    char *value; /* the name of what left the last node */
    int layer;
    bool image; /* the value has rank 4, not 2 */
} writer;

/* ---- pieces -------------------------------------------------------------------------- */

static void *get(writer *w, size_t count, size_t size)
{
    void *p = dp_onnx_alloc(&w->memory, count, size);
    w->failed = w->failed || !p;
    return p;
}

DP_PRINTF(2, 3) static char *text(writer *w, const char *fmt, ...)
{
    char local[64];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(local, sizeof local, fmt, ap);
    va_end(ap);
    char *copy = get(w, strlen(local) + 1, 1);
    return copy ? strcpy(copy, local) : NULL;
}

/* Little-endian, whatever the host. */
static void store_floats(unsigned char *p, const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (int k = 0; k < 4; k++)
            *p++ = (unsigned char)(bits >> 8 * k);
    }
}

/* An initializer of that type whose bytes are raw, which lives as long as the writer;
 * returns its name. */
static char *add_raw(writer *w, char *name, int32_t type, int rank, const int *dim,
                     unsigned char *raw, size_t size)
{
    Onnx__TensorProto *t = get(w, 1, sizeof *t);
    int64_t *dims = get(w, (size_t)rank, sizeof *dims);
    if (w->failed)
        return NULL;
    onnx__tensor_proto__init(t);
    for (int d = 0; d < rank; d++)
        dims[d] = dim[d];
    t->name = name;
    t->n_dims = (size_t)rank;
    t->dims = dims;
    t->has_data_type = 1;
    t->data_type = type;
    t->has_raw_data = 1;
    t->raw_data = (ProtobufCBinaryData){ size, raw };
    w->tensor[w->graph.n_initializer++] = t;
    return name;
}

static char *add_tensor(writer *w, char *name, int rank, const int *dim,
                        const float *values)
{
    size_t count = 1;
    for (int d = 0; d < rank; d++)
        count *= (size_t)dim[d];
    unsigned char *raw = get(w, count, sizeof(float));
    if (w->failed)
        return NULL;
    store_floats(raw, values, count);
    return add_raw(w, name, DP_ONNX_FLOAT, rank, dim, raw, count * sizeof(float));
}

static char *constant_name(writer *w)
{
    return text(w, "%d.constant.%zu", w->layer, w->graph.n_initializer);
}

static char *add_scalar(writer *w, float value)
{
    return add_tensor(w, constant_name(w), 0, NULL, &value);
}

static char *add_byte(writer *w, int value)
{
    unsigned char *raw = get(w, 1, 1);
    if (raw)
        *raw = (unsigned char)value;
    return add_raw(w, constant_name(w), DP_ONNX_UINT8, 0, NULL, raw, 1);
}

/* A shape, the batch left open: −1 and three numbers. */
static char *add_shape(writer *w, const int dim[3])
{
    static const int count = 4;
    unsigned char *raw = get(w, (size_t)count, 8);
    for (int i = 0; raw && i < count; i++) {
        uint64_t value = i == 0 ? UINT64_MAX : (uint64_t)dim[i - 1];
        for (int k = 0; k < 8; k++)
            raw[8 * i + k] = (unsigned char)(value >> 8 * k);
    }
    return add_raw(w, constant_name(w), DP_ONNX_INT64, 1, &count, raw, 32);
}

/* A node of at most five inputs, ended by NULL; returns its output's name. It takes the
 * attributes that follow. */
static char *add_node(writer *w, const char *op, ...)
{
    Onnx__NodeProto *node = get(w, 1, sizeof *node);
    char **input = get(w, 5, sizeof *input);
    char **output = get(w, 1, sizeof *output);
    char *name = text(w, "%d.%s.%zu", w->layer, op, w->graph.n_node);
    char *op_type = text(w, "%s", op);
    if (w->failed)
        return NULL;
    onnx__node_proto__init(node);
    node->name = node->op_type = op_type;
    node->name = name;
    node->input = input;
    node->output = output;
    node->n_output = 1;
    output[0] = name;
    va_list ap;
    va_start(ap, op);
    for (char *in; (in = va_arg(ap, char *)) != NULL;)
        input[node->n_input++] = in;
    va_end(ap);
    node->attribute = get(w, MAX_ATTRIBUTES, sizeof(void *));
    w->node[w->graph.n_node++] = node;
    return name;
}

/* An attribute of the last node. */
static Onnx__AttributeProto *add_attribute(writer *w, const char *name, int type)
{
    Onnx__AttributeProto *a = get(w, 1, sizeof *a);
    char *copy = text(w, "%s", name);
    if (w->failed)
        return NULL;
    Onnx__NodeProto *node = w->node[w->graph.n_node - 1];
    onnx__attribute_proto__init(a);
    a->name = copy;
    a->has_type = 1;
    a->type = type;
    node->attribute[node->n_attribute++] = a;
    return a;
}

static void add_float(writer *w, const char *name, float value)
{
    Onnx__AttributeProto *a = add_attribute(w, name, 1);
    if (!a)
        return;
    a->has_f = 1;
    a->f = value;
}

static void add_int(writer *w, const char *name, int64_t value)
{
    Onnx__AttributeProto *a = add_attribute(w, name, 2);
    if (!a)
        return;
    a->has_i = 1;
    a->i = value;
}

static void add_ints(writer *w, const char *name, const int *values, int n)
{
    Onnx__AttributeProto *a = add_attribute(w, name, 7);
    int64_t *copy = get(w, (size_t)n, sizeof *copy);
    if (w->failed)
        return;
    for (int i = 0; i < n; i++)
        copy[i] = values[i];
    a->n_ints = (size_t)n;
    a->ints = copy;
}

/* ---- layers -------------------------------------------------------------------------- */

/* The layer's parameter of that role as an initializer; NULL where it has none. */
static char *parameter(writer *w, const dp_network *network, const dp_params *layout,
                       int layer, dp_role role)
{
    for (int i = 0; i < layout->n; i++) {
        const dp_param *p = &layout->param[i];
        if (p->layer == layer && p->role == role)
            return add_tensor(w, text(w, "%d.%s", w->layer, dp_role_name(role)), p->rank,
                              p->dim, network->params + p->offset);
    }
    return NULL;
}

static void flatten(writer *w)
{
    if (w->image)
        w->value = add_node(w, "Flatten", w->value, NULL);
    w->image = false;
}

/* x·Φ(x): the operator set has no Gelu before version 20. */
static void write_gelu(writer *w)
{
    char *x = w->value;
    char *scaled = add_node(w, "Div", x, add_scalar(w, 1.41421356f), NULL);
    char *erf = add_node(w, "Erf", scaled, NULL);
    char *twice = add_node(w, "Add", erf, add_scalar(w, 1), NULL);
    char *product = add_node(w, "Mul", x, twice, NULL);
    w->value = add_node(w, "Mul", product, add_scalar(w, 0.5f), NULL);
}

/* x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))) */
static void write_gelu_tanh(writer *w)
{
    char *x = w->value;
    char *square = add_node(w, "Mul", x, x, NULL);
    char *cube = add_node(w, "Mul", square, x, NULL);
    char *small = add_node(w, "Mul", cube, add_scalar(w, 0.044715f), NULL);
    char *sum = add_node(w, "Add", x, small, NULL);
    char *scaled = add_node(w, "Mul", sum, add_scalar(w, 0.797884561f), NULL);
    char *tanh = add_node(w, "Tanh", scaled, NULL);
    char *twice = add_node(w, "Add", tanh, add_scalar(w, 1), NULL);
    char *product = add_node(w, "Mul", x, twice, NULL);
    w->value = add_node(w, "Mul", product, add_scalar(w, 0.5f), NULL);
}

static void write_quantize(writer *w, const dp_layer *layer)
{
    char *step = add_scalar(w, layer->value), *zero = add_byte(w, layer->zero);
    char *bytes = add_node(w, "QuantizeLinear", w->value, step, zero, NULL);
    w->value = add_node(w, "DequantizeLinear", bytes, step, zero, NULL);
}

static void write_window(writer *w, const dp_layer *layer)
{
    add_ints(w, "kernel_shape", layer->kernel, 2);
    add_ints(w, "strides", layer->stride, 2);
    add_ints(w, "pads", layer->pad, 4);
}

/* What layers with parameters read beside the activation. */
typedef struct inputs {
    char *at[4];
} inputs;

/* Layers that are one operator without inputs or attributes of their own. */
static const char *const plain_ops[DP_OP_COUNT] = {
    [DP_OP_relu] = "Relu",
    [DP_OP_sigmoid] = "Sigmoid",
    [DP_OP_tanh] = "Tanh",
    [DP_OP_global_avgpool] = "GlobalAveragePool",
};

static void write_layer(writer *w, const dp_layer *layer, const inputs *p)
{
    switch (layer->kind) {
    case DP_OP_dense:
        flatten(w);
        w->value = add_node(w, "Gemm", w->value, p->at[0], p->at[1], NULL);
        add_int(w, "transB", 1);
        break;
    case DP_OP_conv:
        w->value = add_node(w, "Conv", w->value, p->at[0], p->at[1], NULL);
        write_window(w, layer);
        add_ints(w, "dilations", layer->dilation, 2);
        add_int(w, "group", layer->groups);
        break;
    case DP_OP_bn:
        w->value = add_node(w, "BatchNormalization", w->value, p->at[0], p->at[1],
                            p->at[2], p->at[3], NULL);
        add_float(w, "epsilon", layer->value);
        break;
    case DP_OP_maxpool:
        w->value = add_node(w, "MaxPool", w->value, NULL);
        write_window(w, layer);
        break;
    case DP_OP_avgpool:
        w->value = add_node(w, "AveragePool", w->value, NULL);
        write_window(w, layer);
        add_int(w, "count_include_pad", layer->count_pad);
        break;
    case DP_OP_leaky_relu:
        w->value = add_node(w, "LeakyRelu", w->value, NULL);
        add_float(w, "alpha", layer->value);
        break;
    case DP_OP_softmax:
        flatten(w);
        w->value = add_node(w, "Softmax", w->value, NULL);
        add_int(w, "axis", 1);
        break;
    case DP_OP_flatten:
        flatten(w);
        break;
    case DP_OP_unflatten: {
        const int shape[] = { layer->out, layer->kernel[0], layer->kernel[1] };
        w->value = add_node(w, "Reshape", w->value, add_shape(w, shape), NULL);
        w->image = true;
        break;
    }
    case DP_OP_quantize:
        write_quantize(w, layer);
        break;
    case DP_OP_gelu:
        write_gelu(w);
        break;
    case DP_OP_gelu_tanh:
        write_gelu_tanh(w);
        break;
    default: /* dropout is gone by now */
        w->value = add_node(w, plain_ops[layer->kind], w->value, NULL);
    }
}

/* The chain without a last softmax and without dropout; kept[i] is the layer that i was. */
static void written_chain(dp_spec *spec, int kept[DP_MAX_LAYERS], const dp_spec *whole)
{
    dp_spec_inference(spec, whole, kept);
    while (spec->n_layers > 1 && spec->layer[spec->n_layers - 1].kind == DP_OP_softmax)
        spec->n_layers--;
}

static void write_layers(writer *w, const dp_network *network, const dp_params *layout,
                         const dp_spec *spec, const int kept[DP_MAX_LAYERS])
{
    for (w->layer = 0; w->layer < spec->n_layers && !w->failed; w->layer++) {
        inputs found = { 0 };
        int n = 0;
        for (int role = 0; role < DP_ROLE_COUNT; role++) {
            char *name = parameter(w, network, layout, kept[w->layer], (dp_role)role);
            if (name)
                found.at[n++] = name;
        }
        write_layer(w, &spec->layer[w->layer], &found);
    }
    flatten(w);
}

/* ---- the model ----------------------------------------------------------------------- */

/* An input or output: [batch, …]. */
static Onnx__ValueInfoProto *describe_value(writer *w, char *name, int rank,
                                            const int *dim)
{
    Onnx__ValueInfoProto *info = get(w, 1, sizeof *info);
    Onnx__TypeProto *type = get(w, 1, sizeof *type);
    Onnx__TensorTypeProto *tensor = get(w, 1, sizeof *tensor);
    Onnx__TensorShapeProto *shape = get(w, 1, sizeof *shape);
    Onnx__DimensionProto *dims = get(w, (size_t)rank + 1, sizeof *dims);
    Onnx__DimensionProto **list = get(w, (size_t)rank + 1, sizeof *list);
    char *batch = text(w, "batch");
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

enum { MAX_PROPERTIES = DP_NETWORK_MAX_META + 3 };

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

/* What a reader of ours needs, then whatever else the network's own file said. */
static void list_properties(properties *p, const dp_network *network, const char *arch)
{
    static const char *const ours[] = { "digitpad.version", "digitpad.arch",
                                        "digitpad.norm", "producer" };
    add_property(p, ours[0], PACKAGE_VERSION);
    add_property(p, ours[1], arch);
    if (network->norm_known)
        add_property(p, ours[2], dp_norm_name(network->norm));
    for (int i = 0; i < network->n_meta; i++) {
        bool taken = false;
        for (size_t k = 0; k < sizeof ours / sizeof ours[0]; k++)
            taken = taken || strcmp(network->meta[i].key, ours[k]) == 0;
        if (!taken)
            add_property(p, network->meta[i].key, network->meta[i].value);
    }
}

static bool pack(unsigned char **data, size_t *size, writer *w, const properties *p,
                 const dp_network *network)
{
    Onnx__ModelProto model = ONNX__MODEL_PROTO__INIT;
    Onnx__OperatorSetIdProto opset = ONNX__OPERATOR_SET_ID_PROTO__INIT, *sets = &opset;
    const dp_shape in = network->spec.shape[0];
    const int shape[] = { in.c, in.h, in.w }, digits[] = { DP_DIGITS };
    Onnx__ValueInfoProto *input = describe_value(w, text(w, "input"), 3, shape);
    Onnx__ValueInfoProto *output = describe_value(w, w->value, 1, digits);
    char *name = text(w, "digitpad"), *domain = text(w, "%s", "");
    char *version = text(w, "%s", PACKAGE_VERSION);
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

/* The last node's output is what the file calls its logits. */
static void name_output(writer *w)
{
    char *name = text(w, "logits");
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
    written_chain(&spec, kept, &network->spec);
    dp_spec_format(arch, sizeof arch, &spec);
    writer *w = calloc(1, sizeof *w);
    properties *p = calloc(1, sizeof *p);
    bool ok = w && p;
    if (ok) {
        w->memory.left = SIZE_MAX;
        w->image = true;
        onnx__graph_proto__init(&w->graph);
        w->value = text(w, "input");
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
