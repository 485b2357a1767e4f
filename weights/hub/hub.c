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
    MAX_WAIT = 60,   /* seconds; a longer Retry-After is reported instead */
    HEAD_BYTES = 64, /* of a body, to recognise a web page */
};

/* ---- attempts -------------------------------------------------------------------------- */

/* One request, which may take several attempts. */
typedef struct attempts {
    const dp_endpoint *endpoint;
    int left;
    double wait;      /* seconds before the next attempt */
    bool again;       /* the last failure may pass */
    long retry_after; /* seconds, from the last reply; 0: not given */
} attempts;

static attempts attempts_start(const dp_endpoint *endpoint, int n)
{
    return (attempts){ .endpoint = endpoint, .left = n, .wait = endpoint->first_wait };
}

/* After a failure: wait, and return whether to try again. */
static bool attempts_next(attempts *a)
{
    if (!a->again || --a->left <= 0 || a->retry_after > MAX_WAIT)
        return false;
    double wait = a->retry_after > 0 ? (double)a->retry_after : a->wait;
    a->wait *= 2;
    a->retry_after = 0;
    return dp_stop_sleep(wait);
}

/* A reply that is an error. Overload, timeouts and server errors may pass. */
static dp_code refuse(attempts *a, const dp_reply *reply, const dp_hub_ref *ref,
                      dp_err *err)
{
    long status = reply->status;
    a->again = status == 408 || status == 429 || status >= 500;
    a->retry_after = reply->retry_after;
    return dp_refusal(reply, a->endpoint, ref, err);
}

/* ---- HEAD ------------------------------------------------------------------------------ */

/* Check the headers: the file's names in the cache are made from them. */
static dp_code read_meta(dp_hub_meta *out, const dp_reply *reply, const dp_hub_ref *ref,
                         dp_err *err)
{
    const char *commit = *reply->commit ? reply->commit : ref->revision;
    if (strncasecmp(reply->type, "text/html", 9) == 0 && !*reply->commit)
        return dp_fail(err, DP_NETWORK,
                       "'%s': got a web page, perhaps from a login page or a proxy",
                       ref->file);
    if (!dp_hub_ref_is_commit(commit))
        return dp_fail(err, DP_NETWORK,
                       "'%s': the reply names no commit; check that HF_ENDPOINT is a Hub",
                       ref->file);
    if (!dp_digest_valid(reply->etag))
        return dp_fail(err, DP_NETWORK, "'%s': the reply's ETag is not a hash",
                       ref->file);
    if (reply->size > DP_ST_MAX_FILE)
        return dp_fail(err, DP_NETWORK, "'%s': %lld bytes exceed the limit of %d",
                       ref->file, (long long)reply->size, DP_ST_MAX_FILE);
    strcpy(out->commit, commit);
    strcpy(out->etag, reply->etag);
    out->size = reply->size;
    return DP_OK;
}

/* Follow redirects within the Hub, as for a renamed repository. The first reply that is not
 * such a redirect has the file's headers; it may be a redirect to another server. */
static dp_code head_once(dp_reply *reply, attempts *a, dp_http *http,
                         const dp_hub_ref *ref, dp_err *err)
{
    char url[DP_URL_MAX];
    dp_url_resolve(url, a->endpoint->url, ref);
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

dp_code dp_hub_head(dp_hub_meta *out, bool *absent, dp_http *http, const dp_hub_ref *ref,
                    int n, dp_err *err)
{
    attempts a = attempts_start(dp_http_endpoint(http), n);
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

/* A body that is being received. */
typedef struct body {
    dp_hub_stage *stage;
    const dp_hub_wanted *wanted;
    dp_digest etag, sha256;
    int64_t size;
    char head[HEAD_BYTES]; /* its first bytes */
    dp_code failed;        /* the error of writing it */
    dp_err *err;
} body;

static int64_t size_limit(const dp_hub_wanted *wanted)
{
    return wanted->size >= 0 ? wanted->size : DP_ST_MAX_FILE;
}

/* Stops at the first byte beyond the expected size. */
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
    const dp_hub_wanted *w = b->wanted;
    b->size = 0;
    b->failed = DP_OK;
    dp_digest_start(&b->etag, w->etag, (uint64_t)w->size);
    if (w->sha256)
        dp_digest_start(&b->sha256, w->sha256, (uint64_t)w->size);
    return dp_hub_stage_begin(b->stage, err);
}

static dp_code verify_body(body *b, attempts *a, const dp_reply *reply, dp_err *err)
{
    const dp_hub_wanted *w = b->wanted;
    const char *file = w->ref->file;
    size_t head = b->size < HEAD_BYTES ? (size_t)b->size : HEAD_BYTES;
    if (b->failed)
        return b->failed;
    if (*reply->encoding && strcmp(reply->encoding, "identity") != 0)
        return dp_fail(err, DP_NETWORK, "'%s': unexpected Content-Encoding '%s'", file,
                       reply->encoding);
    dp_code code = dp_refusal_content(b->head, head, err);
    if (code)
        return code;
    if (b->size > size_limit(w))
        return dp_fail(err, DP_NETWORK, "'%s': more than the expected %lld bytes", file,
                       (long long)size_limit(w));
    if (w->size >= 0 && b->size < w->size) {
        a->again = true;
        return dp_fail(err, DP_NETWORK, "'%s': ended after %lld of %lld bytes", file,
                       (long long)b->size, (long long)w->size);
    }
    if (!dp_digest_agrees(&b->etag) || (w->sha256 && !dp_digest_agrees(&b->sha256)))
        return dp_fail(err, DP_NETWORK, "'%s': damaged download, its hash is not %.12s…",
                       file, w->sha256 ? w->sha256 : w->etag);
    return DP_OK;
}

/* Each redirect is a new request, so that no other server gets the token and every address is
 * checked. */
static dp_code get_once(body *b, attempts *a, dp_http *http, dp_err *err)
{
    const dp_sink sink = { write_body, b };
    char url[DP_URL_MAX];
    dp_reply reply;
    dp_url_resolve(url, a->endpoint->url, b->wanted->ref);
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
        dp_code code = start_body(b, err);
        if (!code)
            code = dp_http_request(&reply, &a->again, http, url, &sink, err);
        if (code)
            return code;
        if (reply.status == 200)
            return verify_body(b, a, &reply, err);
        if (!reply.redirect)
            return refuse(a, &reply, b->wanted->ref, err);
        strcpy(url, reply.location);
    }
    return dp_fail(err, DP_NETWORK, "more than %d redirects", MAX_REDIRECTS);
}

dp_code dp_hub_get(dp_hub_stage *stage, dp_http *http, const dp_hub_wanted *wanted,
                   dp_err *err)
{
    attempts a = attempts_start(dp_http_endpoint(http), DP_HUB_ATTEMPTS);
    body b = { .stage = stage, .wanted = wanted, .err = err };
    dp_code code;
    do
        code = get_once(&b, &a, http, err);
    while (code == DP_NETWORK && attempts_next(&a));
    return dp_stop_asked() ? dp_fail(err, DP_INTERRUPTED, "interrupted") : code;
}
