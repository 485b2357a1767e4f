/* What `digitpad eval` found out about a network, and the forms in which it tells it. */
#ifndef DP_TUI_EVAL_EVAL_H
#define DP_TUI_EVAL_EVAL_H

#include "engine/eval/metrics.h"
#include "engine/eval/rejection.h"
#include "engine/eval/sweep.h"
#include "tui/cli/thumbnail.h"
#include "weights/data/train_log.h"
#include "weights/data/stroke_set.h"

typedef struct dp_eval {
    dp_model *model;
    const char *source; /* the file of images or drawings */
    dp_labelled images;
    int n_bad; /* records left out */
    bool norm_found;
    dp_prediction *prediction; /* [images.n] */
    dp_metrics metrics;
    double images_per_s;
    int *hardest;            /* [n_errors]: wrongly answered images, the surest first */
    int n_errors, n_hardest; /* of which so many are shown */
    bool rejects;            /* the network says "not a digit" */
    int n_rejected;          /* of the images, all of them digits */
    dp_rejection rejection[DP_OUTLIER_COUNT];
    bool swept;
    double sweep[DP_SWEEP_AXES][DP_SWEEP_MAX_VALUES];
    dp_train_log log; /* of its training; empty where none was given */
} dp_eval;

void dp_eval_clear(dp_eval *e);

/* Measure how the images are answered, which ones the hardest are, and how fast. DP_MODEL,
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_eval_measure(dp_eval *e, int threads, dp_err *err);

/* After that: how many of the digits the network rejects, and of what is no digit. */
DP_MUST_CHECK dp_code dp_eval_measure_rejection(dp_eval *e, int threads, dp_err *err);

/* Measure again with every change of the images. */
DP_MUST_CHECK dp_code dp_eval_sweep(dp_eval *e, int threads, dp_err *err);

/* How many of the hardest errors are shown. */
int dp_eval_shown(const dp_eval *e);

/* All outliers that were drawn, and how many were rejected. */
dp_rejection dp_eval_outliers(const dp_eval *e);

void dp_eval_print_json(const dp_eval *e);
void dp_eval_print_text(const dp_eval *e, bool color, dp_thumbnail_style style);

/* One HTML file that needs no other. DP_IO; what was at path stays then. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_eval_write_html(const dp_eval *e, const char *path, dp_err *err);

/* ---- eval_data.c ------------------------------------------------------------------- */

/* Read labelled IDX images. A damaged file is DP_IO. */
DP_MUST_CHECK dp_code dp_eval_read_images(dp_eval *e, const char *images,
                                          const char *labels, dp_err *err);

/* Read labelled drawings, or images, from lines of JSON. What is bad, has no label or too
 * little ink is complained about and left out. DP_IO where nothing is left. */
DP_MUST_CHECK dp_code dp_eval_read_strokes(dp_eval *e, const char *path, dp_err *err);

#endif
