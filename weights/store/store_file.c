#include "config.h"

#include "weights/store/store_file.h"

#include "weights/io/fsio.h"
#include "weights/io/paths.h"
#include "weights/safetensors/safetensors.h"
#include "weights/store/hub_cache.h"
#include "weights/store/original.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the cache of the Hub ---------------------------------------------------------------- */

static bool find_cached(dp_hub_entry *out, const dp_hub_ref *ref)
{
    char cache[PATH_MAX];
    return dp_paths_hub_cache(cache, NULL) == DP_OK && dp_hub_cache_find(out, cache, ref);
}

bool dp_store_must_fetch(const dp_store_ref *ref)
{
    dp_hub_entry cached;
    return ref->kind == DP_STORE_HUB && !(ref->entry && ref->entry->carried) &&
           !find_cached(&cached, &ref->hub);
}

bool dp_store_has(const dp_registry_entry *entry)
{
    dp_hub_ref hub;
    dp_hub_entry cached;
    if (entry->carried)
        return true;
    dp_registry_ref(&hub, entry);
    return find_cached(&cached, &hub);
}

/* ---- reading --------------------------------------------------------------------------- */

/* Say why the file is not readable; without a slash or a dot, it may be a mistyped name, and with
 * one slash a repository. */
static dp_code fail_missing(const char *name, dp_err *err)
{
    dp_hub_ref repo;
    if (errno == ENOENT && dp_hub_ref_set(&repo, name, NULL, "FILE", NULL) == DP_OK)
        return dp_fail(err, DP_MODEL,
                       "%s: %s; a model of the Hub is given as hf:OWNER/REPO:FILE", name,
                       strerror(ENOENT));
    if (strpbrk(name, "/.") || errno != ENOENT)
        return dp_fail(err, DP_MODEL, "%s: %s", name, strerror(errno));
    return dp_fail(err, DP_MODEL,
                   "%s: no model has this name, and no file; 'digitpad models' lists the "
                   "names",
                   name);
}

static dp_code read_file(unsigned char **data, size_t *size, const char *path,
                         dp_err *err)
{
    if (access(path, R_OK) != 0)
        return fail_missing(path, err);
    dp_code code = dp_fsio_read(data, size, path, DP_ST_MAX_FILE, err);
    return code == DP_IO ? dp_err_recode(err, DP_MODEL) : code;
}

static dp_code read_cached(unsigned char **data, size_t *size, const dp_store_ref *ref,
                           dp_err *err)
{
    dp_hub_entry cached;
    if (!find_cached(&cached, &ref->hub))
        return dp_fail(err, DP_MODEL,
                       "%s: not in the cache; run 'digitpad models fetch %s'", ref->name,
                       ref->name);
    return dp_hub_cache_read(data, size, &cached, ref->entry ? ref->entry->sha256 : NULL,
                             err);
}

static dp_code read_original(unsigned char **data, size_t *size, const char *name,
                             dp_err *err)
{
    char path[PATH_MAX];
    dp_code code = dp_original_find(path, name, err);
    return code ? code : read_file(data, size, path, err);
}

/* The bytes are owned by the caller; NULL for a carried network that the cache has no copy of.
 * Such a copy may be newer; it is not needed. */
static dp_code read_owned(unsigned char **data, size_t *size, const dp_store_ref *ref,
                          dp_err *err)
{
    switch (ref->kind) {
    case DP_STORE_CARRIED:
        if (!ref->on_hub || read_cached(data, size, ref, NULL) != DP_OK)
            *data = NULL;
        return DP_OK;
    case DP_STORE_PERSONAL:
        return read_file(data, size, ref->personal, err);
    case DP_STORE_HUB:
        return read_cached(data, size, ref, err);
    case DP_STORE_ORIGINAL:
        return read_original(data, size, ref->name, err);
    case DP_STORE_PATH:
        break;
    }
    return read_file(data, size, ref->name, err);
}

static dp_store_file kept; /* dp_store_keep's; data is NULL if it has none */

static bool take_kept(dp_store_file *out, const dp_store_ref *ref)
{
    if (!kept.data || strcmp(kept.ref.name, ref->name) != 0)
        return false;
    *out = kept;
    out->ref.name = ref->name;
    kept.data = kept.owned = NULL;
    return true;
}

dp_code dp_store_read(dp_store_file *out, const dp_store_ref *ref, dp_err *err)
{
    unsigned char *owned;
    size_t size = 0;
    if (take_kept(out, ref))
        return DP_OK;
    dp_code code = read_owned(&owned, &size, ref, err);
    if (code)
        return code;
    *out = (dp_store_file){ .ref = *ref, .data = owned, .size = size, .owned = owned };
    if (!owned) {
        out->data = ref->carried->data;
        out->size = ref->carried->size;
    }
    return DP_OK;
}

void dp_store_close(dp_store_file *file)
{
    free(file->owned);
    file->data = file->owned = NULL;
}

void dp_store_keep(const dp_store_file *file)
{
    dp_store_close(&kept);
    kept = *file;
}
