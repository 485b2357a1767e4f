#include "config.h"

#include "weights/hub/refusal.h"

#include <string.h>
#include <strings.h>

static dp_code not_found(const dp_reply *reply, const dp_hub_ref *ref, dp_err *err)
{
    if (strcmp(reply->error_code, "RevisionNotFound") == 0)
        return dp_fail(err, DP_NETWORK, "%s: no revision '%s'", ref->repo, ref->revision);
    if (strcmp(reply->error_code, "EntryNotFound") == 0)
        return dp_fail(err, DP_NETWORK, "%s: no file '%s' at revision %s", ref->repo,
                       ref->file, ref->revision);
    if (strcmp(reply->error_code, "RepoNotFound") == 0)
        return dp_fail(err, DP_NETWORK, "%s: repository not found", ref->repo);
    return dp_fail(err, DP_NETWORK, "%s: '%s' not found (HTTP %ld)", ref->repo, ref->file,
                   reply->status);
}

static dp_code unauthorised(const dp_reply *reply, const dp_endpoint *endpoint,
                            const dp_hub_ref *ref, dp_err *err)
{
    bool unknown = strcmp(reply->error_code, "RepoNotFound") == 0;
    if (strncmp(reply->error_message, "Invalid credentials", 19) == 0 ||
        (*endpoint->token && !unknown))
        return dp_fail(err, DP_NETWORK,
                       "%s: the token is not valid; check HF_TOKEN and HF_TOKEN_PATH",
                       ref->repo);
    if (*endpoint->token)
        return dp_fail(err, DP_NETWORK,
                       "%s: repository not found, or the token has no access to it",
                       ref->repo);
    return dp_fail(err, DP_NETWORK,
                   "%s: repository not found or private; set HF_TOKEN if it is private",
                   ref->repo);
}

static dp_code gated(const dp_endpoint *endpoint, const dp_hub_ref *ref, dp_err *err)
{
    if (*endpoint->token)
        return dp_fail(
            err, DP_NETWORK,
            "%s: gated repository, and the token has no access; accept its terms "
            "at %s/%s with the account of the token",
            ref->repo, endpoint->url, ref->repo);
    return dp_fail(err, DP_NETWORK,
                   "%s: gated repository; accept its terms at %s/%s and set HF_TOKEN",
                   ref->repo, endpoint->url, ref->repo);
}

static dp_code too_many(const dp_reply *reply, dp_err *err)
{
    if (reply->retry_after > 0)
        return dp_fail(err, DP_NETWORK, "too many requests to the Hub; wait %ld seconds",
                       reply->retry_after);
    return dp_fail(err, DP_NETWORK, "too many requests to the Hub; wait a few minutes");
}

dp_code dp_refusal(const dp_reply *reply, const dp_endpoint *endpoint,
                   const dp_hub_ref *ref, dp_err *err)
{
    if (strcmp(reply->error_code, "GatedRepo") == 0)
        return gated(endpoint, ref, err);
    if (strcmp(reply->error_code, "DisabledRepo") == 0)
        return dp_fail(err, DP_NETWORK, "%s: the Hub has disabled this repository",
                       ref->repo);
    switch (reply->status) {
    case 401:
        return unauthorised(reply, endpoint, ref, err);
    case 403:
        return dp_fail(err, DP_NETWORK, "%s: access denied%s%s", ref->repo,
                       *reply->error_message ? ": " : "", reply->error_message);
    case 404:
        return not_found(reply, ref, err);
    case 410:
        return dp_fail(err, DP_NETWORK, "%s: '%s' is gone (HTTP 410)", ref->repo,
                       ref->file);
    case 429:
        return too_many(reply, err);
    }
    if (reply->status >= 500)
        return dp_fail(err, DP_NETWORK, "the Hub is unavailable (HTTP %ld); try later",
                       reply->status);
    return dp_fail(err, DP_NETWORK, "'%s': unexpected reply (HTTP %ld)", ref->file,
                   reply->status);
}

static bool begins(const char *text, size_t size, const char *start)
{
    return size >= strlen(start) && strncasecmp(text, start, strlen(start)) == 0;
}

dp_code dp_refusal_content(const char *head, size_t size, dp_err *err)
{
    while (size > 0 && strchr(" \t\r\n", *head) && *head) {
        head++;
        size--;
    }
    if (begins(head, size, "<!doctype") || begins(head, size, "<html"))
        return dp_fail(err, DP_NETWORK,
                       "got a web page instead of the file, perhaps from a login page or "
                       "a proxy");
    if (begins(head, size, "version https://git-lfs.github.com/spec/"))
        return dp_fail(err, DP_NETWORK,
                       "got a Git LFS pointer instead of the file; the repository or "
                       "mirror does not have the file");
    return DP_OK;
}
