#include "config.h"

#include "weights/hub/http.h"

#include "engine/core/decimal.h"
#include "weights/hub/stop.h"
#include "weights/io/paths.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A transfer that is slower than this for HF_HUB_DOWNLOAD_TIMEOUT seconds is aborted. */
enum { SLOW_BYTES_PER_SECOND = 256 };

struct dp_http {
    const dp_endpoint *endpoint;
    CURL *curl;
    struct curl_slist *headers; /* of the present request */
    char reason[CURL_ERROR_SIZE];
    const dp_sink *sink;
    const char *url;
    dp_reply reply;
    bool replied; /* `reply` has been read */
    bool stopped; /* on_body ended the transfer */
};

dp_code dp_http_create(dp_http **out, const dp_endpoint *endpoint, dp_err *err)
{
    dp_http *http = calloc(1, sizeof *http);
    if (http && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        http->curl = curl_easy_init();
    if (!http || !http->curl) {
        dp_http_free(http);
        return dp_fail(err, DP_NOMEM, "cannot initialise libcurl");
    }
    http->endpoint = endpoint;
    *out = http;
    return DP_OK;
}

void dp_http_free(dp_http *http)
{
    if (!http)
        return;
    curl_slist_free_all(http->headers);
    curl_easy_cleanup(http->curl);
    curl_global_cleanup();
    free(http);
}

const dp_endpoint *dp_http_endpoint(const dp_http *http)
{
    return http->endpoint;
}

/* ---- the reply ------------------------------------------------------------------------- */

static void copy_printable(char *out, size_t size, const char *text)
{
    size_t n = 0;
    for (; text[n] && n + 1 < size; n++)
        out[n] = text[n] >= 0x20 && text[n] < 0x7f ? text[n] : '?';
    out[n] = '\0';
}

/* Copy a header of the reply; "" if there is none. */
static void copy_header(char *out, size_t size, dp_http *http, const char *name)
{
    struct curl_header *header;
    bool found =
        curl_easy_header(http->curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
    copy_printable(out, size, found ? header->value : "");
}

/* W/"abc" and "abc" both become abc. */
static void strip_etag(char *etag)
{
    const char *start = strncmp(etag, "W/", 2) == 0 ? etag + 2 : etag;
    size_t n = strlen(start);
    if (n >= 2 && start[0] == '"' && start[n - 1] == '"') {
        start++;
        n -= 2;
    }
    memmove(etag, start, n);
    etag[n] = '\0';
}

static int64_t parse_size(const char *text)
{
    uint64_t value;
    return dp_decimal_digits(&value, &text, INT64_MAX) && !*text ? (int64_t)value : -1;
}

static void read_location(dp_reply *r, dp_http *http, const char *url)
{
    char raw[DP_URL_MAX];
    copy_header(raw, sizeof raw, http, "Location");
    r->redirect = r->status / 100 == 3 && *raw && dp_url_join(r->location, url, raw);
    r->relative = r->redirect && dp_url_relative(raw);
}

/* "bytes FROM-TO/TOTAL", or "*" as the total (RFC 9110, section 14.4). */
static void parse_range(dp_reply *r, const char *text)
{
    uint64_t from, to;
    r->range_from = r->range_total = -1;
    if (strncasecmp(text, "bytes ", 6) != 0)
        return;
    text += 6;
    if (!dp_decimal_digits(&from, &text, INT64_MAX) || *text++ != '-' ||
        !dp_decimal_digits(&to, &text, INT64_MAX) || *text++ != '/' || to < from)
        return;
    r->range_from = (int64_t)from;
    r->range_total = parse_size(text);
}

static void read_range(dp_reply *r, dp_http *http)
{
    char range[96];
    copy_header(r->tag, sizeof r->tag, http, "ETag");
    if (r->tag[0] != '"' || strlen(r->tag) + 1 == sizeof r->tag) /* weak, or cut */
        r->tag[0] = '\0';
    copy_header(range, sizeof range, http, "Content-Range");
    parse_range(r, range);
}

static void read_reply(dp_reply *r, dp_http *http, const char *url)
{
    char size[32];
    curl_off_t retry_after = 0;
    memset(r, 0, sizeof *r);
    curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &r->status);
    curl_easy_getinfo(http->curl, CURLINFO_RETRY_AFTER, &retry_after);
    r->retry_after = (long)retry_after;
    read_location(r, http, url);
    copy_header(r->commit, sizeof r->commit, http, "X-Repo-Commit");
    copy_header(r->etag, sizeof r->etag, http, "X-Linked-Etag");
    if (!*r->etag)
        copy_header(r->etag, sizeof r->etag, http, "ETag");
    strip_etag(r->etag);
    copy_header(size, sizeof size, http, "X-Linked-Size");
    if (!*size && !r->redirect) /* a redirect's Content-Length is not the file's size */
        copy_header(size, sizeof size, http, "Content-Length");
    r->size = parse_size(size);
    read_range(r, http);
    copy_header(r->error_code, sizeof r->error_code, http, "X-Error-Code");
    copy_header(r->error_message, sizeof r->error_message, http, "X-Error-Message");
    copy_header(r->type, sizeof r->type, http, "Content-Type");
    copy_header(r->encoding, sizeof r->encoding, http, "Content-Encoding");
}

/* The reply so far: its headers are complete. */
static const dp_reply *the_reply(dp_http *http)
{
    if (!http->replied)
        read_reply(&http->reply, http, http->url);
    http->replied = true;
    return &http->reply;
}

/* ---- during a transfer ----------------------------------------------------------------- */

/* Pass on the body of a success only; that of an error may be endless. */
static size_t on_body(char *data, size_t one, size_t size, void *context)
{
    (void)one;
    dp_http *http = context;
    const dp_reply *reply = the_reply(http);
    if ((reply->status == 200 || reply->status == 206) &&
        http->sink->write(http->sink->context, reply, data, size))
        return size;
    http->stopped = true;
    return 0;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c,
                       curl_off_t d)
{
    (void)context, (void)a, (void)b, (void)c, (void)d;
    return dp_stop_asked();
}

/* ---- the request ----------------------------------------------------------------------- */

/* Trust the certificates that the variables of curl and OpenSSL name, if any. */
static void set_certificates(CURL *curl)
{
    const char *file = dp_paths_variable("CURL_CA_BUNDLE");
    const char *directory = dp_paths_variable("SSL_CERT_DIR");
    if (!file)
        file = dp_paths_variable("SSL_CERT_FILE");
    if (file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, file);
    if (directory)
        curl_easy_setopt(curl, CURLOPT_CAPATH, directory);
}

static void set_trust(dp_http *http, const dp_origin *origin)
{
    const dp_endpoint *s = http->endpoint;
    CURL *curl = http->curl;
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, origin->scheme);
    set_certificates(curl);
    if (dp_origin_loopback(origin))
        curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    if (*s->token && dp_origin_same(origin, &s->origin)) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, s->token);
    }
}

static void set_limits(dp_http *http, bool head)
{
    const dp_endpoint *s = http->endpoint;
    CURL *curl = http->curl;
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, s->head_timeout);
    if (head) {
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, s->head_timeout);
    } else {
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES_PER_SECOND);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, s->stall_timeout);
    }
}

static bool add_header(dp_http *http, const char *line)
{
    struct curl_slist *longer = curl_slist_append(http->headers, line);
    if (longer)
        http->headers = longer;
    return longer != NULL;
}

static bool set_headers(dp_http *http, const dp_sink *sink)
{
    char line[DP_REPLY_TAG + 32];
    curl_slist_free_all(http->headers);
    http->headers = NULL;
    bool ok = add_header(http, "Accept-Encoding: identity");
    if (!ok || !sink || sink->from <= 0)
        return ok;
    snprintf(line, sizeof line, "Range: bytes=%lld-", (long long)sink->from);
    ok = add_header(http, line);
    snprintf(line, sizeof line, "If-Range: %s", sink->tag);
    return ok && add_header(http, line);
}

static void prepare(dp_http *http, const char *url, const dp_origin *origin,
                    const dp_sink *sink)
{
    CURL *curl = http->curl;
    curl_easy_reset(curl); /* keeps the connections and drops the token */
    http->sink = sink;
    http->url = url;
    http->replied = http->stopped = false;
    http->reason[0] = '\0';
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOBODY, sink ? 0L : 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "digitpad/" PACKAGE_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, http->headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->reason);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, http);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    set_trust(http, origin);
    set_limits(http, sink == NULL);
}

/* Whether another attempt may succeed. A host name that cannot be resolved is not in the list:
 * without a network every request fails like that, and waiting does not help. */
static bool may_help(CURLcode result)
{
    switch (result) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return true;
    default:
        return false;
    }
}

/* libcurl's reason often names the host. */
static dp_code fail_request(bool *again, const dp_http *http, CURLcode result,
                            const char *host, dp_err *err)
{
    char reason[CURL_ERROR_SIZE];
    *again = may_help(result);
    copy_printable(reason, sizeof reason,
                   *http->reason ? http->reason : curl_easy_strerror(result));
    const bool named = strstr(reason, host);
    return dp_fail(err, result == CURLE_OUT_OF_MEMORY ? DP_NOMEM : DP_NETWORK, "%s%s%s",
                   named ? "" : host, named ? "" : ": ", reason);
}

dp_code dp_http_request(dp_reply *out, bool *again, dp_http *http, const char *url,
                        const dp_sink *sink, dp_err *err)
{
    dp_origin origin;
    dp_code code = dp_origin_of(&origin, url, err);
    *again = false;
    if (!code)
        code = dp_url_check(url, &http->endpoint->origin, err);
    if (code)
        return code;
    if (!set_headers(http, sink))
        return dp_fail(err, DP_NOMEM, "no memory for a request");
    prepare(http, url, &origin, sink);
    CURLcode result = curl_easy_perform(http->curl);
    if (dp_stop_asked())
        return dp_fail(err, DP_INTERRUPTED, "interrupted");
    if (result != CURLE_OK && !http->stopped)
        return fail_request(again, http, result, origin.host, err);
    *out = *the_reply(http);
    return DP_OK;
}
