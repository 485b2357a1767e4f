/* The command line of `digitpad train`. */
#ifndef DP_TUI_TRAIN_TRAIN_OPTIONS_H
#define DP_TUI_TRAIN_TRAIN_OPTIONS_H

#include "engine/train/distill.h"
#include "engine/kernels/kernels.h"
#include "tui/train/recipe.h"

/* How the run tells how far it is. */
typedef enum dp_train_style {
    DP_TRAIN_BAR,    /* on stderr: a bar on a terminal, and a line an epoch */
    DP_TRAIN_NDJSON, /* on stdout, for programs */
    DP_TRAIN_NONE,
} dp_train_style;

enum { DP_TRAIN_MAX_STROKES = 16 };

typedef struct dp_train_options {
    dp_recipe recipe; /* all that decides the result */
    const char *images, *labels;
    const char *test_images, *test_labels; /* both or neither (NULL) */
    const char *strokes[DP_TRAIN_MAX_STROKES];
    int n_strokes;
    const char *teachers[DP_MAX_TEACHERS];
    int n_teachers;
    const char *from; /* the model to begin with, or NULL */
    const char
        *samples; /* fine-tune it on these drawings (train/train_samples.h), or NULL */
    const char *output;
    const char *log; /* or NULL */
    int threads;     /* 0: as many as OpenMP would use */
    const dp_kernels *kernels;
    dp_train_style style;
    bool resume; /* go on from the output's checkpoint */

    const char *recipe_path;
    char *found[4]; /* paths that came from $DIGITPAD_MNIST */
} dp_train_options;

/* Read the command line, and the recipe that it names, into *o; what it leaves out of the
 * images comes from the folder $DIGITPAD_MNIST. Returns the exit status to leave with, or
 * −1 to go on. Strings live as long as argv, and until dp_train_options_clear. */
int dp_train_options_read(dp_train_options *o, int argc, char **argv);
void dp_train_options_clear(dp_train_options *o);

#endif
