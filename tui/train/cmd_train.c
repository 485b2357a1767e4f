/* digitpad train: trains a network on images by a recipe, or on the user's own drawings. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/train/train_run.h"
#include "tui/train/train_samples.h"

#include <math.h>

static const char command[] = "train";

int dp_cmd_train(int argc, char **argv)
{
    dp_train_run r = { .temperature = 1, .reject = -INFINITY };
    dp_err err;
    int status = dp_train_options_read(&r.options, argc, argv);
    if (status < 0 && r.options.samples) {
        status = dp_train_on_samples(&r.options);
    } else if (status < 0) {
        status = DP_EXIT_DONE;
        if (dp_train_run_prepare(&r, &err) || dp_train_run_train(&r, &err))
            status = dp_cli_fail(command, &err);
    }
    dp_train_run_clear(&r);
    return dp_cli_finish(command, status);
}
