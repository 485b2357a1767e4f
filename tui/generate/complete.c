#include "config.h"

#include "tui/generate/complete.h"

#include "engine/core/arith.h"
#include "engine/kernels/kernels.h"
#include "tui/cli/shared_options.h"
#include "tui/train/recipes.h"
#include "weights/corpora/corpus.h"
#include "weights/images/image.h"

#include <ctype.h>
#include <string.h>

#define MODELS "safetensors onnx json"

static void add_word(dp_completion *c, const char *word)
{
    const size_t used = strlen(c->words);
    snprintf(c->words + used, sizeof c->words - used, "%s%s", used > 0 ? " " : "", word);
}

/* ---- names of arguments ---------------------------------------------------------------- */

static void add_recipes(dp_completion *c)
{
    for (const dp_known_recipe *r = dp_known_recipes; r->name; r++)
        add_word(c, r->name);
}

static void add_commands(dp_completion *c)
{
    for (int i = 0; dp_commands[i]; i++)
        add_word(c, dp_commands[i]->name);
}

static void add_datasets(dp_completion *c)
{
    const dp_corpus *set;
    for (int i = 0; (set = dp_corpus_at(i)); i++)
        add_word(c, set->name);
}

/* What a name stands for, in options and in usages alike; `add` has further words. */
static const struct {
    const char *name;
    dp_completion what;
    void (*add)(dp_completion *c);
} names[] = {
    { "MODEL", { .models = true, .files = true, .extensions = MODELS }, NULL },
    { "IN", { .models = true, .files = true, .extensions = MODELS }, NULL },
    { "RECIPE", { .files = true }, add_recipes },
    { "FORMAT", { .words = DP_IMAGE_FORMATS }, NULL },
    { "DATA-SET", { .words = "" }, add_datasets },
    { "COMMAND", { .words = "" }, add_commands },
    { "FOLDER", { .folders = true }, NULL },
    { "N", { .samples = true }, NULL },
    { "FILE", { .files = true }, NULL },
    { "OUT", { .files = true }, NULL },
    { "IMAGES", { .files = true }, NULL },
    { "LABELS", { .files = true }, NULL },
    { "LIST", { .files = true }, NULL },
    { "CHAIN", { .words = "" }, NULL },
    { "COLUMN", { .words = "" }, NULL },
    { "COLSxROWS", { .words = "" }, NULL },
    { "PATTERN", { .words = "" }, NULL },
    { "S", { .words = "" }, NULL },
    { "TEXT", { .words = "" }, NULL },
};

/* Add what a name of n characters stands for. False if it is not in the table. */
static bool add_named(dp_completion *c, const char *name, size_t n)
{
    for (size_t i = 0; i < DP_COUNT(names); i++) {
        const dp_completion *what = &names[i].what;
        if (strlen(names[i].name) != n || strncmp(name, names[i].name, n) != 0)
            continue;
        c->models |= what->models;
        c->samples |= what->samples;
        c->files |= what->files;
        c->folders |= what->folders;
        if (*what->extensions)
            snprintf(c->extensions, sizeof c->extensions, "%s", what->extensions);
        if (*what->words)
            add_word(c, what->words);
        if (names[i].add)
            names[i].add(c);
        return true;
    }
    return false;
}

/* ---- options and operands -------------------------------------------------------------- */

/* The words of a list such as "yes|no". */
static void add_alternatives(dp_completion *c, const char *list)
{
    add_word(c, list);
    for (char *bar = c->words; (bar = strchr(bar, '|'));)
        *bar = ' ';
}

dp_completion dp_complete_option(const dp_option *o)
{
    dp_completion c = { 0 };
    const dp_kernels *kernels;
    const size_t n = o->argument ? strcspn(o->argument, ".") : 0;
    if (!o->argument || o->value.type == &dp_option_int ||
        o->value.type == &dp_option_float)
        return c;
    for (const char *const *word = o->value.words; word && *word; word++)
        add_word(&c, *word);
    if (o->value.type == &dp_option_kernels)
        for (int i = 0; (kernels = dp_kernels_at(i)); i++)
            add_word(&c, kernels->name);
    if (o->value.type == &dp_option_flag)
        add_alternatives(&c, o->argument);
    if (!*c.words && !add_named(&c, o->argument, n) &&
        (o->value.type == &dp_option_text || o->value.type == &dp_option_text_list))
        c.files = true;
    c.samples = false; /* N is a number of a sample in usages alone */
    if (c.files && o->argument[n] == '.')
        snprintf(c.extensions, sizeof c.extensions, "%s", o->argument + n + 1);
    return c;
}

/* The part of a usage that has the operands of the action; NULL if it is of another one. */
static const char *operands_of(const char *usage, const char *action)
{
    const char *at = usage + strcspn(usage, " ");
    const size_t n = action ? strlen(action) : 0;
    at += strspn(at, " [");
    if (n == 0 || (strncmp(at, action, n) == 0 && !isalnum((unsigned char)at[n])))
        return at + n;
    return NULL;
}

dp_completion dp_complete_operands(const dp_command *c, const char *action)
{
    dp_completion found = { 0 };
    for (int i = 0; i < DP_COMMAND_USAGES && c->usage[i]; i++) {
        const char *at = operands_of(c->usage[i], action);
        bool is_argument = false; /* of a short option: -o OUT */
        while (at && *at) {
            const char *word = at + strspn(at, "[");
            if (!is_argument && *word != '-')
                add_named(&found, word, strcspn(word, " ]."));
            is_argument = word[0] == '-' && word[1] != '-';
            at += strcspn(at, " ");
            at += strspn(at, " ");
        }
    }
    found.files &= !action;
    return found;
}

/* ---- texts ----------------------------------------------------------------------------- */

const char *dp_complete_summary(char out[DP_SUMMARY], const char *help)
{
    enum { LONG = 60 };
    const size_t most = DP_SUMMARY - sizeof " ...";
    size_t n = strlen(help);
    if (n > LONG)
        n = strcspn(help, ":;(");
    const bool cut = n > most;
    for (n = cut ? most : n; cut && help[n] != ' '; n--)
        ;
    while (n > 0 && help[n - 1] == ' ')
        n--;
    snprintf(out, DP_SUMMARY, "%.*s%s", (int)n, help, cut ? " ..." : "");
    return out;
}

void dp_complete_quote(FILE *out, const char *text, const char *quote)
{
    fputc('\'', out);
    for (; *text; text++)
        if (*text == '\'')
            fputs(quote, out);
        else
            fputc(*text == '\n' ? ' ' : *text, out);
    fputc('\'', out);
}
