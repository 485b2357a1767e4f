/* The command line of `digitpad train`. */
#ifndef DP_TUI_TRAIN_TRAIN_OPTIONS_H
#define DP_TUI_TRAIN_TRAIN_OPTIONS_H

#include "engine/train/distill.h"
#include "engine/kernels/kernels.h"
#include "tui/train/recipe.h"

/* How the run reports its progress. */
typedef enum dp_train_style {
    DP_TRAIN_BAR,    /* on stderr: a line per epoch, and a bar on a terminal */
    DP_TRAIN_NDJSON, /* on stdout: lines of JSON for programs */
    DP_TRAIN_NONE,
} dp_train_style;

enum { DP_TRAIN_MAX_STROKES = 16 };

typedef struct dp_train_options {
    dp_recipe recipe; /* the options that determine the result */
    const char *images, *labels;
    const char *test_images, *test_labels; /* both or neither (NULL) */
    const char *strokes[DP_TRAIN_MAX_STROKES];
    int n_strokes;
    const char *teachers[DP_MAX_TEACHERS];
    int n_teachers;
    const char *from;    /* the model to start from, or NULL */
    const char *samples; /* drawings to fine-tune it on, or NULL (train_samples.h) */
    const char *output;
    const char *log; /* or NULL */
    int threads;     /* 0: as many as OpenMP would use */
    const dp_kernels *kernels;
    dp_train_style style;
    bool resume; /* continue from the checkpoint of the output */

    const char *recipe_path;
    char *found[4]; /* owned paths in the folder $DIGITPAD_MNIST */
} dp_train_options;

/* Read the command line and the recipe file that it names. If it names no images, take
 * those in the folder $DIGITPAD_MNIST. Returns the exit status to leave with, or −1 to go
 * on. The strings in *o are valid until dp_train_options_clear, as long as argv is. */
int dp_train_options_read(dp_train_options *o, int argc, char **argv);
void dp_train_options_clear(dp_train_options *o);

#endif
