#include "config.h"

#include "tui/cli/cli.h"

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
    return dp_cli_exit_status(err->code);
}

int dp_cli_help(const char *usage)
{
    fputs(usage, stdout);
    return dp_cli_finish("help", DP_EXIT_DONE);
}

/* The line of the configuration whose option is being read; NULL: the command line's. */
static const dp_config_line *config_line;
static dp_config config;

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

/* Whether `letter` is what a long option returns. */
static bool is_long(const struct option *options, int letter)
{
    for (; options->name; options++)
        if (options->val == letter)
            return true;
    return false;
}

/* ---- options of the configuration ------------------------------------------------------ */

static void read_config(const char *command)
{
    dp_err err;
    dp_config_clear(&config);
    if (dp_config_read(&config, &err) != DP_OK)
        dp_cli_complain(command, "warning: %s", err.msg);
}

static const struct option *find_option(const struct option *options, const char *key)
{
    while (options->name && strcmp(options->name, key) != 0)
        options++;
    return options->name && strcmp(key, "help") != 0 ? options : NULL;
}

/* Whether a line switches an option on that takes no argument: 1, and −1 where it says
 * neither yes nor no. */
static int is_yes(const char *value)
{
    static const char *const words[] = { "no",    "yes",  "off", "on",
                                         "false", "true", "0",   "1" };
    for (int i = 0; i < (int)(sizeof words / sizeof words[0]); i++)
        if (strcmp(words[i], value) == 0)
            return i % 2;
    return -1;
}

/* What getopt_long would return for this line; 0: nothing, it is not for this command. */
static int option_of_line(const dp_config_line *line, const char *command,
                          const struct option *options)
{
    const struct option *option = find_option(options, line->key);
    if (!option && !dp_config_knows(line->key))
        dp_cli_complain(command, "warning: %s:%d: no command has an option '%s'",
                        config.path, line->line, line->key);
    if (!option || !line->value)
        return 0;
    config_line = line;
    optarg = line->value;
    if (option->has_arg != no_argument)
        return option->val;
    optarg = NULL;
    int yes = is_yes(line->value);
    if (yes >= 0)
        return yes ? option->val : 0;
    dp_cli_misuse(command, "%s: '%s' is neither yes nor no", line->key, line->value);
    return '?';
}

/* The next option that the configuration gives this command; 0 after the last one. They come
 * before the command line's, which therefore win. */
static int next_of_config(int argc, char **argv, const struct option *options)
{
    static int next = -1; /* −1: not begun */
    bool help =
        argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    if (optind > 1 || help)
        return 0;
    if (next < 0) {
        read_config(argv[0]);
        next = 0;
    }
    config_line = NULL;
    while (next < config.n) {
        int option = option_of_line(&config.line[next++], argv[0], options);
        config_line = option ? config_line : NULL;
        if (option)
            return option;
    }
    next = -1;
    return 0;
}

/* ---- options of the command line ------------------------------------------------------- */

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

bool dp_cli_int(int *out, const char *command, const char *option, const char *text,
                int lo, int hi)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (isspace((unsigned char)*text) || end == text || *end || errno || value < lo ||
        value > hi) {
        dp_cli_misuse(command, "%s: '%s' is not a whole number from %d to %d", option,
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
    if (isspace((unsigned char)*text) || end == text || *end ||
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
    dp_cli_misuse(command, "%s: '%s' is none of %s", option, text, known);
    return -1;
}

bool dp_cli_kernels(const dp_kernels **out, const char *command, const char *text)
{
    const dp_kernels *kernels = dp_kernels_named(text);
    if (!kernels)
        dp_cli_misuse(command, "--kernel: '%s' is unknown, or not for this processor",
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

void dp_cli_warn_norm(const char *command, dp_norm norm, bool known)
{
    if (!known)
        dp_cli_complain(command,
                        "warning: the file does not say how it wants pixels scaled; "
                        "assuming --norm=%s",
                        dp_norm_name(norm));
}

int dp_cli_threads(int option)
{
    if (option > 0)
        return option;
    static const char *const variables[] = { "DIGITPAD_THREADS", "OMP_NUM_THREADS" };
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *text = getenv(variables[i]);
        long value = text ? strtol(text, NULL, 10) : 0;
        if (value > 0)
            return value < DP_MAX_THREADS ? (int)value : DP_MAX_THREADS;
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
