/* The texts that `digitpad --help` and `digitpad COMMAND --help` print. */
#ifndef DP_TUI_CLI_HELP_H
#define DP_TUI_CLI_HELP_H

#include "tui/cli/command.h"

#include <stdio.h>

/* --help, which every command has in addition to its tables. */
extern const dp_option dp_help_option;

/* Print the usage, the paragraphs, the actions and the options of a command, wrapped to fit a
 * terminal of 80 columns. */
void dp_help_print(FILE *out, const dp_command *c);

/* Print how to call the program, and the commands with their summaries; NULL ends them. */
void dp_help_print_commands(FILE *out, const dp_command *const commands[]);

#endif
