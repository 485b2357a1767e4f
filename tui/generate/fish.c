#include "config.h"

#include "tui/cli/help.h"
#include "tui/cli/options.h"
#include "tui/generate/complete.h"
#include "tui/generate/shells.h"

static void put_help(FILE *out, const char *help)
{
    char text[DP_SUMMARY];
    fputs(" -d ", out);
    dp_complete_quote(out, dp_complete_summary(text, help), "\\'");
    fputc('\n', out);
}

/* Write what to offer, as arguments of `complete`. */
static void put_offer(FILE *out, const dp_completion *what)
{
    fputs(what->files && !*what->extensions ? " -F" : " -f", out);
    fputs(" -a '", out);
    fputs(what->words, out);
    if (what->models)
        fputs(" (__digitpad_listed models)", out);
    if (what->samples)
        fputs(" (__digitpad_listed samples)", out);
    if (what->files && *what->extensions)
        fprintf(out, " (__digitpad_files %s)", what->extensions);
    if (what->folders && !what->files)
        fputs(" (__fish_complete_directories)", out);
    fputc('\'', out);
}

static void put_option(FILE *out, const dp_command *c, const dp_option *o)
{
    const dp_completion what = dp_complete_option(o);
    fprintf(out, "complete -c digitpad -n '__digitpad_is %s' -l %s", c->name, o->name);
    if (o->letter)
        fprintf(out, " -s %c", o->letter);
    if (o->argument)
        put_offer(out, &what);
    if (o->argument && !o->optional)
        fputs(" -r", out);
    put_help(out, o->help);
}

/* The actions, as long as none of them is there, and their operands. */
static void put_actions(FILE *out, const dp_command *c)
{
    for (const dp_action *a = c->actions; a->name; a++) {
        const dp_completion what = dp_complete_operands(c, a->name);
        fprintf(out, "complete -c digitpad -n '__digitpad_is %s; and __digitpad_lacks",
                c->name);
        for (const dp_action *other = c->actions; other->name; other++)
            fprintf(out, " %s", other->name);
        fprintf(out, "' -a %s", a->name);
        put_help(out, a->help);
        fprintf(out, "complete -c digitpad -n '__digitpad_is %s %s'", c->name, a->name);
        put_offer(out, &what);
        fputc('\n', out);
    }
}

static void put_command(FILE *out, const dp_command *c)
{
    const dp_completion what = dp_complete_operands(c, NULL);
    const dp_option *o;
    fprintf(out, "\ncomplete -c digitpad -n __digitpad_begins -a %s", c->name);
    put_help(out, c->summary);
    for (int i = 0; (o = dp_options_at(c, i).option); i++)
        put_option(out, c, o);
    put_option(out, c, &dp_help_option);
    if (c->actions) {
        put_actions(out, c);
    } else {
        fprintf(out,
                "complete -c digitpad -n '__digitpad_is %s; and not __digitpad_begins'",
                c->name);
        put_offer(out, &what);
        fputc('\n', out);
    }
}

void dp_shells_fish(FILE *out)
{
    fputs("set -g __digitpad_commands", out);
    for (int i = 0; dp_commands[i]; i++)
        fprintf(out, " %s", dp_commands[i]->name);
    fputc('\n', out);
    for (int i = 0; dp_commands[i]; i++)
        put_command(out, dp_commands[i]);
}
