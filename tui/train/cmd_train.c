/* digitpad train: trains a network on images by a recipe, or on the user's own drawings. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/train/train_run.h"
#include "tui/train/train_samples.h"

#include <math.h>

static const char command[] = "train";

static int run(const dp_options *given)
{
    dp_train_run r = { .calibrated = { 1, DP_TRUST_CONFIDENCE } };
    dp_err err;
    int status = dp_train_options_read(&r.options, given);
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

const dp_command dp_cmd_train = {
    .name = "train",
    .summary = "train a model",
    .usage = { "train --arch=CHAIN | --recipe=RECIPE | --from=MODEL [OPTION]... "
               "[--images=FILE --labels=FILE] -o OUT.safetensors",
               "train --samples=FILE.ndjson --from=MODEL -o OUT.safetensors" },
    .intro =
        "Train a network on labelled images and write it to OUT.safetensors. A twelfth of "
        "the images, or of their writers, is held out for validation. Without --images "
        "and --labels, the MNIST files are read from the folder $DIGITPAD_MNIST, or else those of "
        "'digitpad data fetch mnist'. Data sets of 'digitpad data' can be named instead of "
        "files of drawings.",
    .group = { { .options = dp_train_run_options },
               { .title =
                     "Options that determine the result, on the command line or in a "
                     "recipe; the command line takes precedence:",
                 .options = dp_recipe_options } },
    .run = run,
};
