#include "config.h"

#include "tui/cli/help.h"
#include "tui/cli/options.h"
#include "tui/generate/complete.h"
#include "tui/generate/shells.h"

#include <string.h>

/* The action of a specification of _arguments, inside single quotes. */
static void put_action(FILE *out, const dp_completion *what)
{
    if (*what->words && what->files)
        fprintf(out, " _digitpad_words_or_files %s", what->words);
    else if (*what->words)
        fprintf(out, "(%s)", what->words);
    else if (what->models && what->files)
        fprintf(out, " _digitpad_models_or_files %s", what->extensions);
    else if (what->models)
        fputs(" _digitpad_listed models", out);
    else if (what->samples)
        fputs(" _digitpad_listed samples", out);
    else if (what->files && *what->extensions)
        fprintf(out, " _digitpad_files %s", what->extensions);
    else if (what->files)
        fputs("_files", out);
    else if (what->folders)
        fputs("_files -/", out);
    else
        fputc(' ', out);
}

/* The explanation in brackets, inside single quotes. */
static void put_explanation(FILE *out, const char *help)
{
    char text[DP_SUMMARY];
    fputc('[', out);
    for (const char *at = dp_complete_summary(text, help); *at; at++)
        if (*at == '\'')
            fputs("'\\''", out);
        else
            fprintf(out, strchr("[]\\", *at) ? "\\%c" : "%c", *at);
    fputc(']', out);
}

static void put_option(FILE *out, const dp_option *o)
{
    const dp_completion what = dp_complete_option(o);
    const bool repeats = o->value.type == &dp_option_text_list;
    const char *const ends = o->optional ? "=-" : o->argument ? "=" : "";
    fputs("        ", out);
    if (o->letter)
        fprintf(out, "'(-%c --%s)'{-%c%s,--%s%s}'", o->letter, o->name, o->letter,
                o->argument ? "+" : "", o->name, ends);
    else
        fprintf(out, "'%s--%s%s", repeats ? "*" : "", o->name, ends);
    put_explanation(out, o->help);
    if (o->argument) {
        fprintf(out, "%s%s:", o->optional ? "::" : ":", o->argument);
        put_action(out, &what);
    }
    fputs("' \\\n", out);
}

/* A function that offers a list with explanations. */
static void begin_list(FILE *out, const char *name)
{
    fprintf(out, "\n_digitpad%s() {\n    local -a list=(\n", name);
}

static void put_listed(FILE *out, const char *name, const char *help)
{
    char text[DP_SUMMARY], item[2 * DP_SUMMARY];
    snprintf(item, sizeof item, "%s:%s", name, dp_complete_summary(text, help));
    fputs("        ", out);
    dp_complete_quote(out, item, "'\\''");
    fputc('\n', out);
}

static void end_list(FILE *out, const char *what)
{
    fprintf(out, "    )\n    _describe -t %ss %s list\n}\n", what, what);
}

static void put_actions(FILE *out, const dp_command *c)
{
    char name[64];
    snprintf(name, sizeof name, "-%s-actions", c->name);
    begin_list(out, name);
    for (const dp_action *a = c->actions; a->name; a++)
        put_listed(out, a->name, a->help);
    end_list(out, "action");
    fprintf(out, "\n_digitpad-%s-operands() {\n    case $words[1] in\n", c->name);
    for (const dp_action *a = c->actions; a->name; a++) {
        const dp_completion what = dp_complete_operands(c, a->name);
        fprintf(out, "    %s) ", a->name);
        if (what.models || what.samples)
            put_action(out, &what);
        else
            fputs("_message 'no more arguments'", out);
        fputs(" ;;\n", out);
    }
    fputs("    esac\n}\n", out);
}

static void put_command(FILE *out, const dp_command *c)
{
    const dp_completion what = dp_complete_operands(c, NULL);
    const dp_option *o;
    fprintf(out, "\n_digitpad-%s() {\n    _arguments -s -S : \\\n", c->name);
    for (int i = 0; (o = dp_options_at(c, i).option); i++)
        put_option(out, o);
    put_option(out, &dp_help_option);
    if (c->actions)
        fprintf(out, "        '1: :_digitpad-%s-actions' '*:: :_digitpad-%s-operands'",
                c->name, c->name);
    else if (c->max_operands > 0) {
        fputs("        '*: :", out);
        put_action(out, &what);
        fputc('\'', out);
    }
    fputs("\n}\n", out);
}

void dp_shells_zsh(FILE *out)
{
    begin_list(out, "_commands");
    for (int i = 0; dp_commands[i]; i++)
        put_listed(out, dp_commands[i]->name, dp_commands[i]->summary);
    end_list(out, "command");
    for (int i = 0; dp_commands[i]; i++) {
        if (dp_commands[i]->actions)
            put_actions(out, dp_commands[i]);
        put_command(out, dp_commands[i]);
    }
}
