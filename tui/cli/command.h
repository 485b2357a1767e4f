/* A command as a table entry: everything that finds it, explains it, reads its options and runs
 * it. Programs can walk these tables without running a command. */
#ifndef DP_TUI_CLI_COMMAND_H
#define DP_TUI_CLI_COMMAND_H

#include "tui/cli/option.h"

#include <limits.h>

/* What the first operand of a command such as `models` may say. */
typedef struct dp_action {
    const char *name, *help;
} dp_action;

/* Options that --help lists together. Each table is for a struct of its own. */
typedef struct dp_option_group {
    const char *title;        /* the paragraph above them in --help, or NULL */
    const dp_option *options; /* NULL: no group */
} dp_option_group;

enum {
    DP_COMMAND_USAGES = 6,
    DP_COMMAND_GROUPS = 2,
    DP_COMMAND_PLACES = 2,
    DP_COMMAND_OPTIONS = 64, /* in all groups together */
    DP_ANY_NUMBER = INT_MAX,
};

struct dp_options;

typedef struct dp_command {
    const char *name;
    const char *summary;                  /* one line for `digitpad --help` */
    const char *usage[DP_COMMAND_USAGES]; /* each follows "digitpad" */
    /* Paragraphs above and below the options in --help. In these and in all help texts, a
     * newline begins a new line; other lines are wrapped. `epilogue` may be NULL. */
    const char *intro, *epilogue;
    dp_option_group group[DP_COMMAND_GROUPS];
    const dp_action *actions; /* the first is the default; NULL: none */
    /* The number of operands, without the action, and the message about a wrong number; NULL:
     * the message names the first operand too many. */
    int min_operands, max_operands;
    /* What the operands name; the last one stands for all further ones. */
    dp_place operand_place[DP_COMMAND_PLACES];
    const char *operands_rule;
    /* Do the work. Returns the exit status. */
    int (*run)(const struct dp_options *given);
} dp_command;

extern const dp_command dp_cmd_bench, dp_cmd_convert, dp_cmd_data, dp_cmd_doctor,
    dp_cmd_draw, dp_cmd_eval, dp_cmd_help, dp_cmd_info, dp_cmd_models, dp_cmd_predict,
    dp_cmd_quantize, dp_cmd_restore_terminal, dp_cmd_samples, dp_cmd_show, dp_cmd_train;

/* All commands of this build, in the order of --help; NULL ends them. */
extern const dp_command *const dp_commands[];

#endif
