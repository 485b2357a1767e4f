#include "config.h"

#include "tui/generate/roff.h"

#include "engine/core/arith.h"
#include "tui/cli/first_word.h"
#include "tui/cli/help.h"
#include "tui/cli/options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "digitpad-"

enum { MAX_TEXT = 2048, MAX_KEYS = 512 };

/* ---- text ------------------------------------------------------------------------------ */

static void put(FILE *out, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        switch (text[i]) {
        case '-':
            fputs("\\-", out);
            break;
        case '\\':
            fputs("\\e", out);
            break;
        case '\'':
            fputs("\\(aq", out);
            break;
        case '"':
            fputs("\\(dq", out);
            break;
        default:
            fputc(text[i], out);
        }
}

static void put_in(FILE *out, char face, const char *text, size_t n)
{
    if (face != 'R')
        fprintf(out, "\\f%c", face);
    put(out, text, n);
    if (face != 'R')
        fputs("\\fR", out);
}

/* Write a usage or the name of an argument: placeholders, which are in capitals, in italics,
 * what is typed as it stands in bold. */
static void put_usage(FILE *out, const char *text)
{
    while (*text) {
        const bool is_word = isalnum((unsigned char)*text) || *text == '-';
        size_t n = 1;
        while (isalnum((unsigned char)text[n]) || text[n] == '-' ? is_word
                                                                 : text[n] && !is_word)
            n++;
        put_in(out, !is_word ? 'R' : isupper((unsigned char)*text) ? 'I' : 'B', text, n);
        text += n;
    }
}

static bool is_same(const char *text, size_t n, const char *word)
{
    return strlen(word) == n && strncmp(text, word, n) == 0;
}

/* The face of a word in the help of an option: its argument, and what can be typed. */
static char face_of(const char *word, size_t n, const dp_option *o)
{
    const char *const *known = o ? o->value.words : NULL;
    if (n > 2 && strncmp(word, "--", 2) == 0)
        return 'B';
    if (o && o->argument && is_same(word, n, o->argument))
        return 'I';
    for (; known && *known; known++)
        if (is_same(word, n, *known))
            return 'B';
    return 'R';
}

static void put_word(FILE *out, const char *word, size_t n, const dp_option *o)
{
    const size_t before = strspn(word, "('");
    size_t end = n;
    while (end > before && strchr("()',;:.", word[end - 1]))
        end--;
    put(out, word, before);
    put_in(out, face_of(word + before, end - before, o), word + before, end - before);
    put(out, word + end, n - end);
}

/* Write a help text as a sentence on a line. `o` is the option that it explains, or NULL. */
static void put_sentence(FILE *out, const char *text, const dp_option *o)
{
    char sentence[MAX_TEXT];
    const size_t length = strlen(text);
    snprintf(sentence, sizeof sentence, "%s%s", text,
             length > 0 && text[length - 1] == '.' ? "" : ".");
    sentence[0] = (char)toupper((unsigned char)sentence[0]);
    for (const char *at = sentence; *at;) {
        const size_t n = strcspn(at, " \n");
        put_word(out, at, n, o);
        at += n;
        if (*at)
            fputs(*at++ == '\n' ? "\n.br\n" : " ", out);
    }
    fputc('\n', out);
}

/* ---- what stands for a line that begins with @ ------------------------------------------ */

/* A page that is being written. */
typedef struct page {
    FILE *out;
    const char *source, *name;
    const dp_command *command; /* NULL: it is about none */
    bool in_options;           /* the lines are between @options and @end */
} page;

static bool put_title(page *p, const char *rest)
{
    char title[64];
    int section, kind;
    if (sscanf(rest, "%d %n", &section, &kind) != 1)
        return false;
    snprintf(title, sizeof title, "%s", p->name);
    for (char *c = title; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    fprintf(p->out, ".TH %s %d \"\" \"%s\" \"%s\"\n", title, section, PACKAGE_STRING,
            rest + kind);
    return true;
}

static bool put_synopsis(page *p, const char *rest)
{
    if (!p->command || *rest)
        return false;
    fputs(".nh\n.ad l\n", p->out);
    for (int i = 0; i < DP_COMMAND_USAGES && p->command->usage[i]; i++) {
        fputs(i > 0 ? ".br\n\\fBdigitpad\\fR " : "\\fBdigitpad\\fR ", p->out);
        put_usage(p->out, p->command->usage[i]);
        fputc('\n', p->out);
    }
    fputs(".ad\n.hy\n", p->out);
    return true;
}

static void put_option(const page *p, const dp_option *o)
{
    fputs(".TP\n", p->out);
    if (o->letter)
        fprintf(p->out, "\\fB\\-%c\\fR, ", o->letter);
    fputs("\\fB\\-\\-", p->out);
    put(p->out, o->name, strlen(o->name));
    fputs(o->optional ? "\\fR[=" : o->argument ? "\\fR=" : "\\fR", p->out);
    if (o->argument)
        put_usage(p->out, o->argument);
    fputs(o->optional ? "]\n" : "\n", p->out);
    put_sentence(p->out, o->help, o);
}

/* Write the lines that continue the help of an option: those after its line in the source. */
static void put_details(const page *p, const dp_option *o)
{
    char line[MAX_TEXT];
    snprintf(line, sizeof line, "\n@option %s\n", o->name);
    const char *at = strstr(p->source, line);
    for (at = at ? at + strlen(line) : ""; *at && *at != '@'; at++) {
        const size_t n = strcspn(at, "\n");
        fprintf(p->out, "%.*s\n", (int)n, at);
        at += n;
    }
}

static bool put_options(page *p, const char *rest)
{
    const int group = strcmp(rest, "2") == 0;
    if (!p->command || (*rest && !group))
        return false;
    for (const dp_option *o = p->command->group[group].options; o && o->name; o++) {
        put_option(p, o);
        put_details(p, o);
    }
    if (group == 0)
        put_option(p, &dp_help_option);
    p->in_options = true;
    return true;
}

/* The line between @options and @end: put_options has written what follows @option NAME. */
static bool skip_line(page *p, const char *line)
{
    static const char option[] = "@option ";
    const size_t n = strlen(option);
    p->in_options = strcmp(line, "@end") != 0;
    return !p->in_options || *line != '@' ||
           (strncmp(line, option, n) == 0 &&
            dp_options_named(p->command, line + n).option);
}

static bool put_action(page *p, const char *name)
{
    for (const dp_action *a = p->command ? p->command->actions : NULL; a && a->name; a++)
        if (strcmp(a->name, name) == 0) {
            fprintf(p->out, ".TP\n.B %s\n", a->name);
            put_sentence(p->out, a->help, NULL);
            return true;
        }
    return false;
}

static bool put_commands(page *p, const char *rest)
{
    for (int i = 0; dp_commands[i]; i++) {
        const dp_command *c = dp_commands[i];
        fputs(".TP\n", p->out);
        put_in(p->out, 'B', c->name, strlen(c->name));
        fputc('\n', p->out);
        put_sentence(p->out, c->summary, NULL);
    }
    return *rest == '\0';
}

/* Write a key of the configuration file, the n ≥ 1 options of this name, and the commands that have
 * one. */
static void put_key(FILE *out, const dp_option *const o[], int n)
{
    const char *between = "", *argument = "";
    fputs(".TP 32n\n", out);
    put_in(out, 'B', o[0]->name, strlen(o[0]->name));
    for (int i = 0; i < n; i++) {
        const char *next = o[i]->argument ? o[i]->argument : "yes";
        if (strcmp(next, argument) != 0) {
            fputs(i > 0 ? " | " : " = ", out);
            put_usage(out, next);
        }
        argument = next;
    }
    fputc('\n', out);
    for (int i = 0; dp_commands[i]; i++)
        if (dp_options_named(dp_commands[i], o[0]->name).option) {
            fputs(between, out);
            put(out, dp_commands[i]->name, strlen(dp_commands[i]->name));
            between = ", ";
        }
    fputc('\n', out);
}

/* The order of options by name, then by argument. */
static int compare_options(const void *a, const void *b)
{
    const dp_option *x = *(const dp_option *const *)a, *y = *(const dp_option *const *)b;
    const int order = strcmp(x->name, y->name);
    return order ? order
                 : strcmp(x->argument ? x->argument : "", y->argument ? y->argument : "");
}

static bool put_keys(page *p, const char *rest)
{
    const dp_option *keys[MAX_KEYS], *o;
    int n = 0;
    for (int c = 0; dp_commands[c]; c++)
        for (int i = 0; n < MAX_KEYS && (o = dp_options_at(dp_commands[c], i).option);
             i++)
            keys[n++] = o;
    qsort(keys, (size_t)n, sizeof *keys, compare_options);
    for (int i = 0, same; i < n; i += same) {
        for (same = 1; i + same < n && !strcmp(keys[i]->name, keys[i + same]->name);)
            same++;
        put_key(p->out, keys + i, same);
    }
    return *rest == '\0' && n < MAX_KEYS;
}

/* ---- the page -------------------------------------------------------------------------- */

static bool put_line(page *p, const char *line)
{
    static const struct {
        const char *word;
        bool (*put)(page *p, const char *rest);
    } lines[] = {
        { "@title", put_title },       { "@synopsis", put_synopsis },
        { "@action", put_action },     { "@options", put_options },
        { "@commands", put_commands }, { "@keys", put_keys },
    };
    const size_t n = strcspn(line, " ");
    for (size_t i = 0; i < DP_COUNT(lines); i++)
        if (is_same(line, n, lines[i].word))
            return lines[i].put(p, line + n + (line[n] == ' '));
    fprintf(p->out, "%s\n", line);
    return *line != '@';
}

bool dp_roff_page(FILE *out, const char *source, const char *name)
{
    page p = { .out = out, .source = source, .name = name };
    if (strncmp(name, PREFIX, strlen(PREFIX)) == 0)
        p.command = dp_first_word_find(dp_commands, name + strlen(PREFIX));
    for (const char *at = source; *at;) {
        char line[MAX_TEXT];
        const size_t n = strcspn(at, "\n");
        snprintf(line, sizeof line, "%.*s", (int)n, at);
        if (n >= sizeof line || !(p.in_options ? skip_line : put_line)(&p, line)) {
            fprintf(stderr, "%s: the tables have nothing for the line: %s\n", name, line);
            return false;
        }
        at += n + (at[n] == '\n');
    }
    return true;
}
