#include "config.h"

#include "tui/cli/help.h"
#include "tui/cli/options.h"
#include "tui/generate/complete.h"
#include "tui/generate/shells.h"

/* Write the calls that offer it: the rest of a line of `case`. */
static void put_offer(FILE *out, const dp_completion *what)
{
    fputs(") offer='", out);
    if (*what->words)
        fprintf(out, "_digitpad_words %s; ", what->words);
    if (what->models)
        fputs("_digitpad_models; ", out);
    if (what->samples)
        fputs("_digitpad_samples; ", out);
    if (what->files)
        fprintf(out, "_digitpad_files %s; ", what->extensions);
    else if (what->folders)
        fputs("_digitpad_folders; ", out);
    fputs("' ;;\n", out);
}

static void put_option(FILE *out, const dp_command *c, const dp_option *o)
{
    const dp_completion what = dp_complete_option(o);
    fprintf(out, "    '%s --%s%s'", c->name, o->name, o->optional ? "=" : "");
    if (o->letter)
        fprintf(out, " | '%s -%c'", c->name, o->letter);
    put_offer(out, &what);
}

/* The names of all options, with "=" if an argument must follow. */
static void put_options(FILE *out, const dp_command *c)
{
    const dp_option *o;
    fprintf(out, "    '%s options') offer='_digitpad_words", c->name);
    for (int i = 0; (o = dp_options_at(c, i).option); i++)
        fprintf(out, " --%s%s", o->name, o->argument && !o->optional ? "=" : "");
    fprintf(out, " --%s' ;;\n", dp_help_option.name);
    for (int i = 0; (o = dp_options_at(c, i).option); i++)
        if (o->argument)
            put_option(out, c, o);
}

static void put_actions(FILE *out, const dp_command *c)
{
    fprintf(out, "    '%s actions') offer='_digitpad_words", c->name);
    for (const dp_action *a = c->actions; a->name; a++)
        fprintf(out, " %s", a->name);
    fputs("' ;;\n", out);
    for (const dp_action *a = c->actions; a->name; a++) {
        const dp_completion what = dp_complete_operands(c, a->name);
        fprintf(out, "    '%s %s operands'", c->name, a->name);
        put_offer(out, &what);
    }
}

void dp_shells_bash(FILE *out)
{
    fputs("    commands) offer='_digitpad_words", out);
    for (int i = 0; dp_commands[i]; i++)
        fprintf(out, " %s", dp_commands[i]->name);
    fputs("' ;;\n", out);
    for (int i = 0; dp_commands[i]; i++) {
        const dp_command *c = dp_commands[i];
        put_options(out, c);
        if (c->actions) {
            put_actions(out, c);
        } else {
            const dp_completion what = dp_complete_operands(c, NULL);
            fprintf(out, "    '%s operands'", c->name);
            put_offer(out, &what);
        }
    }
}
