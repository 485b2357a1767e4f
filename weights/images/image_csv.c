/* The csv format: 784 values a line and perhaps a label, with any separator and perhaps a
 * header line. */
#include "config.h"

#include "engine/core/decimal.h"
#include "weights/images/image_format.h"
#include "weights/io/json_text.h"
#include "weights/io/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line of the table. */
typedef struct row {
    dp_csv_field field[DP_CSV_MAX_FIELDS];
    size_t n;
    bool comment; /* it begins with # */
} row;

static unsigned long long line_number(const dp_reader *r)
{
    return (unsigned long long)r->csv.line;
}

/* An error after which no line of the table can be read. */
static dp_code give_up(dp_reader *r, dp_code code, dp_err *err)
{
    r->hopeless = true;
    return dp_fail_in(err, code, "line %llu", line_number(r));
}

/* ---- lines ------------------------------------------------------------------------- */

static void skip(const char **line, size_t *size, size_t n)
{
    *line += n;
    *size -= n;
}

/* Read the next line that is not blank, without a byte order mark; *line is NULL at the
 * end. */
static dp_code next_line(const char **line, size_t *size, dp_reader *r, dp_err *err)
{
    do {
        r->place = dp_source_offset(r->source);
        r->csv.line++;
        dp_code code = dp_source_line(line, size, r->source, err);
        if (code != DP_OK)
            return code;
        if (*line && r->csv.line == 1 && *size >= 3 &&
            memcmp(*line, "\xef\xbb\xbf", 3) == 0)
            skip(line, size, 3);
    } while (*line && dp_text_is_blank(*line, *size));
    return DP_OK;
}

/* Read the next line and split it; out->n is 0 at the end. The first line that has enough
 * fields for an image settles the separator. */
static dp_code next_row(row *out, dp_reader *r, dp_err *err)
{
    const char *line;
    size_t size;
    dp_code code = next_line(&line, &size, r, err);
    out->n = 0;
    if (code != DP_OK || !line)
        return code;
    out->comment = *line == '#';
    while (out->comment && size > 0 && (*line == '#' || *line == ' '))
        skip(&line, &size, 1);
    char separator = r->csv.separator;
    if (!separator)
        separator = dp_csv_separator(line, size);
    out->n = dp_csv_split(out->field, line, size, separator);
    if (out->n >= DP_PIXELS)
        r->csv.separator = separator;
    return DP_OK;
}

/* Whether a line has the form "LABEL INDEX:VALUE …". */
static bool is_libsvm(const row *in)
{
    if (in->n < 2 || in->n > DP_CSV_MAX_FIELDS)
        return false;
    const dp_csv_field *f = &in->field[1];
    size_t digits = 0;
    while (digits < f->size && dp_decimal_is_digit(f->text[digits]))
        digits++;
    return digits > 0 && digits < f->size && f->text[digits] == ':';
}

static dp_code wrong_size(const row *in, dp_reader *r, dp_err *err)
{
    const dp_csv_columns *c = &r->csv.columns;
    if (is_libsvm(in)) {
        dp_fail(err, DP_INPUT,
                "LIBSVM format; write all %d values of an image, with "
                "sklearn.datasets.load_svmlight_file(FILE, n_features=%d)",
                DP_PIXELS, DP_PIXELS);
        return give_up(r, DP_INPUT, err);
    }
    if (c->named)
        return dp_fail(err, DP_INPUT, "line %llu has %zu values; the header has %zu",
                       line_number(r), in->n, c->n);
    return dp_fail(err, DP_INPUT, "line %llu has %zu values, not %d or a label and %d",
                   line_number(r), in->n, DP_PIXELS, DP_PIXELS);
}

/* ---- columns ----------------------------------------------------------------------- */

/* Whether the line is the header of the table, or a comment. */
static dp_code read_header(bool *is_header, const row *in, dp_reader *r, dp_err *err)
{
    dp_csv_columns *c = &r->csv.columns;
    *is_header = in->comment;
    if (c->n > 0 || in->n < DP_PIXELS || in->n > DP_CSV_MAX_FIELDS ||
        !dp_csv_is_header(in->field, in->n, r->csv.separator))
        return DP_OK;
    *is_header = true;
    dp_code code = dp_csv_read_names(c, in->field, in->n, r->label_column, err);
    return code == DP_OK ? DP_OK : give_up(r, code, err);
}

/* Whether a line without a header can be an image, perhaps with a label, perhaps with an
 * index before it, as pandas writes it. */
static bool has_right_size(const row *in, char separator)
{
    double index;
    if (in->n != DP_PIXELS + 2)
        return in->n == DP_PIXELS || in->n == DP_PIXELS + 1;
    return dp_csv_number(&index, &in->field[0], separator) && index >= 0 &&
           index == floor(index);
}

/* Find the columns of a line that is not a header: *first is the index of the one that
 * the header names first. */
static dp_code find_columns(size_t *first, const row *in, dp_reader *r, dp_err *err)
{
    dp_csv_columns *c = &r->csv.columns;
    const bool known = c->named || c->n == in->n;
    /* R leaves out the name of the first column, which has the names of the rows. */
    *first = c->named && in->n == c->n + 1;
    if (known ? in->n != c->n + *first : !has_right_size(in, r->csv.separator))
        return wrong_size(in, r, err);
    if (!known) {
        dp_code code = dp_csv_number_columns(c, in->n, r->label_column, err);
        if (code != DP_OK)
            return give_up(r, code, err);
    }
    dp_csv_find_label(c, in->field + *first, r->csv.separator);
    return DP_OK;
}

/* ---- fields ------------------------------------------------------------------------ */

static dp_code read_values(dp_record *out, dp_reader *r, const dp_csv_field *f,
                           size_t first, dp_err *err)
{
    const dp_csv_columns *c = &r->csv.columns;
    double value[DP_PIXELS];
    for (size_t i = first, n = 0; n < DP_PIXELS; i++) {
        if (!c->pixel[i - first] || i - first == c->label)
            continue;
        if (dp_csv_number(&value[n++], &f[i], r->csv.separator))
            continue;
        int shown = f[i].size < 20 ? (int)f[i].size : 20;
        return dp_fail(err, DP_INPUT, "line %llu, column %zu: '%.*s' is not a number",
                       line_number(r), i + 1, shown, f[i].text);
    }
    dp_code code = dp_image_values(out, r, value, err);
    if (code == DP_INPUT)
        return dp_fail_in(err, code, "line %llu", line_number(r));
    return code;
}

/* The JSON text of a field: an integer if it is one, even if it is written as 7.0 or
 * 7.00e+00, otherwise a string. The caller frees it. */
static char *json_of(const dp_csv_field *f, char separator)
{
    char number[32];
    double value;
    const bool padded =
        f->size > 1 && f->text[0] == '0' && dp_decimal_is_digit(f->text[1]);
    if (padded || !dp_csv_number(&value, f, separator) || !(value >= 0 && value < 1e15) ||
        value != (double)(long long)value)
        return dp_json_text_string(f->text, f->size);
    snprintf(number, sizeof number, "%lld", (long long)value);
    return strdup(number);
}

/* Keep a field to echo it, unless it is empty. */
static dp_code keep(const char **out, char **kept, const dp_csv_field *f, char separator,
                    dp_err *err)
{
    free(*kept);
    *kept = NULL;
    if (f->size == 0)
        return DP_OK;
    *kept = json_of(f, separator);
    if (!*kept)
        return dp_fail(err, DP_NOMEM, "no memory for a label");
    *out = *kept;
    return DP_OK;
}

static dp_code keep_names(dp_record *out, dp_reader *r, const dp_csv_field *f,
                          dp_err *err)
{
    const dp_csv_columns *c = &r->csv.columns;
    const bool hidden = r->label_column && strcmp(r->label_column, "none") == 0;
    dp_code code = DP_OK;
    if (c->label != DP_CSV_NONE && !hidden)
        code = keep(&out->label, &r->label, &f[c->label], r->csv.separator, err);
    if (code == DP_OK && c->id != DP_CSV_NONE && c->id != c->label)
        code = keep(&out->id, &r->id, &f[c->id], r->csv.separator, err);
    return code;
}

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    row in;
    size_t first = 0;
    bool is_header = true;
    dp_code code = DP_OK;
    while (code == DP_OK && is_header) {
        code = next_row(&in, r, err);
        if (code != DP_OK || in.n == 0)
            return code;
        code = read_header(&is_header, &in, r, err);
    }
    if (code == DP_OK)
        code = find_columns(&first, &in, r, err);
    if (code == DP_OK)
        code = read_values(out, r, in.field, first, err);
    if (code == DP_OK)
        code = keep_names(out, r, in.field + first, err);
    return code;
}

const dp_image_format dp_image_csv = { "csv", true, false, next, NULL };
