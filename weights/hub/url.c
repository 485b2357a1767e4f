#include "config.h"

#include "weights/hub/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Copy one part of a URL; false if it is missing, empty or too long. */
static bool copy_part(char *out, size_t size, CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool ok = curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK && *text &&
              strlen(text) < size;
    if (ok)
        strcpy(out, text);
    curl_free(text);
    return ok;
}

static bool has_user(CURLU *url)
{
    char *user = NULL;
    bool found = curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_OK;
    curl_free(user);
    return found;
}

dp_code dp_origin_of(dp_origin *out, const char *url, dp_err *err)
{
    CURLU *parsed = curl_url();
    if (!parsed)
        return dp_fail(err, DP_NOMEM, "no memory for a URL");
    dp_origin o;
    dp_code code = DP_OK;
    if (curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        !copy_part(o.scheme, sizeof o.scheme, parsed, CURLUPART_SCHEME) ||
        !copy_part(o.host, sizeof o.host, parsed, CURLUPART_HOST) ||
        !copy_part(o.port, sizeof o.port, parsed, CURLUPART_PORT))
        code = dp_fail(err, DP_NETWORK, "'%.80s': not a URL with a host", url);
    else if (has_user(parsed))
        code = dp_fail(err, DP_NETWORK, "URL on %s: a user name is not allowed", o.host);
    curl_url_cleanup(parsed);
    if (!code)
        *out = o;
    return code;
}

bool dp_origin_same(const dp_origin *a, const dp_origin *b)
{
    return strcasecmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 &&
           strcmp(a->port, b->port) == 0;
}

bool dp_origin_loopback(const dp_origin *o)
{
    struct in_addr v4;
    if (inet_pton(AF_INET, o->host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return strcasecmp(o->host, "localhost") == 0 || strcmp(o->host, "[::1]") == 0;
}

bool dp_origin_plain_loopback(const dp_origin *o)
{
    return strcmp(o->scheme, "http") == 0 && dp_origin_loopback(o);
}

dp_code dp_url_check(const char *url, const dp_origin *endpoint, dp_err *err)
{
    dp_origin o;
    dp_code code = dp_origin_of(&o, url, err);
    if (code)
        return code;
    if (strcmp(o.scheme, "https") == 0 ||
        (dp_origin_plain_loopback(&o) && dp_origin_plain_loopback(endpoint)))
        return DP_OK;
    return dp_fail(err, DP_NETWORK, "%s://%s: not https", o.scheme, o.host);
}

/* Append text; all characters except letters, digits and those in `keep` become %XX. */
static size_t append_encoded(char *out, size_t used, const char *text, const char *keep)
{
    static const char hex[] = "0123456789ABCDEF";
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        bool plain = (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= 'a' && *p <= 'z') || strchr(keep, *p);
        if (plain) {
            out[used++] = (char)*p;
            continue;
        }
        out[used++] = '%';
        out[used++] = hex[*p >> 4];
        out[used++] = hex[*p & 15];
    }
    out[used] = '\0';
    return used;
}

_Static_assert(DP_URL_MAX > 2048 + DP_HUB_MAX_REPO +
                                3 * (DP_HUB_MAX_REVISION + DP_HUB_MAX_FILE) +
                                sizeof "//resolve//",
               "the URL of the longest endpoint (DP_ENDPOINT_MAX) and file fits");

void dp_url_resolve(char out[DP_URL_MAX], const char *endpoint, const dp_hub_ref *ref)
{
    int n = snprintf(out, DP_URL_MAX, "%s/%s/resolve/", endpoint, ref->repo);
    size_t used = append_encoded(out, (size_t)n, ref->revision, "-._~");
    out[used++] = '/';
    append_encoded(out, used, ref->file, "-._~/");
}

/* libcurl decodes %XX in the name of a host. */
static bool is_printable(const char *text)
{
    while (*text > ' ' && *text <= '~')
        text++;
    return !*text;
}

bool dp_url_join(char out[DP_URL_MAX], const char *base, const char *location)
{
    CURLU *url = curl_url();
    char *text = NULL;
    bool ok = url && curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK &&
              curl_url_set(url, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME) ==
                  CURLUE_OK &&
              curl_url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK &&
              strlen(text) < DP_URL_MAX && is_printable(text);
    if (ok)
        strcpy(out, text);
    curl_free(text);
    curl_url_cleanup(url);
    return ok;
}

bool dp_url_relative(const char *location)
{
    size_t scheme = strcspn(location, ":/?#");
    return location[scheme] != ':' && strncmp(location, "//", 2) != 0;
}
