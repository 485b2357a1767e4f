/* The files of a ZIP archive in memory (APPNOTE 6.3, sections 4.3.7 to 4.3.16). */
#ifndef DP_WEIGHTS_IO_ZIP_H
#define DP_WEIGHTS_IO_ZIP_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An archive; points into the caller's bytes. */
typedef struct dp_zip {
    const uint8_t *bytes;
    size_t size;
    size_t at;     /* of the next entry of the directory */
    unsigned left; /* entries from there on */
} dp_zip;

/* A file of it. The name has no NUL at its end. */
typedef struct dp_zip_file {
    const char *name;
    size_t name_size;
    bool deflated;       /* otherwise stored as it is */
    const uint8_t *data; /* in the archive */
    size_t size;         /* of `data` */
} dp_zip_file;

/* Find the directory, which is at the end. DP_INPUT if there is none. */
DP_MUST_CHECK
dp_code dp_zip_open(dp_zip *out, const uint8_t *bytes, size_t size, dp_err *err);

/* Read the next entry; the caller checks that some are left. DP_INPUT if it is damaged,
 * encrypted, or compressed by another method than deflate. */
DP_MUST_CHECK dp_code dp_zip_next(dp_zip_file *out, dp_zip *zip, dp_err *err);

#endif
