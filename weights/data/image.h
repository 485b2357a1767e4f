/* Images and drawings from outside, one record at a time, in whatever format they come:
 *
 *     pgm ppm pbm   netpbm P1–P6, 8 or 16 bits, several images in a row
 *     png           any colour type; several images in a row
 *     idx           IDX of rank 3 (n × height × width), as the MNIST files
 *     csv           784 values a line, or a label and 784; a header line may come first
 *     ndjson        a line each: [784], [28][28], {"pixels":…} or {"strokes":…}
 *     raw           784 bytes each
 *     ascii         28 lines of " .:-=+*#%@" each
 *
 * All but raw may be gzip-compressed. Memory does not grow with the stream. */
#ifndef DP_WEIGHTS_DATA_IMAGE_H
#define DP_WEIGHTS_DATA_IMAGE_H

#include "engine/ink/normalize.h"
#include "weights/io/source.h"

enum { DP_IMAGE_MAX_SIDE = 4096 };

typedef enum dp_record_kind {
    DP_RECORD_END, /* there are no more */
    DP_RECORD_IMAGE,
    DP_RECORD_STROKES,
} dp_record_kind;

/* One image or drawing; what it points to is valid until the next call. */
typedef struct dp_record {
    dp_record_kind kind;
    dp_gray gray;              /* an image: as it came, 0 black … 255 white */
    const dp_strokes *strokes; /* a drawing */
    const char *id, *label;    /* JSON texts to echo; NULL where there is none */
    const char *writer;        /* likewise: who drew it */
} dp_record;

typedef struct dp_reader dp_reader;

/* Read records from s, which stays the caller's and must outlive the reader. `format` is
 * a name from above, or "auto" to go by the first bytes (never raw or ascii). Nothing is
 * read yet. DP_USAGE for an unknown format, naming the known ones; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_reader_create(dp_reader **out, dp_source *s, const char *format, dp_err *err);
void dp_reader_free(dp_reader *r); /* NULL is allowed */

/* The next record. DP_INPUT, with record number (from 1) and byte offset, where one is
 * bad: the call after it gives the next good one where the format allows to go on, else
 * the end. DP_IO after a read error, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_reader_next(dp_record *out, dp_reader *r, dp_err *err);

#endif
