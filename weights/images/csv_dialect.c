#include "config.h"

#include "weights/images/csv_dialect.h"

#include "engine/core/decimal.h"
#include "engine/core/shape.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* ---- the separator ----------------------------------------------------------------- */

/* Semicolons and tabs come before commas, which may be decimal points between them. */
static const char separators[] = { ';', '\t', ',', ' ' };
enum { SEPARATORS = sizeof separators, COMMA = 2, BLANKS = 3 };

/* Count each separator outside quotes; a run of blanks between two fields is one. */
static void count_separators(size_t count[SEPARATORS], const char *line, size_t size)
{
    bool quoted = false;
    memset(count, 0, SEPARATORS * sizeof *count);
    for (size_t i = 0; i < size; i++) {
        quoted ^= line[i] == '"';
        if (quoted)
            continue;
        for (int k = 0; k < BLANKS; k++)
            count[k] += line[i] == separators[k];
        count[BLANKS] += i > 0 && !is_blank(line[i]) && is_blank(line[i - 1]);
    }
    count[BLANKS] -= count[BLANKS] > 0 && is_blank(line[0]);
}

char dp_csv_separator(const char *line, size_t size)
{
    size_t count[SEPARATORS];
    count_separators(count, line, size);
    for (int k = 0; k < SEPARATORS; k++)
        if (count[k] >= DP_PIXELS - 1)
            return separators[k];
    int most = COMMA;
    for (int k = 0; k < BLANKS; k++)
        if (count[k] > count[most])
            most = k;
    return count[most] == 0 && count[BLANKS] > 0 ? ' ' : separators[most];
}

/* ---- fields ------------------------------------------------------------------------ */

static dp_csv_field trimmed(const char *from, const char *to)
{
    while (from < to && is_blank(*from))
        from++;
    while (from < to && is_blank(to[-1]))
        to--;
    if (to - from >= 2 && *from == '"' && to[-1] == '"')
        return (dp_csv_field){ from + 1, (size_t)(to - from) - 2 };
    return (dp_csv_field){ from, (size_t)(to - from) };
}

/* The end of the field at `from`: its separator or the end of the line. */
static const char *field_end(const char *from, const char *end, char separator)
{
    bool quoted = false;
    for (; from < end; from++) {
        quoted ^= *from == '"';
        if (!quoted && (*from == separator || (separator == ' ' && *from == '\t')))
            break;
    }
    return from;
}

size_t dp_csv_split(dp_csv_field out[DP_CSV_MAX_FIELDS], const char *line, size_t size,
                    char separator)
{
    const char *end = line + size, *to;
    size_t n = 0;
    for (;; line = to + 1) {
        while (separator == ' ' && line < end && is_blank(*line))
            line++;
        to = field_end(line, end, separator);
        dp_csv_field f = trimmed(line, to);
        if (to == end && f.size == 0 && n > 0)
            return n;
        if (n < DP_CSV_MAX_FIELDS)
            out[n] = f;
        n++;
        if (to == end)
            return n;
    }
}

/* A number of up to three digits, as almost all pixels are. */
static bool parse_small(double *out, const dp_csv_field *f)
{
    int value = 0;
    for (size_t i = 0; i < f->size; i++) {
        if (!dp_decimal_is_digit(f->text[i]))
            return false;
        value = 10 * value + (f->text[i] - '0');
    }
    *out = value;
    return f->size > 0;
}

bool dp_csv_number(double *out, const dp_csv_field *f, char separator)
{
    char copy[64];
    if (f->size <= 3 && parse_small(out, f))
        return true;
    const char *comma = separator == ',' ? NULL : memchr(f->text, ',', f->size);
    if (!comma || f->size > sizeof copy)
        return dp_decimal_parse(out, f->text, f->size);
    memcpy(copy, f->text, f->size);
    copy[comma - f->text] = '.';
    return dp_decimal_parse(out, copy, f->size);
}
