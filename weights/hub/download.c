#include "config.h"

#include "weights/hub/download.h"

#include "weights/hub/attempts.h"
#include "weights/hub/events.h"
#include "weights/hub/refusal.h"
#include "weights/hub/stop.h"
#include "weights/io/digest.h"

#include <stdio.h>
#include <string.h>

enum { HEAD_BYTES = 64 }; /* of a body, to recognise a web page */

/* A content that is being received, in one reply or in several. */
typedef struct body {
    const dp_download *what;
    dp_attempts attempts;
    dp_digest etag, sha256;
    int64_t size;           /* bytes so far */
    int64_t total;          /* −1: unknown */
    char head[HEAD_BYTES];  /* the first bytes */
    char tag[DP_REPLY_TAG]; /* the ETag of these bytes; "": they cannot be continued */
    bool whole;             /* do not continue any more */
    bool joined;            /* the bytes are of several replies */
    bool begun;             /* this request's reply has been looked at */
    bool strange;           /* it is not the part that was asked for */
    dp_code failed;         /* the error of writing */
    dp_err *err;
} body;

/* ---- receiving ------------------------------------------------------------------------- */

static int64_t size_limit(const dp_download *what)
{
    return what->size >= 0 ? what->size : what->most;
}

/* Forget the bytes so far, for a reply with all of them. */
static void restart(body *b, const dp_reply *reply)
{
    const dp_download *w = b->what;
    b->size = 0;
    b->total = w->size >= 0 ? w->size : reply->size;
    b->joined = false;
    snprintf(b->tag, sizeof b->tag, "%s", reply->tag);
    if (w->etag)
        dp_digest_start(&b->etag, w->etag, (uint64_t)w->size);
    if (w->sha256)
        dp_digest_start(&b->sha256, w->sha256, (uint64_t)w->size);
    b->failed = w->to.restart(w->to.context, b->err);
}

/* Whether a part begins where the bytes so far end, and is of the same content. */
static bool continues(const body *b, const dp_reply *reply)
{
    return *b->tag && reply->range_from == b->size && strcmp(reply->tag, b->tag) == 0 &&
           (b->total < 0 || reply->range_total < 0 || reply->range_total == b->total);
}

/* Look at the headers. False if the body is of no use. */
static bool begin(body *b, const dp_reply *reply)
{
    b->begun = true;
    if (reply->status == 200)
        restart(b, reply);
    else if (continues(b, reply))
        b->joined = true;
    else
        b->strange = true;
    return !b->strange && !b->failed;
}

/* Stops at the first byte beyond the expected size. */
static bool write_body(void *context, const dp_reply *reply, const void *data,
                       size_t size)
{
    body *b = context;
    const dp_download *w = b->what;
    if (!b->begun && !begin(b, reply))
        return false;
    if (b->size < HEAD_BYTES) {
        size_t room = (size_t)(HEAD_BYTES - b->size);
        memcpy(b->head + b->size, data, size < room ? size : room);
    }
    b->size += (int64_t)size;
    if (b->size > size_limit(w))
        return false;
    if (w->etag)
        dp_digest_add(&b->etag, data, size);
    if (w->sha256)
        dp_digest_add(&b->sha256, data, size);
    b->failed = w->to.append(w->to.context, data, size, b->err);
    dp_event_progress(w->model, (uint64_t)b->size, b->total > 0 ? (uint64_t)b->total : 0);
    return b->failed == DP_OK;
}

/* ---- verifying ------------------------------------------------------------------------- */

/* The bytes so far are useless: the next attempt, if there is one, wants all of them anew. */
static void discard(body *b, bool again)
{
    b->tag[0] = '\0';
    b->whole = true;
    b->attempts.again = again;
}

static bool hashes_agree(body *b)
{
    return (!b->what->etag || dp_digest_agrees(&b->etag)) &&
           (!b->what->sha256 || dp_digest_agrees(&b->sha256));
}

/* Check the bytes of all replies together. */
static dp_code verify(body *b, dp_err *err)
{
    const dp_download *w = b->what;
    if (b->size < b->total) {
        b->attempts.again = true;
        return dp_fail(err, DP_NETWORK, "'%s': ended after %lld of %lld bytes", w->file,
                       (long long)b->size, (long long)b->total);
    }
    discard(b, b->joined);
    if (b->size > size_limit(w))
        return dp_fail(err, DP_NETWORK, "'%s': more than the expected %lld bytes",
                       w->file, (long long)size_limit(w));
    if (!hashes_agree(b))
        return dp_fail(err, DP_NETWORK, "'%s': damaged download, its hash is not %.12s…",
                       w->file, w->sha256 ? w->sha256 : w->etag);
    return DP_OK;
}

/* A reply with content has come to its end. */
static dp_code finish(body *b, const dp_reply *reply, dp_err *err)
{
    const char *file = b->what->file;
    if (!b->begun) /* an empty body */
        begin(b, reply);
    if (b->failed)
        return b->failed;
    if (b->strange) {
        discard(b, *b->tag);
        return dp_fail(err, DP_NETWORK, "'%s': got another part than asked for", file);
    }
    if (*reply->encoding && strcmp(reply->encoding, "identity") != 0)
        return dp_fail(err, DP_NETWORK, "'%s': unexpected Content-Encoding '%s'", file,
                       reply->encoding);
    const size_t head = b->size < HEAD_BYTES ? (size_t)b->size : HEAD_BYTES;
    dp_code code = dp_refusal_content(b->head, head, err);
    return code ? code : verify(b, err);
}

/* ---- requesting ------------------------------------------------------------------------ */

static dp_code refuse(body *b, const dp_reply *reply, dp_http *http, dp_err *err)
{
    dp_attempts_refused(&b->attempts, reply);
    if (reply->status == 416) /* the part that was asked for does not exist */
        discard(b, *b->tag);
    if (b->what->ref)
        return dp_refusal(reply, dp_http_endpoint(http), b->what->ref, err);
    return dp_fail(err, DP_NETWORK, "'%s': refused (HTTP %ld)", b->what->file,
                   reply->status);
}

/* Each redirect is a new request, so that no other server gets the token and every address is
 * checked. */
static dp_code get_once(body *b, dp_http *http, dp_err *err)
{
    char url[DP_URL_MAX];
    dp_reply reply;
    snprintf(url, sizeof url, "%s", b->what->url);
    const bool rest = !b->whole && *b->tag && b->size > 0;
    const dp_sink sink = { write_body, b, rest ? b->size : 0, b->tag };
    for (int i = 0; i <= DP_MAX_REDIRECTS; i++) {
        b->begun = b->strange = false;
        dp_code code = dp_http_request(&reply, &b->attempts.again, http, url, &sink, err);
        if (code)
            return code;
        if (reply.status == 200 || reply.status == 206)
            return finish(b, &reply, err);
        if (!reply.redirect)
            return refuse(b, &reply, http, err);
        strcpy(url, reply.location);
    }
    return dp_fail(err, DP_NETWORK, "more than %d redirects", DP_MAX_REDIRECTS);
}

dp_code dp_download_get(const dp_download *what, dp_http *http, dp_err *err)
{
    body b = { .what = what,
               .attempts = dp_attempts_start(dp_http_endpoint(http), DP_ATTEMPTS),
               .err = err };
    dp_code code;
    do
        code = get_once(&b, http, err);
    while (code == DP_NETWORK && dp_attempts_next(&b.attempts));
    return dp_stop_asked() ? dp_fail(err, DP_INTERRUPTED, "interrupted") : code;
}
