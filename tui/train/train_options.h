/* The command line of `digitpad train`. */
#ifndef DP_TUI_TRAIN_TRAIN_OPTIONS_H
#define DP_TUI_TRAIN_TRAIN_OPTIONS_H

#include "engine/train/distill.h"
#include "engine/kernels/kernels.h"
#include "tui/cli/options.h"
#include "tui/cli/talk.h"
#include "weights/sandbox/sandbox.h"
#include "tui/train/recipe.h"

/* How the run reports its progress. */
typedef enum dp_train_style {
    DP_TRAIN_BAR,    /* on stderr: a line per epoch, and a bar on a terminal */
    DP_TRAIN_NDJSON, /* on stdout: lines of JSON for programs */
    DP_TRAIN_NONE,
} dp_train_style;

typedef struct dp_train_options {
    dp_talk talk;
    dp_recipe recipe;            /* the options that determine the result */
    const char *images, *labels; /* labels: NULL if they are in the file of the images */
    const char *test_images, *test_labels; /* as above; both may be NULL */
    const char *label_column;
    bool transpose; /* exchange rows and columns of all images */
    dp_text_list strokes, outlier_strokes;
    const char *writers;     /* who wrote each training image, or NULL */
    dp_text_list hold_out;   /* patterns of writers and alphabets */
    bool all;                /* hold nothing out, */
    const char *calibration; /* and be calibrated like this network */
    bool test;               /* measure test images and test writers */
    dp_text_list teachers;   /* at most DP_MAX_TEACHERS */
    const char *from;        /* the model to start from, or NULL */
    const char *samples;     /* drawings to fine-tune it on, or NULL (train_samples.h) */
    const char *credit;      /* whose data these are, for the metadata, or NULL */
    const char *output;
    const char *log; /* or NULL */
    int threads;     /* 0: as many as OpenMP would use */
    const dp_kernels *kernels;
    dp_sandbox_mode sandbox;
    dp_train_style style;
    bool resume; /* continue from the checkpoint of the output */

    const char *recipe_source; /* as for dp_recipe_read, or NULL */
    char *found[5];            /* owned paths of MNIST */
} dp_train_options;

/* The options that do not determine the result: those of the run. */
extern const dp_option dp_train_run_options[];

/* Apply the options that were given, and the recipe file that they name. If they name no images,
 * take MNIST (weights/corpora/corpus.h). Returns the exit status to leave with, or −1 to go
 * on. The strings in *o are valid until dp_train_options_clear, as long as `given` is. */
int dp_train_options_read(dp_train_options *o, const dp_options *given);
void dp_train_options_clear(dp_train_options *o);

#endif
