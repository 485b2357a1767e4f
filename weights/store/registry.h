/* The models that are known by name: what each is, where it comes from, and what its file
 * does not say itself. */
#ifndef DP_WEIGHTS_STORE_REGISTRY_H
#define DP_WEIGHTS_STORE_REGISTRY_H

#include "engine/infer/model.h"
#include "weights/store/hub_ref.h"

#include <stddef.h>

typedef struct dp_registry_entry {
    const char *name;
    const char *repo;     /* on the Hub; NULL where it is only carried in the program */
    const char *revision; /* a commit where the content is fixed */
    const char *file;
    size_t size;        /* bytes; 0 where it is not fixed */
    const char *sha256; /* of the content; NULL where it is not fixed */
    const char *licence;
    const char *arch; /* the chain; NULL where the file has it */
    const char *norm; /* the input scale; NULL where the file has it */
    const char *summary;
    bool carried; /* works without a file as well */
} dp_registry_entry;

/* The i-th entry, carried ones first; NULL past the end. */
const dp_registry_entry *dp_registry_at(int i);

/* NULL where there is none of that name, file, or content. */
const dp_registry_entry *dp_registry_find(const char *name);
const dp_registry_entry *dp_registry_find_ref(const dp_hub_ref *ref);
const dp_registry_entry *dp_registry_find_content(const void *data, size_t size);

/* The file of an entry with a repo. */
void dp_registry_ref(dp_hub_ref *out, const dp_registry_entry *entry);

/* What a MODEL argument means on the Hub: a registry name or "hf:…". On true *entry may be
 * NULL. False where it is neither, or carried only, or malformed. */
bool dp_registry_resolve(dp_hub_ref *out, const dp_registry_entry **entry,
                         const char *model);

#endif
