#include "config.h"

#include "tui/cli.h"

#include "tui/out.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int dp_cli_exit_status(dp_code code)
{
    switch (code) {
    case DP_OK:
        return DP_EXIT_DONE;
    case DP_USAGE:
        return DP_EXIT_USAGE;
    case DP_INPUT:
        return DP_EXIT_SOME_BAD;
    case DP_MODEL:
        return DP_EXIT_MODEL;
    case DP_NETWORK:
        return DP_EXIT_NETWORK;
    case DP_IO:
        return DP_EXIT_IO;
    case DP_INTERRUPTED:
        return DP_EXIT_INTERRUPTED;
    case DP_NOMEM:
    case DP_INTERNAL:
        break;
    }
    return DP_EXIT_INTERNAL;
}

void dp_cli_complain(const char *command, const char *fmt, ...)
{
    char message[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    fprintf(stderr, "digitpad %s: ", command);
    dp_out_print_safe(stderr, message);
    fputc('\n', stderr);
}

int dp_cli_fail(const char *command, const dp_err *err)
{
    dp_cli_complain(command, "%s", err->msg);
    return dp_cli_exit_status(err->code);
}

bool dp_cli_int(int *out, const char *command, const char *option, const char *text,
                int lo, int hi)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end || errno || value < lo || value > hi) {
        dp_cli_complain(command, "%s: '%s' is not a whole number from %d to %d", option,
                        text, lo, hi);
        return false;
    }
    *out = (int)value;
    return true;
}

bool dp_cli_float(float *out, const char *command, const char *option, const char *text,
                  float lo, float hi)
{
    char *end;
    float value = strtof(text, &end);
    if (end == text || *end || !(value >= lo && value <= hi)) {
        dp_cli_complain(command, "%s: '%s' is not a number from %g to %g", option, text,
                        (double)lo, (double)hi);
        return false;
    }
    *out = value;
    return true;
}

int dp_cli_threads(int option)
{
    if (option > 0)
        return option;
    static const char *const variables[] = {"DIGITPAD_THREADS", "OMP_NUM_THREADS"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *text = getenv(variables[i]);
        int value = text ? atoi(text) : 0;
        if (value > 0)
            return value;
    }
    return 0;
}

int dp_cli_finish(const char *command, int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    dp_cli_complain(command, "standard output: %s", strerror(errno));
    return DP_EXIT_IO;
}
