/* What all commands share: exit statuses, messages, and the environment. */
#ifndef DP_TUI_CLI_CLI_H
#define DP_TUI_CLI_CLI_H

#include "engine/core/err.h"

#include <stdbool.h>

/* The exit statuses of every command, as the man page lists them: DP_EXIT_IO is the one of
 * DP_IO, and so on. */
enum {
#define DP_EXIT_ENUM(id, name, status) DP_EXIT_##id = status,
    DP_CODES(DP_EXIT_ENUM)
#undef DP_EXIT_ENUM
};
enum {
    DP_EXIT_DONE = DP_EXIT_OK,
    DP_EXIT_SOME_BAD = DP_EXIT_INPUT, /* done, but some inputs were bad, or no answer */
};

/* ---- messages ---------------------------------------------------------------------- */

/* Print "digitpad COMMAND: MESSAGE" on stderr. Bytes from outside that the message quotes
 * are made printable. */
void dp_cli_complain(const char *command, const char *fmt, ...) DP_PRINTF(2, 3);

/* Complain about err. Returns its exit status: `return dp_cli_fail("predict", &err);`. */
int dp_cli_fail(const char *command, const dp_err *err);

/* Complain about wrong usage and point to --help. Returns DP_EXIT_USAGE. */
int dp_cli_misuse(const char *command, const char *fmt, ...) DP_PRINTF(2, 3);

/* Flush stdout. Returns `status`, or DP_EXIT_IO after a complaint if not everything could
 * be written, such as to a full disk. A command that writes data ends with this call. */
int dp_cli_finish(const char *command, int status);

/* ---- options and the environment ---------------------------------------------------- */

/* The name of the model to use: the option (NULL if absent), else DIGITPAD_MODEL, else
 * DP_DEFAULT_MODEL. */
const char *dp_cli_model(const char *option);

enum { DP_MAX_THREADS = 256 }; /* the limit of --threads */

/* The number of threads to use: the option (0 if absent), else DIGITPAD_THREADS, else
 * OMP_NUM_THREADS, else 0, which means OpenMP's default. */
int dp_cli_threads(int option);

#endif
