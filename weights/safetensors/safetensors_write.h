/* Writing safetensors files. */
#ifndef DP_WEIGHTS_SAFETENSORS_SAFETENSORS_WRITE_H
#define DP_WEIGHTS_SAFETENSORS_SAFETENSORS_WRITE_H

#include "weights/safetensors/safetensors.h"

/* A tensor to write; the array is the caller's. Elements of four bytes are in the order of
 * the machine. */
typedef struct dp_st_out {
    char name[40];
    dp_dtype dtype; /* DP_F32, DP_I32, DP_I8 or DP_U8 */
    int rank;
    int dim[4];
    size_t count; /* product of dim */
    const void *data;
} dp_st_out;

/* A pair of the metadata; a NULL value, or a key that an earlier pair had, is left out. */
typedef struct dp_st_pair {
    const char *key, *value;
} dp_st_pair;

/* Write metadata and tensors, in this order, atomically: equal input gives equal bytes.
 * DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_safetensors_write(const char *path, const dp_st_pair *meta,
                                           int n_meta, const dp_st_out *tensor, int n,
                                           dp_err *err);

#endif
