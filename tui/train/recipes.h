/* The recipes that the program contains, those of scripts/recipes that scripts/embed-recipes
 * writes into its source. */
#ifndef DP_TUI_TRAIN_RECIPES_H
#define DP_TUI_TRAIN_RECIPES_H

#define DP_RECIPE_NAMES "cnn, mlp, nano, fast or fast-30" /* for messages */

typedef struct dp_known_recipe {
    const char *name, *text; /* the text is that of a recipe file */
} dp_known_recipe;

extern const dp_known_recipe dp_known_recipes[]; /* ends with a NULL name */

#endif
