/* Paths in the user's home by the XDG Base Directory Specification and by the rules of
 * the Hugging Face tools, whose cache and environment variables this program shares. */
#ifndef DP_WEIGHTS_IO_PATHS_H
#define DP_WEIGHTS_IO_PATHS_H

#include "engine/core/err.h"

#include <limits.h>
#include <stdbool.h>

/* printf into a path. DP_IO if it is too long. */
DP_MUST_CHECK dp_code dp_paths_format(char out[PATH_MAX], dp_err *err, const char *fmt,
                                      ...) DP_PRINTF(3, 4);

/* The path of the running program, and of its directory. False if the system has no
 * /proc. */
bool dp_paths_executable(char out[PATH_MAX]);
bool dp_paths_program(char out[PATH_MAX]);

/* The path of digitpad/FILE in $XDG_CONFIG_HOME (~/.config), $XDG_CACHE_HOME (~/.cache),
 * $XDG_DATA_HOME (~/.local/share) or $XDG_STATE_HOME (~/.local/state). DP_IO if there is no
 * home directory or the path is too long. */
DP_MUST_CHECK dp_code dp_paths_config(char out[PATH_MAX], const char *file, dp_err *err);
DP_MUST_CHECK dp_code dp_paths_cache(char out[PATH_MAX], const char *file, dp_err *err);
DP_MUST_CHECK dp_code dp_paths_data(char out[PATH_MAX], const char *file, dp_err *err);
DP_MUST_CHECK dp_code dp_paths_state(char out[PATH_MAX], const char *file, dp_err *err);

/* The path of FILE in $HF_HOME, or else in $XDG_CACHE_HOME/huggingface. DP_IO. */
DP_MUST_CHECK dp_code dp_paths_hf_home(char out[PATH_MAX], const char *file, dp_err *err);

/* The Hub's cache: $HF_HUB_CACHE, or its older name $HUGGINGFACE_HUB_CACHE, or else
 * $HF_HOME/hub. DP_IO. */
DP_MUST_CHECK dp_code dp_paths_hub_cache(char out[PATH_MAX], dp_err *err);

/* The value of an environment variable; NULL if it is unset or empty. */
const char *dp_paths_variable(const char *name);

/* Whether an environment variable is true for the Hugging Face tools: 1, ON, YES or
 * TRUE. */
bool dp_paths_flag(const char *name);

#endif
