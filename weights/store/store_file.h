/* The files of models: whether they are here, and their bytes. Files of the Hub are read from the
 * cache and hashed each time; the caller fetches them (weights/store/hub_client.h). */
#ifndef DP_WEIGHTS_STORE_STORE_FILE_H
#define DP_WEIGHTS_STORE_STORE_FILE_H

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

/* Read a model's file. DP_MODEL if it does not exist, if it has not been fetched, or if
 * it is damaged; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_store_read(dp_store_file *out, const dp_store_ref *ref,
                                    dp_err *err);
void dp_store_close(dp_store_file *file);

/* Give back a file that was read, for the next dp_store_read of the same name: a sandbox is entered
 * between the two, in which a damaged file could not be fetched again, and the hash is computed
 * once. Only the last file that was given is kept. For one thread. */
void dp_store_keep(const dp_store_file *file);

#endif
