/* Between the image readers: what image.c and the formats know of each other. */
#ifndef DP_WEIGHTS_DATA_IMAGE_FORMAT_H
#define DP_WEIGHTS_DATA_IMAGE_FORMAT_H

#include "weights/data/image.h"

/* A format reads one record after the other from r->source. */
typedef struct dp_image_format {
    const char *name;
    bool resumes; /* after a bad record the next one can be found */

    /* As dp_reader_next, but for record number and offset in messages. */
    dp_code (*next)(dp_record *out, dp_reader *r, dp_err *err);
} dp_image_format;

extern const dp_image_format dp_image_pnm, dp_image_png, dp_image_idx, dp_image_csv,
    dp_image_ndjson, dp_image_raw, dp_image_ascii;

struct dp_reader {
    dp_source *source;
    const dp_image_format *format; /* NULL: still to be guessed */
    bool done;
    uint64_t record; /* number of the current one, from 1 */
    uint64_t place; /* where an error lies; set before each record, moved on by formats */

    /* What a record points to, kept to be used again. */
    uint8_t *pixel;
    size_t pixel_capacity;
    dp_strokes strokes;
    char *id, *label, *writer;

    /* Of one format only. */
    struct {
        uint32_t n, left, height, width;
    } idx;
    uint64_t csv_line;
};

/* Make r->pixel hold a width × height image and describe it in *out. DP_INPUT where a
 * side is 0 or above DP_IMAGE_MAX_SIDE, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_image_room(dp_record *out, dp_reader *r, uint64_t width, uint64_t height,
                      dp_err *err);

/* Values 0–255, or 0–1 where none is above 1, become the 28×28 image of *out. DP_INPUT
 * names the position of a value out of range. */
DP_MUST_CHECK
dp_code dp_image_values(dp_record *out, dp_reader *r, const double value[DP_PIXELS],
                        dp_err *err);

/* Rec. 601 luma of 8-bit channels. */
static inline uint8_t dp_image_luma(unsigned red, unsigned green, unsigned blue)
{
    return (uint8_t)((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

#endif
