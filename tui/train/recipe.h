/* Recipes: every option of `train` that decides the result, from the command line or from
 * a file of `option = value` lines, and back to a canonical text that goes into the
 * result. */
#ifndef DP_TUI_TRAIN_RECIPE_H
#define DP_TUI_TRAIN_RECIPE_H

#include "engine/train/trainer.h"

enum {
    DP_RECIPE_MAX_FILE = 1 << 16,
    DP_RECIPE_MAX_TEXT = DP_MAX_SPEC_TEXT + 2048,
};

typedef struct dp_recipe {
    char arch[DP_MAX_SPEC_TEXT]; /* the chain, or "mlp" or "cnn"; "" until given */
    dp_train_config config;
    int repeat_strokes;      /* each drawing so often an epoch */
    float styles;            /* probability that one is drawn in a style that it lacks */
    float made_up, outliers; /* digits from skeletons, and things that are no digits, for
                                each image */
} dp_recipe;

/* The defaults: no architecture, and a run that suits MNIST. */
void dp_recipe_init(dp_recipe *r);

/* The i-th option, in alphabetical order: its name and a line of help; NULL past the end.
 */
const char *dp_recipe_option(int i, const char **help);

/* Set one option from text. DP_USAGE, naming it, where it is unknown or the value is not
 * among those allowed; *r is as before then. */
DP_MUST_CHECK
dp_code dp_recipe_set(dp_recipe *r, const char *option, const char *value, dp_err *err);

/* Set the options that a file lists, each at most once; lines that begin with # are
 * comments. DP_USAGE with path and line, DP_IO. */
DP_MUST_CHECK
dp_code dp_recipe_read(dp_recipe *r, const char *path, dp_err *err);

/* The chain that the recipe names. DP_USAGE where there is none or it does not fit. */
DP_MUST_CHECK
dp_code dp_recipe_spec(dp_spec *out, const dp_recipe *r, dp_err *err);

/* The canonical text: a recipe file of all options in alphabetical order, the chain
 * written out, after a comment with the program's version. Left out is what is as usual and
 * came later than the others: so a recipe keeps its text when the program learns something new. Equal recipes give equal
 * texts. */
void dp_recipe_format(char text[DP_RECIPE_MAX_TEXT], const dp_recipe *r,
                      const dp_spec *spec);

#endif
