#include "config.h"

#include "tui/cli/userconfig.h"

#include "tui/cli/key_value.h"
#include "weights/io/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FILE = 64 * 1024 };

/* The long options of all subcommands, but for help. tests/cli/config.sh compares. */
static const char *const keys[] = {
    "arch",
    "augment",
    "average",
    "batch",
    "calibrate",
    "charset",
    "clean-epochs",
    "color",
    "config",
    "digits",
    "elastic",
    "epochs",
    "fail-fast",
    "format",
    "from",
    "hardest",
    "high-contrast",
    "images",
    "input",
    "invert",
    "kernel",
    "labels",
    "layout",
    "log",
    "lr",
    "made-up",
    "min-confidence",
    "model",
    "no-mouse",
    "norm",
    "offline",
    "once",
    "only",
    "optimizer",
    "outliers",
    "output",
    "pen",
    "preprocess",
    "progress",
    "quick",
    "recipe",
    "repeat-strokes",
    "replay",
    "report",
    "resume",
    "rotate",
    "samples",
    "scale",
    "schedule",
    "seed",
    "shear",
    "shift",
    "smoothing",
    "strict",
    "strokes",
    "styles",
    "sweep",
    "teacher",
    "teacher-copies",
    "teacher-temperature",
    "test-images",
    "test-labels",
    "threads",
    "timeout",
    "top",
    "warmup",
    "weight-decay",
};

bool dp_config_knows(const char *key)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* Whether a variable that says the same is set. */
static bool is_in_environment(const char *key)
{
    static const char *const variables[][2] = { { "model", "DIGITPAD_MODEL" },
                                                { "threads", "DIGITPAD_THREADS" },
                                                { "threads", "OMP_NUM_THREADS" },
                                                { "color", "NO_COLOR" } };
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        if (strcmp(variables[i][0], key) == 0 && dp_paths_variable(variables[i][1]))
            return true;
    return false;
}

static dp_code take(void *user, const char *key, const char *value, int line, dp_err *err)
{
    dp_config *config = user;
    if (config->n == DP_CONFIG_MAX)
        return dp_fail(err, DP_USAGE, "more than %d options", DP_CONFIG_MAX);
    dp_config_line *to = &config->line[config->n];
    *to = (dp_config_line){ .line = line };
    snprintf(to->key, sizeof to->key, "%s", key);
    if (!is_in_environment(key) && !(to->value = strdup(value)))
        return dp_fail(err, DP_NOMEM, "no memory for it");
    config->n++;
    return DP_OK;
}

dp_code dp_config_read(dp_config *out, dp_err *err)
{
    out->n = 0;
    if (dp_paths_config(out->path, "config", NULL) != DP_OK ||
        access(out->path, F_OK) != 0)
        return DP_OK;
    return dp_key_value_read(out->path, MAX_FILE, take, out, err);
}

void dp_config_clear(dp_config *config)
{
    for (int i = 0; i < config->n; i++)
        free(config->line[i].value);
    config->n = 0;
}
