/* The png format, converted to grey row by row, within limits of memory. */
#include "config.h"

#include "weights/images/alpha.h"
#include "weights/images/image_format.h"

#if HAVE_PNG
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

/* Limits on chunks with text, profiles and the like. An image that exceeds them is
 * refused. */
enum { MAX_CHUNK = 1 << 20, MAX_CHUNKS = 64 };

/* The state of decoding one image. Everything that must survive a longjmp is in here. */
typedef struct decoder {
    dp_reader *reader;
    dp_record *record;
    dp_err *err;
    dp_code code;
    png_structp png;
    png_infop info;
    uint8_t *row;    /* one row of one pass, as libpng converts it */
    size_t channels; /* of a pixel in it: grey or RGB, with alpha if there are 2 or 4 */
} decoder;

static void on_error(png_structp png, png_const_charp message)
{
    decoder *d = png_get_error_ptr(png);
    if (d->code == DP_OK)
        d->code = dp_fail(d->err, DP_INPUT, "damaged PNG: %s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void on_read(png_structp png, png_bytep out, size_t n)
{
    decoder *d = png_get_io_ptr(png);
    if (dp_source_read(d->reader->source, out, n) < n)
        png_error(png, "the file ends inside the image");
}

static void fail(decoder *d, dp_code code)
{
    d->code = code;
    png_longjmp(d->png, 1);
}

static bool has_alpha(const decoder *d)
{
    return d->channels % 2 == 0;
}

/* Read the header, check the limits, and have libpng convert every colour type to 8-bit
 * grey or RGB, with alpha if anything is transparent. */
static void prepare(decoder *d)
{
    png_set_user_limits(d->png, 1 << 30, 1 << 30); /* dp_image_room has its own message */
    png_set_chunk_malloc_max(d->png, MAX_CHUNK);
    png_set_chunk_cache_max(d->png, MAX_CHUNKS);
    png_set_keep_unknown_chunks(d->png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_read_info(d->png, d->info);
    dp_code code =
        dp_image_room(d->record, d->reader, png_get_image_width(d->png, d->info),
                      png_get_image_height(d->png, d->info), d->err);
    if (code != DP_OK)
        fail(d, code);
    png_set_expand(d->png);
    png_set_scale_16(d->png);
    png_read_update_info(d->png, d->info);
    d->channels = png_get_channels(d->png, d->info);
    if (has_alpha(d) && (code = dp_image_alpha_room(d->reader, d->err)) != DP_OK)
        fail(d, code);
    d->row = malloc(png_get_image_width(d->png, d->info) * d->channels);
    if (!d->row)
        fail(d, dp_fail(d->err, DP_NOMEM, "no memory for a row"));
}

/* Luma, composed with white paper. */
static uint8_t gray_of(const uint8_t *pixel, size_t channels)
{
    unsigned luma = channels < 3 ? pixel[0] : dp_image_luma(pixel[0], pixel[1], pixel[2]);
    if (channels % 2)
        return (uint8_t)luma;
    unsigned alpha = pixel[channels - 1];
    return (uint8_t)((luma * alpha + 255 * (255 - alpha) + 127) / 255);
}

/* Read one pass. An interlaced image consists of seven smaller ones with spread pixels.
 * Spreading them here needs memory for one row; libpng would need the whole image in
 * colour. */
static void read_pass(decoder *d, int pass, bool interlaced)
{
    png_uint_32 width = png_get_image_width(d->png, d->info);
    png_uint_32 height = png_get_image_height(d->png, d->info);
    png_uint_32 columns = interlaced ? PNG_PASS_COLS(width, pass) : width;
    png_uint_32 rows = interlaced ? PNG_PASS_ROWS(height, pass) : height;
    if (columns == 0)
        return;
    for (png_uint_32 i = 0; i < rows; i++) {
        size_t y = interlaced ? PNG_ROW_FROM_PASS_ROW(i, pass) : i;
        if (d->channels == 1 && !interlaced) {
            png_read_row(d->png, d->reader->pixel + y * width, NULL);
            continue;
        }
        png_read_row(d->png, d->row, NULL);
        for (png_uint_32 j = 0; j < columns; j++) {
            size_t x = interlaced ? PNG_COL_FROM_PASS_COL(j, pass) : j;
            const uint8_t *pixel = d->row + j * d->channels;
            d->reader->pixel[y * width + x] = gray_of(pixel, d->channels);
            if (has_alpha(d))
                d->reader->alpha[y * width + x] = pixel[d->channels - 1];
        }
    }
}

static void decode(decoder *d)
{
    if (setjmp(png_jmpbuf(d->png)))
        return;
    png_set_read_fn(d->png, d, on_read);
    prepare(d);
    bool interlaced = png_get_interlace_type(d->png, d->info) == PNG_INTERLACE_ADAM7;
    for (int pass = 0; pass < (interlaced ? PNG_INTERLACE_ADAM7_PASSES : 1); pass++)
        read_pass(d, pass, interlaced);
    if (has_alpha(d))
        dp_alpha_restore_ink(d->reader->pixel, d->reader->alpha, d->record->gray.width,
                             d->record->gray.height);
    png_read_end(d->png, NULL);
}

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    const unsigned char *b;
    if (dp_source_peek(&b, r->source, 1) == 0)
        return DP_OK;
    decoder d = { .reader = r, .record = out, .err = err };
    d.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d, on_error, on_warning);
    d.info = d.png ? png_create_info_struct(d.png) : NULL;
    if (d.info)
        decode(&d);
    else
        d.code = dp_fail(err, DP_NOMEM, "no memory to decode PNG");
    png_destroy_read_struct(&d.png, &d.info, NULL);
    free(d.row);
    r->place = dp_source_offset(r->source);
    return d.code;
}

#else

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    (void)out;
    (void)r;
    return dp_fail(
        err, DP_INPUT,
        "a PNG image, but digitpad is built without libpng; convert it: convert "
        "FILE -background white -alpha remove pgm:- | digitpad predict");
}

#endif

const dp_image_format dp_image_png = { "png", false, true, next, NULL };
