/* Where things lie in the user's home, by the XDG rules and by those of the Hugging Face
 * tools, whose cache and variables this program shares. */
#ifndef DP_WEIGHTS_IO_PATHS_H
#define DP_WEIGHTS_IO_PATHS_H

#include "engine/core/err.h"

#include <limits.h>
#include <stdbool.h>

/* printf into a path. DP_IO where it would be too long. */
DP_MUST_CHECK dp_code dp_paths_format(char out[PATH_MAX], dp_err *err, const char *fmt,
                                      ...) DP_PRINTF(3, 4);

/* The running program and its directory, as systems with a /proc tell them; false elsewhere. */
bool dp_paths_executable(char out[PATH_MAX]);
bool dp_paths_program(char out[PATH_MAX]);

/* A file of digitpad's own under $XDG_CONFIG_HOME (~/.config), $XDG_CACHE_HOME (~/.cache) and
 * $XDG_DATA_HOME (~/.local/share). DP_IO where there is no home directory or the path is too
 * long. */
DP_MUST_CHECK dp_code dp_paths_config(char out[PATH_MAX], const char *file, dp_err *err);
DP_MUST_CHECK dp_code dp_paths_cache(char out[PATH_MAX], const char *file, dp_err *err);
DP_MUST_CHECK dp_code dp_paths_data(char out[PATH_MAX], const char *file, dp_err *err);

/* A file of the Hugging Face tools: HF_HOME > $XDG_CACHE_HOME/huggingface. */
DP_MUST_CHECK dp_code dp_paths_hf_home(char out[PATH_MAX], const char *file, dp_err *err);

/* The Hub's cache: HF_HUB_CACHE > HF_HOME/hub. */
DP_MUST_CHECK dp_code dp_paths_hub_cache(char out[PATH_MAX], dp_err *err);

/* The value of an environment variable that is set and not empty, else NULL. */
const char *dp_paths_variable(const char *name);

/* Whether a variable says yes, as the Hugging Face tools read it: 1, ON, YES or TRUE. */
bool dp_paths_flag(const char *name);

#endif
