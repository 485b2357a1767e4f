/* The interface between image.c and the readers of the formats. */
#ifndef DP_WEIGHTS_IMAGES_IMAGE_FORMAT_H
#define DP_WEIGHTS_IMAGES_IMAGE_FORMAT_H

#include "weights/images/csv_columns.h"
#include "weights/images/image.h"
#include "weights/images/json_stream.h"
#include "weights/images/npy_header.h"

/* The reader of one format. */
typedef struct dp_image_format {
    const char *name;
    bool resumes; /* whether the next record can be found after a bad one */
    bool
        chained; /* whether another image, also of another format, may follow at the end */

    /* As dp_reader_next, but without record number and offset in messages. */
    dp_code (*next)(dp_record *out, dp_reader *r, dp_err *err);

    /* The same without decoding the record: only out->kind is set. NULL: `next` does it. */
    dp_code (*skip)(dp_record *out, dp_reader *r, dp_err *err);
} dp_image_format;

extern const dp_image_format dp_image_pnm, dp_image_png, dp_image_jpeg, dp_image_npy,
    dp_image_npz, dp_image_idx, dp_image_csv, dp_image_ndjson, dp_image_raw,
    dp_image_ascii;

/* An array of images that is being read. */
typedef struct dp_npy_images {
    dp_npy npy;
    uint64_t left, index;   /* images that follow; the number of the next, from 0 */
    uint64_t width, height; /* of each */
    uint64_t step_right, step_down; /* elements between neighbours */
    uint8_t *bytes;                 /* of an image, or of all in Fortran's order */
    size_t capacity;
} dp_npy_images;

struct dp_reader {
    dp_source *source;
    const dp_image_format *format; /* NULL until it is detected */
    const char *label_column;      /* as for dp_reader_label_column */
    bool any;                      /* whether the format was to be detected */
    bool inside;                   /* whether an array or the like has more records */
    bool done;
    bool skipping;   /* the current record is passed over */
    bool hopeless;   /* a format found an error after which it cannot read on */
    bool continues;  /* as for dp_reader_continue */
    uint64_t before; /* bytes of the stream before the source */
    uint64_t record; /* number of the current one, from 1 */
    uint64_t place; /* byte offset for messages: of the record, unless a format sets it */

    /* The memory of the current record, reused by the next one. */
    uint8_t *pixel;
    size_t pixel_capacity;
    uint8_t *alpha; /* of formats with transparency */
    size_t alpha_capacity;
    bool transpose;
    uint8_t *turned;   /* the transposed image */
    char warning[100]; /* empty if there is none */
    dp_strokes strokes;
    char *id, *label, *writer;

    /* State of single formats. */
    struct {
        uint32_t n, left, height, width;
    } idx;
    dp_npy_images npy;
    uint8_t *archive;  /* npz: the whole file, */
    dp_source *member; /* the array in it, */
    dp_source *labels; /* and the array of labels, of this type, or NULL */
    dp_npy label_type;
    uint32_t jpeg_parts; /* pictures of an MPF file that are left, with the current one */
    struct {
        uint64_t line;  /* number of the current one, from 1 */
        char separator; /* 0 until a line has enough fields */
        dp_csv_columns columns;
    } csv;
    dp_json_stream json;
};

/* The binary format that begins here; NULL if none does. */
const dp_image_format *dp_image_begins(dp_source *s);

/* Detect the format of a stream. DP_INPUT for one that is not read, with what it is. */
DP_MUST_CHECK
dp_code dp_image_detect(const dp_image_format **out, dp_source *s, dp_err *err);

/* Make room for a width × height image in r->pixel and set *out to it. DP_INPUT if a side
 * is 0 or above DP_IMAGE_MAX_SIDE, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_image_room(dp_record *out, dp_reader *r, uint64_t width, uint64_t height,
                      dp_err *err);

/* Set *out to a 28×28 image of these values, which go from 0 to 255, or from 0 to 1 if
 * none is above 1. DP_INPUT, with its position, if a value is out of range; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_image_values(dp_record *out, dp_reader *r, const double value[DP_PIXELS],
                        dp_err *err);

/* Make room for the opacity of that image in r->alpha. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_image_alpha_room(dp_reader *r, dp_err *err);

/* The factor from the values of an array to 0 … 255: they go to 1 if the largest does. */
static inline double dp_image_scale(double most)
{
    return most <= 1 ? 255 : 1;
}

/* Rec. 601 luma of 8-bit channels. */
static inline uint8_t dp_image_luma(unsigned red, unsigned green, unsigned blue)
{
    return (uint8_t)((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

#endif
