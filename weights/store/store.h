/* Opening a model by the name that the user gives: a carried or personal network ("cnn",
 * "cnn-mine"), a name of the registry, a file of the Hub ("hf:OWNER/REPO[@REVISION]:FILE"), a
 * float32 original ("cnn:f32") or a path. Files of the Hub are read from the cache and hashed
 * each time; the caller fetches them (weights/store/hub_client.h). */
#ifndef DP_WEIGHTS_STORE_STORE_H
#define DP_WEIGHTS_STORE_STORE_H

#include "engine/infer/model.h"
#include "weights/safetensors/network_file.h"
#include "weights/store/carried.h"

#include <limits.h>

#define DP_DEFAULT_MODEL "cnn"

/* The carried network that has this name or this personal name; NULL for other models. */
const dp_carried *dp_store_base(const char *name);

/* The path of a carried network's personal form, whether the file exists or not:
 * $XDG_DATA_HOME/digitpad/NAME-mine.safetensors. */
DP_MUST_CHECK dp_code dp_store_personal_path(char path[PATH_MAX],
                                             const dp_carried *carried, dp_err *err);

/* Find the file of a personal network. False if it does not exist, or if `name` is not the
 * personal name of a carried network. */
bool dp_store_find_personal(char path[PATH_MAX], const char *name);

/* The bytes of a carried network's safetensors file, static; NULL for other names. */
const unsigned char *dp_store_bytes(const char *name, size_t *size);

/* Whether a model is on the Hub and must be fetched before it can be opened. */
bool dp_store_must_fetch(const char *name);

/* The bytes of a model's file. *owned is the buffer that the caller frees with free(), or NULL
 * for a carried network. DP_USAGE for a malformed "hf:…", DP_MODEL as for dp_store_load,
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_store_read(const unsigned char **data, size_t *size,
                                    unsigned char **owned, const char *name, dp_err *err);

/* Complete the options for a file that dp_store_read returned for this name: set its path,
 * and, if the registry knows its digest, the chain and the input scale unless they are
 * given. */
void dp_store_complete(dp_network_file_options *options, const char *name,
                       const unsigned char *data, size_t size);

/* Load a network by name or path; options may be NULL. DP_MODEL if there is no such model
 * (the message lists the carried names), if it has not been fetched, or if its file is
 * damaged; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_store_load(dp_network *out, const char *name,
                                    const dp_network_file_options *options, dp_err *err);

/* Load a network and make it a model that is ready to run. */
DP_MUST_CHECK dp_code dp_store_open(dp_model **out, const char *name,
                                    const dp_network_file_options *options, dp_err *err);

#endif
