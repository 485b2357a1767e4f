/* What the name of a model means. A name is resolved once; whatever reads, completes or fetches
 * the model then takes the dp_store_ref. */
#ifndef DP_WEIGHTS_STORE_STORE_REF_H
#define DP_WEIGHTS_STORE_STORE_REF_H

#include "weights/store/carried.h"
#include "weights/store/registry.h"

#include <limits.h>

#define DP_DEFAULT_MODEL "cnn"

/* Where a model comes from. A name that could mean several of these means the first. */
typedef enum dp_store_kind {
    DP_STORE_CARRIED,  /* "cnn": compiled into the program */
    DP_STORE_PERSONAL, /* "cnn-mine": fine-tuned on the user's drawings; the file exists */
    DP_STORE_HUB,      /* "mnist-8", "hf:OWNER/REPO[@REVISION]:FILE", a URL of the Hub */
    DP_STORE_ORIGINAL, /* "cnn:f32" */
    DP_STORE_PATH,     /* any other name */
} dp_store_kind;

typedef struct dp_store_ref {
    const char *name; /* as the user gave it; not owned */
    dp_store_kind kind;
    const dp_carried *carried;      /* with DP_STORE_CARRIED and DP_STORE_PERSONAL */
    char personal[PATH_MAX];        /* with DP_STORE_PERSONAL: its file */
    bool on_hub;                    /* always with DP_STORE_HUB; a carried one may be */
    dp_hub_ref hub;                 /* with on_hub */
    const dp_registry_entry *entry; /* with on_hub; NULL: not in the registry */
} dp_store_ref;

/* Resolve a name, which must outlive *out. DP_USAGE for a malformed "hf:…" or URL. That a file can be
 * read is not checked. */
DP_MUST_CHECK dp_code dp_store_resolve(dp_store_ref *out, const char *name, dp_err *err);

/* The carried network that has this name or this personal name; NULL for other models. */
const dp_carried *dp_store_base(const char *name);

/* The path of a carried network's personal form, whether the file exists or not:
 * $XDG_DATA_HOME/digitpad/NAME-mine.safetensors. */
DP_MUST_CHECK dp_code dp_store_personal_path(char path[PATH_MAX],
                                             const dp_carried *carried, dp_err *err);

/* Find the file of a personal network. False if it does not exist, or if `name` is not the
 * personal name of a carried network. */
bool dp_store_find_personal(char path[PATH_MAX], const char *name);

#endif
