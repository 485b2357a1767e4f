#include "config.h"

#include "weights/corpora/lzw.h"

#include <stdbool.h>
#include <stdlib.h>

/* T. Welch, "A Technique for High-Performance Data Compression", Computer 17 (1984), in the form
 * of compress 4.0. Two magic bytes and one of flags are followed by codes of 9 to 16 bits, the low
 * bits first. Files whose codes never exceed 9 bits are not read. Codes of one width come in groups of eight, and a group is filled up when the width
 * changes. */
enum { HEAD = 3, BITS = 0x1f, BLOCKS = 0x80, MIN_BITS = 10, MAX_BITS = 16, CLEAR = 256 };

typedef struct reader {
    const uint8_t *bytes;
    size_t size, bit; /* the position */
    size_t group;     /* where codes of the present width began */
    unsigned width;
} reader;

typedef struct table {
    uint16_t prefix[1 << MAX_BITS]; /* the entry without its last byte */
    uint8_t last[1 << MAX_BITS];
    uint8_t reversed[1 << MAX_BITS]; /* one entry, backwards */
    unsigned used, first_free;
} table;

/* The next code; −1 at the end. */
static int next_code(reader *r)
{
    if (r->bit + r->width > 8 * r->size)
        return -1;
    unsigned code = 0;
    for (unsigned i = 0; i < r->width; i++, r->bit++)
        code |= (unsigned)(r->bytes[r->bit / 8] >> (r->bit % 8) & 1) << i;
    return (int)code;
}

/* Skip the rest of the group and go on with another width. */
static void set_width(reader *r, unsigned width)
{
    const size_t group = 8 * (size_t)r->width;
    const size_t used = (r->bit - r->group) % group;
    r->bit += used > 0 ? group - used : 0;
    r->group = r->bit;
    r->width = width;
}

/* Append the bytes of an entry; returns the first of them. */
static uint8_t write_entry(dp_text *out, table *t, unsigned code)
{
    unsigned n = 0;
    for (; code > 255; code = t->prefix[code])
        t->reversed[n++] = t->last[code];
    t->reversed[n++] = (uint8_t)code;
    const uint8_t first = t->reversed[n - 1];
    while (n > 0)
        dp_text_append(out, (const char *)&t->reversed[--n], 1);
    return first;
}

/* Expand one code after the code `before`, or −1; false if it cannot be. */
static bool expand(dp_text *out, table *t, unsigned code, int before, unsigned max_bits)
{
    const bool own = code == t->used && before >= 0; /* the entry that it makes itself */
    if (code >= t->used && !own)
        return false;
    const unsigned known = own ? (unsigned)before : code;
    uint8_t first = write_entry(out, t, known);
    if (own)
        dp_text_append(out, (const char *)&first, 1);
    if (before >= 0 && t->used < 1U << max_bits) {
        t->prefix[t->used] = (uint16_t)before;
        t->last[t->used++] = first;
    }
    return true;
}

static dp_code expand_all(dp_text *out, table *t, reader *r, size_t limit, dp_err *err)
{
    const uint8_t flags = r->bytes[2];
    const unsigned max_bits = flags & BITS;
    const bool blocks = flags & BLOCKS;
    t->used = t->first_free = blocks ? CLEAR + 1 : CLEAR;
    for (int code, before = -1; (code = next_code(r)) >= 0; before = code) {
        if (blocks && code == CLEAR) {
            t->used = t->first_free;
            set_width(r, 9);
            code = -1;
        } else if ((before < 0 && code > 255) ||
                   !expand(out, t, (unsigned)code, before, max_bits)) {
            return dp_fail(err, DP_INPUT, "the compressed data are damaged at byte %zu",
                           r->bit / 8);
        } else if (t->used == 1U << r->width && r->width < max_bits) {
            set_width(r, r->width + 1);
        }
        if (out->size > limit)
            return dp_fail(err, DP_INPUT, "more than %zu bytes", limit);
    }
    return DP_OK;
}

dp_code dp_lzw_expand(dp_text *out, const uint8_t *bytes, size_t size, size_t limit,
                      dp_err *err)
{
    reader r = { bytes, size, 8 * HEAD, 8 * HEAD, 9 };
    if (size < HEAD || bytes[0] != 0x1f || bytes[1] != 0x9d ||
        (bytes[2] & BITS) < MIN_BITS || (bytes[2] & BITS) > MAX_BITS)
        return dp_fail(err, DP_INPUT, "not a file of compress (.Z)");
    table *t = malloc(sizeof *t);
    if (!t)
        return dp_fail(err, DP_NOMEM, "no memory to decompress");
    dp_code code = expand_all(out, t, &r, limit, err);
    free(t);
    return code;
}
