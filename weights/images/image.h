/* A reader of images and drawings, one record at a time, in one of these formats:
 *
 *     pgm ppm pbm   netpbm P1 to P6, 8 or 16 bits, any number of images
 *     png           any colour type, any number of images
 *     jpeg          turned upright as EXIF says, any number of images
 *     npy npz       NumPy arrays of the shapes [height, width], [n, height, width], [784] or
 *                   [n, 784]; of an archive, one array, and its labels if they are beside it
 *     idx           IDX of rank 3 (n × height × width), as the MNIST files
 *     csv           784 values a line and perhaps a label; any separator; optional header
 *     ndjson        JSON texts, or one array of them: [784], [28][28], {"pixels":…},
 *                   {"strokes":…} (data/strokes_json.h) or Quick, Draw!'s {"drawing":…}
 *     raw           784 bytes an image
 *     ascii         28 lines of " .:-=+*#%@" an image
 *
 * All but raw may be gzip-compressed. Memory does not grow with the stream, but for archives and
 * for arrays in Fortran's order. */
#ifndef DP_WEIGHTS_IMAGES_IMAGE_H
#define DP_WEIGHTS_IMAGES_IMAGE_H

#include "engine/ink/normalize.h"
#include "weights/io/source.h"

/* The names that dp_reader_create knows. */
#define DP_IMAGE_FORMATS "auto pgm ppm pbm png jpeg npy npz idx csv ndjson raw ascii"

enum { DP_IMAGE_MAX_SIDE = 4096 };

typedef enum dp_record_kind {
    DP_RECORD_END, /* there are no more records */
    DP_RECORD_IMAGE,
    DP_RECORD_STROKES,
} dp_record_kind;

/* One image or drawing. Its pointers are valid until the next call. */
typedef struct dp_record {
    dp_record_kind kind;
    dp_gray gray;              /* of DP_RECORD_IMAGE: 0 black … 255 white, any size */
    const dp_strokes *strokes; /* of DP_RECORD_STROKES */
    const char *id, *label;    /* JSON texts to echo; NULL if the record has none */
    const char *writer;        /* the same for the person who drew it */
    bool lookalike;            /* whether it shows no digit, but may be read as one */
} dp_record;

typedef struct dp_reader dp_reader;

/* Create a reader of source s, which remains the caller's and must outlive the reader.
 * `format` is a name from the list above, or "auto" to detect any but raw and ascii by
 * the first bytes. Nothing is read yet. DP_USAGE for an unknown format, with the list of
 * formats; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_reader_create(dp_reader **out, dp_source *s, const char *format, dp_err *err);
void dp_reader_free(dp_reader *r); /* NULL is allowed */

/* The name of the format that is read, "NDJSON" and so on; NULL until it is detected. */
const char *dp_reader_format(const dp_reader *r);

/* Say which column of csv is the label, before the first record is read: its number, from
 * 1, its name in the header line, or "none" for no label. NULL, the default, finds it
 * (images/csv_columns.h). The text must outlive the reader. */
void dp_reader_label_column(dp_reader *r, const char *column);

/* Whether to exchange rows and columns of all images, as the files of EMNIST need it. */
void dp_reader_transpose(dp_reader *r, bool transpose);

/* Say before the first record that the source continues a stream, of which this number of records and
 * bytes were read: messages count on, and the format must be named. Nothing is decompressed, since
 * a stream that is cut into parts would not be. */
void dp_reader_continue(dp_reader *r, uint64_t records, uint64_t bytes);

/* Read the next record. DP_INPUT, with record number (from 1) and byte offset, if it is
 * bad; the next call then continues after it if the format allows that, and otherwise
 * returns the end. DP_IO after a read error, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_reader_next(dp_record *out, dp_reader *r, dp_err *err);

/* Pass over the next record: as dp_reader_next, but the record is not decoded if its format
 * allows that, and only errors that hide where it ends are noticed. *at_end is set if there is
 * none. */
DP_MUST_CHECK
dp_code dp_reader_skip(bool *at_end, dp_reader *r, dp_err *err);

/* What is odd about the stream although all records are good, as known after the last one: bytes
 * that follow it. NULL if nothing is. */
const char *dp_reader_warning(const dp_reader *r);

#endif
