/* Whole files: bounded reading and atomic writing. */
#ifndef DP_WEIGHTS_IO_FSIO_H
#define DP_WEIGHTS_IO_FSIO_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Read a whole regular file into memory, which the caller frees with free(). DP_IO, with
 * the path, if it cannot be read, is not a regular file or has more than max_size bytes;
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_fsio_read(unsigned char **data, size_t *size, const char *path,
                                   size_t max_size, dp_err *err);

/* Replace the file at path atomically: write a temporary file beside it, PATH.digitpad-part, flush
 * it to disk and rename it. Symbolic links are followed. On failure (DP_IO) the old file does not
 * change and the temporary one is removed. If the process is killed, the temporary file may stay;
 * the next write to path uses it up. */
DP_MUST_CHECK dp_code dp_fsio_write(const char *path, const void *data, size_t size,
                                    dp_err *err);

/* Write all bytes to an open file. False with errno. */
DP_MUST_CHECK bool dp_fsio_write_fully(int fd, const void *data, size_t size);

/* Create the missing directories above the last component of a path. DP_IO. */
DP_MUST_CHECK dp_code dp_fsio_make_parents(const char *path, dp_err *err);

/* Whether an open file or folder still has this name, through links. */
bool dp_fsio_is_same(int fd, const char *path);

/* The last component of a path: the text after its last slash. */
const char *dp_fsio_basename(const char *path);

#endif
