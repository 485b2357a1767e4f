/* The reader of text files with `KEY = VALUE` lines: recipes and the user's
 * configuration. Empty lines and lines that start with # are skipped. */
#ifndef DP_TUI_CLI_KEY_VALUE_H
#define DP_TUI_CLI_KEY_VALUE_H

#include "engine/core/err.h"

#include <stddef.h>

/* Called for each line. `key` and `value` are trimmed and valid only during the call;
 * `line` counts from 1. An error ends the reading. */
typedef dp_code (*dp_key_value_take)(void *user, const char *key, const char *value,
                                     int line, dp_err *err);

/* Read a file of at most max_size bytes. DP_USAGE if a line is not `KEY = VALUE` or the
 * file is not text; the error of `take`. Both messages name the path and the line. DP_IO,
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_key_value_read(const char *path, size_t max_size,
                                        dp_key_value_take take, void *user, dp_err *err);

/* Read a text of the program in the same way; `name` stands for the path in messages. */
DP_MUST_CHECK dp_code dp_key_value_parse(const char *text, const char *name,
                                         dp_key_value_take take, void *user, dp_err *err);

#endif
