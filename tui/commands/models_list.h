/* What `digitpad models list` prints. */
#ifndef DP_TUI_COMMANDS_MODELS_LIST_H
#define DP_TUI_COMMANDS_MODELS_LIST_H

#include "tui/cli/shared_options.h"
#include "weights/store/registry.h"

/* Whether the file of a named model is in the cache; if so, set `path`. */
bool dp_models_find_cached(char path[PATH_MAX], const dp_registry_entry *entry);

/* Print the named models, and the user's own, without opening one. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_models_print_list(dp_form form, dp_err *err);

#endif
