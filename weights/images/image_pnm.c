/* The netpbm formats pgm, ppm and pbm: P1 to P3 are text, P4 to P6 binary; bit maps, grey
 * and colour. */
#include "config.h"

#include "engine/core/decimal.h"
#include "weights/images/image_format.h"

typedef struct header {
    int type;     /* 1 … 6 */
    int channels; /* 3 for P3 and P6 */
    unsigned width, height, most;
} header;

/* isspace in the C locale. */
static bool is_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int skip_comment(dp_source *s)
{
    int c = dp_source_get(s);
    while (c != '\n' && c != '\r' && c >= 0)
        c = dp_source_get(s);
    return c;
}

/* Read a whole number, the white space and comments before it, and the one white space
 * after it. Not core/decimal.h: the digits come from a stream and are taken one by one. A
 * number beyond a million, which no caller allows, is no longer exact. */
static dp_code read_number(unsigned *out, dp_source *s, const char *what, dp_err *err)
{
    int c = dp_source_get(s);
    while (is_space(c) || c == '#')
        c = c == '#' ? skip_comment(s) : dp_source_get(s);
    if (c < 0)
        return dp_fail(err, DP_INPUT, "the file ends before the %s", what);
    if (!dp_decimal_is_digit(c))
        return dp_fail(err, DP_INPUT, "the %s is not a number", what);
    unsigned value = 0;
    for (; dp_decimal_is_digit(c); c = dp_source_get(s))
        value = value < 1000000 ? value * 10 + (unsigned)(c - '0') : value;
    if (c == '#')
        c = skip_comment(s);
    if (c >= 0 && !is_space(c))
        return dp_fail(err, DP_INPUT, "the %s is followed by neither space nor newline",
                       what);
    *out = value;
    return DP_OK;
}

static dp_code read_header(header *h, dp_source *s, dp_err *err)
{
    dp_code code;
    int type = dp_source_get(s) == 'P' ? dp_source_get(s) : 0;
    if (type < '1' || type > '6')
        return dp_fail(err, DP_INPUT, "not a netpbm image (P1 to P6)");
    *h = (header){ .type = type - '0', .most = 1 };
    h->channels = h->type == 3 || h->type == 6 ? 3 : 1;
    if ((code = read_number(&h->width, s, "width", err)) != DP_OK ||
        (code = read_number(&h->height, s, "height", err)) != DP_OK)
        return code;
    if (h->type != 1 && h->type != 4)
        code = read_number(&h->most, s, "greatest value", err);
    if (code == DP_OK && (h->most < 1 || h->most > 65535))
        return dp_fail(err, DP_INPUT, "the greatest value is %u, not from 1 to 65535",
                       h->most);
    return code;
}

static dp_code ended(dp_err *err)
{
    return dp_fail(err, DP_INPUT, "the file ends inside the image");
}

/* Read one pixel of P1, in which digits need no space between them. 1 is black. */
static dp_code read_bit(unsigned *out, dp_source *s, dp_err *err)
{
    int c = dp_source_get(s);
    while (is_space(c) || c == '#')
        c = c == '#' ? skip_comment(s) : dp_source_get(s);
    if (c < 0)
        return ended(err);
    if (c != '0' && c != '1')
        return dp_fail(err, DP_INPUT, "a pixel of a bit map is neither 0 nor 1");
    *out = c == '0';
    return DP_OK;
}

static dp_code read_sample(unsigned *out, dp_source *s, const header *h, dp_err *err)
{
    if (h->type == 1)
        return read_bit(out, s, err);
    if (h->type <= 3)
        return read_number(out, s, "pixel", err);
    int high = h->most > 255 ? dp_source_get(s) : 0, low = dp_source_get(s);
    if (high < 0 || low < 0)
        return ended(err);
    *out = (unsigned)high << 8 | (unsigned)low;
    return DP_OK;
}

static dp_code read_pixel(uint8_t *out, dp_source *s, const header *h, dp_err *err)
{
    unsigned level[3] = { 0 };
    for (int i = 0; i < h->channels; i++) {
        unsigned value;
        dp_code code = read_sample(&value, s, h, err);
        if (code != DP_OK)
            return code;
        if (value > h->most)
            return dp_fail(err, DP_INPUT, "a pixel is %u, above the greatest value %u",
                           value, h->most);
        level[i] = (value * 255 + h->most / 2) / h->most;
    }
    *out = (uint8_t)level[0];
    if (h->channels == 3)
        *out = dp_image_luma(level[0], level[1], level[2]);
    return DP_OK;
}

/* Read a row of P4: eight pixels a byte, padded to a whole byte. */
static dp_code read_bit_row(uint8_t *row, dp_source *s, unsigned width, dp_err *err)
{
    int byte = 0;
    for (unsigned x = 0; x < width; x++) {
        if (x % 8 == 0 && (byte = dp_source_get(s)) < 0)
            return ended(err);
        row[x] = byte >> (7 - x % 8) & 1 ? 0 : 255;
    }
    return DP_OK;
}

/* Binary grey images of 8 bits, the common case, need no conversion. */
static dp_code read_row(uint8_t *row, dp_source *s, const header *h, dp_err *err)
{
    if (h->type == 4)
        return read_bit_row(row, s, h->width, err);
    if (h->type == 5 && h->most == 255)
        return dp_source_read(s, row, h->width) == h->width ? DP_OK : ended(err);
    dp_code code = DP_OK;
    for (unsigned x = 0; code == DP_OK && x < h->width; x++)
        code = read_pixel(&row[x], s, h, err);
    return code;
}

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    header h;
    const unsigned char *b;
    if (dp_source_peek(&b, r->source, 1) == 0)
        return DP_OK;
    dp_code code = read_header(&h, r->source, err);
    if (code == DP_OK)
        code = dp_image_room(out, r, h.width, h.height, err);
    for (unsigned y = 0; code == DP_OK && y < h.height; y++)
        code = read_row(r->pixel + (size_t)y * h.width, r->source, &h, err);
    r->place = dp_source_offset(r->source);
    return code;
}

const dp_image_format dp_image_pnm = { "pgm", false, true, next, NULL };
