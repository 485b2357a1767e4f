/* Text that people write, and names: chains, recipes, what is remembered; and the
 * escaping of text from outside. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/net/spec.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "tui/term/out.h"
#include "tui/train/recipe.h"
#ifdef DP_TUI
#include "tui/draw/remembered.h"
#endif
#include "weights/store/store_ref.h"

#include <stdlib.h>
#include <string.h>

static bool same_layers(const dp_spec *a, const dp_spec *b)
{
    char text[2][DP_MAX_SPEC_TEXT];
    dp_spec_format(text[0], sizeof text[0], a);
    dp_spec_format(text[1], sizeof text[1], b);
    return a->n_layers == b->n_layers && strcmp(text[0], text[1]) == 0 &&
           memcmp(a->shape, b->shape, sizeof a->shape[0] * (size_t)(a->n_layers + 1)) ==
               0;
}

/* The canonical text of a chain is read as the same chain. */
static void check_chain(const dp_spec *spec)
{
    char text[DP_MAX_SPEC_TEXT];
    dp_spec again;
    dp_expect(spec->n_layers >= 1 && spec->n_layers <= DP_MAX_LAYERS,
              "the number of layers is bounded");
    if (dp_spec_format(text, sizeof text, spec) >= sizeof text)
        return;
    dp_expect(dp_expect_printable(text), "a chain is written as one line");
    dp_expect(dp_spec_parse(&again, text, spec->shape[0], NULL) == DP_OK,
              "a chain that was written is read");
    dp_expect(same_layers(spec, &again), "it is the same chain");
}

static bool run_chain(const uint8_t *data, size_t size)
{
    static const dp_shape input = { 1, DP_SIDE, DP_SIDE };
    dp_spec spec;
    dp_err err;
    char *text = dp_expect_text(data, size);
    if (!text)
        return false;
    const dp_code code = dp_spec_parse(&spec, text, input, &err);
    free(text);
    if (code != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    check_chain(&spec);
    return true;
}

/* The canonical text of a recipe is read as a recipe with the same text. */
static bool run_recipe(const uint8_t *data, size_t size)
{
    static char text[2][DP_RECIPE_MAX_TEXT];
    dp_recipe r;
    dp_spec spec;
    dp_err err;
    dp_recipe_init(&r);
    if (dp_recipe_read(&r, dp_expect_file("recipe", data, size), &err) != DP_OK ||
        dp_recipe_spec(&spec, &r, &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    check_chain(&spec);
    dp_recipe_format(text[0], &r, &spec);
    dp_recipe_init(&r);
    const char *path = dp_expect_file("again", (const uint8_t *)text[0], strlen(text[0]));
    dp_expect(dp_recipe_read(&r, path, NULL) == DP_OK &&
                  dp_recipe_spec(&spec, &r, NULL) == DP_OK,
              "a recipe that was written is read");
    dp_recipe_format(text[1], &r, &spec);
    dp_expect(strcmp(text[0], text[1]) == 0, "it is the same recipe");
    return true;
}

/* ---- what is remembered ---------------------------------------------------------------- */

#ifdef DP_TUI
/* The model that the pad remembers. */
static bool run_remembered(const uint8_t *data, size_t size)
{
    char name[DP_REMEMBERED_SIZE];
    dp_store_ref ref;
    static bool named;
    if (!named)
        named = setenv("XDG_STATE_HOME", dp_expect_folder(), 1) == 0;
    dp_expect_file("digitpad/model", data, size);
    if (!dp_remembered_read(name))
        return false;
    dp_expect(dp_expect_printable(name) && name[0], "a name can be printed");
    dp_expect(dp_store_resolve(&ref, name, NULL) == DP_OK, "a name means a model");
    return true;
}
#endif

/* ---- escaping ------------------------------------------------------------------------- */

/* Whether a text may reach a terminal: valid UTF-8 without controls, bidirectional ones among
 * them. Written anew, because the reader under test decides the same. */
static bool is_safe(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    while (*p) {
        const int more = *p < 0x80 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
        unsigned long c = *p < 0x80 ? *p : *p & (0x3fU >> more);
        if (*p >= 0x80 && (*p < 0xc2 || *p > 0xf4))
            return false;
        for (int i = 1; i <= more; i++) {
            if ((p[i] & 0xc0) != 0x80)
                return false;
            c = c << 6 | (p[i] & 0x3f);
        }
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200e && c <= 0x200f) ||
            (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x61c ||
            (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
            return false;
        p += more + 1;
    }
    return true;
}

/* It is good if nothing had to be escaped. */
static bool run_escape(const uint8_t *data, size_t size)
{
    char *text = dp_expect_text(data, size);
    if (!text)
        return false;
    const size_t most = 12 * size + 1;
    char *ascii = malloc(most), *utf8 = malloc(most), cut[16];
    dp_expect(ascii && utf8, "there is memory");
    dp_out_safe(ascii, most, text);
    dp_out_safe_utf8(utf8, most, text);
    dp_out_safe(cut, sizeof cut, text);
    dp_expect(dp_expect_printable(ascii), "in the C locale the result is ASCII");
    dp_expect(is_safe(utf8), "the result cannot control a terminal");
    dp_expect(strncmp(cut, ascii, strlen(cut)) == 0, "a result that is cut is the same");
    const bool good = strcmp(utf8, text) == 0;
    free(ascii);
    free(utf8);
    free(text);
    return good;
}

const dp_target dp_targets_texts[] = {
    { "chain", run_chain, NULL, 128 },          { "recipe", run_recipe, NULL, 256 },
#ifdef DP_TUI
    { "remembered", run_remembered, NULL, 96 },
#endif
    { "escape", run_escape, NULL, 64 },         { 0 },
};
