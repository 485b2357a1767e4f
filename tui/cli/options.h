/* The options and operands that a user gave to a command. Reading has two steps: dp_options_read
 * collects them, dp_options_apply checks the values and stores them in a struct. */
#ifndef DP_TUI_CLI_OPTIONS_H
#define DP_TUI_CLI_OPTIONS_H

#include "tui/cli/command.h"

enum { DP_CONFIG_MAX = 64 * 1024 }; /* bytes of the configuration file */

/* One option that was given. */
typedef struct dp_given {
    const dp_option *option, *table;
    char *text; /* the argument, or NULL; owned if it comes from the configuration file */
    int line;   /* of the configuration file; 0: given on the command line */
} dp_given;

typedef struct dp_options {
    const dp_command *command;
    char config[PATH_MAX]; /* the path of the configuration file; "": no home directory */
    dp_given *given;
    int n;
    int action; /* index into command->actions */
    char **operand;
    int n_operands; /* operand[n_operands] is NULL */
} dp_options;

/* The option i of a command, of all groups together, or the one with this name: `option` and
 * `table` are set, or NULL if it has none. */
dp_given dp_options_at(const dp_command *command, int i);
dp_given dp_options_named(const dp_command *command, const char *name);

/* Collect the command line, then the options that the configuration file,
 * $XDG_CONFIG_HOME/digitpad/config, has for this command, unless an environment variable
 * overrides them. `commands` lists all commands, and ends with NULL: a key of the file that
 * belongs to none causes a warning. --help is answered here.
 * Returns −1, or the exit status to leave with. dp_options_clear must follow in any case. *out
 * points into argv and into the tables. */
int dp_options_read(dp_options *out, const dp_command *command,
                    const dp_command *const commands[], int argc, char **argv);
void dp_options_clear(dp_options *options);

/* Whether the command line, not only the configuration file, gives the option of this name. */
bool dp_options_commanded(const dp_options *options, const char *name);

/* Store those options that belong to `table` in its struct, first those of the configuration
 * file: the command line wins. False after a complaint about the first wrong value, which names
 * the line of the configuration file if it is there: leave with DP_EXIT_USAGE. Texts are valid
 * until dp_options_clear. */
DP_MUST_CHECK
bool dp_options_apply(void *request, const dp_option table[], const dp_options *options);

#endif
