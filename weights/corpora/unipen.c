#include "config.h"

#include "weights/corpora/convert.h"

#include "weights/corpora/lzw.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* UNIPEN 1.0 (I. Guyon and others, 1994): lines of keywords, which begin with a dot, and of
 * coordinates. A segment is a digit; its label is the quoted text. */

enum { MAX_POINTS = 1 << 18 }; /* of a digit, as many as a drawing may have */

typedef struct point {
    int x, y;   /* y upwards */
    bool first; /* of a stroke */
} point;

typedef struct digit {
    point *point;
    int n, capacity;
    char label;
    int writer;
    bool pen_down, fresh; /* the next point begins a stroke */
} digit;

static bool begins(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

/* Parse two numbers, with blanks before and between them. */
static bool two_numbers(int out[2], const char **text)
{
    const char *at = *text;
    for (int i = 0; i < 2; i++) {
        const size_t blanks = strspn(at, " ");
        at += blanks;
        if ((i > 0 && blanks == 0) || *at < '0' || *at > '9')
            return false;
        char *end;
        const long value = strtol(at, &end, 10);
        if (value > 1000000)
            return false;
        out[i] = (int)value;
        at = end;
    }
    *text = at;
    return true;
}

static bool add_point(digit *d, const int at[2])
{
    if (d->n == d->capacity) {
        const int capacity = d->capacity ? 2 * d->capacity : 256;
        point *longer = realloc(d->point, (size_t)capacity * sizeof *longer);
        if (!longer)
            return false;
        d->point = longer;
        d->capacity = capacity;
    }
    d->point[d->n++] = (point){ at[0], at[1], d->fresh };
    d->fresh = false;
    return true;
}

/* Write the digit, if it has ink, and forget its points. */
static void finish(dp_text *out, digit *d)
{
    if (d->n == 0)
        return;
    int left = d->point[0].x, top = d->point[0].y;
    for (int i = 1; i < d->n; i++) {
        left = d->point[i].x < left ? d->point[i].x : left;
        top = d->point[i].y > top ? d->point[i].y : top;
    }
    dp_text_add(out, "{\"label\":%c,\"writer\":\"train%02d\",\"strokes\":[", d->label,
                d->writer);
    for (int i = 0; i < d->n; i++) {
        const point *p = &d->point[i];
        const char *before = !p->first ? "," : i > 0 ? "],[" : "[";
        dp_text_add(out, "%s[%d,%d]", before, p->x - left, top - p->y);
    }
    dp_text_add(out, "]]}\n");
    d->n = 0;
}

/* A segment without a digit as its label is read as a 0, as nobody has marked one. */
static void begin_segment(digit *d, const char *line)
{
    const char *quote = strchr(line, '"');
    d->label = quote && quote[1] >= '0' && quote[1] <= '9' ? quote[1] : '0';
}

/* ".COMMENT DIGIT WRITER", as pendigits has it. */
static void read_writer(digit *d, const char *text)
{
    int number[2];
    if (two_numbers(number, &text) && text[strspn(text, " ")] == '\0')
        d->writer = number[1];
}

/* DP_INPUT if a digit has too many points; DP_NOMEM. */
static dp_code read_line(dp_text *out, digit *d, const char *line, dp_err *err)
{
    int at[2];
    if (begins(line, ".SEGMENT")) {
        finish(out, d);
        begin_segment(d, line);
    } else if (begins(line, ".COMMENT ")) {
        read_writer(d, line + strlen(".COMMENT"));
    } else if (begins(line, ".PEN_DOWN")) {
        d->pen_down = d->fresh = true;
    } else if (begins(line, ".PEN_UP")) {
        d->pen_down = false;
    } else if (d->pen_down && two_numbers(at, &line)) {
        if (d->n == MAX_POINTS)
            return dp_fail(err, DP_INPUT, "a digit has more than %d points", MAX_POINTS);
        if (!add_point(d, at))
            return dp_fail(err, DP_NOMEM, "no memory for a drawing");
    }
    return DP_OK;
}

static dp_code read_lines(dp_text *out, const dp_text *from, dp_err *err)
{
    digit d = { .label = '0' };
    dp_code code = DP_OK;
    for (char *line = from->bytes; line && *line && !code;) {
        char *end = line + strcspn(line, "\n");
        const bool more = *end != '\0';
        *end = '\0';
        code = read_line(out, &d, line, err);
        if (!code && out->size > DP_CONVERT_MAX)
            code = dp_fail(err, DP_INPUT, "more than %d bytes", DP_CONVERT_MAX);
        line = more ? end + 1 : NULL;
    }
    finish(out, &d);
    free(d.point);
    return code;
}

dp_code dp_convert_unipen(dp_text *out, const uint8_t *bytes, size_t size, dp_err *err)
{
    dp_text text = { 0 };
    dp_code code = dp_lzw_expand(&text, bytes, size, DP_CONVERT_MAX, err);
    if (!code && text.failed)
        code = dp_fail(err, DP_NOMEM, "no memory for the drawings");
    if (!code)
        code = read_lines(out, &text, err);
    dp_text_clear(&text);
    return code;
}
