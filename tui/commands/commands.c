/* The list of all commands. */
#include "config.h"

#include "tui/cli/command.h"

#include <stddef.h>

const dp_command *const dp_commands[] = {
#ifdef DP_TUI
    &dp_cmd_draw,
#endif
    &dp_cmd_predict,
    &dp_cmd_eval,
    &dp_cmd_train,
    &dp_cmd_show,
    &dp_cmd_info,
    &dp_cmd_quantize,
    &dp_cmd_convert,
    &dp_cmd_bench,
    &dp_cmd_models,
    &dp_cmd_data,
    &dp_cmd_samples,
    &dp_cmd_doctor,
#ifdef DP_TUI
    &dp_cmd_restore_terminal,
#endif
    &dp_cmd_help,
    NULL,
};
