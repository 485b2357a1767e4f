/* The IDX format of the MNIST files, plain or gzip-compressed. */
#ifndef DP_WEIGHTS_IMAGES_IDX_H
#define DP_WEIGHTS_IMAGES_IDX_H

#include "engine/core/err.h"

#include <stddef.h>
#include <stdint.h>

enum { DP_IDX_MAX_BYTES = 1 << 30 };

/* The content of an IDX file of unsigned bytes. Freed by dp_idx_clear. */
typedef struct dp_idx {
    int rank;
    uint32_t dim[4];
    uint8_t *data; /* [dim[0], dim[1], …] */
} dp_idx;

/* Read a file of type 0x08 (unsigned bytes) with rank 1 (labels) or 3 (images). The path
 * "-" is standard input; the first bytes decide whether it is gzip. DP_IO if it cannot be
 * read; DP_INPUT, with path and byte offset, if it is malformed, truncated or followed by
 * more bytes; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_idx_read(dp_idx *out, const char *path, dp_err *err);
void dp_idx_clear(dp_idx *idx);

/* Read images [n, 28, 28] and their labels [n], 0 … 9. The caller frees both arrays with
 * free(). As dp_idx_read, and DP_INPUT if the numbers of images and labels differ, if
 * the files hold no images, if images are not 28×28 or if a label is out of range. */
DP_MUST_CHECK dp_code dp_idx_read_pair(uint8_t **images, uint8_t **labels, int *n,
                                       const char *image_path, const char *label_path,
                                       dp_err *err);

/* Exchange rows and columns of images [n, 28, 28] in place: the files of EMNIST need it. */
void dp_idx_transpose(uint8_t *images, size_t n);

#endif
