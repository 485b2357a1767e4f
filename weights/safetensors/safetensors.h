/* Parsing safetensors files, digitpad's own weight format. safetensors.c lists the rules
 * that a file must obey. */
#ifndef DP_WEIGHTS_SAFETENSORS_SAFETENSORS_H
#define DP_WEIGHTS_SAFETENSORS_SAFETENSORS_H

#include "engine/core/err.h"
#include "engine/net/spec.h"

#include <stddef.h>
#include <stdint.h>

typedef enum dp_dtype {
    DP_F64,
    DP_F32,
    DP_F16,
    DP_BF16,
    DP_I64,
    DP_I32,
    DP_I8,
    DP_U8,
    DP_DTYPE_COUNT
} dp_dtype;

enum {
    DP_ST_MAX_HEADER = 1 << 20,
    DP_ST_MAX_TENSORS = 256,
    DP_ST_MAX_RANK = 8,
    DP_ST_MAX_NAME = 128,
    DP_ST_MAX_FILE = 64 << 20,
};

typedef struct dp_st_tensor {
    char name[DP_ST_MAX_NAME + 1];
    dp_dtype dtype;
    int rank;
    uint64_t dim[DP_ST_MAX_RANK];
    size_t count;              /* product of dim */
    const unsigned char *data; /* little-endian, inside the caller's bytes; unaligned */
} dp_st_tensor;

/* A parsed file. Tensors are sorted by offset. */
typedef struct dp_safetensors {
    int n_tensors;
    dp_st_tensor *tensor;
    int n_meta;
    struct {
        char *key, *value;
    } * meta;
} dp_safetensors;

/* The format's name of a type, such as "F32". */
const char *dp_dtype_name(dp_dtype dtype);

/* The size of one element in bytes. */
size_t dp_dtype_size(dp_dtype dtype);

/* Parse `size` bytes, which must outlive *out; free it with dp_safetensors_clear. DP_MODEL
 * names the problem and its place, DP_NOMEM; *out is untouched then. */
DP_MUST_CHECK dp_code dp_safetensors_parse(dp_safetensors *out, const unsigned char *data,
                                           size_t size, dp_err *err);
void dp_safetensors_clear(dp_safetensors *st);

/* The tensor of this name, the value of this metadata key; NULL if there is none. */
const dp_st_tensor *dp_safetensors_find(const dp_safetensors *st, const char *name);
const char *dp_safetensors_meta(const dp_safetensors *st, const char *key);

/* Convert a tensor to floats. out: [t->count], undefined after a failure. DP_MODEL if an
 * element is not finite as a float. */
DP_MUST_CHECK dp_code dp_st_tensor_floats(float *out, const dp_st_tensor *t, dp_err *err);

#endif
