/* The csv format: 784 values a line, or a label and 784 values. */
#include "config.h"

#include "engine/core/decimal.h"
#include "weights/images/image_format.h"
#include "weights/io/json_text.h"

#include <stdlib.h>
#include <string.h>

/* The text of a field, without the blanks and the quotes around it. */
typedef struct field {
    const char *text;
    size_t size;
} field;

enum { MAX_FIELDS = DP_PIXELS + 2 }; /* with a label, and an empty field at the end */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static field trimmed(const char *from, const char *to)
{
    while (from < to && is_blank(*from))
        from++;
    while (from < to && is_blank(to[-1]))
        to--;
    if (to - from >= 2 && *from == '"' && to[-1] == '"')
        return (field){ from + 1, (size_t)(to - from) - 2 };
    return (field){ from, (size_t)(to - from) };
}

/* Split a line at the commas outside quotes. Returns the number of fields; only the first
 * MAX_FIELDS are stored. */
static size_t split(field out[MAX_FIELDS], const char *line, size_t size)
{
    const char *end = line + size, *from = line;
    size_t n = 0;
    bool quoted = false;
    for (const char *p = line; p <= end; p++) {
        if (p < end && *p == '"')
            quoted = !quoted;
        if (p < end && (quoted || *p != ','))
            continue;
        if (n < MAX_FIELDS)
            out[n] = trimmed(from, p);
        n++;
        from = p + 1;
    }
    return n;
}

/* Read the next line that is not blank; *line is NULL at the end. */
static dp_code next_line(const char **line, size_t *size, dp_reader *r, dp_err *err)
{
    do {
        r->place = dp_source_offset(r->source);
        r->csv_line++;
        dp_code code = dp_source_line(line, size, r->source, err);
        if (code != DP_OK)
            return code;
        if (*line && r->csv_line == 1 && *size >= 3 &&
            memcmp(*line, "\xef\xbb\xbf", 3) == 0) {
            *line += 3;
            *size -= 3;
        }
    } while (*line && trimmed(*line, *line + *size).size == 0);
    return DP_OK;
}

/* Find the index of the first value. False if the number of fields is wrong. */
static bool find_values(size_t *first, const field *f, size_t n)
{
    if (n > DP_PIXELS && n <= MAX_FIELDS && f[n - 1].size == 0)
        n--; /* a comma after the last column */
    *first = n - DP_PIXELS;
    return n == DP_PIXELS || n == DP_PIXELS + 1;
}

/* Whether the first line is a header: most of its fields are not numbers, or they count
 * up by one, like the column numbers of a data frame. */
static bool is_header(const field *f, size_t n)
{
    size_t texts = 0, steps = 0;
    double before = 0;
    for (size_t i = 0; i < n; i++) {
        double value;
        if (!dp_decimal_parse(&value, f[i].text, f[i].size))
            texts++;
        else if (i > 0 && value == before + 1)
            steps++;
        before = texts == 0 ? value : 0;
    }
    return texts > n / 2 || steps >= DP_PIXELS - 1;
}

static dp_code read_values(dp_record *out, dp_reader *r, const field *f, size_t first,
                           dp_err *err)
{
    double value[DP_PIXELS];
    for (int i = 0; i < DP_PIXELS; i++) {
        const field *v = &f[first + (size_t)i];
        if (dp_decimal_parse(&value[i], v->text, v->size))
            continue;
        int shown = v->size < 20 ? (int)v->size : 20;
        return dp_fail(err, DP_INPUT, "line %llu, column %zu: '%.*s' is not a number",
                       (unsigned long long)r->csv_line, first + (size_t)i + 1, shown,
                       v->text);
    }
    dp_code code = dp_image_values(out, r, value, err);
    if (code == DP_INPUT)
        return dp_fail_in(err, code, "line %llu", (unsigned long long)r->csv_line);
    return code;
}

/* Keep a label to echo it: as a JSON number if it is one, otherwise as a JSON string. */
static dp_code keep_label(dp_record *out, dp_reader *r, const field *f, dp_err *err)
{
    double ignored;
    free(r->label);
    r->label = dp_json_text_string(f->text, f->size);
    if (r->label && dp_decimal_parse(&ignored, f->text, f->size) && f->size < 16 &&
        strspn(f->text, "0123456789") >= f->size && (f->size == 1 || f->text[0] != '0')) {
        memcpy(r->label, f->text, f->size);
        r->label[f->size] = '\0';
    }
    if (!r->label)
        return dp_fail(err, DP_NOMEM, "no memory for a label");
    out->label = r->label;
    return DP_OK;
}

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    field f[MAX_FIELDS];
    const char *line;
    size_t size, n, first;
    bool maybe_header = r->record == 1;
    for (;; maybe_header = false) {
        dp_code code = next_line(&line, &size, r, err);
        if (code != DP_OK || !line)
            return code;
        n = split(f, line, size);
        if (!find_values(&first, f, n))
            return dp_fail(err, DP_INPUT,
                           "line %llu has %zu values, not %d or a label and %d",
                           (unsigned long long)r->csv_line, n, DP_PIXELS, DP_PIXELS);
        if (!maybe_header || !is_header(f, first + DP_PIXELS))
            break;
    }
    dp_code code = read_values(out, r, f, first, err);
    if (code == DP_OK && first == 1)
        code = keep_label(out, r, &f[0], err);
    return code;
}

const dp_image_format dp_image_csv = { "csv", true, next };
