/* $XDG_CONFIG_HOME/digitpad/config: long options of any subcommand, for those times when the
 * command line and the environment say nothing. */
#ifndef DP_TUI_CLI_USERCONFIG_H
#define DP_TUI_CLI_USERCONFIG_H

#include "engine/core/err.h"

#include <limits.h>
#include <stdbool.h>

enum { DP_CONFIG_MAX = 64 };

typedef struct dp_config_line {
    char key[32];
    char *value; /* NULL: left out, as the environment comes first */
    int line;
} dp_config_line;

typedef struct dp_config {
    char path[PATH_MAX];
    int n;
    dp_config_line line[DP_CONFIG_MAX];
} dp_config;

/* Read it; none is an empty one. DP_USAGE where a line is not `key = value` or there are too
 * many, DP_IO, DP_NOMEM; what was read before stays. */
DP_MUST_CHECK dp_code dp_config_read(dp_config *out, dp_err *err);
void dp_config_clear(dp_config *config);

/* Whether some subcommand has this long option. */
bool dp_config_knows(const char *key);

#endif
