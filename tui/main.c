/* digitpad: finds the command and runs it. */
#include "config.h"

#include "engine/kernels/kernels.h"
#include "engine/core/openmp.h"
#include "tui/cli/cli.h"
#include "tui/cli/first_word.h"
#include "tui/cli/help.h"
#include "tui/cli/options.h"
#include "tui/term/out.h"
#include "weights/io/versions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run(const dp_command *command, int argc, char **argv)
{
    dp_options given;
    int status = dp_options_read(&given, command, dp_commands, argc, argv);
    if (status < 0)
        status = command->run(&given);
    dp_options_clear(&given);
    return status;
}

static int print_help(void)
{
    dp_help_print_commands(stdout, dp_commands);
    return dp_cli_finish("help", DP_EXIT_DONE);
}

static int print_version(void)
{
    const char *name, *version;
    puts(PACKAGE_STRING);
    for (int i = 0; (name = dp_library(i, &version)); i++)
        printf("%s %s\n", name, version);
    printf("instruction set: %s\n", dp_kernels_best()->name);
    printf("threads: %d\n", dp_threads(dp_cli_threads(0)));
    return dp_cli_finish("version", DP_EXIT_DONE);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

/* `draw` is the default command if an option or a drawing comes first. */
static bool implies_draw(const char *first)
{
    return first[0] == '-' || ends_with(first, ".ndjson");
}

/* Say why there is nothing to draw on: `draw` is NULL in a build without it. */
static int complain_no_pad(const dp_command *draw)
{
    fprintf(stderr, "digitpad: %s\n",
            draw ? "no terminal to draw in" : "built without the pad");
    fputs("  to read images or drawings: digitpad predict FILE...\n", stderr);
    if (draw)
        fputs("  to draw on another machine: ssh -t HOST digitpad\n", stderr);
    fputs("  for all commands:           digitpad --help\n", stderr);
    return DP_EXIT_USAGE;
}

/* If descriptor 0, 1 or 2 is closed, the next file that is opened gets it, and messages
 * would end up in that file. Occupy it with /dev/null, opened in the opposite direction
 * so that reading or writing still fails. */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            abort();
}

int main(int argc, char **argv)
{
    fill_standard_descriptors();
    dp_out_set_locale();
    const char *first = argc > 1 ? argv[1] : NULL;
    const dp_command *draw = dp_first_word_find(dp_commands, "draw");
    if (!first && !(draw && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)))
        return complain_no_pad(draw);
    if (!first)
        return run(draw, argc, argv);
    if (strcmp(first, "-h") == 0 || strcmp(first, "--help") == 0)
        return print_help();
    if (strcmp(first, "-V") == 0 || strcmp(first, "--version") == 0)
        return print_version();
    const dp_command *command = dp_first_word_find(dp_commands, first);
    if (command)
        return run(command, argc - 1, argv + 1);
    if (!draw && strcmp(first, "draw") == 0)
        return complain_no_pad(draw);
    int status = dp_first_word_reorder(dp_commands, draw, argc, argv);
    if (status < 0 && draw && implies_draw(first))
        status = run(draw, argc, argv);
    return status < 0 ? dp_first_word_refuse(dp_commands, first) : status;
}
