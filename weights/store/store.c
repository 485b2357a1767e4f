#include "config.h"

#include "weights/store/store.h"

#include "weights/io/fsio.h"
#include "weights/io/paths.h"
#include "weights/model/model_read.h"
#include "weights/safetensors/safetensors.h"
#include "weights/store/hub_cache.h"
#include "weights/store/network_model.h"
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

/* List the carried names and the reason why the file is not readable. */
static dp_code fail_missing(const char *name, dp_err *err)
{
    char list[128] = "";
    size_t used = 0;
    int reason = errno;
    for (const dp_carried *c = dp_carried_models; c->name && used < sizeof list; c++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                 c == dp_carried_models ? "" : ", ", c->name);
    return dp_fail(err, DP_MODEL,
                   "%s: not a carried model (%s) and not a readable file: %s", name, list,
                   strerror(reason));
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

dp_code dp_store_read(dp_store_file *out, const dp_store_ref *ref, dp_err *err)
{
    unsigned char *owned;
    size_t size = 0;
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

/* ---- opening --------------------------------------------------------------------------- */

void dp_store_complete(dp_network_file_options *options, const dp_store_file *file)
{
    const dp_registry_entry *entry = dp_registry_find_content(file->data, file->size);
    if (file->ref.kind == DP_STORE_PATH)
        options->path = file->ref.name;
    if (!entry)
        return;
    if (!options->arch)
        options->arch = entry->arch;
    if (!options->norm_given && entry->norm)
        options->norm_given = dp_norm_named(&options->norm, entry->norm);
}

/* The file is closed before a model copies and packs the parameters, so that large weights are in
 * memory at most three times. */
static dp_code parse(dp_network *out, dp_store_file *file,
                     const dp_network_file_options *options, bool only_run, dp_err *err)
{
    dp_network_file_options completed =
        options ? *options : (dp_network_file_options){ 0 };
    dp_store_complete(&completed, file);
    completed.only_run = only_run;
    dp_code code = dp_model_read(out, file->data, file->size, &completed, err);
    dp_store_close(file);
    return code ? dp_fail_in(err, code, "%s", file->ref.name) : DP_OK;
}

dp_code dp_store_load_file(dp_network *out, dp_store_file *file,
                           const dp_network_file_options *options, dp_err *err)
{
    return parse(out, file, options, false, err);
}

dp_code dp_store_open_file(dp_model **out, dp_store_file *file,
                           const dp_network_file_options *options, dp_err *err)
{
    dp_network network;
    const char *name = file->ref.name;
    dp_code code = parse(&network, file, options, true, err);
    if (code)
        return code;
    /* A model from a path is named by the file; other names have no slash or keep their last
     * part. */
    code = dp_network_model(out, &network, dp_fsio_basename(name),
                            options ? options->kernels : NULL, err);
    dp_network_clear(&network);
    return code ? dp_fail_in(err, code, "%s", name) : DP_OK;
}

static dp_code read_named(dp_store_file *out, const char *name, dp_err *err)
{
    dp_store_ref ref;
    dp_code code = dp_store_resolve(&ref, name, err);
    return code ? code : dp_store_read(out, &ref, err);
}

dp_code dp_store_load(dp_network *out, const char *name,
                      const dp_network_file_options *options, dp_err *err)
{
    dp_store_file file;
    dp_code code = read_named(&file, name, err);
    return code ? code : dp_store_load_file(out, &file, options, err);
}

dp_code dp_store_open(dp_model **out, const char *name,
                      const dp_network_file_options *options, dp_err *err)
{
    dp_store_file file;
    dp_code code = read_named(&file, name, err);
    return code ? code : dp_store_open_file(out, &file, options, err);
}
