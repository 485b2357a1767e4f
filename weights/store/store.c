#include "config.h"

#include "weights/store/store.h"

#include "weights/io/fsio.h"
#include "weights/store/hub_cache.h"
#include "weights/store/network_model.h"
#include "weights/store/original.h"
#include "weights/model/model_read.h"
#include "weights/io/paths.h"
#include "weights/store/registry.h"
#include "weights/safetensors/safetensors.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const unsigned char *dp_store_bytes(const char *name, size_t *size)
{
    for (const dp_carried *c = dp_carried_models; c->name; c++)
        if (strcmp(c->name, name) == 0) {
            *size = c->size;
            return c->data;
        }
    return NULL;
}

const dp_carried *dp_store_base(const char *name)
{
    for (const dp_carried *c = dp_carried_models; c->name; c++)
        if (strcmp(c->name, name) == 0 || strcmp(c->personal, name) == 0)
            return c;
    return NULL;
}

dp_code dp_store_personal_path(char path[PATH_MAX], const dp_carried *carried,
                               dp_err *err)
{
    char file[64];
    snprintf(file, sizeof file, "%s.safetensors", carried->personal);
    return dp_paths_data(path, file, err);
}

bool dp_store_find_personal(char path[PATH_MAX], const char *name)
{
    const dp_carried *base = dp_store_base(name);
    return base && strcmp(base->personal, name) == 0 &&
           dp_store_personal_path(path, base, NULL) == DP_OK && access(path, R_OK) == 0;
}

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

static bool find_cached(dp_hub_entry *out, const dp_hub_ref *ref)
{
    char cache[PATH_MAX];
    return dp_paths_hub_cache(cache, NULL) == DP_OK && dp_hub_cache_find(out, cache, ref);
}

bool dp_store_must_fetch(const char *name)
{
    dp_hub_ref ref;
    dp_hub_entry cached;
    const dp_registry_entry *entry;
    return dp_registry_resolve(&ref, &entry, name) && !(entry && entry->carried) &&
           !find_cached(&cached, &ref);
}

/* Read a file of the Hub from the cache. */
static dp_code read_cached(unsigned char **data, size_t *size, const dp_hub_ref *ref,
                           const dp_registry_entry *entry, const char *name, dp_err *err)
{
    dp_hub_entry cached;
    if (!find_cached(&cached, ref))
        return dp_fail(err, DP_MODEL,
                       "%s: not in the cache; run 'digitpad models fetch %s'", name,
                       name);
    return dp_hub_cache_read(data, size, &cached, entry ? entry->sha256 : NULL, err);
}

static dp_code read_original(unsigned char **data, size_t *size, const char *name,
                             dp_err *err)
{
    char path[PATH_MAX];
    dp_code code = dp_original_find(path, name, err);
    return code ? code : read_file(data, size, path, err);
}

static dp_code read_owned(unsigned char **data, size_t *size, const char *name,
                          dp_err *err)
{
    dp_hub_ref ref;
    const dp_registry_entry *entry;
    char own[PATH_MAX];
    if (dp_store_find_personal(own, name))
        return read_file(data, size, own, err);
    if (dp_registry_resolve(&ref, &entry, name))
        return read_cached(data, size, &ref, entry, name, err);
    if (dp_original_is(name))
        return read_original(data, size, name, err);
    if (strncmp(name, DP_HUB_PREFIX, strlen(DP_HUB_PREFIX)) == 0)
        return dp_hub_ref_parse(&ref, name, err);
    return read_file(data, size, name, err);
}

dp_code dp_store_read(const unsigned char **data, size_t *size, unsigned char **owned,
                      const char *name, dp_err *err)
{
    const dp_registry_entry *entry = dp_registry_find(name);
    const unsigned char *carried = dp_store_bytes(name, size);
    unsigned char *read = NULL;
    /* The cache may have a newer copy of a carried network; it is not needed. */
    if (!carried || (entry && entry->repo)) {
        dp_code code = read_owned(&read, size, name, err);
        if (code && !carried)
            return code;
    }
    *data = read ? read : carried;
    *owned = read;
    return DP_OK;
}

void dp_store_complete(dp_network_file_options *options, const char *name,
                       const unsigned char *data, size_t size)
{
    dp_hub_ref ref;
    size_t carried;
    const dp_registry_entry *entry;
    if (!dp_original_is(name) && !dp_store_bytes(name, &carried) &&
        !dp_registry_resolve(&ref, &entry, name))
        options->path = name;
    entry = dp_registry_find_content(data, size);
    if (!entry)
        return;
    if (!options->arch)
        options->arch = entry->arch;
    if (!options->norm_given && entry->norm)
        options->norm_given = dp_norm_named(&options->norm, entry->norm);
}

/* ---- opening ------------------------------------------------------------------------- */

static dp_code load(dp_network *out, const char *name,
                    const dp_network_file_options *options, bool only_run, dp_err *err)
{
    dp_network_file_options completed =
        options ? *options : (dp_network_file_options){ 0 };
    const unsigned char *data;
    unsigned char *owned;
    size_t size;
    dp_code code = dp_store_read(&data, &size, &owned, name, err);
    if (code)
        return code;
    dp_store_complete(&completed, name, data, size);
    completed.only_run = only_run;
    code = dp_model_read(out, data, size, &completed, err);
    free(owned);
    return code ? dp_fail_in(err, code, "%s", name) : DP_OK;
}

dp_code dp_store_load(dp_network *out, const char *name,
                      const dp_network_file_options *options, dp_err *err)
{
    return load(out, name, options, false, err);
}

/* The file's bytes are freed before the model copies and packs the parameters, so that large
 * weights are in memory at most three times. */
dp_code dp_store_open(dp_model **out, const char *name,
                      const dp_network_file_options *options, dp_err *err)
{
    dp_network network;
    dp_code code = load(&network, name, options, true, err);
    if (code)
        return code;
    /* A model from a path is named by the file; other names have no slash or keep their last
     * part. */
    code = dp_network_model(out, &network, dp_fsio_basename(name),
                            options ? options->kernels : NULL, err);
    dp_network_clear(&network);
    return code ? dp_fail_in(err, code, "%s", name) : DP_OK;
}
