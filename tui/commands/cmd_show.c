/* digitpad show: prints an input before and after preprocessing. */
#include "config.h"

#include "engine/ink/normalize.h"
#include "engine/ink/raster.h"
#include "tui/cli/cli.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/cli/talk.h"
#include "tui/term/out.h"
#include "tui/cli/thumbnail.h"
#include "weights/images/image.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct request {
    dp_talk talk;
    const char *file, *format;
    int charset; /* index into auto, utf8, ascii */
    dp_when color;
} request;

static const dp_option options[] = {
    DP_OPTION_INPUT(request, format), DP_OPTION_CHARSET(request, charset),
    DP_OPTION_COLOR(request, color),  DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk), { 0 },
};

static dp_thumbnail_style style_of(const request *r)
{
    bool utf8 = r->charset == 0 ? dp_out_utf8() : r->charset == 1;
    if (!utf8)
        return DP_THUMBNAIL_ASCII;
    return dp_out_color(stdout, r->color) ? DP_THUMBNAIL_COLOR : DP_THUMBNAIL_UTF8;
}

/* The range [*from, *to) of the n source pixels that thumbnail pixel i averages. Empty if
 * it is outside the image. */
static void span_of(int *from, int *to, int i, int longest, int n)
{
    *from = i * longest / DP_SIDE;
    *to = (i + 1) * longest / DP_SIDE;
    if (*to <= *from)
        *to = *from + 1; /* the image is smaller than the thumbnail: repeat pixels */
    if (*to > n)
        *to = n;
}

/* Scale an image so that its longest side is 28 pixels. */
static void reduce_image(uint8_t out[DP_PIXELS], const dp_gray *in)
{
    int longest = in->width > in->height ? in->width : in->height;
    memset(out, 0, DP_PIXELS);
    for (int i = 0; i < DP_PIXELS; i++) {
        int x0, x1, y0, y1;
        span_of(&x0, &x1, i % DP_SIDE, longest, in->width);
        span_of(&y0, &y1, i / DP_SIDE, longest, in->height);
        long sum = 0, count = 0;
        for (int y = y0; y < y1; y++)
            for (int x = x0; x < x1; x++, count++)
                sum += in->pixel[(ptrdiff_t)y * in->width + x];
        if (count > 0)
            out[i] = (uint8_t)(sum / count);
    }
}

/* The smallest square that holds the drawing and the origin. Drawings without negative
 * coordinates thus keep their place on the canvas, whose corner is the origin. */
static void square_around(dp_point *from, double *side, const dp_strokes *s)
{
    dp_point to = { 0, 0 };
    *from = to;
    for (int i = 0; i < s->n_strokes; i++)
        for (int k = 0; k < s->stroke[i].count; k++) {
            dp_point p = s->point[s->stroke[i].first + k];
            from->x = fminf(from->x, p.x);
            from->y = fminf(from->y, p.y);
            to.x = fmaxf(to.x, p.x);
            to.y = fmaxf(to.y, p.y);
        }
    *side = fmax((double)to.x - (double)from->x, (double)to.y - (double)from->y);
}

/* Render a drawing without normalising it, with lines at least a pixel wide. */
static void reduce_strokes(uint8_t out[DP_PIXELS], const dp_strokes *s)
{
    float pixel[DP_PIXELS] = { 0 };
    dp_raster r = { pixel, DP_SIDE, DP_SIDE };
    dp_point from;
    double side;
    square_around(&from, &side, s);
    double scale = side > 0 ? (DP_SIDE - 3) / side : 1;
    for (int i = 0; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        double width = fmin(fmax((double)stroke->width * scale, 1), DP_SIDE);
        dp_point before = { 0, 0 };
        for (int k = 0; k < stroke->count; k++) {
            dp_point p = s->point[stroke->first + k];
            p.x = (float)(((double)p.x - (double)from.x) * scale + 1);
            p.y = (float)(((double)p.y - (double)from.y) * scale + 1);
            dp_raster_segment(&r, k > 0 ? before : p, p, (float)width / 2, stroke->tool);
            before = p;
        }
    }
    for (int i = 0; i < DP_PIXELS; i++)
        out[i] = (uint8_t)lrintf(255 * pixel[i]);
}

static void print_title(const dp_record *record, dp_ink ink)
{
    if (record->kind == DP_RECORD_STROKES)
        printf("%d strokes", record->strokes->n_strokes);
    else
        printf("%dx%d", record->gray.width, record->gray.height);
    if (record->id)
        printf("  id %s", record->id);
    if (record->label)
        printf("  label %s", record->label);
    puts(ink == DP_INK_BLANK    ? "  blank"
         : ink == DP_INK_LITTLE ? "  too little ink"
                                : "");
}

static dp_code show_record(const dp_record *record, dp_thumbnail_style style, dp_err *err)
{
    uint8_t before[DP_PIXELS], after[DP_PIXELS];
    dp_ink ink;
    dp_code code = DP_OK;
    if (record->kind == DP_RECORD_STROKES) {
        reduce_strokes(before, record->strokes);
        ink = dp_normalize_strokes(after, record->strokes);
    } else {
        reduce_image(before, &record->gray);
        code = dp_normalize_image(
            after, &ink, &record->gray,
            (dp_normalize_options){ DP_NORMALIZE_AUTO, DP_INVERT_AUTO }, err);
    }
    if (code != DP_OK)
        return code;
    print_title(record, ink);
    for (int line = 0; line < DP_THUMBNAIL_LINES; line++) {
        dp_thumbnail_print_line(stdout, before, line, style);
        fputs(" | ", stdout);
        dp_thumbnail_print_line(stdout, after, line, style);
        putchar('\n');
    }
    return DP_OK;
}

/* Show every record; complain about bad ones and go on. */
static int show_records(request *r, dp_reader *reader)
{
    int status = DP_EXIT_DONE;
    for (int shown = 0; !ferror(stdout); shown++) {
        dp_record record;
        dp_err err;
        dp_code code = dp_reader_next(&record, reader, &err);
        if (code == DP_OK && record.kind == DP_RECORD_END && shown == 0)
            code = dp_fail(&err, DP_INPUT, "no images found");
        else if (code == DP_OK && record.kind == DP_RECORD_END)
            break;
        if (code == DP_OK)
            code = show_record(&record, style_of(r), &err);
        if (code == DP_OK)
            continue;
        dp_talk_bad(&r->talk, r->file, &err);
        status = dp_code_status(code);
        if (code != DP_INPUT)
            break;
    }
    if (dp_reader_warning(reader))
        dp_talk_warn(&r->talk, "%s: %s", r->file, dp_reader_warning(reader));
    dp_talk_detail(&r->talk, "%s: %s", r->file,
                   dp_reader_format(reader) ? dp_reader_format(reader)
                                            : "no known format");
    dp_talk_end(&r->talk);
    return status;
}

static int run(const dp_options *given)
{
    request r = { .talk = DP_TALK("show"), .file = "-", .format = "auto" };
    int status;
    if (!dp_options_apply(&r, options, given))
        return DP_EXIT_USAGE;
    if (given->n_operands > 0)
        r.file = given->operand[0];
    else if (isatty(STDIN_FILENO))
        return dp_cli_misuse("show", "FILE is required if standard input is a terminal");
    dp_source *source = NULL;
    dp_reader *reader = NULL;
    dp_err err;
    dp_code code = dp_source_open(&source, r.file, &err);
    if (code != DP_OK)
        dp_fail_in(&err, code, "%s", r.file);
    else
        code = dp_reader_create(&reader, source, r.format, &err);
    if (code == DP_OK)
        status = dp_cli_finish("show", show_records(&r, reader));
    else
        status = dp_cli_fail("show", &err);
    dp_reader_free(reader);
    dp_source_close(source);
    return status;
}

const dp_command dp_cmd_show = {
    .name = "show",
    .summary = "show an image before and after preprocessing",
    .usage = { "show [OPTION]... [FILE]" },
    .intro =
        "Show images and drawings before (scaled to 28x28) and after preprocessing, side "
        "by side. Without FILE, or if FILE is -, read standard input.",
    .group = { { .options = options } },
    .max_operands = 1,
    .operands_rule = "only one FILE is allowed",
    .run = run,
};
