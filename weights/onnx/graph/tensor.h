/* The constants of an ONNX graph, and the memory budget for them. */
#ifndef DP_WEIGHTS_ONNX_TENSOR_H
#define DP_WEIGHTS_ONNX_TENSOR_H

#include "engine/core/err.h"
#include "weights/onnx/graph/onnx.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DP_ONNX_MAX_RANK = 8,
    DP_ONNX_MAX_COUNT = 1 << 24,
    DP_ONNX_MAX_FILE = 64 << 20,
};

/* The format's numbers for the element types that are read or written. */
enum {
    DP_ONNX_FLOAT = 1,
    DP_ONNX_UINT8 = 2,
    DP_ONNX_INT8 = 3,
    DP_ONNX_UINT16 = 4,
    DP_ONNX_INT16 = 5,
    DP_ONNX_INT32 = 6,
    DP_ONNX_INT64 = 7,
    DP_ONNX_BOOL = 9,
    DP_ONNX_FLOAT16 = 10,
    DP_ONNX_DOUBLE = 11,
    DP_ONNX_UINT32 = 12,
    DP_ONNX_BFLOAT16 = 16,
};

/* The format's name of a type, such as "FLOAT16". */
const char *dp_onnx_type_name(int32_t type);
bool dp_onnx_type_is_float(int32_t type);

/* ---- memory -------------------------------------------------------------------------
 * All memory that the reader allocates for a file comes from one budget, so that a file
 * cannot take more than a multiple of its own size. */

typedef struct dp_onnx_memory {
    size_t left;    /* bytes that remain in the budget */
    bool exhausted; /* an allocation exceeded the budget… */
    bool failed;    /* …or malloc failed */
    void *blocks;   /* allocated by dp_onnx_alloc */
} dp_onnx_memory;

/* An allocator for protobuf-c that draws on the budget. */
ProtobufCAllocator dp_onnx_allocator(dp_onnx_memory *memory);

/* Allocate and zero `count` elements of `size` bytes, valid until dp_onnx_memory_clear. NULL
 * if the budget is exhausted or malloc fails. */
void *dp_onnx_alloc(dp_onnx_memory *memory, size_t count, size_t size);
void dp_onnx_memory_clear(dp_onnx_memory *memory);

/* The error for a failed allocation: DP_MODEL if it exceeded the budget, else DP_NOMEM. */
dp_code dp_onnx_no_memory(const dp_onnx_memory *memory, dp_err *err);

/* ---- shapes -------------------------------------------------------------------------- */

typedef struct dp_onnx_dims {
    int rank;
    int64_t dim[DP_ONNX_MAX_RANK];
} dp_onnx_dims;

/* The product of the dimensions. −1 if one is negative, or if the product of the nonzero ones
 * exceeds DP_ONNX_MAX_COUNT. */
int64_t dp_onnx_dims_count(const dp_onnx_dims *dims);

/* The products of the dimensions before and after dimension d. */
void dp_onnx_dims_around(size_t *outer, size_t *inner, const dp_onnx_dims *dims, int d);

/* Write "[64,1,3,3]", cut to fit, and return text. */
const char *dp_onnx_dims_text(char *text, size_t size, const dp_onnx_dims *dims);

/* ---- tensors ------------------------------------------------------------------------- */

/* The scales with which a file stores weights as int8: one, or one for each output channel. */
typedef struct dp_onnx_scales {
    const float *at; /* [n]; NULL: the weights are floats */
    size_t n;
} dp_onnx_scales;

/* Row-major elements, either floats or integers. */
typedef struct dp_onnx_tensor {
    int32_t type; /* the stored type; 0 for a computed tensor */
    dp_onnx_dims dims;
    size_t count;
    const float *f; /* one of the two is NULL */
    const int64_t *i;
    dp_onnx_scales scales; /* of floats that the graph dequantises */
} dp_onnx_tensor;

/* Convert a stored tensor. The elements may point into proto, which must outlive them.
 * DP_MODEL if shape and data do not match, if the type is not numeric, or if the data is
 * external. */
DP_MUST_CHECK dp_code dp_onnx_tensor_load(dp_onnx_tensor *out, dp_onnx_memory *memory,
                                          const Onnx__TensorProto *proto, dp_err *err);

/* Read the external data of the graph's initializers from files in the folder of `path`, and
 * store it in them. If path is NULL, external data is refused. DP_MODEL names the initializer
 * and the file. */
DP_MUST_CHECK dp_code dp_onnx_load_external(Onnx__GraphProto *graph, const char *path,
                                            dp_onnx_memory *memory, dp_err *err);

/* Element k, float or integer. */
double dp_onnx_tensor_at(const dp_onnx_tensor *t, size_t k);

/* Whether all elements are equal, to *value. False for an empty tensor. */
bool dp_onnx_tensor_uniform(const dp_onnx_tensor *t, double *value);

/* A new tensor of zeros: floats, also returned in *f, or integers in *i if f is NULL. DP_MODEL
 * if it is too large, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_onnx_tensor_new(dp_onnx_tensor *out, float **f, int64_t **i,
                                         dp_onnx_memory *memory, const dp_onnx_dims *dims,
                                         dp_err *err);

#endif
