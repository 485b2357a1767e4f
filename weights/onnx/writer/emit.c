#include "config.h"

#include "weights/onnx/writer/emit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *dp_emit_alloc(dp_emitter *w, size_t count, size_t size)
{
    void *p = dp_onnx_alloc(&w->memory, count, size);
    w->failed = w->failed || !p;
    return p;
}

char *dp_emit_text(dp_emitter *w, const char *fmt, ...)
{
    char local[64];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(local, sizeof local, fmt, ap);
    va_end(ap);
    char *copy = dp_emit_alloc(w, strlen(local) + 1, 1);
    return copy ? strcpy(copy, local) : NULL;
}

static void store_floats(unsigned char *p, const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (int k = 0; k < 4; k++)
            *p++ = (unsigned char)(bits >> 8 * k);
    }
}

/* The bytes of an element. */
static size_t type_size(int32_t type)
{
    switch (type) {
    case DP_ONNX_INT8:
    case DP_ONNX_UINT8:
        return 1;
    case DP_ONNX_INT64:
        return 8;
    default: /* float, int32 */
        return 4;
    }
}

char *dp_emit_raw(dp_emitter *w, char *name, int32_t type, int rank, const int *dim,
                  unsigned char *raw)
{
    size_t size = type_size(type);
    Onnx__TensorProto *t = dp_emit_alloc(w, 1, sizeof *t);
    int64_t *dims = dp_emit_alloc(w, (size_t)rank, sizeof *dims);
    if (w->failed)
        return NULL;
    onnx__tensor_proto__init(t);
    for (int d = 0; d < rank; d++) {
        dims[d] = dim[d];
        size *= (size_t)dim[d];
    }
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

char *dp_emit_tensor(dp_emitter *w, char *name, int rank, const int *dim,
                     const float *values)
{
    size_t count = 1;
    for (int d = 0; d < rank; d++)
        count *= (size_t)dim[d];
    unsigned char *raw = dp_emit_alloc(w, count, sizeof(float));
    if (w->failed)
        return NULL;
    store_floats(raw, values, count);
    return dp_emit_raw(w, name, DP_ONNX_FLOAT, rank, dim, raw);
}

static char *constant_name(dp_emitter *w)
{
    return dp_emit_text(w, "%d.constant.%zu", w->layer, w->graph.n_initializer);
}

char *dp_emit_scalar(dp_emitter *w, float value)
{
    return dp_emit_tensor(w, constant_name(w), 0, NULL, &value);
}

char *dp_emit_byte(dp_emitter *w, int value)
{
    unsigned char *raw = dp_emit_alloc(w, 1, 1);
    if (raw)
        *raw = (unsigned char)value;
    return dp_emit_raw(w, constant_name(w), DP_ONNX_UINT8, 0, NULL, raw);
}

char *dp_emit_int32(dp_emitter *w, char *name, int n, const int32_t *values)
{
    unsigned char *raw = dp_emit_alloc(w, (size_t)n, 4);
    for (int i = 0; raw && i < 4 * n; i++)
        raw[i] = (unsigned char)((uint32_t)values[i / 4] >> 8 * (i % 4));
    return dp_emit_raw(w, name, DP_ONNX_INT32, 1, &n, raw);
}

char *dp_emit_zeros(dp_emitter *w, char *name, int32_t type, int n)
{
    unsigned char *raw = dp_emit_alloc(w, (size_t)n, type_size(type));
    return dp_emit_raw(w, name, type, 1, &n, raw);
}

char *dp_emit_shape(dp_emitter *w, const int dim[3])
{
    static const int count = 4;
    unsigned char *raw = dp_emit_alloc(w, (size_t)count, 8);
    for (int i = 0; raw && i < count; i++) {
        uint64_t value = i == 0 ? UINT64_MAX : (uint64_t)dim[i - 1];
        for (int k = 0; k < 8; k++)
            raw[8 * i + k] = (unsigned char)(value >> 8 * k);
    }
    return dp_emit_raw(w, constant_name(w), DP_ONNX_INT64, 1, &count, raw);
}

char *dp_emit_node(dp_emitter *w, const char *op, ...)
{
    Onnx__NodeProto *node = dp_emit_alloc(w, 1, sizeof *node);
    char **input = dp_emit_alloc(w, 5, sizeof *input);
    char **output = dp_emit_alloc(w, 1, sizeof *output);
    char *name = dp_emit_text(w, "%d.%s.%zu", w->layer, op, w->graph.n_node);
    char *op_type = dp_emit_text(w, "%s", op);
    if (w->failed)
        return NULL;
    onnx__node_proto__init(node);
    node->op_type = op_type;
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
    node->attribute = dp_emit_alloc(w, DP_EMIT_ATTRIBUTES, sizeof(void *));
    w->node[w->graph.n_node++] = node;
    return name;
}

/* Values of AttributeProto.type. */
enum { ATTRIBUTE_FLOAT = 1, ATTRIBUTE_INT = 2, ATTRIBUTE_INTS = 7 };

static Onnx__AttributeProto *add_attribute(dp_emitter *w, const char *name, int type)
{
    Onnx__AttributeProto *a = dp_emit_alloc(w, 1, sizeof *a);
    char *copy = dp_emit_text(w, "%s", name);
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

void dp_emit_float(dp_emitter *w, const char *name, float value)
{
    Onnx__AttributeProto *a = add_attribute(w, name, ATTRIBUTE_FLOAT);
    if (!a)
        return;
    a->has_f = 1;
    a->f = value;
}

void dp_emit_int(dp_emitter *w, const char *name, int64_t value)
{
    Onnx__AttributeProto *a = add_attribute(w, name, ATTRIBUTE_INT);
    if (!a)
        return;
    a->has_i = 1;
    a->i = value;
}

void dp_emit_ints(dp_emitter *w, const char *name, const int *values, int n)
{
    Onnx__AttributeProto *a = add_attribute(w, name, ATTRIBUTE_INTS);
    int64_t *copy = dp_emit_alloc(w, (size_t)n, sizeof *copy);
    if (w->failed)
        return;
    for (int i = 0; i < n; i++)
        copy[i] = values[i];
    a->n_ints = (size_t)n;
    a->ints = copy;
}
