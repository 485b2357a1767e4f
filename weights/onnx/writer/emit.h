/* Building an ONNX graph: initializers, nodes and attributes. */
#ifndef DP_WEIGHTS_ONNX_WRITER_EMIT_H
#define DP_WEIGHTS_ONNX_WRITER_EMIT_H

#include "engine/net/spec.h"
#include "weights/onnx/graph/tensor.h"

enum {
    /* per layer: nine nodes for gelu_tanh, two to quantise, two to dequantise parameters */
    DP_EMIT_NODES = 14 * DP_MAX_LAYERS,
    DP_EMIT_TENSORS = 10 * DP_MAX_LAYERS,
    DP_EMIT_ATTRIBUTES = 8,
};

/* A graph under construction. `memory` owns everything in it. A failed allocation sets
 * `failed`, and the functions below then do nothing, so that the caller checks only once, at
 * the end. */
typedef struct dp_emitter {
    dp_onnx_memory memory;
    bool failed;
    Onnx__GraphProto graph;
    Onnx__NodeProto *node[DP_EMIT_NODES];
    Onnx__TensorProto *tensor[DP_EMIT_TENSORS];
    char *value; /* the name of the last node's output */
    int layer;   /* the layer being written, a prefix of all names */
    bool image;  /* `value` has rank 4; false: rank 2 */
} dp_emitter;

/* Zeroed memory, owned by the emitter; NULL if there is none. */
void *dp_emit_alloc(dp_emitter *w, size_t count, size_t size);

/* A formatted text of at most 63 bytes, owned by the emitter. */
char *dp_emit_text(dp_emitter *w, const char *fmt, ...) DP_PRINTF(2, 3);

/* Add an initializer of this type and return its name. `raw` holds its little-endian bytes
 * and must live as long as the emitter. */
char *dp_emit_raw(dp_emitter *w, char *name, int32_t type, int rank, const int *dim,
                  unsigned char *raw);

/* Add an initializer with a copy of the values: floats; one float; one uint8; n int32; n zeros
 * of this type; or the int64 shape [−1, dim[0], dim[1], dim[2]], whose −1 leaves the batch
 * open. */
char *dp_emit_tensor(dp_emitter *w, char *name, int rank, const int *dim,
                     const float *values);
char *dp_emit_scalar(dp_emitter *w, float value);
char *dp_emit_byte(dp_emitter *w, int value);
char *dp_emit_int32(dp_emitter *w, char *name, int n, const int32_t *values);
char *dp_emit_zeros(dp_emitter *w, char *name, int32_t type, int n);
char *dp_emit_shape(dp_emitter *w, const int dim[3]);

/* Add a node and return the name of its output. The arguments after `op` are the names of at
 * most five inputs, ended by NULL. */
char *dp_emit_node(dp_emitter *w, const char *op, ...);

/* Add an attribute to the last node. */
void dp_emit_float(dp_emitter *w, const char *name, float value);
void dp_emit_int(dp_emitter *w, const char *name, int64_t value);
void dp_emit_ints(dp_emitter *w, const char *name, const int *values, int n);

#endif
