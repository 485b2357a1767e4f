#include "config.h"

#include "tui/cli/cli.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"
#include "tui/cli/userconfig.h"
#include "tui/term/out.h"
#include "weights/store/store.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- messages ---------------------------------------------------------------------- */

DP_PRINTF(2, 0)
static void complain(const char *command, const char *fmt, va_list ap)
{
    char message[2048];
    vsnprintf(message, sizeof message, fmt, ap);
    fprintf(stderr, "digitpad %s: ", command);
    dp_out_print_safe(stderr, message);
    fputc('\n', stderr);
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

/* The line of the configuration file that an option came from; NULL: the command line. */
static const dp_userconfig_line *config_line;
static dp_userconfig config;

int dp_cli_misuse(const char *command, const char *fmt, ...)
{
    char message[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    if (config_line)
        dp_cli_complain(command, "%s:%d: %s", config.path, config_line->line, message);
    else
        dp_cli_complain(command, "%s", message);
    fprintf(stderr, "try 'digitpad %s --help'\n", command);
    return DP_EXIT_USAGE;
}

int dp_cli_help(const char *usage)
{
    fputs(usage, stdout);
    return dp_cli_finish("help", DP_EXIT_DONE);
}

int dp_cli_finish(const char *command, int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    dp_cli_complain(command, "standard output: %s", strerror(errno));
    return DP_EXIT_IO;
}

void dp_cli_warn_norm(const char *command, dp_norm norm, bool known)
{
    if (!known)
        dp_cli_complain(command,
                        "warning: the file does not record its input scale; assuming "
                        "--norm=%s",
                        dp_norm_name(norm));
}

/* ---- options from the configuration file ------------------------------------------- */

static void read_config(const char *command)
{
    dp_err err;
    dp_userconfig_clear(&config);
    if (dp_userconfig_read(&config, &err) != DP_OK)
        dp_cli_complain(command, "warning: %s", err.msg);
    for (int i = 0; i < config.n; i++)
        if (!dp_userconfig_knows(config.line[i].key))
            dp_cli_complain(command, "warning: %s:%d: unknown option '%s'", config.path,
                            config.line[i].line, config.line[i].key);
}

/* The next option that the configuration file has for this command; 0 after the last. */
static int next_of_config(int argc, char **argv, const struct option *options)
{
    static int next = -1; /* the next line; −1: the file has not been read */
    const bool help =
        argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    if (optind > 1 || help)
        return 0;
    if (next < 0) {
        read_config(argv[0]);
        next = 0;
    }
    while (next < config.n) {
        const dp_userconfig_line *line = &config.line[next++];
        const int option = dp_userconfig_option(line, options);
        if (option == 0)
            continue;
        config_line = line;
        optarg = line->value;
        if (option == '?')
            dp_cli_misuse(argv[0], "%s: invalid value '%s' (yes or no)", line->key,
                          line->value);
        return option;
    }
    config_line = NULL;
    next = -1;
    return 0;
}

/* ---- options from the command line ------------------------------------------------- */

/* Whether a long option returns `letter`. */
static bool is_long(const struct option *options, int letter)
{
    for (; options->name; options++)
        if (options->val == letter)
            return true;
    return false;
}

int dp_cli_option(int argc, char **argv, const char *short_options,
                  const struct option *long_options)
{
    int configured = next_of_config(argc, argv, long_options);
    if (configured)
        return configured;
    char letters[64];
    snprintf(letters, sizeof letters, ":%s", short_options); /* `:` keeps getopt quiet */
    int option = getopt_long(argc, argv, letters, long_options, NULL);
    if (option != '?' && option != ':')
        return option;
    const char *text = argv[optind - 1];
    if (option == ':')
        dp_cli_misuse(argv[0], "option '%s' needs an argument", text);
    else if (optopt == 0)
        dp_cli_misuse(argv[0], "unknown or ambiguous option '%s'", text);
    else if (strncmp(text, "--", 2) == 0 && strchr(text, '=') &&
             is_long(long_options, optopt))
        dp_cli_misuse(argv[0], "option '%s' takes no argument", text);
    else
        dp_cli_misuse(argv[0], "unknown option '-%c'", optopt);
    return '?';
}

/* ---- arguments of options ---------------------------------------------------------- */

bool dp_cli_int(int *out, const char *command, const char *option, const char *text,
                int lo, int hi)
{
    int value;
    if (!dp_decimal_int(&value, text) || value < lo || value > hi) {
        dp_cli_misuse(command, "%s: '%s' is not a whole number from %d to %d", option,
                      text, lo, hi);
        return false;
    }
    *out = value;
    return true;
}

bool dp_cli_float(float *out, const char *command, const char *option, const char *text,
                  float lo, float hi)
{
    float value;
    if (isspace((unsigned char)*text) || !dp_decimal_float(&value, text) ||
        !(value >= lo && value <= hi)) {
        dp_cli_misuse(command, "%s: '%s' is not a number from %g to %g", option, text,
                      (double)lo, (double)hi);
        return false;
    }
    *out = value;
    return true;
}

int dp_cli_choose(const char *command, const char *option, const char *text,
                  const char *const words[])
{
    char known[256] = "";
    for (int i = 0; words[i]; i++) {
        if (strcmp(text, words[i]) == 0)
            return i;
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", words[i]);
    }
    dp_cli_misuse(command, "%s: invalid value '%s' (one of %s)", option, text, known);
    return -1;
}

bool dp_cli_kernels(const dp_kernels **out, const char *command, const char *text)
{
    const dp_kernels *kernels = dp_kernels_named(text);
    if (!kernels)
        dp_cli_misuse(command,
                      "--kernel: '%s' is unknown or not supported by this processor",
                      text);
    else
        *out = kernels;
    return kernels != NULL;
}

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
