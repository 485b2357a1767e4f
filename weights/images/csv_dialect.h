/* Lines of CSV and of its relatives: the separator, and the fields between separators. */
#ifndef DP_WEIGHTS_IMAGES_CSV_DIALECT_H
#define DP_WEIGHTS_IMAGES_CSV_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

enum { DP_CSV_MAX_FIELDS = 1024 };

/* The text of a field, without the blanks and the quotes around it. It points into its
 * line. */
typedef struct dp_csv_field {
    const char *text;
    size_t size;
} dp_csv_field;

/* The separator of a line: comma, semicolon, tab, or ' ' for any number of blanks. It is
 * the first of semicolon, tab, comma and blanks that separates enough fields for an
 * image, and otherwise the most frequent one. */
char dp_csv_separator(const char *line, size_t size);

/* Split a line at the separators outside quotes. An empty field after the last separator
 * does not count. Returns the number of fields; only the first DP_CSV_MAX_FIELDS are
 * stored. */
size_t dp_csv_split(dp_csv_field out[DP_CSV_MAX_FIELDS], const char *line, size_t size,
                    char separator);

/* Parse a number. If the separator is not a comma, its decimal point may be one. */
bool dp_csv_number(double *out, const dp_csv_field *f, char separator);

#endif
