#include "config.h"

#include "weights/hub/refusal.h"

#include <string.h>
#include <strings.h>

static dp_code not_found(const dp_reply *reply, const dp_hub_ref *ref, dp_err *err)
{
    if (strcmp(reply->error_code, "RevisionNotFound") == 0)
        return dp_fail(err, DP_NETWORK, "%s has no revision '%s'", ref->repo,
                       ref->revision);
    if (strcmp(reply->error_code, "EntryNotFound") == 0)
        return dp_fail(err, DP_NETWORK, "%s has no file '%s' at revision %s", ref->repo,
                       ref->file, ref->revision);
    if (strcmp(reply->error_code, "RepoNotFound") == 0)
        return dp_fail(err, DP_NETWORK, "%s: repository not found", ref->repo);
    return dp_fail(err, DP_NETWORK, "%s: '%s' not found (HTTP %ld)", ref->repo, ref->file,
                   reply->status);
}

static dp_code unauthorised(const dp_reply *reply, const dp_endpoint *settings,
                            const dp_hub_ref *ref, dp_err *err)
{
    bool unknown = strcmp(reply->error_code, "RepoNotFound") == 0;
    if (strncmp(reply->error_message, "Invalid credentials", 19) == 0 ||
        (*settings->token && !unknown))
        return dp_fail(err, DP_NETWORK,
                       "%s: the token is not valid (HF_TOKEN, or the file HF_TOKEN_PATH)",
                       ref->repo);
    return dp_fail(err, DP_NETWORK,
                   "%s: repository not found, or private and you are not logged in "
                   "(set HF_TOKEN)",
                   ref->repo);
}

static dp_code too_many(const dp_reply *reply, dp_err *err)
{
    if (reply->retry_after > 0)
        return dp_fail(err, DP_NETWORK,
                       "the Hub has had too many requests; wait %ld seconds",
                       reply->retry_after);
    return dp_fail(err, DP_NETWORK,
                   "the Hub has had too many requests; wait a few minutes");
}

dp_code dp_refusal(const dp_reply *reply, const dp_endpoint *settings,
                   const dp_hub_ref *ref, dp_err *err)
{
    if (strcmp(reply->error_code, "GatedRepo") == 0)
        return dp_fail(err, DP_NETWORK,
                       "%s is gated: accept its terms at %s/%s, then set HF_TOKEN",
                       ref->repo, settings->endpoint, ref->repo);
    if (strcmp(reply->error_code, "DisabledRepo") == 0)
        return dp_fail(err, DP_NETWORK, "%s has been disabled by the Hub", ref->repo);
    switch (reply->status) {
    case 401:
        return unauthorised(reply, settings, ref, err);
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
        return dp_fail(err, DP_NETWORK, "the Hub cannot answer now (HTTP %ld)",
                       reply->status);
    return dp_fail(err, DP_NETWORK, "unexpected answer (HTTP %ld) for '%s'",
                   reply->status, ref->file);
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
                       "a web page came instead of weights (is there a login page or a "
                       "proxy on the way?)");
    if (begins(head, size, "version https://git-lfs.github.com/spec/"))
        return dp_fail(err, DP_NETWORK,
                       "a Git LFS pointer came instead of the weights: the repository or "
                       "mirror does not have the file itself");
    return DP_OK;
}
