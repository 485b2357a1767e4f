#include "config.h"

#include "weights/hub/hub.h"

#include "weights/hub/attempts.h"
#include "weights/hub/refusal.h"
#include "weights/safetensors/safetensors.h"

#include <string.h>
#include <strings.h>

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

/* Whether the headers are at the address that the reply gives: within the Hub, as for a renamed
 * repository, or elsewhere as long as the reply has none of them, as from a mirror or a proxy that
 * makes the Hub's own redirects absolute. A redirect that has them leads to the content. */
static bool leads_on(const dp_reply *reply)
{
    return reply->redirect &&
           (reply->relative || (!*reply->commit && !dp_digest_valid(reply->etag)));
}

static dp_code head_once(dp_reply *reply, dp_attempts *a, dp_http *http,
                         const dp_hub_ref *ref, dp_err *err)
{
    const dp_endpoint *endpoint = dp_http_endpoint(http);
    char url[DP_URL_MAX];
    dp_url_resolve(url, endpoint->url, ref);
    for (int i = 0; i <= DP_MAX_REDIRECTS; i++) {
        dp_code code = dp_http_request(reply, &a->again, http, url, NULL, err);
        if (code)
            return code;
        if (!leads_on(reply)) {
            if (reply->redirect || reply->status == 200)
                return DP_OK;
            dp_attempts_refused(a, reply);
            return dp_refusal(reply, endpoint, ref, err);
        }
        strcpy(url, reply->location);
    }
    return dp_fail(err, DP_NETWORK, "more than %d redirects", DP_MAX_REDIRECTS);
}

dp_code dp_hub_head(dp_hub_meta *out, bool *absent, dp_http *http, const dp_hub_ref *ref,
                    int n, dp_err *err)
{
    dp_attempts a = dp_attempts_start(dp_http_endpoint(http), n);
    dp_reply reply = { 0 };
    dp_code code;
    do {
        reply.status = 0;
        code = head_once(&reply, &a, http, ref, err);
    } while (code == DP_NETWORK && dp_attempts_next(&a));
    *absent = a.again || reply.status == 0;
    return code ? code : read_meta(out, &reply, ref, err);
}
