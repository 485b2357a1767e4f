#include "config.h"

#include "weights/hub/fetch.h"

#include "weights/io/fsio.h"
#include "weights/hub/attempts.h"
#include "weights/hub/download.h"
#include "weights/hub/events.h"
#include "weights/hub/hub.h"
#include "weights/model/model_check.h"
#include "weights/store/hub_stage.h"
#include "weights/store/registry.h"
#include "weights/safetensors/safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One model to be fetched. */
typedef struct job {
    const char *model;
    dp_hub_ref ref;
    const dp_registry_entry *entry; /* NULL for a file that the registry does not know */
    const dp_endpoint *endpoint;
    dp_http **http;
    bool cached; /* it was in the cache before */
} job;

static const char *known_sha256(const job *j)
{
    return j->entry ? j->entry->sha256 : NULL;
}

static dp_code parse_job(job *j, dp_err *err)
{
    if (dp_registry_resolve(&j->ref, &j->entry, j->model))
        return DP_OK;
    if (dp_registry_find(j->model))
        return dp_fail(err, DP_USAGE, "carried in the program, not on the Hub");
    dp_code code = dp_hub_ref_parse(&j->ref, j->model, err);
    j->entry = code ? NULL : dp_registry_find_ref(&j->ref);
    return code;
}

/* Whether the file is in the cache and intact. */
static bool have_cached(const job *j)
{
    dp_hub_entry entry;
    unsigned char *data;
    size_t size;
    dp_err err;
    if (!dp_hub_cache_find(&entry, j->endpoint->cache, &j->ref))
        return false;
    if (dp_hub_cache_read(&data, &size, &entry, known_sha256(j), &err) != DP_OK) {
        dp_event_warning(j->model, err.msg);
        return false;
    }
    free(data);
    return true;
}

/* Check that the Hub offers the file that the registry knows. */
static dp_code check_meta(dp_hub_meta *meta, const job *j, dp_err *err)
{
    const char *sha256 = known_sha256(j);
    if (meta->size < 0 && sha256)
        meta->size = (int64_t)j->entry->size;
    if (sha256 &&
        ((strlen(meta->etag) == strlen(sha256) && strcmp(meta->etag, sha256) != 0) ||
         meta->size != (int64_t)j->entry->size))
        return dp_fail(err, DP_NETWORK,
                       "'%s': the Hub's file differs from the one in the registry",
                       j->ref.file);
    if (meta->size < 0 && strlen(meta->etag) != DP_DIGEST_MAX_HEX)
        return dp_fail(err, DP_NETWORK, "'%s': the Hub does not report its size",
                       j->ref.file);
    return DP_OK;
}

/* An intact file need not be a model: the Hub has files of all kinds. */
static dp_code check_model(const dp_hub_stage *stage, const job *j, dp_err *err)
{
    unsigned char *data;
    size_t size;
    dp_code code = dp_fsio_read(&data, &size, stage->temporary, DP_ST_MAX_FILE, err);
    if (code)
        return code;
    code = dp_model_check(data, size, j->ref.file, err);
    free(data);
    return code;
}

static dp_code restart(void *stage, dp_err *err)
{
    return dp_hub_stage_begin(stage, err);
}

static dp_code append(void *stage, const void *data, size_t size, dp_err *err)
{
    return dp_hub_stage_write(stage, data, size, err);
}

static dp_code download(dp_hub_stage *stage, const dp_hub_meta *meta, const job *j,
                        dp_err *err)
{
    char url[DP_URL_MAX];
    dp_url_resolve(url, j->endpoint->url, &j->ref);
    const dp_download what = {
        .url = url,
        .file = j->ref.file,
        .etag = meta->etag,
        .sha256 = known_sha256(j) && strcmp(known_sha256(j), meta->etag) != 0
                      ? known_sha256(j)
                      : NULL,
        .size = meta->size,
        .most = DP_ST_MAX_FILE,
        .model = j->model,
        .ref = &j->ref,
        .to = { restart, append, stage },
    };
    dp_code code = dp_download_get(&what, *j->http, err);
    if (!code)
        code = check_model(stage, j, err);
    return code ? code : dp_hub_stage_commit(stage, err);
}

/* Whether the cached file and the commit of its revision are those of the Hub. Then nothing is
 * written, not even a lock: the cache may be read-only. */
static bool is_current(const job *j, const dp_hub_meta *meta)
{
    char commit[DP_HUB_COMMIT + 1];
    dp_hub_entry entry;
    return j->cached && dp_hub_cache_find(&entry, j->endpoint->cache, &j->ref) &&
           strcmp(entry.etag, meta->etag) == 0 &&
           dp_hub_cache_commit(commit, j->endpoint->cache, &j->ref) &&
           strcmp(commit, meta->commit) == 0;
}

static dp_code store(job *j, const dp_hub_meta *meta, dp_err *err)
{
    dp_hub_stage stage;
    if (is_current(j, meta))
        return DP_OK;
    dp_code code =
        dp_hub_stage_open(&stage, j->endpoint->cache, &j->ref, meta->etag, err);
    if (code)
        return code;
    j->cached = dp_hub_stage_have(&stage);
    if (!j->cached)
        code = download(&stage, meta, j, err);
    if (!code)
        code = dp_hub_stage_publish(&stage, &j->ref, meta->commit, err);
    dp_hub_stage_close(&stage);
    return code;
}

static dp_code fetch(job *j, dp_err *err)
{
    dp_hub_meta meta;
    bool absent = false;
    j->cached = have_cached(j);
    if (j->cached && (j->endpoint->offline || dp_hub_ref_is_commit(j->ref.revision)))
        return DP_OK;
    if (j->endpoint->offline)
        return dp_fail(err, DP_NETWORK, "not in the cache, and offline mode is on");
    dp_code code = DP_OK;
    if (!*j->http)
        code = dp_http_create(j->http, j->endpoint, err);
    if (!code)
        code = dp_hub_head(&meta, &absent, *j->http, &j->ref, j->cached ? 1 : DP_ATTEMPTS,
                           err);
    if (code == DP_NETWORK && absent && j->cached) {
        dp_event_warning(j->model, err->msg);
        return DP_OK;
    }
    if (!code)
        code = check_meta(&meta, j, err);
    return code ? code : store(j, &meta, err);
}

dp_code dp_fetch(dp_http **http, const dp_endpoint *endpoint, const char *model)
{
    job j = { .model = model, .endpoint = endpoint, .http = http };
    dp_err err;
    dp_event_start(model);
    dp_code code = parse_job(&j, &err);
    if (!code)
        code = fetch(&j, &err);
    if (code)
        dp_event_error(model, &err);
    else
        dp_event_done(model, j.cached);
    return code;
}
