#include "config.h"

#include "tui/eval/eval.h"

#include "weights/images/idx.h"

#include <math.h>

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

/* Normalise a record, and show the progress. `context` is the dp_eval. */
static dp_code render(uint8_t image[DP_PIXELS], void *context, const dp_record *record,
                      dp_err *err)
{
    dp_eval *e = context;
    dp_talk_work(e->talk, (double)NAN, "%s: %d read", e->source, e->images.n);
    return dp_labelled_render(image, NULL, record, err);
}

static void skip(void *context, const char *path, const dp_err *why)
{
    dp_eval *e = context;
    dp_talk_bad(e->talk, path, why);
    e->n_bad++;
}

dp_code dp_eval_read_labelled(dp_eval *e, const char *path, const char *label_column,
                              dp_err *err)
{
    const dp_labelled_reading how = { label_column, e->transpose, render, skip, e };
    e->source = path;
    dp_talk_begin_work(e->talk);
    dp_code code = dp_labelled_read(&e->images, path, &how, err);
    dp_talk_end(e->talk);
    return code;
}
