#include "config.h"

#include "tui/cli/cli.h"

#include "engine/core/arith.h"
#include "tui/term/out.h"
#include "weights/store/store.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DP_PRINTF(2, 0)
static void complain(const char *command, const char *fmt, va_list ap)
{
    char message[2048], safe[4096];
    vsnprintf(message, sizeof message, fmt, ap);
    fprintf(stderr, "digitpad %s: %s\n", command,
            dp_out_safe(safe, sizeof safe, message));
}

void dp_cli_complain(const char *command, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    complain(command, fmt, ap);
    va_end(ap);
}

int dp_cli_fail(const char *command, const dp_err *err)
{
    dp_cli_complain(command, "%s", err->msg);
    return dp_code_status(err->code);
}

int dp_cli_misuse(const char *command, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    complain(command, fmt, ap);
    va_end(ap);
    fprintf(stderr, "try 'digitpad %s --help'\n", command);
    return DP_EXIT_USAGE;
}

int dp_cli_finish(const char *command, int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    dp_cli_complain(command, "standard output: %s", strerror(errno));
    return DP_EXIT_IO;
}

/* ---- options and the environment ---------------------------------------------------- */

const char *dp_cli_model(const char *option)
{
    const char *variable = getenv("DIGITPAD_MODEL");
    return option ? option : variable && *variable ? variable : DP_DEFAULT_MODEL;
}

int dp_cli_threads(int option)
{
    if (option > 0)
        return option;
    static const char *const variables[] = { "DIGITPAD_THREADS", "OMP_NUM_THREADS" };
    for (size_t i = 0; i < DP_COUNT(variables); i++) {
        const char *text = getenv(variables[i]);
        long value = text ? strtol(text, NULL, 10) : 0;
        if (value > 0)
            return value < DP_MAX_THREADS ? (int)value : DP_MAX_THREADS;
    }
    return 0;
}
