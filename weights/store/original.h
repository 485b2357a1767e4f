/* The float32 originals of the carried networks, whose 8-bit forms the program has inside:
 * files beside it, called with the suffix ":f32". */
#ifndef DP_WEIGHTS_STORE_ORIGINAL_H
#define DP_WEIGHTS_STORE_ORIGINAL_H

#include "engine/core/err.h"

#include <limits.h>
#include <stdbool.h>

#define DP_ORIGINAL_SUFFIX ":f32"

/* Whether the name is that of an original: "cnn:f32". */
bool dp_original_is(const char *name);

/* Its file: in a build tree beside the program, else where it is installed, even if the
 * whole installation was moved. DP_MODEL where it is not there. */
DP_MUST_CHECK dp_code dp_original_find(char out[PATH_MAX], const char *name, dp_err *err);

#endif
