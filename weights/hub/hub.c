#include "config.h"

#include "weights/hub/hub.h"

#include "weights/hub/events.h"
#include "weights/hub/refusal.h"
#include "weights/hub/stop.h"
#include "weights/safetensors/safetensors.h"

#include <stdio.h>
#include <string.h>

enum {
    MAX_REDIRECTS = 10,
    MAX_WAIT = 60, /* seconds; who is told to wait longer is told, and does not */
    HEAD_BYTES = 64,
};

/* ---- trying again ---------------------------------------------------------------------- */

/* The state of one request that may take several attempts. */
typedef struct attempts {
    const dp_endpoint *settings;
    int left;
    double wait;
    bool again;       /* whether the last failure is of the kind that may pass */
    long retry_after; /* what the last answer asked for; 0 for nothing */
} attempts;

static attempts attempts_start(const dp_endpoint *settings, int n)
{
    return (attempts){ .settings = settings, .left = n, .wait = settings->first_wait };
}

/* After a failure: wait and say whether to try again. */
static bool attempts_next(attempts *a)
{
    if (!a->again || --a->left <= 0 || a->retry_after > MAX_WAIT)
        return false;
    double wait = a->retry_after > 0 ? (double)a->retry_after : a->wait;
    a->wait *= 2;
    a->retry_after = 0;
    return dp_stop_sleep(wait);
}

/* An answer that is an error: some pass. */
static dp_code refuse(attempts *a, const dp_reply *reply, const dp_hub_ref *ref,
                      dp_err *err)
{
    long status = reply->status;
    a->again = status == 408 || status == 429 || status >= 500;
    a->retry_after = reply->retry_after;
    return dp_refusal(reply, a->settings, ref, err);
}

/* ---- HEAD ------------------------------------------------------------------------------ */

/* The file's name in the cache comes from these headers: believe nothing. */
static dp_code read_meta(dp_hubmeta *out, const dp_reply *reply, const dp_hub_ref *ref,
                         dp_err *err)
{
    const char *commit = *reply->commit ? reply->commit : ref->revision;
    if (strncasecmp(reply->type, "text/html", 9) == 0 && !*reply->commit)
        return dp_fail(
            err, DP_NETWORK,
            "a web page answered for '%s' (is there a login page or a proxy on "
            "the way?)",
            ref->file);
    if (!dp_hub_ref_is_commit(commit))
        return dp_fail(err, DP_NETWORK,
                       "the answer for '%s' names no commit; is HF_ENDPOINT a Hub?",
                       ref->file);
    if (!dp_digest_valid(reply->etag))
        return dp_fail(err, DP_NETWORK, "the answer for '%s' has no hash as its ETag",
                       ref->file);
    if (reply->size > DP_ST_MAX_FILE)
        return dp_fail(err, DP_NETWORK, "'%s' has %lld bytes, more than the limit of %d",
                       ref->file, (long long)reply->size, DP_ST_MAX_FILE);
    strcpy(out->commit, commit);
    strcpy(out->etag, reply->etag);
    out->size = reply->size;
    return DP_OK;
}

/* Follow redirects that stay on the Hub (a repository that has a new name); the first one
 * that leaves it has the headers that are wanted. */
static dp_code head_once(dp_reply *reply, attempts *a, dp_http *http,
                         const dp_hub_ref *ref, dp_err *err)
{
    char url[DP_URL_MAX];
    dp_url_resolve(url, a->settings->endpoint, ref);
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
        dp_code code = dp_http_request(reply, &a->again, http, url, NULL, err);
        if (code)
            return code;
        if (!reply->relative)
            return reply->redirect || reply->status == 200 ? DP_OK
                                                           : refuse(a, reply, ref, err);
        strcpy(url, reply->location);
    }
    return dp_fail(err, DP_NETWORK, "more than %d redirects", MAX_REDIRECTS);
}

dp_code dp_hub_head(dp_hubmeta *out, bool *absent, dp_http *http,
                    const dp_endpoint *settings, const dp_hub_ref *ref, int n,
                    dp_err *err)
{
    attempts a = attempts_start(settings, n);
    dp_reply reply = { 0 };
    dp_code code;
    do {
        reply.status = 0;
        code = head_once(&reply, &a, http, ref, err);
    } while (code == DP_NETWORK && attempts_next(&a));
    *absent = a.again || reply.status == 0;
    return code ? code : read_meta(out, &reply, ref, err);
}

/* ---- GET ------------------------------------------------------------------------------- */

/* A body on its way to the disk. */
typedef struct body {
    dp_hub_stage *stage;
    const dp_hubwanted *wanted;
    dp_digest etag, sha256;
    int64_t size;
    char head[HEAD_BYTES]; /* how it begins */
    dp_code failed;        /* DP_IO: err tells */
    dp_err *err;
} body;

static int64_t size_limit(const dp_hubwanted *wanted)
{
    return wanted->size >= 0 ? wanted->size : DP_ST_MAX_FILE;
}

/* One byte more than expected is enough to know. */
static bool write_body(void *context, const void *data, size_t size)
{
    body *b = context;
    if (b->size < HEAD_BYTES) {
        size_t room = (size_t)(HEAD_BYTES - b->size);
        memcpy(b->head + b->size, data, size < room ? size : room);
    }
    b->size += (int64_t)size;
    if (b->size > size_limit(b->wanted))
        return false;
    dp_digest_add(&b->etag, data, size);
    if (b->wanted->sha256)
        dp_digest_add(&b->sha256, data, size);
    b->failed = dp_hub_stage_write(b->stage, data, size, b->err);
    dp_event_progress(b->wanted->model, (uint64_t)b->size,
                      b->wanted->size > 0 ? (uint64_t)b->wanted->size : 0);
    return b->failed == DP_OK;
}

static dp_code start_body(body *b, dp_err *err)
{
    const dp_hubwanted *w = b->wanted;
    b->size = 0;
    b->failed = DP_OK;
    dp_digest_start(&b->etag, w->etag, (uint64_t)w->size);
    if (w->sha256)
        dp_digest_start(&b->sha256, w->sha256, (uint64_t)w->size);
    return dp_hub_stage_begin(b->stage, err);
}

/* Whether the whole body is what was wanted. */
static dp_code judge_body(body *b, attempts *a, const dp_reply *reply, dp_err *err)
{
    const dp_hubwanted *w = b->wanted;
    const char *file = w->ref->file;
    size_t head = b->size < HEAD_BYTES ? (size_t)b->size : HEAD_BYTES;
    if (b->failed)
        return b->failed;
    if (*reply->encoding && strcmp(reply->encoding, "identity") != 0)
        return dp_fail(err, DP_NETWORK,
                       "'%s' came encoded as '%s', which was not asked for", file,
                       reply->encoding);
    dp_code code = dp_refusal_content(b->head, head, err);
    if (code)
        return code;
    if (b->size > size_limit(w))
        return dp_fail(err, DP_NETWORK, "'%s' has more than the expected %lld bytes",
                       file, (long long)size_limit(w));
    if (w->size >= 0 && b->size < w->size) {
        a->again = true;
        return dp_fail(err, DP_NETWORK, "'%s' ended after %lld of %lld bytes", file,
                       (long long)b->size, (long long)w->size);
    }
    if (!dp_digest_agrees(&b->etag) || (w->sha256 && !dp_digest_agrees(&b->sha256)))
        return dp_fail(err, DP_NETWORK, "'%s' came damaged: its hash is not %.12s…", file,
                       w->sha256 ? w->sha256 : w->etag);
    return DP_OK;
}

/* Each redirect is a request of its own, so that the token stays behind and every address
 * is checked. */
static dp_code get_once(body *b, attempts *a, dp_http *http, dp_err *err)
{
    const dp_sink sink = { write_body, b };
    char url[DP_URL_MAX];
    dp_reply reply;
    dp_url_resolve(url, a->settings->endpoint, b->wanted->ref);
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
        dp_code code = start_body(b, err);
        if (!code)
            code = dp_http_request(&reply, &a->again, http, url, &sink, err);
        if (code)
            return code;
        if (reply.status == 200)
            return judge_body(b, a, &reply, err);
        if (!reply.redirect)
            return refuse(a, &reply, b->wanted->ref, err);
        strcpy(url, reply.location);
    }
    return dp_fail(err, DP_NETWORK, "more than %d redirects", MAX_REDIRECTS);
}

dp_code dp_hub_get(dp_hub_stage *stage, dp_http *http, const dp_endpoint *settings,
                   const dp_hubwanted *wanted, dp_err *err)
{
    attempts a = attempts_start(settings, DP_HUB_ATTEMPTS);
    body b = { .stage = stage, .wanted = wanted, .err = err };
    dp_code code;
    do
        code = get_once(&b, &a, http, err);
    while (code == DP_NETWORK && attempts_next(&a));
    return dp_stop_asked() ? dp_fail(err, DP_INTERRUPTED, "stopped") : code;
}
