/* The pieces of an ONNX graph under construction: constants, nodes, attributes. */
#ifndef DP_WEIGHTS_ONNX_WRITER_EMIT_H
#define DP_WEIGHTS_ONNX_WRITER_EMIT_H

#include "engine/net/spec.h"
#include "weights/onnx/tensor.h"

enum {
    DP_EMIT_NODES =
        14 * DP_MAX_LAYERS, /* the longest layer takes nine, and two to round */
    DP_EMIT_TENSORS = 8 * DP_MAX_LAYERS,
    DP_EMIT_ATTRIBUTES = 8,
};

/* Everything lives in `memory` until the bytes are made; what cannot be allocated sets
 * `failed`, so that only the end needs a check. */
typedef struct dp_emitter {
    dp_onnx_memory memory;
    bool failed;
    Onnx__GraphProto graph;
    Onnx__NodeProto *node[DP_EMIT_NODES];
    Onnx__TensorProto *tensor[DP_EMIT_TENSORS];
    char *value; /* the name of what left the last node */
    int layer;   /* names begin with it */
    bool image;  /* the value has rank 4, not 2 */
} dp_emitter;

/* Memory, zeroed, and a copy of a text. */
void *dp_emit_get(dp_emitter *w, size_t count, size_t size);
char *dp_emit_text(dp_emitter *w, const char *fmt, ...) DP_PRINTF(2, 3);

/* An initializer of that type whose bytes are raw, which lives as long as the emitter;
 * returns its name. The others copy what they get: floats, one of them, a byte, integers, and a
 * shape with the batch left open (−1 and three numbers). */
char *dp_emit_raw(dp_emitter *w, char *name, int32_t type, int rank, const int *dim,
                  unsigned char *raw, size_t size);
char *dp_emit_tensor(dp_emitter *w, char *name, int rank, const int *dim,
                     const float *values);
char *dp_emit_scalar(dp_emitter *w, float value);
char *dp_emit_byte(dp_emitter *w, int value);
char *dp_emit_int32(dp_emitter *w, char *name, int n, const int32_t *values);
char *dp_emit_shape(dp_emitter *w, const int dim[3]);

/* A node of at most five inputs, ended by NULL; returns its output's name. It takes the
 * attributes that follow. */
char *dp_emit_node(dp_emitter *w, const char *op, ...);
void dp_emit_float(dp_emitter *w, const char *name, float value);
void dp_emit_int(dp_emitter *w, const char *name, int64_t value);
void dp_emit_ints(dp_emitter *w, const char *name, const int *values, int n);

#endif
