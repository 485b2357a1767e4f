/* The results of `digitpad eval` and their output formats. */
#ifndef DP_TUI_EVAL_EVAL_H
#define DP_TUI_EVAL_EVAL_H

#include "engine/eval/metrics.h"
#include "engine/eval/rejection.h"
#include "engine/eval/sweep.h"
#include "tui/cli/talk.h"
#include "tui/cli/thumbnail.h"
#include "weights/data/train_log.h"
#include "weights/images/stroke_set.h"

/* How the input scale and the chain were chosen. */
typedef enum dp_eval_from {
    DP_EVAL_FILE,    /* the model's file or the registry states it */
    DP_EVAL_ASSUMED, /* it does not */
    DP_EVAL_OPTION,  /* --norm=NORM, --arch=CHAIN */
    DP_EVAL_BEST,    /* --norm=auto, --arch=auto: the best on the images */
} dp_eval_from;

typedef struct dp_eval {
    dp_talk *talk;
    dp_model *model;
    const char *source; /* the file of images or drawings */
    dp_labelled images;
    bool transpose; /* exchange rows and columns of images */
    int n_bad;      /* records skipped because they are bad */
    dp_eval_from norm_from, arch_from;
    char arch[DP_MAX_SPEC_TEXT];
    dp_prediction *prediction; /* [images.n] */
    dp_metrics metrics;
    double images_per_s;
    int *hardest; /* [n_errors] images answered wrongly, the most trusted first */
    int n_errors;
    int n_trusted_errors; /* those among the first dp_eval_trusted answers */
    int n_hardest;        /* the most errors to show */
    bool rejects;         /* the network can reject an image as not a digit */
    int n_rejected;       /* rejected images, though all of them are digits */
    dp_rejection rejection[DP_OUTLIER_COUNT];
    dp_labelled outliers; /* images that are not digits; their labels are of groups */
    dp_tally groups;      /* such as alphabets */
    dp_rejection *group;  /* [groups.n] */
    bool swept;
    double sweep[DP_SWEEP_AXES][DP_SWEEP_MAX_VALUES];
    bool papered; /* `paper` is measured */
    dp_outcomes paper[DP_PAPER_COUNT];
    dp_train_log log; /* of the training; empty if none was given */
} dp_eval;

void dp_eval_clear(dp_eval *e);

/* Predict all images; measure accuracy and speed, and find the hardest errors. DP_MODEL,
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_eval_measure(dp_eval *e, int threads, dp_err *err);

/* Call after dp_eval_measure: count how many of the digits the network rejects, and how
 * many generated drawings that are not digits. */
DP_MUST_CHECK dp_code dp_eval_measure_rejection(dp_eval *e, int threads, dp_err *err);

/* Count how many of the outliers that were read are rejected, by group. DP_MODEL if the
 * network rejects nothing, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_eval_measure_groups(dp_eval *e, int threads, dp_err *err);

/* Sweeps read up to so many of the images as predict does, spread evenly: at every point of
 * an axis that changes levels, and in every situation of dp_paper. */
enum { DP_EVAL_READ_IMAGES = 2000, DP_EVAL_PAPER_IMAGES = 500 };

/* Measure the accuracy at every point of every sweep axis. */
DP_MUST_CHECK dp_code dp_eval_sweep(dp_eval *e, int threads, dp_err *err);

/* Draw images in every situation of dp_paper, and read them. */
DP_MUST_CHECK dp_code dp_eval_sweep_paper(dp_eval *e, int threads, dp_err *err);

/* The wrong answers among outcomes; blanks are not answers. */
int dp_eval_wrong(const dp_outcomes *o);

/* Selective risk (El-Yaniv and Wiener 2010): the share of wrong answers among those that are
 * trusted most, here DP_EVAL_COVERAGE per cent of them, by dp_prediction.trust. Returns their
 * number. */
enum { DP_EVAL_COVERAGE = 99 };
int dp_eval_trusted(const dp_eval *e);

/* How many of the hardest errors to show: at most n_hardest. */
int dp_eval_shown(const dp_eval *e);

/* Call after dp_eval_measure: whether far more of the first images are recognised if rows and
 * columns are exchanged. DP_MODEL, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_eval_is_transposed(bool *out, const dp_eval *e, int threads,
                                            dp_err *err);

/* The rejections added up: of generated outliers, and of those of all groups. */
dp_rejection dp_eval_outliers(const dp_eval *e);
dp_rejection dp_eval_groups(const dp_eval *e);

void dp_eval_print_json(const dp_eval *e);
void dp_eval_print_text(const dp_eval *e, bool color, dp_thumbnail_style style);

/* Write a self-contained HTML file. DP_IO, and then a file that was at `path` is
 * unchanged; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_eval_write_html(const dp_eval *e, const char *path, dp_err *err);

/* ---- eval_data.c ------------------------------------------------------------------- */

/* Read labelled IDX images. DP_IO if a file cannot be read or is damaged. */
DP_MUST_CHECK dp_code dp_eval_read_images(dp_eval *e, const char *images,
                                          const char *labels, dp_err *err);

/* Read labelled images or drawings from a file or a folder, as dp_labelled_read does. A record
 * that is bad, has no label or too little ink is reported on stderr and skipped. */
DP_MUST_CHECK dp_code dp_eval_read_labelled(dp_eval *e, const char *path,
                                            const char *label_column, dp_err *err);

/* Read images or drawings that are not digits, with "class": "GROUP/NAME", in the same way.
 * Those that people may read as digits ("lookalike": true) are left out. */
DP_MUST_CHECK dp_code dp_eval_read_outliers(dp_eval *e, const char *path, dp_err *err);

#endif
