#include "config.h"

#include "tui/cli/userconfig.h"

#include "engine/core/arith.h"
#include "tui/cli/key_value.h"
#include "weights/io/paths.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FILE = 64 * 1024 };

/* The long options of all subcommands except --help. tests/cli/config.sh checks that the
 * list is complete. */
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

bool dp_userconfig_knows(const char *key)
{
    for (size_t i = 0; i < DP_COUNT(keys); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* ---- the file ---------------------------------------------------------------------- */

/* Whether an environment variable that sets the same option overrides the file. */
static bool is_in_environment(const char *key)
{
    static const char *const variables[][2] = { { "model", "DIGITPAD_MODEL" },
                                                { "threads", "DIGITPAD_THREADS" },
                                                { "threads", "OMP_NUM_THREADS" },
                                                { "color", "NO_COLOR" } };
    for (size_t i = 0; i < DP_COUNT(variables); i++)
        if (strcmp(variables[i][0], key) == 0 && dp_paths_variable(variables[i][1]))
            return true;
    return false;
}

static dp_code take_line(void *user, const char *key, const char *value, int line,
                         dp_err *err)
{
    dp_userconfig *config = user;
    if (config->n == DP_USERCONFIG_MAX)
        return dp_fail(err, DP_USAGE, "more than %d options", DP_USERCONFIG_MAX);
    dp_userconfig_line *to = &config->line[config->n];
    *to = (dp_userconfig_line){ .line = line };
    snprintf(to->key, sizeof to->key, "%s", key);
    if (!is_in_environment(key) && !(to->value = strdup(value)))
        return dp_fail(err, DP_NOMEM, "no memory for the value");
    config->n++;
    return DP_OK;
}

dp_code dp_userconfig_read(dp_userconfig *out, dp_err *err)
{
    out->n = 0;
    if (dp_paths_config(out->path, "config", NULL) != DP_OK ||
        access(out->path, F_OK) != 0)
        return DP_OK;
    return dp_key_value_read(out->path, MAX_FILE, take_line, out, err);
}

void dp_userconfig_clear(dp_userconfig *config)
{
    for (int i = 0; i < config->n; i++)
        free(config->line[i].value);
    config->n = 0;
}

/* ---- its lines as options ---------------------------------------------------------- */

/* 1 for yes, 0 for no, −1 for anything else. */
static int is_yes(const char *value)
{
    static const char *const words[] = { "no",    "yes",  "off", "on",
                                         "false", "true", "0",   "1" };
    for (int i = 0; i < (int)DP_COUNT(words); i++)
        if (strcmp(words[i], value) == 0)
            return i % 2;
    return -1;
}

int dp_userconfig_option(const dp_userconfig_line *line, const struct option *options)
{
    if (!line->value || strcmp(line->key, "help") == 0)
        return 0;
    while (options->name && strcmp(options->name, line->key) != 0)
        options++;
    if (!options->name)
        return 0;
    if (options->has_arg != no_argument)
        return options->val;
    const int yes = is_yes(line->value);
    return yes < 0 ? '?' : yes ? options->val : 0;
}
