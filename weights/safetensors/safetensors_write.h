/* Writing safetensors files. */
#ifndef DP_WEIGHTS_SAFETENSORS_SAFETENSORS_WRITE_H
#define DP_WEIGHTS_SAFETENSORS_SAFETENSORS_WRITE_H

#include "weights/safetensors/safetensors.h"

/* A tensor to write; the caller owns its data. Elements of four bytes are in the byte order
 * of the machine. */
typedef struct dp_st_out {
    char name[40];
    dp_dtype dtype; /* DP_F32, DP_I32, DP_I8 or DP_U8 */
    int rank;
    int dim[4];
    size_t count; /* product of dim */
    const void *data;
} dp_st_out;

/* One entry of the metadata. An entry is not written if its value is NULL or if an earlier
 * entry has the same key. */
typedef struct dp_st_pair {
    const char *key, *value;
} dp_st_pair;

/* Write a file atomically, with metadata and tensors in the given order; equal input gives
 * equal bytes. DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_safetensors_write(const char *path, const dp_st_pair *meta,
                                           int n_meta, const dp_st_out *tensor, int n,
                                           dp_err *err);

#endif
