/* The formats without a header: raw (bytes) and ascii (characters from light to dark). */
#include "config.h"

#include "weights/images/image_format.h"

#include <string.h>

static dp_code next_raw(dp_record *out, dp_reader *r, dp_err *err)
{
    const unsigned char *b;
    if (dp_source_peek(&b, r->source, 1) == 0)
        return DP_OK;
    dp_code code = dp_image_room(out, r, DP_SIDE, DP_SIDE, err);
    if (code != DP_OK)
        return code;
    size_t got = dp_source_read(r->source, r->pixel, DP_PIXELS);
    if (got == DP_PIXELS)
        return DP_OK;
    return dp_fail(err, DP_INPUT, "%zu bytes are left; an image has %d", got, DP_PIXELS);
}

const dp_image_format dp_image_raw = { "raw", false, false, next_raw, NULL };

/* Parse a row of at most 28 characters. A shorter line is padded with blanks, because
 * text editors strip blanks at the end of a line. */
static dp_code read_ascii_row(uint8_t row[DP_SIDE], const char *line, size_t size, int y,
                              dp_err *err)
{
    static const char ramp[] = " .:-=+*#%@";
    memset(row, 0, DP_SIDE);
    for (size_t x = 0; x < size; x++) {
        const char *level = line[x] ? strchr(ramp, line[x]) : NULL;
        if (!level)
            return dp_fail(err, DP_INPUT,
                           "line %d of the image, column %zu: not one of \"%s\"", y + 1,
                           x + 1, ramp);
        if (x >= DP_SIDE && level > ramp)
            return dp_fail(err, DP_INPUT, "line %d of the image has more than %d columns",
                           y + 1, DP_SIDE);
        if (x < DP_SIDE)
            row[x] = (uint8_t)((level - ramp) * 255 / 9);
    }
    return DP_OK;
}

/* All 28 lines are read even if one is bad, so that the next image can be read. */
static dp_code next_ascii(dp_record *out, dp_reader *r, dp_err *err)
{
    dp_code bad = DP_OK;
    for (int y = 0; y < DP_SIDE; y++) {
        const char *line;
        size_t size;
        uint64_t place = dp_source_offset(r->source);
        dp_code code = dp_source_line(&line, &size, r->source, err);
        if (code == DP_OK && !line && y == 0)
            return DP_OK;
        if (code == DP_OK && y == 0)
            code = dp_image_room(out, r, DP_SIDE, DP_SIDE, err);
        if (code == DP_OK && !line)
            code =
                dp_fail(err, DP_INPUT, "the file ends after %d of %d lines", y, DP_SIDE);
        else if (code == DP_OK && bad == DP_OK)
            code = read_ascii_row(r->pixel + (ptrdiff_t)y * DP_SIDE, line, size, y, err);
        if (code != DP_OK && bad == DP_OK) {
            bad = code;
            r->place = place;
        }
        if (code != DP_OK && (code != DP_INPUT || !line))
            return code;
    }
    return bad;
}

const dp_image_format dp_image_ascii = { "ascii", true, false, next_ascii, NULL };
