/* The program: find the subcommand and run it. */
#include "config.h"

#include "tui/cli.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const dp_command commands[] = {
    {NULL, NULL, NULL},
};

static const dp_command *find_command(const char *name)
{
    for (const dp_command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    const dp_command *command = argc > 1 ? find_command(argv[1]) : NULL;
    if (!command) {
        fputs("usage: digitpad COMMAND [OPTION]... [FILE]...\n", stderr);
        return DP_EXIT_USAGE;
    }
    return command->run(argc - 1, argv + 1);
}
