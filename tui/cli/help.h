/* The text that `digitpad COMMAND --help` prints. */
#ifndef DP_TUI_CLI_HELP_H
#define DP_TUI_CLI_HELP_H

#include "tui/cli/command.h"

#include <stdio.h>

/* Print the usage, the paragraphs, the actions and the options of a command, wrapped to fit a
 * terminal of 80 columns. */
void dp_help_print(FILE *out, const dp_command *c);

#endif
