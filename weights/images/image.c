#include "config.h"

#include "weights/images/image.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"
#include "weights/images/image_format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN "auto pgm ppm pbm png idx csv ndjson raw ascii"

static const struct {
    const char *name;
    const dp_image_format *format;
} names[] = {
    { "auto", NULL },         { "pgm", &dp_image_pnm },
    { "ppm", &dp_image_pnm }, { "pbm", &dp_image_pnm },
    { "png", &dp_image_png }, { "idx", &dp_image_idx },
    { "csv", &dp_image_csv }, { "ndjson", &dp_image_ndjson },
    { "raw", &dp_image_raw }, { "ascii", &dp_image_ascii },
};

dp_code dp_reader_create(dp_reader **out, dp_source *s, const char *format, dp_err *err)
{
    size_t i = 0;
    while (i < DP_COUNT(names) && strcmp(names[i].name, format) != 0)
        i++;
    if (i == DP_COUNT(names))
        return dp_fail(err, DP_USAGE, "unknown format '%s'; the formats are: " KNOWN,
                       format);
    dp_reader *r = calloc(1, sizeof *r);
    if (!r)
        return dp_fail(err, DP_NOMEM, "no memory to read images");
    r->source = s;
    r->format = names[i].format;
    *out = r;
    return DP_OK;
}

void dp_reader_free(dp_reader *r)
{
    if (!r)
        return;
    free(r->pixel);
    dp_strokes_clear(&r->strokes);
    dp_json_stream_clear(&r->json);
    free(r->id);
    free(r->label);
    free(r->writer);
    free(r);
}

const char *dp_reader_format(const dp_reader *r)
{
    return r->format ? r->format->name : NULL;
}

void dp_reader_label_column(dp_reader *r, const char *column)
{
    r->label_column = column;
}

/* ---- helpers of the formats -------------------------------------------------------- */

dp_code dp_image_room(dp_record *out, dp_reader *r, uint64_t width, uint64_t height,
                      dp_err *err)
{
    if (width == 0 || height == 0)
        return dp_fail(err, DP_INPUT, "the image is empty: %llux%llu",
                       (unsigned long long)width, (unsigned long long)height);
    if (width > DP_IMAGE_MAX_SIDE || height > DP_IMAGE_MAX_SIDE)
        return dp_fail(err, DP_INPUT, "the image is %llux%llu; the limit is %dx%d",
                       (unsigned long long)width, (unsigned long long)height,
                       DP_IMAGE_MAX_SIDE, DP_IMAGE_MAX_SIDE);
    size_t size = (size_t)width * (size_t)height;
    if (size > r->pixel_capacity) {
        free(r->pixel);
        r->pixel_capacity = 0;
        r->pixel = malloc(size);
        if (!r->pixel)
            return dp_fail(err, DP_NOMEM, "no memory for an image of %zu bytes", size);
        r->pixel_capacity = size;
    }
    out->kind = DP_RECORD_IMAGE;
    out->gray = (dp_gray){ r->pixel, (int)width, (int)height };
    return DP_OK;
}

dp_code dp_image_values(dp_record *out, dp_reader *r, const double value[DP_PIXELS],
                        dp_err *err)
{
    double most = 0;
    for (int i = 0; i < DP_PIXELS; i++) {
        if (!(value[i] >= 0 && value[i] <= 255))
            return dp_fail(err, DP_INPUT, "value %d is %g; pixels go from 0 to 255",
                           i + 1, value[i]);
        most = fmax(most, value[i]);
    }
    dp_code code = dp_image_room(out, r, DP_SIDE, DP_SIDE, err);
    double scale = most <= 1 ? 255 : 1;
    for (int i = 0; code == DP_OK && i < DP_PIXELS; i++)
        r->pixel[i] = (uint8_t)lrint(value[i] * scale);
    return code;
}

/* ---- detection of the format ------------------------------------------------------- */

/* Formats that are recognised, by the bytes at an offset, but not supported. */
static const struct {
    const char *name;
    size_t at, size;
    const char *bytes;
} foreign[] = {
    { "a JPEG image", 0, 3, "\xff\xd8\xff" },
    { "a GIF image", 0, 4, "GIF8" },
    { "a WebP image", 8, 4, "WEBP" },
    { "a BMP image", 6, 4, "\0\0\0\0" }, /* after "BM", see foreign_name */
    { "a TIFF image", 0, 4, "II*\0" },
    { "a TIFF image", 0, 4, "MM\0*" },
    { "a HEIF or AVIF image", 4, 4, "ftyp" },
    { "a PDF document", 0, 4, "%PDF" },
};

static const char *foreign_name(const unsigned char *b, size_t n)
{
    for (size_t i = 0; i < DP_COUNT(foreign); i++) {
        bool fits = n >= foreign[i].at + foreign[i].size &&
                    memcmp(b + foreign[i].at, foreign[i].bytes, foreign[i].size) == 0;
        bool bitmap = foreign[i].at == 6;
        if (fits && (!bitmap || memcmp(b, "BM", 2) == 0))
            return foreign[i].name;
    }
    return NULL;
}

static dp_code refuse(const unsigned char *b, size_t n, dp_err *err)
{
    const char *name = foreign_name(b, n);
    if (name)
        return dp_fail(err, DP_INPUT,
                       "%s; convert it with ImageMagick: convert FILE -resize "
                       "'1024x1024>' pgm:- | digitpad predict",
                       name);
    return dp_fail(err, DP_INPUT, "unknown image format; give -i FORMAT, one of: " KNOWN);
}

/* Whether a line of CSV can begin with c, if it does not begin with a digit: a header
 * line, or a quoted or signed number. */
static bool starts_csv(int c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("+-.,;\"_#", c));
}

static bool is_netpbm(const unsigned char *b, size_t n)
{
    return n >= 3 && b[0] == 'P' && b[1] >= '1' && b[1] <= '6' &&
           memchr(" \t\r\n#", b[2], 5);
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

/* Detect the format from as few bytes as possible: a writer may wait for the answer to
 * them. */
static dp_code detect(const dp_image_format **out, dp_source *s, dp_err *err)
{
    const unsigned char *b;
    int first = first_character(s);
    if (first == '[' || first == '{' || first < 0) { /* or an empty stream */
        *out = &dp_image_ndjson;
        return DP_OK;
    }
    if (dp_decimal_is_digit(first)) {
        *out = &dp_image_csv;
        return DP_OK;
    }
    size_t n = dp_source_peek(&b, s, 12);
    if (is_netpbm(b, n))
        *out = &dp_image_pnm;
    else if (n >= 4 && memcmp(b, "\x89PNG", 4) == 0)
        *out = &dp_image_png;
    else if (foreign_name(b, n))
        return refuse(b, n, err);
    else if (n >= 2 && b[0] == 0 && b[1] == 0)
        *out = &dp_image_idx;
    else if (starts_csv(first))
        *out = &dp_image_csv;
    else
        return refuse(b, n, err);
    return DP_OK;
}

static dp_code prepare(dp_reader *r, dp_err *err)
{
    const unsigned char *b;
    dp_code code = DP_OK;
    if (r->format != &dp_image_raw && dp_source_peek(&b, r->source, 1) >= 1 &&
        b[0] == 0x1f && dp_source_peek(&b, r->source, 2) >= 2 && b[1] == 0x8b)
        code = dp_source_gunzip(r->source, err);
    if (code == DP_OK && !r->format)
        code = detect(&r->format, r->source, err);
    return code;
}

/* ---- records ----------------------------------------------------------------------- */

/* Complete a failure. If the stream is broken, that is the reason for any other error. */
static dp_code explain(dp_reader *r, dp_code code, dp_err *err)
{
    dp_code broken = dp_source_check(r->source, err);
    if (broken != DP_OK || code != DP_INPUT || !r->format || !r->format->resumes ||
        r->hopeless)
        r->done = true;
    if (broken != DP_OK)
        code = broken;
    return dp_fail_in(err, code, "record %llu, byte %llu", (unsigned long long)r->record,
                      (unsigned long long)r->place);
}

dp_code dp_reader_next(dp_record *out, dp_reader *r, dp_err *err)
{
    dp_record record = { .kind = DP_RECORD_END };
    if (r->done) {
        *out = record;
        return DP_OK;
    }
    dp_code code = r->record++ == 0 ? prepare(r, err) : DP_OK;
    r->place = dp_source_offset(r->source);
    if (code == DP_OK)
        code = r->format->next(&record, r, err);
    if (code == DP_OK && record.kind == DP_RECORD_END)
        code = dp_source_check(r->source, err);
    if (code != DP_OK)
        return explain(r, code, err);
    r->done = record.kind == DP_RECORD_END;
    *out = record;
    return DP_OK;
}
