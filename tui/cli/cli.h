/* What all subcommands share: the functions that run them, exit statuses, messages and
 * the reading of options. */
#ifndef DP_TUI_CLI_CLI_H
#define DP_TUI_CLI_CLI_H

#include "engine/infer/model.h"

#include <stdbool.h>

/* The exit statuses of every subcommand, as the man page lists them: DP_EXIT_IO is the one of
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

/* ---- subcommands ------------------------------------------------------------------- */

/* An entry of the table in main.c. */
typedef struct dp_command {
    const char *name;
    const char *summary; /* one line for `digitpad --help` */
    int (*run)(int argc, char **argv);
} dp_command;

/* Run a subcommand; argv[0] is its name. Returns the exit status. */
int dp_cmd_draw(int argc, char **argv);
int dp_cmd_predict(int argc, char **argv);
int dp_cmd_train(int argc, char **argv);
int dp_cmd_eval(int argc, char **argv);
int dp_cmd_show(int argc, char **argv);
int dp_cmd_info(int argc, char **argv);
int dp_cmd_models(int argc, char **argv);
int dp_cmd_convert(int argc, char **argv);
int dp_cmd_quantize(int argc, char **argv);
int dp_cmd_bench(int argc, char **argv);
int dp_cmd_samples(int argc, char **argv);
int dp_cmd_restore_terminal(int argc, char **argv);

/* ---- messages ---------------------------------------------------------------------- */

/* Print "digitpad COMMAND: MESSAGE" on stderr. Bytes from outside that the message quotes
 * are made printable. */
void dp_cli_complain(const char *command, const char *fmt, ...) DP_PRINTF(2, 3);

/* Complain about err. Returns its exit status: `return dp_cli_fail("predict", &err);`. */
int dp_cli_fail(const char *command, const dp_err *err);

/* Complain about wrong usage and point to --help. The message starts with FILE:LINE if
 * the option comes from the configuration file. Returns DP_EXIT_USAGE. */
int dp_cli_misuse(const char *command, const char *fmt, ...) DP_PRINTF(2, 3);

/* Print the usage text on stdout. Returns the exit status. */
int dp_cli_help(const char *usage);

/* Flush stdout. Returns `status`, or DP_EXIT_IO after a complaint if not everything could
 * be written, such as to a full disk. A command that writes data ends with this call. */
int dp_cli_finish(const char *command, int status);

/* Warn that the input scale of a model is assumed, unless it is `known`. */
void dp_cli_warn_norm(const char *command, dp_norm norm, bool known);

/* ---- options ----------------------------------------------------------------------- */

/* getopt_long, with two differences. It first returns the options that the configuration
 * file has for this command; those of the command line follow and therefore win. And it
 * reports an unknown option or a missing argument with dp_cli_misuse, then returns '?':
 * the command has to return DP_EXIT_USAGE. The strings of optarg live until the next
 * command reads its options. */
struct option;
int dp_cli_option(int argc, char **argv, const char *short_options,
                  const struct option *long_options);

/* Parse the argument of an option as a number in the C locale. The whole text must be a
 * number in [lo, hi]; otherwise call dp_cli_misuse, which names the option, and return
 * false. */
bool dp_cli_int(int *out, const char *command, const char *option, const char *text,
                int lo, int hi);
bool dp_cli_float(float *out, const char *command, const char *option, const char *text,
                  float lo, float hi);

/* The index of an option's argument in a NULL-terminated list of words. If it is not in
 * the list, call dp_cli_misuse, which shows the list, and return −1. */
int dp_cli_choose(const char *command, const char *option, const char *text,
                  const char *const words[]);

/* Look up the kernels that --kernel names. False after dp_cli_misuse. */
bool dp_cli_kernels(const dp_kernels **out, const char *command, const char *text);

/* The name of the model to use: the option (NULL if absent), else DIGITPAD_MODEL, else
 * DP_DEFAULT_MODEL. */
const char *dp_cli_model(const char *option);

enum { DP_MAX_THREADS = 256 }; /* the limit of --threads */

/* The number of threads to use: the option (0 if absent), else DIGITPAD_THREADS, else
 * OMP_NUM_THREADS, else 0, which means OpenMP's default. */
int dp_cli_threads(int option);

#endif
