/* The user's configuration file, $XDG_CONFIG_HOME/digitpad/config: long options of any
 * subcommand, used if neither the command line nor the environment sets them. */
#ifndef DP_TUI_CLI_USERCONFIG_H
#define DP_TUI_CLI_USERCONFIG_H

#include "engine/core/err.h"

#include <limits.h>
#include <stdbool.h>

enum { DP_USERCONFIG_MAX = 64 }; /* options in a file */

typedef struct dp_userconfig_line {
    char key[32];
    char *value; /* NULL if an environment variable overrides the line */
    int line;    /* its number, from 1 */
} dp_userconfig_line;

typedef struct dp_userconfig {
    char path[PATH_MAX];
    int n;
    dp_userconfig_line line[DP_USERCONFIG_MAX];
} dp_userconfig;

/* Read the file; a missing one counts as empty. DP_USAGE if a line is not `KEY = VALUE`
 * or there are too many, DP_IO, DP_NOMEM. The lines before an error stay in *out. */
DP_MUST_CHECK dp_code dp_userconfig_read(dp_userconfig *out, dp_err *err);
void dp_userconfig_clear(dp_userconfig *config);

/* Whether a subcommand has this long option. */
bool dp_userconfig_knows(const char *key);

/* The value that getopt_long returns for the option that the line sets; the option's
 * argument is line->value. 0 if the command does not have the option, if the environment
 * overrides the line, or if it says "no" to an option without an argument; '?' if that is
 * neither yes nor no. */
struct option;
int dp_userconfig_option(const dp_userconfig_line *line, const struct option *options);

#endif
