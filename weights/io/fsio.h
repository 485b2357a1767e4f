/* Files: bounded reading, and writing that never leaves a half-written file behind. */
#ifndef DP_WEIGHTS_IO_FSIO_H
#define DP_WEIGHTS_IO_FSIO_H

#include "engine/core/err.h"

#include <stddef.h>
#include <stdio.h>

/* Read a whole regular file into memory (free it with free()). DP_IO where it cannot be
 * opened or read, is a directory, or holds more than max_size bytes; names the path. */
DP_MUST_CHECK dp_code dp_fsio_read(unsigned char **data, size_t *size, const char *path,
                                   size_t max_size, dp_err *err);

/* Replace the file at path by these bytes: a temporary file beside it, flushed to disk and
 * renamed over it. On failure (DP_IO) the old file stays and the temporary one is gone. */
DP_MUST_CHECK dp_code dp_fsio_write(const char *path, const void *data, size_t size,
                                    dp_err *err);

/* Make the directories above the last slash of a path, where they are not there. DP_IO. */
DP_MUST_CHECK dp_code dp_fsio_make_parents(const char *path, dp_err *err);

/* The part of a path after its last slash. */
const char *dp_fsio_basename(const char *path);

#endif
