/* digitpad help: shows the manual page of a command, or its --help. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/first_word.h"
#include "tui/cli/help.h"
#include "tui/cli/options.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static char program[] = "man", where[] = "-w"; /* argv is not const */

/* Whether `man` has the page, in any of its folders. `man -w` prints where. */
static bool has_page(char *page)
{
    extern char **environ;
    char *argv[] = { program, where, page, NULL };
    posix_spawn_file_actions_t actions;
    int status = -1;
    pid_t child;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    int failed = posix_spawnp(&child, program, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return !failed && waitpid(child, &status, 0) == child && status == 0;
}

/* Become `man` if it has the page of a command or subject. Returns if it does not. */
static void show_page(const char *name)
{
    char page[64];
    char *argv[] = { program, page, NULL };
    snprintf(page, sizeof page, "digitpad-%s", name);
    if (has_page(page))
        execvp(program, argv);
}

static int run(const dp_options *given)
{
    const char *name = given->operand[0];
    const dp_command *command = name ? dp_first_word_find(dp_commands, name) : NULL;
    if (name)
        show_page(name);
    if (name && !command)
        return dp_first_word_refuse(dp_commands, name);
    if (command)
        dp_help_print(stdout, command);
    else
        dp_help_print_commands(stdout, dp_commands);
    return dp_cli_finish("help", DP_EXIT_DONE);
}

const dp_command dp_cmd_help = {
    .name = "help",
    .summary = "show the manual page of a command",
    .usage = { "help [COMMAND]" },
    .intro =
        "Show the manual page of COMMAND, or what COMMAND --help prints if the page is "
        "not installed. Without COMMAND, list the commands. 'help config' and 'help formats' "
        "show digitpad-config(5) and digitpad-formats(5).",
    .max_operands = 1,
    .operands_rule = "only one COMMAND is allowed",
    .run = run,
};
