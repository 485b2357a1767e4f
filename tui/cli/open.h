/* Opens models for commands, after fetching them from the Hub if necessary. */
#ifndef DP_TUI_CLI_OPEN_H
#define DP_TUI_CLI_OPEN_H

#include "tui/cli/talk.h"
#include "weights/store/store.h"

/* Fetch a model from the Hub into the cache, or a data set (DP_HUB_DATA and its name) into the data
 * folder, unless it is there already. Runs
 * digitpad-hub, waits for it, and shows progress and warnings on stderr. DP_USAGE,
 * DP_NETWORK, DP_MODEL and DP_IO as digitpad-hub reports them; DP_INTERRUPTED. */
DP_MUST_CHECK dp_code dp_open_fetch(dp_talk *talk, const char *model, bool offline,
                                    dp_err *err);

/* Call after reading a model's file failed with *code. If it failed because the file is not
 * in the cache, fetch it and return true: try again. Otherwise return false; *code and *err
 * give the reason. */
bool dp_open_again(dp_code *code, dp_talk *talk, const dp_store_ref *ref, bool offline,
                   dp_err *err);

/* dp_store_resolve and dp_store_read, dp_store_load, dp_store_open. If the model is on the
 * Hub but missing or damaged in the cache, they fetch it first. The message about an unknown
 * name suggests a similar one. With --verbose, where the model comes from is printed, and
 * what it is. They warn of an operator set that is newer than this program, and dp_open_network
 * of assumed layers or an assumed input scale. */
DP_MUST_CHECK dp_code dp_open_file(dp_store_file *out, dp_talk *talk, const char *name,
                                   dp_err *err);
DP_MUST_CHECK dp_code dp_open_network(dp_network *out, dp_talk *talk, const char *name,
                                      const dp_network_file_options *options,
                                      dp_err *err);
DP_MUST_CHECK dp_code dp_open_model(dp_model **out, dp_talk *talk, const char *name,
                                    const dp_network_file_options *options, dp_err *err);

/* Warn of an operator set that is newer than the reader; 0: it is not. */
void dp_open_warn_opset(dp_talk *talk, int newer);

/* With --verbose, print how a model runs. dp_open_model does it. */
void dp_open_tell(dp_talk *talk, const char *name, const dp_model *model);

/* Warn of what a model's file does not record, in one message: `arch` is its chain if that is
 * assumed, else ""; `norm` its input scale, which is assumed unless it is `known`. */
void dp_open_warn(dp_talk *talk, const char *arch, dp_norm norm, bool known);

#endif
