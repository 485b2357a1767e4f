/* The models that users can give by name: where each file comes from, its digest, and what its
 * metadata lacks. */
#ifndef DP_WEIGHTS_STORE_REGISTRY_H
#define DP_WEIGHTS_STORE_REGISTRY_H

#include "engine/infer/model.h"
#include "weights/store/hub_ref.h"

#include <stddef.h>

typedef struct dp_registry_entry {
    const char *name;
    const char *repo;     /* on the Hub; NULL if it is only carried in the program */
    const char *revision; /* a commit, or a branch if the content may change */
    const char *file;
    size_t size;        /* bytes; 0 if the content may change */
    const char *sha256; /* of the content; NULL if it may change */
    const char *licence;
    const char *arch; /* the chain; NULL if the file records it */
    const char *norm; /* the input scale; NULL if the file records it */
    /* On the MNIST test set, 0 … 1, as `digitpad eval` measures it; NAN: unknown. Of the carried
     * ones that of their 8-bit form: their files record what training measured before. */
    float accuracy;
    const char *summary;
    bool carried; /* compiled into the program; the file is optional */
} dp_registry_entry;

/* The i-th entry, the carried ones first; NULL past the end. */
const dp_registry_entry *dp_registry_at(int i);

/* The entry of this name, this file of the Hub, or this content; NULL if there is none. */
const dp_registry_entry *dp_registry_find(const char *name);
const dp_registry_entry *dp_registry_find_ref(const dp_hub_ref *ref);
const dp_registry_entry *dp_registry_find_content(const void *data, size_t size);

/* The file of an entry; its repo must not be NULL. */
void dp_registry_ref(dp_hub_ref *out, const dp_registry_entry *entry);

/* The file of the Hub that a MODEL argument means, a registry name, "hf:…" or a URL. *entry is its
 * registry entry or NULL. False if the argument is neither, is malformed, or names a network
 * that is only carried. */
bool dp_registry_resolve(dp_hub_ref *out, const dp_registry_entry **entry,
                         const char *model);

#endif
