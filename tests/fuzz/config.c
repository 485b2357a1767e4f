/* The configuration file. It is read with the tables of all commands, so that its target is a
 * program of its own under libFuzzer. */
#include "config.h"

#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "tui/cli/options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Store the options of a table in a struct such as it fills in. False if a value is refused. */
static bool set_options(const dp_options *o, const dp_option *table)
{
    static union {
        max_align_t aligned;
        char bytes[1 << 16];
    } request;
    bool good = true;
    dp_err err;
    memset(&request, 0, sizeof request);
    for (int i = 0; i < o->n; i++) {
        const dp_given *given = &o->given[i];
        if (given->table != table)
            continue;
        dp_expect(given->option->value.offset < sizeof request / 2, "a struct fits");
        if (dp_option_set(&request, given->option, given->text, &err) == DP_OK)
            continue;
        dp_expect_message(&err);
        good = false;
    }
    return good;
}

/* The file as a command reads it. False if the command refuses a value. */
static bool read_options(const dp_command *command)
{
    static char name[] = "digitpad", quiet[] = "--quiet";
    char *argv[] = { name, quiet, NULL };
    dp_options o;
    bool good = true;
    dp_expect(dp_options_read(&o, command, dp_commands, 2, argv) == -1,
              "the command line is good");
    for (int i = 0; i < DP_COMMAND_GROUPS && command->group[i].options; i++)
        good = set_options(&o, command->group[i].options) && good;
    dp_options_clear(&o);
    return good;
}

static bool run_config(const uint8_t *data, size_t size)
{
    static bool named;
    if (!named)
        named = setenv("XDG_CONFIG_HOME", dp_expect_folder(), 1) == 0;
    dp_expect_file("digitpad/config", data, size);
    const bool good = read_options(&dp_cmd_predict);
    return read_options(&dp_cmd_train) && good;
}

const dp_target dp_targets_config[] = {
    { "config", run_config, NULL, 128 },
    { 0 },
};
