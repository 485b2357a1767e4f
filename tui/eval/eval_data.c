#include "config.h"

#include "tui/eval/eval.h"

#include "engine/segment/choose.h"
#include "weights/images/idx.h"

#include <math.h>
#include <string.h>

dp_code dp_eval_read_images(dp_eval *e, const char *images, const char *labels,
                            dp_err *err)
{
    dp_labelled *out = &e->images;
    e->source = images;
    dp_code code =
        dp_idx_read_pair(&out->pixels, &out->label, &out->n, images, labels, err);
    if (!code && e->transpose)
        dp_idx_transpose(out->pixels, (size_t)out->n);
    /* A damaged data set ends the command, unlike a single bad record. */
    return code == DP_INPUT ? dp_err_recode(err, DP_IO) : code;
}

/* Pictures are read as predict reads them. */
typedef struct reading {
    dp_eval *eval;
    const char *path;
    dp_labelled *out;
    dp_page *page;
    dp_session *session;
} reading;

/* Normalise a record, and show the progress. `context` is a reading. */
static dp_code render(uint8_t image[DP_PIXELS], void *context, const dp_record *record,
                      dp_err *err)
{
    reading *r = context;
    dp_talk_work(r->eval->talk, (double)NAN, "%s: %d read", r->path, r->out->n);
    if (record->kind == DP_RECORD_STROKES)
        return dp_labelled_render(image, NULL, record, err);
    int chosen;
    const dp_normalize_options options = { DP_NORMALIZE_AUTO, DP_INVERT_AUTO };
    dp_code code =
        dp_choose_reading(&chosen, r->page, r->session, &record->gray, options, err);
    if (code)
        return code;
    const dp_reading *found = dp_page_reading(r->page, chosen);
    if (found->ink != DP_INK_ENOUGH)
        return dp_fail(err, DP_INPUT, "too little ink for a digit");
    memcpy(image, found->image, DP_PIXELS);
    return DP_OK;
}

static void skip(void *context, const char *path, const dp_err *why)
{
    const reading *r = context;
    dp_talk_bad(r->eval->talk, path, why);
    r->eval->n_bad++;
}

/* Read a file or folder into r->out. `groups` as in dp_labelled_reading. */
static dp_code read_all(reading *r, const char *label_column, dp_tally *groups,
                        dp_err *err)
{
    dp_eval *e = r->eval;
    const dp_labelled_reading how = { .label_column = label_column,
                                      .transpose = e->transpose,
                                      .groups = groups,
                                      .render = render,
                                      .skip = skip,
                                      .context = r };
    dp_code code = dp_model_check_digits(e->model, err);
    if (!code)
        code = dp_page_create(&r->page, err);
    if (!code)
        code = dp_session_create(&r->session, e->model, DP_READINGS_MAX, 1, err);
    if (!code) {
        dp_talk_begin_work(e->talk);
        code = dp_labelled_read(r->out, r->path, &how, err);
        dp_talk_end(e->talk);
    }
    dp_session_free(r->session);
    dp_page_free(r->page);
    return code;
}

dp_code dp_eval_read_labelled(dp_eval *e, const char *path, const char *label_column,
                              dp_err *err)
{
    e->source = path;
    return read_all(&(reading){ .eval = e, .path = path, .out = &e->images },
                    label_column, NULL, err);
}

dp_code dp_eval_read_outliers(dp_eval *e, const char *path, dp_err *err)
{
    return read_all(&(reading){ .eval = e, .path = path, .out = &e->outliers }, NULL,
                    &e->groups, err);
}
