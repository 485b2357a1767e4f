/* Files of `key = value` lines: empty lines and those that begin with # say nothing. */
#ifndef DP_TUI_CLI_KEY_VALUE_H
#define DP_TUI_CLI_KEY_VALUE_H

#include "engine/core/err.h"

#include <stddef.h>

/* What is done with one line; both texts are trimmed, and not for keeps. A failure ends the
 * reading. */
typedef dp_code (*dp_key_value_take)(void *user, const char *key, const char *value,
                                     int line, dp_err *err);

/* Read a file of at most max_size bytes. DP_USAGE where a line is neither, or the file no
 * text; whatever `take` returns; both with the path and the line. DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_key_value_read(const char *path, size_t max_size,
                                        dp_key_value_take take, void *user, dp_err *err);

#endif
