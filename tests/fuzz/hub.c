/* What the Hub and its cache say: replies, names of files, revisions in the cache. */
#include "config.h"

#include "tests/fuzz/curl.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "weights/hub/hub.h"
#include "weights/hub/refusal.h"
#include "weights/store/hub_cache.h"

#include <stdlib.h>
#include <string.h>

static const dp_endpoint endpoint = {
    .url = "https://hub.example",
    .origin = { "https", "hub.example", "443" },
    .token = "hf_secret",
};

/* The token is for the Hub alone, and every request is encrypted. */
static void check_request(const char *url, bool has_token)
{
    dp_origin origin;
    dp_expect(dp_origin_of(&origin, url, NULL) == DP_OK, "a request has an address");
    dp_expect(strcmp(origin.scheme, "https") == 0, "requests are encrypted");
    dp_expect(has_token == dp_origin_same(&origin, &endpoint.origin),
              "the Hub and nobody else gets the token");
}

static void check_reply(const dp_reply *r)
{
    const char *const texts[] = { r->location,   r->commit,        r->etag, r->tag,
                                  r->error_code, r->error_message, r->type, r->encoding };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        dp_expect(dp_expect_printable(texts[i]), "texts of a reply are printable");
    dp_expect(r->size >= -1 && r->range_from >= -1 && r->range_total >= -1,
              "sizes are sizes");
    dp_expect(!r->tag[0] || r->tag[0] == '"', "a strong tag is in quotes");
    dp_expect(!r->redirect || r->status / 100 == 3, "redirects have their status");
}

static bool take_body(void *context, const dp_reply *reply, const void *data, size_t size)
{
    size_t *left = context;
    dp_err err;
    check_reply(reply);
    if (dp_refusal_content(data, size, &err) != DP_OK)
        dp_expect_message(&err);
    *left -= size < *left ? size : *left;
    return *left > 0;
}

static void check_refusal(const dp_reply *reply, const dp_hub_ref *ref)
{
    dp_err err;
    if (reply->status < 400)
        return;
    dp_expect(dp_refusal(reply, &endpoint, ref, &err) == DP_NETWORK, "an error is one");
    dp_expect_message(&err);
    dp_expect(dp_expect_printable(err.msg), "messages of servers are printable");
}

/* Replies to a request for headers, which may lead on, then to one for content. They are good if
 * they name the file. */
static bool run_http(const uint8_t *data, size_t size)
{
    static const dp_hub_ref ref = { "owner/repo", "main", "model.safetensors" };
    dp_http *http;
    dp_hub_meta meta;
    dp_reply reply;
    dp_err err;
    bool absent, again;
    size_t left = 64;
    const dp_sink sink = { take_body, &left, 3, "\"tag\"" };
    dp_curl_replies(data, size, check_request);
    dp_expect(dp_http_create(&http, &endpoint, NULL) == DP_OK, "there is memory");
    const dp_code code = dp_hub_head(&meta, &absent, http, &ref, 1, &err);
    if (code == DP_OK)
        dp_expect(dp_hub_ref_is_commit(meta.commit) && dp_digest_valid(meta.etag) &&
                      meta.size >= -1,
                  "the names of a file are valid");
    else
        dp_expect_message(&err);
    if (dp_http_request(&reply, &again, http, "https://hub.example/file", &sink, NULL) ==
        DP_OK) {
        check_reply(&reply);
        check_refusal(&reply, &ref);
    }
    dp_http_free(http);
    return code == DP_OK;
}

/* A name of a model on the Hub stays in its place, in the cache as in an address. */
static void check_reference(const dp_hub_ref *ref)
{
    char url[DP_URL_MAX], path[PATH_MAX];
    dp_hub_ref again;
    dp_origin origin;
    dp_expect(dp_hub_ref_set(&again, ref->repo, ref->revision, ref->file, NULL) ==
                      DP_OK &&
                  memcmp(again.file, ref->file, strlen(ref->file)) == 0,
              "a name is read again");
    dp_expect(ref->file[0] != '/' && !strstr(ref->file, "/../") &&
                  strncmp(ref->file, "../", 3) != 0 &&
                  strncmp(ref->revision, "../", 3) != 0,
              "a file stays in its folder");
    dp_expect(dp_hub_cache_path(path, "/cache", ref->repo, ref->file, NULL) == DP_OK &&
                  strncmp(path, "/cache/models--", 15) == 0,
              "a name has a place in the cache");
    dp_url_resolve(url, endpoint.url, ref);
    dp_expect(dp_expect_printable(url) && !strpbrk(url, " ?#\"<>\\"),
              "an address is one");
    dp_expect(dp_origin_of(&origin, url, NULL) == DP_OK &&
                  dp_origin_same(&origin, &endpoint.origin),
              "an address is of the Hub");
}

static bool run_reference(const uint8_t *data, size_t size)
{
    dp_hub_ref ref = { .repo = "" };
    dp_err err;
    char *text = dp_expect_text(data, size);
    if (!text)
        return false;
    const dp_code code = dp_hub_ref_parse(&ref, text, &err);
    free(text);
    if (code != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    check_reference(&ref);
    return true;
}

/* The commit of a branch, as a file in the cache. */
static bool run_refs(const uint8_t *data, size_t size)
{
    static const dp_hub_ref ref = { "owner/repo", "main", "file" };
    char commit[DP_HUB_COMMIT + 1];
    dp_expect_file("models--owner--repo/refs/main", data, size);
    if (!dp_hub_cache_commit(commit, dp_expect_folder(), &ref))
        return false;
    dp_expect(dp_hub_ref_is_commit(commit), "a commit is one");
    return true;
}

const dp_target dp_targets_hub[] = {
    { "http", run_http, NULL, 256 },
    { "reference", run_reference, NULL, 96 },
    { "refs", run_refs, NULL, 64 },
    { 0 },
};
