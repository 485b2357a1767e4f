/* The idx format: IDX files of images, one image at a time. */
#include "config.h"

#include "weights/images/image_format.h"

static uint32_t big_endian(const uint8_t b[4])
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static dp_code read_header(dp_reader *r, dp_err *err)
{
    uint8_t b[16];
    size_t n = dp_source_read(r->source, b, 4);
    if (n == 4 && big_endian(b) == 0x00000801)
        return dp_fail(err, DP_INPUT, "an IDX file of labels, not of images");
    if (n < 4 || big_endian(b) != 0x00000803)
        return dp_fail(err, DP_INPUT,
                       "not an IDX file of images: it does not begin with 00 00 08 03");
    r->place = 4;
    if (dp_source_read(r->source, b + 4, 12) < 12)
        return dp_fail(err, DP_INPUT, "the file ends inside the header");
    r->idx.n = r->idx.left = big_endian(b + 4);
    r->idx.height = big_endian(b + 8);
    r->idx.width = big_endian(b + 12);
    return DP_OK;
}

static dp_code at_end(dp_reader *r, dp_err *err)
{
    if (dp_source_get(r->source) < 0)
        return DP_OK;
    return dp_fail(err, DP_INPUT, "more bytes than the %u images of the header",
                   r->idx.n);
}

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    const unsigned char *b;
    if (r->record == 1) {
        if (dp_source_peek(&b, r->source, 1) == 0)
            return DP_OK;
        dp_code code = read_header(r, err);
        if (code != DP_OK)
            return code;
    }
    if (r->idx.left == 0)
        return at_end(r, err);
    dp_code code = dp_image_room(out, r, r->idx.width, r->idx.height, err);
    if (code != DP_OK)
        return code;
    size_t size = (size_t)r->idx.width * r->idx.height;
    size_t got = dp_source_read(r->source, r->pixel, size);
    if (got < size) {
        r->place = dp_source_offset(r->source);
        return dp_fail(err, DP_INPUT, "the file ends inside image %u of %u",
                       r->idx.n - r->idx.left + 1, r->idx.n);
    }
    r->idx.left--;
    return DP_OK;
}

const dp_image_format dp_image_idx = { "idx", false, false, next, NULL };
