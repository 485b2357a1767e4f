/* The jpeg format, decoded to grey at the size that reading digits needs, and turned upright. */
#include "config.h"

#include "weights/images/image_format.h"

#if HAVE_JPEG
#include "engine/core/arith.h"
#include "weights/io/tiff_tag.h"

#include <setjmp.h>
#include <stdio.h> /* jpeglib.h needs it */
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

enum {
    MAX_SIDE = 16384,      /* of the file: a camera of 200 megapixels has 16,320 */
    SCALED_SIDE = 2048,    /* larger pictures are decoded at 1/2, 1/4 or 1/8 */
    MAX_MEMORY = 1 << 28,  /* of libjpeg: progressive files keep all coefficients */
    MAX_SCANS = 100,       /* progressive files have about ten, */
    MAX_WORK = 1000000000, /* and so many pixels in all scans together: a second or two */
    MAX_PARTS = 16,        /* pictures of an MPF file */
    KEPT = 4096,           /* bytes of a marker in which the tags are looked for */
};

/* The state of decoding one picture. Everything that must survive a longjmp is in here. */
typedef struct decoder {
    dp_reader *reader;
    dp_record *record;
    dp_err *err;
    dp_code code;
    size_t given; /* bytes of the source that libjpeg has in its hands */
    bool ended;   /* the source has ended */
    uint32_t orientation, parts;
    JSAMPLE *row;
    jmp_buf escape;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    struct jpeg_decompress_struct jpeg;
} decoder;

static decoder *decoder_of(j_common_ptr jpeg)
{
    return jpeg->client_data;
}

static void fail(decoder *d, dp_code code)
{
    d->code = code;
    longjmp(d->escape, 1);
}

/* ---- errors ------------------------------------------------------------------------ */

static void on_error(j_common_ptr jpeg)
{
    decoder *d = decoder_of(jpeg);
    char message[JMSG_LENGTH_MAX];
    switch (jpeg->err->msg_code) {
    case JERR_NO_BACKING_STORE:
        fail(d, dp_fail(d->err, DP_INPUT,
                        "the progressive JPEG needs more than %d MiB; make it smaller",
                        MAX_MEMORY >> 20));
        break;
    case JERR_OUT_OF_MEMORY:
        fail(d, dp_fail(d->err, DP_NOMEM, "no memory to decode JPEG"));
        break;
    default:
        jpeg->err->format_message(jpeg, message);
        fail(d, dp_fail(d->err, DP_INPUT, "damaged JPEG: %s",
                        d->ended ? "the file ends inside the image" : message));
    }
}

/* Libjpeg fills in what is missing and only warns. Half a picture is an error here. */
static void on_message(j_common_ptr jpeg, int level)
{
    const int code = jpeg->err->msg_code;
    if (level < 0 && (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
                      code == JWRN_MUST_RESYNC))
        on_error(jpeg);
}

/* Every scan of a progressive file costs as much as the whole picture, although it may have a few
 * bytes. */
static void on_progress(j_common_ptr jpeg)
{
    decoder *d = decoder_of(jpeg);
    const int scan = d->jpeg.input_scan_number;
    const uint64_t pixels = (uint64_t)d->jpeg.image_width * d->jpeg.image_height;
    if (scan > MAX_SCANS || (scan > 1 && pixels * (uint64_t)scan > MAX_WORK))
        fail(d, dp_fail(d->err, DP_INPUT, "%d scans are too many for a JPEG of %ux%u",
                        scan, d->jpeg.image_width, d->jpeg.image_height));
}

/* ---- input ------------------------------------------------------------------------- */

/* Called when all bytes are used up; libjpeg may have counted them elsewhere. At the end of the
 * source it gets the mark that ends an image, once: some cameras leave it out. If more is
 * missing, libjpeg warns. */
static boolean on_fill(j_decompress_ptr jpeg)
{
    static const JOCTET end_of_image[] = { 0xff, JPEG_EOI };
    decoder *d = jpeg->client_data;
    dp_source_skip(d->reader->source, d->given);
    d->given = dp_source_peek(&d->source.next_input_byte, d->reader->source, 1);
    d->source.bytes_in_buffer = d->given;
    if (d->given == 0 && d->ended)
        on_error((j_common_ptr)jpeg);
    if (d->given == 0) {
        d->ended = true;
        d->source.next_input_byte = end_of_image;
        d->source.bytes_in_buffer = sizeof end_of_image;
    }
    return TRUE;
}

static void on_skip(j_decompress_ptr jpeg, long n)
{
    decoder *d = jpeg->client_data;
    while (n > 0 && (size_t)n > d->source.bytes_in_buffer) {
        n -= (long)d->source.bytes_in_buffer;
        on_fill(jpeg);
    }
    if (n > 0) {
        d->source.next_input_byte += n;
        d->source.bytes_in_buffer -= (size_t)n;
    }
}

static void on_nothing(j_decompress_ptr jpeg)
{
    (void)jpeg;
}

static int next_byte(decoder *d)
{
    if (d->source.bytes_in_buffer == 0)
        on_fill(&d->jpeg);
    d->source.bytes_in_buffer--;
    return *d->source.next_input_byte++;
}

/* Read a marker APP1 or APP2: a length, which counts itself, and data that may be EXIF or MPF. */
static boolean on_application(j_decompress_ptr jpeg)
{
    decoder *d = jpeg->client_data;
    uint8_t data[KEPT];
    const int high = next_byte(d), length = (high << 8 | next_byte(d)) - 2;
    const int kept = dp_min_int(length, KEPT);
    for (int i = 0; i < kept; i++)
        data[i] = (uint8_t)next_byte(d);
    if (kept > 6 && memcmp(data, "Exif\0", 6) == 0)
        d->orientation =
            dp_tiff_tag(data + 6, (size_t)kept - 6, DP_TIFF_ORIENTATION, d->orientation);
    if (kept > 4 && memcmp(data, "MPF", 4) == 0)
        d->parts = dp_tiff_tag(data + 4, (size_t)kept - 4, DP_TIFF_PICTURES, d->parts);
    on_skip(jpeg, length - kept);
    return TRUE;
}

/* ---- output ------------------------------------------------------------------------ */

/* Where pixel (0, 0) of the file goes, and the steps to its right and lower neighbours. */
typedef struct turn {
    ptrdiff_t first, right, down;
} turn;

/* EXIF 2.3, section 4.6.4: the sides of the picture that the first row and column of the file
 * are. 5 to 8 exchange width and height. */
static bool is_lying(uint32_t orientation)
{
    return orientation >= 5 && orientation <= 8;
}

static turn turn_of(uint32_t orientation, ptrdiff_t width, ptrdiff_t height)
{
    const ptrdiff_t w = width - 1, h = height - 1;
    switch (orientation) {
    case 2: /* mirrored */
        return (turn){ w, -1, width };
    case 3: /* upside down */
        return (turn){ h * width + w, -1, -width };
    case 4:
        return (turn){ h * width, 1, -width };
    case 5: /* transposed */
        return (turn){ 0, height, 1 };
    case 6: /* to be turned clockwise */
        return (turn){ h, height, -1 };
    case 7:
        return (turn){ w * height + h, -height, -1 };
    case 8: /* to be turned counterclockwise */
        return (turn){ w * height, -height, 1 };
    default:
        return (turn){ 0, 1, width };
    }
}

/* Adobe's programs store CMYK inverted, and most others do as they do. */
static uint8_t gray_of_cmyk(const JSAMPLE cmyk[4], bool inverted)
{
    unsigned ink[4];
    for (int i = 0; i < 4; i++)
        ink[i] = inverted ? cmyk[i] : 255U - cmyk[i];
    return (uint8_t)(dp_image_luma(ink[0], ink[1], ink[2]) * ink[3] / 255);
}

/* Choose the colours and the scale that cost least. */
static void choose_output(decoder *d)
{
    struct jpeg_decompress_struct *jpeg = &d->jpeg;
    const bool four =
        jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = four ? JCS_CMYK : JCS_GRAYSCALE;
    const JDIMENSION side =
        jpeg->image_width > jpeg->image_height ? jpeg->image_width : jpeg->image_height;
    if (side > MAX_SIDE)
        fail(d, dp_fail(d->err, DP_INPUT, "the JPEG is %ux%u; the limit is %dx%d",
                        jpeg->image_width, jpeg->image_height, MAX_SIDE, MAX_SIDE));
    jpeg->scale_num = 1;
    jpeg->scale_denom = 1;
    while (side > jpeg->scale_denom * SCALED_SIDE)
        jpeg->scale_denom *= 2;
    jpeg_calc_output_dimensions(jpeg);
}

/* Make room for the upright picture and for a row of the file. */
static void make_room(decoder *d)
{
    const JDIMENSION width = d->jpeg.output_width, height = d->jpeg.output_height;
    const bool lying = is_lying(d->orientation);
    const dp_code code = dp_image_room(d->record, d->reader, lying ? height : width,
                                       lying ? width : height, d->err);
    if (code != DP_OK)
        fail(d, code);
    d->row = malloc((size_t)width * (size_t)d->jpeg.out_color_components);
    if (!d->row)
        fail(d, dp_fail(d->err, DP_NOMEM, "no memory for a row"));
}

static void read_rows(decoder *d)
{
    const ptrdiff_t width = d->jpeg.output_width, height = d->jpeg.output_height;
    const turn t = turn_of(d->orientation, width, height);
    const bool four = d->jpeg.out_color_components == 4;
    for (ptrdiff_t y = 0; y < height; y++) {
        uint8_t *out = d->reader->pixel + t.first + y * t.down;
        jpeg_read_scanlines(&d->jpeg, &d->row, 1);
        for (ptrdiff_t x = 0; x < width; x++)
            out[x * t.right] =
                four ? gray_of_cmyk(d->row + 4 * x, d->jpeg.saw_Adobe_marker) : d->row[x];
    }
}

/* ---- the reader -------------------------------------------------------------------- */

static void set_up(decoder *d)
{
    d->jpeg.err = jpeg_std_error(&d->errors);
    d->errors.error_exit = on_error;
    d->errors.emit_message = on_message;
    d->jpeg.client_data = d;
    jpeg_create_decompress(&d->jpeg);
    d->jpeg.client_data = d; /* jpeg_create_decompress keeps it; older versions do not */
    d->jpeg.mem->max_memory_to_use = MAX_MEMORY;
    d->source.init_source = d->source.term_source = on_nothing;
    d->source.fill_input_buffer = on_fill;
    d->source.skip_input_data = on_skip;
    d->source.resync_to_restart = jpeg_resync_to_restart;
    d->jpeg.src = &d->source;
    d->progress.progress_monitor = on_progress;
    d->jpeg.progress = &d->progress;
    jpeg_set_marker_processor(&d->jpeg, JPEG_APP0 + 1, on_application);
    jpeg_set_marker_processor(&d->jpeg, JPEG_APP0 + 2, on_application);
}

static void decode(decoder *d)
{
    if (setjmp(d->escape))
        return;
    set_up(d);
    jpeg_read_header(&d->jpeg, TRUE);
    choose_output(d);
    jpeg_start_decompress(&d->jpeg);
    if (d->ended && jpeg_has_multiple_scans(&d->jpeg)) /* perhaps without the last ones */
        on_error((j_common_ptr)&d->jpeg);
    make_room(d);
    read_rows(d);
    jpeg_finish_decompress(&d->jpeg);
}

static dp_code read_picture(dp_record *out, uint32_t *parts, dp_reader *r, dp_err *err)
{
    decoder *d = calloc(1, sizeof *d);
    if (!d)
        return dp_fail(err, DP_NOMEM, "no memory to decode JPEG");
    d->reader = r;
    d->record = out;
    d->err = err;
    d->parts = 1;
    decode(d);
    if (!d->ended)
        dp_source_skip(r->source, d->given - d->source.bytes_in_buffer);
    jpeg_destroy_decompress(&d->jpeg);
    free(d->row);
    const dp_code code = d->code;
    *parts = d->parts < MAX_PARTS ? d->parts : MAX_PARTS;
    free(d);
    return code;
}

static bool begins(dp_source *s)
{
    const unsigned char *b;
    return dp_source_peek(&b, s, 3) >= 3 && memcmp(b, "\xff\xd8\xff", 3) == 0;
}

/* An MPF file continues with other versions of its picture: a preview, a map of the light. They
 * are not records of their own. False at the end of the stream. */
static bool skip_parts(dp_reader *r)
{
    for (; r->jpeg_parts > 1 && begins(r->source); r->jpeg_parts--) {
        dp_record ignored;
        uint32_t none;
        if (read_picture(&ignored, &none, r, NULL) != DP_OK)
            return false;
    }
    const bool skipped = r->jpeg_parts > 0;
    r->jpeg_parts = 0;
    return !skipped || begins(r->source);
}

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    const unsigned char *b;
    if (dp_source_peek(&b, r->source, 1) == 0 || !skip_parts(r))
        return DP_OK;
    dp_code code = read_picture(out, &r->jpeg_parts, r, err);
    r->place = dp_source_offset(r->source);
    return code;
}

#else

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    (void)out;
    (void)r;
    return dp_fail(
        err, DP_INPUT,
        "a JPEG image, but digitpad is built without libjpeg; convert it: "
        "convert FILE -auto-orient -resize '1024x1024>' pgm:- | digitpad predict");
}

#endif

const dp_image_format dp_image_jpeg = { "jpeg", false, true, next, NULL };
