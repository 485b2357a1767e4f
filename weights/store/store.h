/* Reading and opening the models that names stand for (weights/store/store_ref.h). Files of the
 * Hub are read from the cache and hashed each time; the caller fetches them
 * (weights/store/hub_client.h). */
#ifndef DP_WEIGHTS_STORE_STORE_H
#define DP_WEIGHTS_STORE_STORE_H

#include "engine/infer/model.h"
#include "weights/safetensors/network_file.h"
#include "weights/store/store_ref.h"

/* Whether a model is on the Hub and must be fetched before it can be opened. */
bool dp_store_must_fetch(const dp_store_ref *ref);

/* Whether a model of the registry can be opened without fetching it. */
bool dp_store_has(const dp_registry_entry *entry);

/* The bytes of a model's file. */
typedef struct dp_store_file {
    dp_store_ref ref;
    const unsigned char *data;
    size_t size;
    unsigned char *owned; /* what dp_store_close frees; NULL for a carried network */
} dp_store_file;

/* Read a model's file. DP_MODEL if it does not exist (the message lists the carried names), if
 * it has not been fetched, or if it is damaged; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_store_read(dp_store_file *out, const dp_store_ref *ref,
                                    dp_err *err);
void dp_store_close(dp_store_file *file);

/* Complete the options for a file: set its path, and, if the registry knows its digest, the
 * chain and the input scale unless they are given. */
void dp_store_complete(dp_network_file_options *options, const dp_store_file *file);

/* Make a network of a file, or a model that is ready to run. They close the file, even after a
 * failure; options may be NULL. DP_MODEL if the file is damaged, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_store_load_file(dp_network *out, dp_store_file *file,
                                         const dp_network_file_options *options,
                                         dp_err *err);
DP_MUST_CHECK dp_code dp_store_open_file(dp_model **out, dp_store_file *file,
                                         const dp_network_file_options *options,
                                         dp_err *err);

/* The whole way from a name: resolve it, read its file, and make a network or a model. */
DP_MUST_CHECK dp_code dp_store_load(dp_network *out, const char *name,
                                    const dp_network_file_options *options, dp_err *err);
DP_MUST_CHECK dp_code dp_store_open(dp_model **out, const char *name,
                                    const dp_network_file_options *options, dp_err *err);

#endif
