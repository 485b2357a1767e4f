/* Recipes: the options of `train` that determine the result. They come from the command
 * line and from files of `OPTION = VALUE` lines. The result stores their canonical text. */
#ifndef DP_TUI_TRAIN_RECIPE_H
#define DP_TUI_TRAIN_RECIPE_H

#include "engine/train/trainer.h"
#include "tui/cli/option.h"

enum {
    DP_RECIPE_MAX_FILE = 1 << 16,
    DP_RECIPE_MAX_TEXT = DP_MAX_SPEC_TEXT + 2048,
};

typedef struct dp_recipe {
    char arch
        [DP_MAX_SPEC_TEXT]; /* a chain, or a name in dp_known_recipes; "" if not given */
    dp_train_config config;
    int repeat_strokes;  /* how often each drawing occurs in an epoch, */
    int repeat_outliers; /* and each drawing that is not a digit */
    float styles;        /* probability that a drawing gets a feature such as a slash */
    float made_up;       /* generated digits per image */
    float outliers;      /* generated drawings that are not digits, per image */
} dp_recipe;

/* Set the defaults: no architecture, and values that suit MNIST. */
void dp_recipe_init(dp_recipe *r);

/* All options of a recipe in alphabetical order; they fill in a dp_recipe. */
extern const dp_option dp_recipe_options[];

/* Set the options that a recipe lists, each at most once (tui/cli/key_value.h). `source` is
 * a path, or the name of a recipe of the program (recipes.h) if it contains no slash and
 * no such file exists. DP_USAGE, whose message has source and line, or the known names;
 * DP_IO, DP_NOMEM; *r is then unchanged. */
DP_MUST_CHECK
dp_code dp_recipe_read(dp_recipe *r, const char *source, dp_err *err);

/* Parse the chain of layers. DP_USAGE if there is none or it is not valid. */
DP_MUST_CHECK
dp_code dp_recipe_spec(dp_spec *out, const dp_recipe *r, dp_err *err);

/* Format the canonical text: a comment with the program's version, then a recipe file of
 * all options in alphabetical order with the chain of layers written out. Options added
 * after version 1 are omitted at their defaults, so that existing recipes keep the same
 * text. Equal recipes have equal texts. */
void dp_recipe_format(char text[DP_RECIPE_MAX_TEXT], const dp_recipe *r,
                      const dp_spec *spec);

#endif
