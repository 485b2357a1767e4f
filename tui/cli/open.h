/* Models that may first have to be fetched: what commands use to open one. */
#ifndef DP_TUI_CLI_OPEN_H
#define DP_TUI_CLI_OPEN_H

#include "weights/store/store.h"

/* The options of every command that opens a file which may not tell its chain of layers or
 * its input scale: the entries of a getopt_long table, and what to do with one of them.
 * False after dp_cli_misuse; `text` must outlive *options. */
enum { DP_OPEN_ARCH = 512, DP_OPEN_NORM };
#define DP_OPEN_OPTIONS                                                                  \
    { "arch", required_argument, NULL, DP_OPEN_ARCH },                                   \
    {                                                                                    \
        "norm", required_argument, NULL, DP_OPEN_NORM                                    \
    }
bool dp_open_option(dp_network_file_options *options, const char *command, int option,
                    const char *text);

/* Have a model of the Hub in the cache: run the helper, wait for it, show progress and
 * warnings on stderr. DP_USAGE, DP_NETWORK, DP_MODEL, DP_IO as the helper says;
 * DP_INTERRUPTED. */
DP_MUST_CHECK dp_code dp_open_fetch(const char *command, const char *model, bool offline,
                                    dp_err *err);

/* After an attempt to open a model that ended with *code: fetch it where it failed for want
 * of that. True where another attempt is worth while; else *code and *err tell why. */
bool dp_open_again(dp_code *code, const char *command, const char *model, bool offline,
                   dp_err *err);

/* dp_store_open, dp_store_load and dp_store_read, after fetching what is on the Hub and not
 * in the cache, or was damaged there. `command` is for what is said on the way. */
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
