#include "config.h"

#include "weights/images/image.h"

#include "engine/core/arith.h"
#include "weights/images/image_format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const dp_image_format *format;
} names[] = {
    { "auto", NULL },
    { "pgm", &dp_image_pnm },
    { "ppm", &dp_image_pnm },
    { "pbm", &dp_image_pnm },
    { "png", &dp_image_png },
    { "jpeg", &dp_image_jpeg },
    { "npy", &dp_image_npy },
    { "npz", &dp_image_npz },
    { "idx", &dp_image_idx },
    { "csv", &dp_image_csv },
    { "ndjson", &dp_image_ndjson },
    { "raw", &dp_image_raw },
    { "ascii", &dp_image_ascii },
};

dp_code dp_reader_create(dp_reader **out, dp_source *s, const char *format, dp_err *err)
{
    size_t i = 0;
    while (i < DP_COUNT(names) && strcmp(names[i].name, format) != 0)
        i++;
    if (i == DP_COUNT(names))
        return dp_fail(err, DP_USAGE,
                       "unknown format '%s'; the formats are: " DP_IMAGE_FORMATS, format);
    dp_reader *r = calloc(1, sizeof *r);
    if (!r)
        return dp_fail(err, DP_NOMEM, "no memory to read images");
    r->source = s;
    r->format = names[i].format;
    r->any = !r->format;
    *out = r;
    return DP_OK;
}

void dp_reader_free(dp_reader *r)
{
    if (!r)
        return;
    free(r->pixel);
    free(r->alpha);
    free(r->turned);
    free(r->npy.bytes);
    dp_source_close(r->member);
    dp_source_close(r->labels);
    free(r->archive);
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

void dp_reader_continue(dp_reader *r, uint64_t records, uint64_t bytes)
{
    r->continues = true;
    r->record = records;
    r->before = bytes;
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

dp_code dp_image_alpha_room(dp_reader *r, dp_err *err)
{
    if (r->alpha_capacity >= r->pixel_capacity)
        return DP_OK;
    free(r->alpha);
    r->alpha_capacity = 0;
    r->alpha = malloc(r->pixel_capacity);
    if (!r->alpha)
        return dp_fail(err, DP_NOMEM, "no memory for an image of %zu bytes",
                       r->pixel_capacity);
    r->alpha_capacity = r->pixel_capacity;
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
    double scale = dp_image_scale(most);
    for (int i = 0; code == DP_OK && i < DP_PIXELS; i++)
        r->pixel[i] = (uint8_t)lrint(value[i] * scale);
    return code;
}

/* ---- records ----------------------------------------------------------------------- */

static dp_code prepare(dp_reader *r, dp_err *err)
{
    const unsigned char *b;
    dp_code code = DP_OK;
    if (r->format != &dp_image_raw && dp_source_peek(&b, r->source, 1) >= 1 &&
        b[0] == 0x1f && dp_source_peek(&b, r->source, 2) >= 2 && b[1] == 0x8b)
        code = dp_source_gunzip(r->source, err);
    if (code == DP_OK && !r->format)
        code = dp_image_detect(&r->format, r->source, err);
    return code;
}

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
                      (unsigned long long)(r->before + r->place));
}

/* Exchange rows and columns. */
static dp_code transpose(dp_gray *gray, dp_reader *r, dp_err *err)
{
    const size_t width = (size_t)gray->width, height = (size_t)gray->height;
    uint8_t *turned = realloc(r->turned, width * height);
    if (!turned)
        return dp_fail(err, DP_NOMEM, "no memory for an image of %zu bytes",
                       width * height);
    r->turned = turned;
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            turned[x * height + y] = gray->pixel[y * width + x];
    *gray = (dp_gray){ turned, (int)height, (int)width };
    return DP_OK;
}

/* After an image: see what follows. Another image may have another format, if that is to be
 * detected. Anything else but white space is worth a warning. */
static void find_next(dp_reader *r)
{
    const unsigned char *b;
    while (dp_source_peek(&b, r->source, 1) > 0 && memchr(" \t\r\n", b[0], 4))
        dp_source_get(r->source);
    if (dp_source_peek(&b, r->source, 1) == 0)
        return;
    const dp_image_format *format = dp_image_begins(r->source);
    if (format && format->chained && (r->any || format == r->format)) {
        r->format = format;
        return;
    }
    r->done = true;
    snprintf(r->warning, sizeof r->warning,
             "bytes after the last image are ignored, from byte %llu",
             (unsigned long long)dp_source_offset(r->source));
}

static dp_code read_record(dp_record *out, dp_reader *r, dp_err *err)
{
    dp_code code = r->record++ == 0 && !r->continues ? prepare(r, err) : DP_OK;
    if (code == DP_OK && r->record > 1 && r->format->chained && !r->inside)
        find_next(r);
    r->place = dp_source_offset(r->source);
    const bool skip = r->skipping && r->format && r->format->skip;
    if (code == DP_OK && !r->done)
        code = (skip ? r->format->skip : r->format->next)(out, r, err);
    if (code == DP_OK && out->kind == DP_RECORD_END)
        code = dp_source_check(r->source, err);
    return code;
}

dp_code dp_reader_next(dp_record *out, dp_reader *r, dp_err *err)
{
    dp_record record = { .kind = DP_RECORD_END };
    if (!r->done) {
        dp_code code = read_record(&record, r, err);
        if (code == DP_OK && r->transpose && !r->skipping &&
            record.kind == DP_RECORD_IMAGE)
            code = transpose(&record.gray, r, err);
        if (code != DP_OK)
            return explain(r, code, err);
        r->done = record.kind == DP_RECORD_END;
    }
    *out = record;
    return DP_OK;
}

dp_code dp_reader_skip(bool *at_end, dp_reader *r, dp_err *err)
{
    dp_record record;
    r->skipping = true;
    dp_code code = dp_reader_next(&record, r, err);
    r->skipping = false;
    if (code == DP_OK)
        *at_end = record.kind == DP_RECORD_END;
    return code;
}

void dp_reader_transpose(dp_reader *r, bool transpose)
{
    r->transpose = transpose;
}

const char *dp_reader_warning(const dp_reader *r)
{
    return r->warning[0] ? r->warning : NULL;
}
