/* The float32 originals of the carried networks. The program carries their int8 forms; the
 * originals are files that are installed with it, named "cnn:f32" by users. */
#ifndef DP_WEIGHTS_STORE_ORIGINAL_H
#define DP_WEIGHTS_STORE_ORIGINAL_H

#include "engine/core/err.h"

#include <limits.h>
#include <stdbool.h>

#define DP_ORIGINAL_SUFFIX ":f32"

/* Whether the name is a carried name with DP_ORIGINAL_SUFFIX. */
bool dp_original_is(const char *name);

/* Find the file of an original: in the build tree, relative to the program (an installation
 * may be moved as a whole), or in the configured data directory. DP_MODEL if there is none. */
DP_MUST_CHECK dp_code dp_original_find(char out[PATH_MAX], const char *name, dp_err *err);

#endif
