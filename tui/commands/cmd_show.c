/* digitpad show: prints an input before, during and after preprocessing. */
#include "config.h"

#include "engine/segment/choose.h"
#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/cli/talk.h"
#include "tui/term/out.h"
#include "tui/cli/thumbnail.h"
#include "tui/commands/show_picture.h"
#include "weights/images/image.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct request {
    dp_talk talk;
    const char *file, *format, *model;
    dp_normalize_options normalize;
    int charset; /* index into auto, utf8, ascii */
    dp_when color;
    dp_sandbox_mode sandbox;
    dp_session *session; /* chooses among the readings of a picture */
    dp_page *page;
} request;

static const dp_option options[] = {
    DP_OPTION_MODEL(
        request, model,
        "let MODEL choose among the readings of a picture, as predict does: " DP_MODEL_NAMES),
    DP_OPTION_INPUT(request, format),
    DP_OPTION_PREPROCESS(request, normalize.mode),
    DP_OPTION_INVERT(request, normalize.invert),
    DP_OPTION_CHARSET(request, charset),
    DP_OPTION_COLOR(request, color),
    DP_OPTION_SANDBOX(request, sandbox),
    DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk),
    { 0 },
};

/* A thumbnail with a caption. */
typedef struct step {
    const char *caption;
    uint8_t image[DP_PIXELS];
} step;

static void print_title(const dp_record *record, dp_ink ink, const char *polarity)
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
                                : polarity);
}

static void print_pair(const step pair[2], dp_thumbnail_style style)
{
    printf("%-*s | %s\n", DP_SIDE, pair[0].caption, pair[1].caption);
    for (int line = 0; line < DP_THUMBNAIL_LINES; line++) {
        dp_thumbnail_print_line(stdout, pair[0].image, DP_SIDE, line, style);
        fputs(" | ", stdout);
        dp_thumbnail_print_line(stdout, pair[1].image, DP_SIDE, line, style);
        putchar('\n');
    }
}

static void show_strokes(const dp_record *record, dp_thumbnail_style style)
{
    step pair[2] = { { .caption = "as drawn" }, { .caption = "for the network" } };
    dp_show_strokes(pair[0].image, record->strokes);
    const dp_ink ink = dp_normalize_strokes(pair[1].image, record->strokes);
    print_title(record, ink, "");
    print_pair(pair, style);
}

/* The four steps of the reading that the network chooses. A picture that is left alone
 * has none between the first and the last. */
static dp_code show_image(request *r, const dp_record *record, dp_thumbnail_style style,
                          dp_err *err)
{
    step steps[4] = { { .caption = "as it came" },
                      { .caption = "darker or lighter than paper" },
                      { .caption = "taken for writing" },
                      { .caption = "for the network" } };
    int chosen;
    dp_code code =
        dp_choose_reading(&chosen, r->page, r->session, &record->gray, r->normalize, err);
    if (code)
        return code;
    const dp_reading *reading = dp_page_reading(r->page, chosen);
    dp_sheet sheet;
    dp_show_image(steps[0].image, &record->gray);
    memcpy(steps[3].image, reading->image, DP_PIXELS);
    if (!dp_page_contrast(&sheet, r->page, chosen)) {
        steps[1] = steps[3];
        print_title(record, reading->ink, "");
        print_pair(steps, style);
        return DP_OK;
    }
    dp_show_image(steps[1].image, &sheet.ink);
    dp_page_ink(&sheet, r->page, chosen);
    dp_show_image(steps[2].image, &sheet.ink);
    print_title(record, reading->ink,
                reading->dark ? "  dark on light" : "  light on dark");
    print_pair(steps, style);
    print_pair(steps + 2, style);
    return DP_OK;
}

static dp_code show_record(request *r, const dp_record *record, dp_err *err)
{
    const dp_thumbnail_style style = dp_thumbnail_style_for(stdout, r->charset, r->color);
    if (record->kind != DP_RECORD_STROKES)
        return show_image(r, record, style, err);
    show_strokes(record, style);
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
            code = show_record(r, &record, &err);
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

/* Load the model that chooses. */
static dp_code prepare(request *r, dp_err *err)
{
    dp_model *model = NULL;
    const dp_network_file_options as_stored = { 0 };
    dp_code code =
        dp_open_model(&model, &r->talk, dp_cli_model(r->model), &as_stored, err);
    if (!code)
        code = dp_model_check_digits(model, err);
    if (!code)
        code = dp_session_create(&r->session, model, DP_READINGS_MAX, 1, err);
    if (!code)
        code = dp_page_create(&r->page, err);
    dp_model_unref(model);
    return code;
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
    if (dp_confine(r.sandbox, &r.talk, given, &err))
        return dp_cli_fail("show", &err);
    dp_code code = dp_source_open(&source, r.file, &err);
    if (code != DP_OK)
        dp_fail_in(&err, code, "%s", r.file);
    else
        code = dp_reader_create(&reader, source, r.format, &err);
    if (code == DP_OK)
        code = prepare(&r, &err);
    if (code == DP_OK)
        status = dp_cli_finish("show", show_records(&r, reader));
    else
        status = dp_cli_fail("show", &err);
    dp_page_free(r.page);
    dp_session_free(r.session);
    dp_reader_free(reader);
    dp_source_close(source);
    return status;
}

const dp_command dp_cmd_show = {
    .name = "show",
    .summary = "show an image before and after preprocessing",
    .usage = { "show [OPTION]... [FILE]" },
    .intro =
        "Show images and drawings before (scaled to 28x28) and after preprocessing; of an "
        "image also what is darker or lighter than its paper, and what of that is taken "
        "for writing. Without FILE, or if FILE is -, read standard input.",
    .group = { { .options = options } },
    .max_operands = 1,
    .operand_place = { DP_PLACE_INPUT },
    .operands_rule = "only one FILE is allowed",
    .run = run,
};
