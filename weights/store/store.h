/* From what a user calls a model to the model: a name of the registry, a file of the Hub
 * ("hf:OWNER/REPO[@REVISION]:FILE"), a float32 original ("cnn:f32") or a path. What is on
 * the Hub is read from the cache and hashed each time; to fetch it is the caller's
 * business. */
#ifndef DP_WEIGHTS_STORE_STORE_H
#define DP_WEIGHTS_STORE_STORE_H

#include "engine/infer/model.h"
#include "weights/safetensors/network_file.h"

#include <limits.h>

#define DP_DEFAULT_MODEL "cnn"

/* The i-th network carried in the program; NULL past the end. The default is first. */
const char *dp_store_carried(int i);

/* What a carried network became by fine-tuning on the user's drawings: a file of the data
 * folder, called NAME-mine. The i-th such name, be there a file or not; NULL past the end. */
const char *dp_store_mine(int i);

/* The name of the fine-tuned form of a carried network or of that form itself; NULL for other
 * models. */
const char *dp_store_mine_of(const char *name);

/* Where it is, or would be: $XDG_DATA_HOME/digitpad/NAME-mine.safetensors. False where there is
 * no such file, or `name` is none of dp_store_mine. */
bool dp_store_find_mine(char path[PATH_MAX], const char *name);

/* The bytes of a carried network's safetensors file, in place; NULL where unknown. */
const unsigned char *dp_store_bytes(const char *name, size_t *size);

/* Whether a model is on the Hub and has to be fetched before it can be opened. */
bool dp_store_must_fetch(const char *name);

/* The bytes of a model's file: of the Hub's cache or of a carried one in place, else read
 * from a path. *owned is what the caller must free() (NULL for a carried one). DP_USAGE for
 * a malformed "hf:…", otherwise DP_MODEL as below. */
DP_MUST_CHECK dp_code dp_store_read(const unsigned char **data, size_t *size,
                                    unsigned char **owned, const char *name, dp_err *err);

/* Complete the options for a file that was read under this name: the path that it was read
 * from, and, if the registry knows the file by its digest, the chain and the input scale that
 * the options leave open. */
void dp_store_complete(dp_network_file_options *options, const char *name,
                       const unsigned char *data, size_t size);

/* Load a network by name or path. DP_MODEL names what was looked for and where, and lists
 * the carried names where nothing fits. options may be NULL. */
DP_MUST_CHECK dp_code dp_store_load(dp_network *out, const char *name,
                                    const dp_network_file_options *options, dp_err *err);

/* The same as a model ready to run. */
DP_MUST_CHECK dp_code dp_store_open(dp_model **out, const char *name,
                                    const dp_network_file_options *options, dp_err *err);

#endif
