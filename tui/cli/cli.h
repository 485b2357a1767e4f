/* What all subcommands share: the table of them, exit statuses, and option parsing. */
#ifndef DP_TUI_CLI_CLI_H
#define DP_TUI_CLI_CLI_H

#include "engine/infer/model.h"

#include <stdbool.h>

/* The exit statuses of every subcommand, as in the man page. */
enum {
    DP_EXIT_DONE = 0,
    DP_EXIT_SOME_BAD = 1, /* done, but some inputs were bad, or nothing was answered */
    DP_EXIT_USAGE = 2,
    DP_EXIT_MODEL = 3,
    DP_EXIT_NETWORK = 4,
    DP_EXIT_IO = 5,
    DP_EXIT_INTERNAL = 70,
    DP_EXIT_INTERRUPTED = 130,
};

/* The exit status of a command that failed with this code. */
int dp_cli_exit_status(dp_code code);

/* "digitpad predict: MESSAGE" on stderr, with everything from outside made printable. */
void dp_cli_complain(const char *command, const char *fmt, ...) DP_PRINTF(2, 3);

/* Complain about err and return its exit status: `return dp_cli_fail("predict", &err);`. */
int dp_cli_fail(const char *command, const dp_err *err);

/* What every subcommand does about its options, so that they all answer alike: its usage
 * text on stdout for --help; for wrong usage a complaint and where to find help, on stderr.
 * Both return the exit status. */
int dp_cli_help(const char *usage);
int dp_cli_misuse(const char *command, const char *fmt, ...) DP_PRINTF(2, 3);

/* getopt_long, except that it first returns the options that the configuration file has for
 * this command, then those of the command line; and that it reports an unknown option or a missing argument itself, with
 * dp_cli_misuse, and then returns '?': the command has to return DP_EXIT_USAGE. */
struct option;
int dp_cli_option(int argc, char **argv, const char *short_options,
                  const struct option *long_options);

/* argv[0] is the subcommand's name. Each returns an exit status. */
typedef struct dp_command {
    const char *name;
    const char *summary; /* one line for `digitpad --help` */
    int (*run)(int argc, char **argv);
} dp_command;

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

/* Numbers of option arguments, in the C locale: the whole text must be a number in
 * [lo, hi]. On failure they complain, naming the option, and return false. */
bool dp_cli_int(int *out, const char *command, const char *option, const char *text,
                int lo, int hi);
bool dp_cli_float(float *out, const char *command, const char *option, const char *text,
                  float lo, float hi);

/* The position of an option's argument in a NULL-terminated list of words; −1, after
 * dp_cli_misuse with the list, where it is none of them. */
int dp_cli_choose(const char *command, const char *option, const char *text,
                  const char *const words[]);

/* The kernels that --kernel names. False after dp_cli_misuse. */
bool dp_cli_kernels(const dp_kernels **out, const char *command, const char *text);

/* The model asked for: option (NULL if absent) > DIGITPAD_MODEL > DP_DEFAULT_MODEL. */
const char *dp_cli_model(const char *option);

enum { DP_MAX_THREADS = 256 }; /* that -t accepts */

/* Warn where a model's input scale is a guess. */
void dp_cli_warn_norm(const char *command, dp_norm norm, bool known);

/* Threads asked for: option (0 if absent) > DIGITPAD_THREADS > OMP_NUM_THREADS > 0, which
 * means as many as OpenMP would use. */
int dp_cli_threads(int option);

/* Flush stdout and say whether everything reached it: DP_EXIT_IO after a full disk. To be
 * called by every command that wrote data, with the status it would return. */
int dp_cli_finish(const char *command, int status);

#endif
