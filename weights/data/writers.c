#include "config.h"

#include "weights/data/writers.h"

#include "weights/data/tally.h"
#include "weights/io/source.h"

#include <stdlib.h>
#include <string.h>

enum { ROUND = 12 }; /* writers of a series; the last is held out */

static const char first_column[] = "writer", second_column[] = "series";

/* A table that is being read. */
typedef struct table {
    dp_source *source;
    char separator;
    int line; /* the number of the current one, from 1 */
    dp_tally writers, series;
    bool held_out[DP_TALLY_MAX]; /* of each writer */
} table;

/* Read a line; *text is NULL at the end. */
static dp_code next_line(const char **text, size_t *size, table *t, dp_err *err)
{
    dp_code code = dp_source_line(text, size, t->source, err);
    if (!code && !*text)
        code = dp_source_check(t->source, err);
    t->line++;
    return code;
}

static dp_code read_header(table *t, dp_err *err)
{
    const size_t length = sizeof first_column - 1;
    const char *text;
    size_t size;
    dp_code code = next_line(&text, &size, t, err);
    if (code)
        return code;
    const bool right = text && size == length + sizeof second_column &&
                       memcmp(text, first_column, length) == 0 &&
                       (text[length] == '\t' || text[length] == ',') &&
                       memcmp(text + length + 1, second_column, size - length - 1) == 0;
    if (!right)
        return dp_fail(err, DP_INPUT,
                       "the header line of the columns writer and series is missing");
    t->separator = text[length];
    return DP_OK;
}

/* Count a line. A writer is known by the whole of it, so that series may number their writers
 * independently. */
static dp_code take_line(int *writer, table *t, const char *text, size_t size,
                         dp_err *err)
{
    const char *cut = memchr(text, t->separator, size);
    if (!cut || cut == text || cut + 1 == text + size)
        return dp_fail(err, DP_INPUT, "a writer and a series are expected");
    const int known = t->writers.n;
    dp_code code = dp_tally_count(writer, &t->writers, text, size, err);
    if (code || *writer < known)
        return code;
    int series;
    code = dp_tally_count(&series, &t->series, cut + 1, (size_t)(text + size - (cut + 1)),
                          err);
    t->held_out[*writer] = !code && t->series.entry[series].count % ROUND == 0;
    return code;
}

static dp_code read_lines(bool *held_out, int n, table *t, dp_err *err)
{
    const char *text;
    size_t size;
    bool any = false;
    dp_code code = DP_OK;
    for (int i = 0; i < n && !code; i++) {
        int writer = 0;
        code = next_line(&text, &size, t, err);
        if (!code && !text)
            return dp_fail(err, DP_INPUT, "the table ends after %d of %d images", i, n);
        if (!code)
            code = take_line(&writer, t, text, size, err);
        held_out[i] = !code && t->held_out[writer];
        any = any || held_out[i];
    }
    if (!code)
        code = next_line(&text, &size, t, err);
    if (!code && text)
        return dp_fail(err, DP_INPUT, "more lines than the %d images", n);
    if (!code && !any)
        return dp_fail(err, DP_INPUT, "no series has %d writers, one of them to hold out",
                       ROUND);
    return code;
}

static dp_code read_table(bool *held_out, int n, table *t, dp_err *err)
{
    const unsigned char *magic;
    dp_code code = DP_OK;
    if (dp_source_peek(&magic, t->source, 2) >= 2 && magic[0] == 0x1f && magic[1] == 0x8b)
        code = dp_source_gunzip(t->source, err);
    if (!code)
        code = read_header(t, err);
    return code ? code : read_lines(held_out, n, t, err);
}

dp_code dp_writers_hold_out(bool *held_out, int n, const char *path, dp_err *err)
{
    table *t = calloc(1, sizeof *t);
    if (!t)
        return dp_fail(err, DP_NOMEM, "no memory for writers");
    dp_code code = dp_source_open(&t->source, path, err);
    if (!code)
        code = read_table(held_out, n, t, err);
    if (code == DP_INPUT)
        code = dp_err_recode(err, DP_IO);
    if (code)
        code = t->line > 0 ? dp_fail_in(err, code, "%s:%d", path, t->line)
                           : dp_fail_in(err, code, "%s", path);
    dp_tally_clear(&t->writers);
    dp_tally_clear(&t->series);
    dp_source_close(t->source);
    free(t);
    return code;
}
