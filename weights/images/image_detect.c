/* Which format a stream has, from as few bytes as possible: a writer may wait for the answer to
 * them. Binary formats come first, then files that are not read, and then texts. */
#include "config.h"

#include "engine/core/decimal.h"
#include "weights/images/image_format.h"
#include "weights/images/signature.h"

#include <string.h>

/* Whether a line of CSV can begin with c, if it does not begin with a digit: a header
 * line, or a quoted or signed number. */
static bool starts_csv(int c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("+-.,;\"_#", c));
}

/* Whether the stream goes on with these bytes. Peeks at the first one alone unless it fits: a
 * writer may wait for the answer to few bytes. */
static bool goes_on(dp_source *s, const char *bytes, size_t size)
{
    const unsigned char *b;
    return dp_source_peek(&b, s, 1) >= 1 && b[0] == (unsigned char)bytes[0] &&
           dp_source_peek(&b, s, size) >= size && memcmp(b, bytes, size) == 0;
}

static bool is_netpbm(dp_source *s)
{
    const unsigned char *b;
    return goes_on(s, "P", 1) && dp_source_peek(&b, s, 3) >= 3 && b[1] >= '1' &&
           b[1] <= '6' && memchr(" \t\r\n#", b[2], 5);
}

/* IDX of any type, so that the reader can say which are supported. */
static bool is_idx(dp_source *s)
{
    const unsigned char *b;
    return goes_on(s, "\0\0", 2) && dp_source_peek(&b, s, 3) >= 3 && b[2] >= 8 &&
           b[2] <= 14;
}

/* A ZIP archive whose first file is a NumPy array. The header of a file has 30 bytes, with the
 * length of its name at byte 26; the name follows. */
static bool is_npz(dp_source *s)
{
    const unsigned char *b;
    if (!goes_on(s, "PK\3\4", 4) || dp_source_peek(&b, s, 30) < 30)
        return false;
    const size_t end = 30 + (size_t)b[26] + (size_t)b[27] * 256;
    return end > 34 && end <= DP_SOURCE_MAX_PEEK && dp_source_peek(&b, s, end) >= end &&
           memcmp(b + end - 4, ".npy", 4) == 0;
}

const dp_image_format *dp_image_begins(dp_source *s)
{
    if (is_netpbm(s))
        return &dp_image_pnm;
    if (goes_on(s, "\x89PNG", 4))
        return &dp_image_png;
    if (goes_on(s, "\xff\xd8\xff", 3))
        return &dp_image_jpeg;
    if (goes_on(s, "\x93NUMPY", 6))
        return &dp_image_npy;
    if (is_npz(s))
        return &dp_image_npz;
    return is_idx(s) ? &dp_image_idx : NULL;
}

/* The first byte after a byte order mark and white space; −1 if none of the first
 * DP_SOURCE_MAX_PEEK bytes is one. Peeks byte by byte, as more may never arrive. */
static int first_character(dp_source *s)
{
    const unsigned char *b;
    size_t i = dp_source_peek(&b, s, 1) >= 1 && b[0] == 0xef ? 3 : 0;
    for (; i < DP_SOURCE_MAX_PEEK; i++) {
        if (dp_source_peek(&b, s, i + 1) <= i)
            return -1;
        if (!memchr(" \t\r\n", b[i], 4))
            return b[i];
    }
    return -1;
}

/* Peek at the beginning of what is probably text: no more than its first line, because a writer
 * may wait for the answer to it. A JSON text may have two bytes, a line of CSV has hundreds. */
static size_t peek_line(const unsigned char **b, dp_source *s, int first)
{
    size_t least = dp_decimal_is_digit(first) ? 1 : 12, most = 64, n = 0;
    if (first == '[' || first == '{')
        least = most = 2;
    bool more = true;
    while (more && n < most) {
        more = dp_source_peek(b, s, n + 1) > n;
        n += more;
        if (more && n >= least && (*b)[n - 1] == '\n')
            break;
    }
    return n;
}

static dp_code refuse(dp_source *s, dp_err *err)
{
    const unsigned char *b;
    const size_t n = dp_source_peek(&b, s, DP_SIGNATURE_SIZE);
    const char *name = dp_signature_name(b, n);
    if (name)
        return dp_fail(err, DP_INPUT, "%s", name);
    return dp_fail(err, DP_INPUT,
                   "unknown image format; give -i FORMAT, one of: " DP_IMAGE_FORMATS);
}

dp_code dp_image_detect(const dp_image_format **out, dp_source *s, dp_err *err)
{
    const unsigned char *b;
    *out = dp_image_begins(s);
    if (*out)
        return DP_OK;
    const int first = first_character(s);
    const size_t n = peek_line(&b, s, first);
    if (dp_signature_is_binary(b, n) || dp_signature_name(b, n))
        return refuse(s, err);
    if (first == '[' || first == '{' || first < 0) /* or an empty stream */
        *out = &dp_image_ndjson;
    else if (dp_decimal_is_digit(first) || starts_csv(first))
        *out = &dp_image_csv;
    else
        return refuse(s, err);
    return DP_OK;
}
