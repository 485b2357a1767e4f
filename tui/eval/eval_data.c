#include "config.h"

#include "tui/eval/eval.h"

#include "engine/ink/normalize.h"
#include "weights/images/idx.h"
#include "weights/images/image.h"

#include <math.h>

enum { MAX_DRAWINGS = DP_STROKE_SET_MAX_DRAWINGS };

dp_code dp_eval_read_images(dp_eval *e, const char *images, const char *labels,
                            dp_err *err)
{
    dp_labelled *out = &e->images;
    e->source = images;
    dp_code code =
        dp_idx_read_pair(&out->pixels, &out->label, &out->n, images, labels, err);
    /* A damaged data set ends the command, unlike a single bad record. */
    return code == DP_INPUT ? dp_err_recode(err, DP_IO) : code;
}

static dp_code render(uint8_t image[DP_PIXELS], const dp_record *record, dp_err *err)
{
    dp_ink ink = DP_INK_BLANK;
    dp_code code = DP_OK;
    if (record->kind == DP_RECORD_STROKES)
        ink = dp_normalize_strokes(image, record->strokes);
    else
        code = dp_normalize_image(
            image, &ink, &record->gray,
            (dp_normalize_options){ DP_NORMALIZE_AUTO, DP_INVERT_AUTO }, err);
    if (!code && ink != DP_INK_ENOUGH)
        code = dp_fail(err, DP_INPUT, "too little ink for a digit");
    return code;
}

static dp_code add_record(dp_labelled *images, const dp_record *record, dp_err *err)
{
    uint8_t image[DP_PIXELS];
    const char *label = record->label ? record->label : "";
    if (label[0] < '0' || label[0] > '9' || label[1] != '\0')
        return dp_fail(err, DP_INPUT, "a \"label\" from 0 to 9 is required");
    dp_code code = render(image, record, err);
    return code ? code : dp_labelled_add(images, image, (uint8_t)(label[0] - '0'), err);
}

static dp_code read_all(dp_eval *e, dp_reader *reader, const char *path, dp_err *err)
{
    dp_record record;
    for (int number = 1;; number++) {
        dp_code code = dp_reader_next(&record, reader, err);
        if (!code && record.kind == DP_RECORD_END)
            return DP_OK;
        if (!code && e->images.n == MAX_DRAWINGS)
            return dp_fail(err, DP_IO, "more than %d drawings", MAX_DRAWINGS);
        dp_talk_work(e->talk, (double)NAN, "%s: %d read", path, number);
        bool read = !code;
        if (read && (code = add_record(&e->images, &record, err)) == DP_INPUT)
            code = dp_fail_in(err, code, "record %d", number);
        if (code && code != DP_INPUT)
            return code;
        if (code) {
            dp_talk_bad(e->talk, path, err);
            e->n_bad++;
        }
    }
}

dp_code dp_eval_read_strokes(dp_eval *e, const char *path, dp_err *err)
{
    dp_source *source;
    dp_reader *reader = NULL;
    e->source = path;
    dp_code code = dp_source_open(&source, path, err);
    if (code)
        return dp_fail_in(err, code, "%s", path);
    dp_talk_begin_work(e->talk);
    code = dp_reader_create(&reader, source, "ndjson", err);
    if (!code)
        code = read_all(e, reader, path, err);
    dp_talk_end_work(e->talk);
    if (!code && e->images.n == 0)
        code = dp_fail(err, DP_IO, "no labelled drawings found");
    dp_reader_free(reader);
    dp_source_close(source);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}
