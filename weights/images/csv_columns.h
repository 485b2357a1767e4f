/* The columns of a table of images: which are pixels, and which is the label. */
#ifndef DP_WEIGHTS_IMAGES_CSV_COLUMNS_H
#define DP_WEIGHTS_IMAGES_CSV_COLUMNS_H

#include "engine/core/err.h"
#include "weights/images/csv_dialect.h"

#include <stdint.h>

/* The index of a column that a table does not have. */
#define DP_CSV_NONE SIZE_MAX

/* A zeroed struct describes no table. */
typedef struct dp_csv_columns {
    size_t n;                      /* columns; 0 before the first line */
    bool named;                    /* there was a header line */
    bool pixel[DP_CSV_MAX_FIELDS]; /* whether a column may be a pixel */
    size_t n_pixels;               /* how many may be: 784, or 785 with a label */
    size_t label, id;              /* indices, or DP_CSV_NONE */
    bool sure;                     /* `label` is final */
} dp_csv_columns;

/* Whether a line is a header: most of its fields are not numbers, or they count up by
 * one, like the column numbers of a data frame. */
bool dp_csv_is_header(const dp_csv_field *f, size_t n, char separator);

/* Derive the columns from the n ≤ DP_CSV_MAX_FIELDS names of a header line, in any case:
 *
 *     label class y target digit         the label; of several, the first in this list
 *     id                                 the id
 *     index idx, unnamed: N, no name     ignored
 *     other names without a digit        ignored
 *
 * and all others are pixels. If these are 785, dp_csv_find_label finds the label among
 * them. `wanted` is as for dp_reader_label_column. DP_INPUT if there are not 784 pixels,
 * or no wanted column. */
DP_MUST_CHECK
dp_code dp_csv_read_names(dp_csv_columns *out, const dp_csv_field *name, size_t n,
                          const char *wanted, dp_err *err);

/* The columns of a table without a header line, of n = 784 or 785 fields, or of 786 with an
 * index before them. DP_INPUT if there is no wanted column. */
DP_MUST_CHECK
dp_code dp_csv_number_columns(dp_csv_columns *out, size_t n, const char *wanted,
                              dp_err *err);

/* Set c->label from the fields of a line, unless it is known. If one column is too many,
 * the first or the last is the label: the one that differs from the pixel beside it, as a
 * margin does not, and the last one only if it is an integer from 0 to 9. Otherwise this
 * line does not tell about the next: if neither differs, as with a label of 0, it is the
 * one without which the image is centred, as in MNIST; and if both do, the first. */
void dp_csv_find_label(dp_csv_columns *c, const dp_csv_field *f, char separator);

#endif
