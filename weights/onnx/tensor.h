/* Constants of an ONNX graph: their values, and the memory that they may take. */
#ifndef DP_WEIGHTS_ONNX_TENSOR_H
#define DP_WEIGHTS_ONNX_TENSOR_H

#include "engine/core/err.h"
#include "weights/onnx/onnx.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DP_ONNX_MAX_RANK = 8, DP_ONNX_MAX_COUNT = 1 << 24 };

/* Element types of the format that this program meets. */
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

/* "FLOAT16"; "type 23" for one without a name here. */
const char *dp_onnx_type_name(int32_t type);
bool dp_onnx_type_is_float(int32_t type);

/* ---- memory -------------------------------------------------------------------------
 * Everything that a file makes the reader allocate comes out of one budget, so that no
 * file takes more than a multiple of its own size. */

typedef struct dp_onnx_memory {
    size_t left;    /* bytes that may still be taken */
    bool exhausted; /* an allocation was refused for want of budget */
    void *blocks;   /* those of dp_onnx_alloc */
} dp_onnx_memory;

/* An allocator for protobuf-c that draws on the budget. */
ProtobufCAllocator dp_onnx_allocator(dp_onnx_memory *memory);

/* count elements of `size` bytes, zeroed, living until dp_onnx_memory_clear; NULL where
 * the budget or the machine has no more. */
void *dp_onnx_alloc(dp_onnx_memory *memory, size_t count, size_t size);
void dp_onnx_memory_clear(dp_onnx_memory *memory);

/* DP_MODEL or DP_NOMEM, whichever made an allocation fail. */
dp_code dp_onnx_no_memory(const dp_onnx_memory *memory, dp_err *err);

/* ---- shapes -------------------------------------------------------------------------- */

typedef struct dp_onnx_dims {
    int rank;
    int64_t dim[DP_ONNX_MAX_RANK];
} dp_onnx_dims;

/* The product of the dimensions; −1 where one is negative or it exceeds DP_ONNX_MAX_COUNT
 * (zeros aside). */
int64_t dp_onnx_dims_count(const dp_onnx_dims *dims);

/* The numbers of elements before and after dimension d. */
void dp_onnx_dims_around(size_t *outer, size_t *inner, const dp_onnx_dims *dims, int d);

/* "[64,1,3,3]", cut to fit. Returns text. */
const char *dp_onnx_dims_text(char *text, size_t size, const dp_onnx_dims *dims);

/* ---- tensors ------------------------------------------------------------------------- */

/* Row-major values, either floats or integers. */
typedef struct dp_onnx_tensor {
    int32_t type; /* as stored; 0 for what was computed */
    dp_onnx_dims dims;
    size_t count;
    const float *f; /* one of the two is NULL */
    const int64_t *i;
} dp_onnx_tensor;

/* The values of a stored tensor; they may lie inside proto, which must outlive them.
 * DP_MODEL where shape and data differ, for types without numbers and external data. */
DP_MUST_CHECK dp_code dp_onnx_tensor_load(dp_onnx_tensor *out, dp_onnx_memory *memory,
                                          const Onnx__TensorProto *proto, dp_err *err);

/* Read what the graph's initializers keep in files beside the one at `path` (NULL: refuse)
 * into them: see onnx/external_data.c. DP_MODEL with initializer and file. */
DP_MUST_CHECK dp_code dp_onnx_load_external(Onnx__GraphProto *graph, const char *path,
                                            dp_onnx_memory *memory, dp_err *err);

/* Element k as a number of either kind. */
double dp_onnx_tensor_at(const dp_onnx_tensor *t, size_t k);

/* Whether every element is the same; then it is *value. False for an empty tensor. */
bool dp_onnx_tensor_uniform(const dp_onnx_tensor *t, double *value);

/* A new tensor with memory for its values, through *f or *i, whichever is not NULL. */
DP_MUST_CHECK dp_code dp_onnx_tensor_new(dp_onnx_tensor *out, float **f, int64_t **i,
                                         dp_onnx_memory *memory, const dp_onnx_dims *dims,
                                         dp_err *err);

#endif
