/* Opens models for commands, after fetching them from the Hub if necessary. */
#ifndef DP_TUI_CLI_OPEN_H
#define DP_TUI_CLI_OPEN_H

#include "weights/store/store.h"

/* --arch and --norm, which every command has that opens model files: a file from another
 * framework does not record its chain of layers or its input scale. DP_OPEN_OPTIONS are
 * entries of a getopt_long table. dp_open_option stores the argument of one of them in
 * *options; `text` must outlive *options. False after dp_cli_misuse. */
enum { DP_OPEN_ARCH = 512, DP_OPEN_NORM };
#define DP_OPEN_OPTIONS                                                                  \
    { "arch", required_argument, NULL, DP_OPEN_ARCH },                                   \
    {                                                                                    \
        "norm", required_argument, NULL, DP_OPEN_NORM                                    \
    }
bool dp_open_option(dp_network_file_options *options, const char *command, int option,
                    const char *text);

/* Fetch a model from the Hub into the cache, unless it is there already. Runs
 * digitpad-hub, waits for it, and shows progress and warnings on stderr. DP_USAGE,
 * DP_NETWORK, DP_MODEL and DP_IO as digitpad-hub reports them; DP_INTERRUPTED. */
DP_MUST_CHECK dp_code dp_open_fetch(const char *command, const char *model, bool offline,
                                    dp_err *err);

/* Call after opening a model failed with *code. If it failed because the file is not in
 * the cache, fetch it and return true: try again. Otherwise return false; *code and *err
 * give the reason. */
bool dp_open_again(dp_code *code, const char *command, const char *model, bool offline,
                   dp_err *err);

/* dp_store_open, dp_store_load and dp_store_read. If the model is on the Hub but missing
 * or damaged in the cache, they fetch it first. `command` names the command in
 * messages. */
DP_MUST_CHECK dp_code dp_open_model(dp_model **out, const char *command, const char *name,
                                    const dp_network_file_options *options, dp_err *err);
DP_MUST_CHECK dp_code dp_open_network(dp_network *out, const char *command,
                                      const char *name,
                                      const dp_network_file_options *options,
                                      dp_err *err);
DP_MUST_CHECK dp_code dp_open_file(const unsigned char **data, size_t *size,
                                   unsigned char **owned, const char *command,
                                   const char *name, dp_err *err);

#endif
