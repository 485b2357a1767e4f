/* Whether a file from outside is a model that this program can read. */
#ifndef DP_WEIGHTS_MODELCHECK_H
#define DP_WEIGHTS_MODELCHECK_H

#include "weights/registry.h"

/* Parse the content of a file of this name; `entry` (or NULL) has what the file does not
 * say. A safetensors file of elsewhere is only read, since its chain is not known. DP_MODEL
 * with what is wrong. */
DP_MUST_CHECK dp_code dp_modelcheck(const unsigned char *data, size_t size,
                                    const char *file, const dp_registry_entry *entry,
                                    dp_err *err);

#endif
