/* IDX, the format of the MNIST files, plain or gzip-compressed. */
#ifndef DP_WEIGHTS_DATA_IDX_H
#define DP_WEIGHTS_DATA_IDX_H

#include "engine/core/err.h"

#include <stddef.h>
#include <stdint.h>

enum { DP_IDX_MAX_BYTES = 1 << 30 };

/* A whole IDX file of unsigned bytes. data is the caller's to free(). */
typedef struct dp_idx {
    int rank;
    uint32_t dim[4];
    uint8_t *data;
} dp_idx;

/* Read a file of type 0x08 with rank 1 (labels) or 3 (images), .gz or not (by magic). DP_IO
 * where it cannot be read, DP_INPUT with path and byte offset where it is malformed:
 * wrong magic, size that differs from the header, trailing bytes. "-" is standard input. */
DP_MUST_CHECK dp_code dp_idx_read(dp_idx *out, const char *path, dp_err *err);
void dp_idx_clear(dp_idx *idx);

/* Images [n, 28, 28] and their labels (each 0–9), read together: DP_INPUT where the counts
 * or the image size differ or a label is out of range. Both arrays are the caller's. */
DP_MUST_CHECK dp_code dp_idx_read_pair(uint8_t **images, uint8_t **labels, int *n,
                                       const char *image_path, const char *label_path,
                                       dp_err *err);

#endif
