#include "config.h"

#include "tui/cli/help.h"

#include <string.h>

enum { WIDTH = 80, MAX_LEFT = 64 };

const dp_option dp_help_option = { "help", 'h', .help = "show this help" };

/* Print a text and a newline. The cursor is in column `indent`, where further lines begin. */
static void print_wrapped(FILE *out, const char *text, int indent)
{
    for (int column = indent;;) {
        const int word = (int)strcspn(text, " \n");
        if (column > indent && column + 1 + word > WIDTH)
            column = fprintf(out, "\n%*s", indent, "") - 1;
        else if (column > indent)
            column += fprintf(out, " ");
        column += fprintf(out, "%.*s", word, text);
        text += word;
        if (*text == '\0')
            break;
        if (*text++ == '\n')
            column = fprintf(out, "\n%*s", indent, "") - 1;
    }
    fputc('\n', out);
}

/* "  -m, --model=MODEL", the left column. Returns its width. */
static int left_of(char text[MAX_LEFT], const dp_option *o)
{
    char letter[8] = "";
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c,", o->letter);
    return snprintf(text, MAX_LEFT, "  %-4s--%s%s%s%s", letter, o->name,
                    o->optional   ? "[="
                    : o->argument ? "="
                                  : "",
                    o->argument ? o->argument : "", o->optional ? "]" : "");
}

/* The column in which help begins: two blanks after the widest name. */
static int help_column(const dp_command *c)
{
    char text[MAX_LEFT];
    int widest = left_of(text, &dp_help_option);
    for (int g = 0; g < DP_COMMAND_GROUPS && c->group[g].options; g++)
        for (const dp_option *o = c->group[g].options; o->name; o++) {
            const int width = left_of(text, o);
            widest = width > widest ? width : widest;
        }
    return widest + 2;
}

static void print_option(FILE *out, const dp_option *o, int column)
{
    char left[MAX_LEFT];
    left_of(left, o);
    fprintf(out, "%-*s", column, left);
    print_wrapped(out, o->help, column);
}

static void print_usage(FILE *out, const dp_command *c)
{
    const int indent = (int)strlen("usage: digitpad ");
    for (int i = 0; i < DP_COMMAND_USAGES && c->usage[i]; i++) {
        fprintf(out, "%*s", indent, i == 0 ? "usage: digitpad " : "digitpad ");
        print_wrapped(out, c->usage[i], indent);
    }
}

void dp_help_print(FILE *out, const dp_command *c)
{
    const int column = help_column(c);
    print_usage(out, c);
    fputc('\n', out);
    print_wrapped(out, c->intro, 0);
    fputc('\n', out);
    for (const dp_action *a = c->actions; a && a->name; a++) {
        fprintf(out, "  %-*s", column - 2, a->name);
        print_wrapped(out, a->help, column);
    }
    if (c->actions)
        fputc('\n', out);
    for (int g = 0; g < DP_COMMAND_GROUPS; g++) {
        if (c->group[g].title) {
            fputc('\n', out);
            print_wrapped(out, c->group[g].title, 0);
        }
        for (const dp_option *o = c->group[g].options; o && o->name; o++)
            print_option(out, o, column);
        if (g == 0)
            print_option(out, &dp_help_option, column);
    }
    if (c->epilogue) {
        fputc('\n', out);
        print_wrapped(out, c->epilogue, 0);
    }
}

void dp_help_print_commands(FILE *out, const dp_command *const commands[])
{
    fputs("usage: digitpad COMMAND [OPTION]... [FILE]...\n"
#ifdef DP_TUI
          "       digitpad [OPTION]... [FILE.ndjson]      same as digitpad draw\n"
#endif
          "\n"
          "Recognise handwritten digits, drawn in the terminal or read from files.\n\n",
          out);
    for (int i = 0; commands[i]; i++)
        fprintf(out, "  %-18s%s\n", commands[i]->name, commands[i]->summary);
    fputs(
        "\n"
        "  -h, --help        show this help; after a COMMAND, its help\n"
        "  -V, --version     show version, libraries, instruction set and threads\n"
        "\n"
        "The manual page digitpad(1) has the details; 'digitpad help COMMAND' shows that "
        "of a\ncommand.\n",
        out);
}
