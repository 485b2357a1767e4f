/* HTTP requests under the helper's rules: TLS is verified, waits are bounded, the caller
 * follows redirects, and only the endpoint gets the token. libcurl is used in http.c and
 * url.c only. */
#ifndef DP_WEIGHTS_HUB_HTTP_H
#define DP_WEIGHTS_HUB_HTTP_H

#include "weights/hub/endpoint.h"

#include <stdint.h>

enum { DP_MAX_REDIRECTS = 10, DP_REPLY_TAG = 128 };

/* The reply of a server. Texts are cut to fit and made printable ASCII. */
typedef struct dp_reply {
    long status;
    bool redirect;             /* a status of 3xx with a valid Location header */
    bool relative;             /* the Location is a path on the same server */
    char location[DP_URL_MAX]; /* absolute */
    char commit[64];           /* X-Repo-Commit */
    char etag[128];            /* X-Linked-Etag, else ETag; without W/ and quotes */
    char tag[DP_REPLY_TAG];    /* ETag as it came, if it is a strong one; else "" */
    int64_t size;              /* X-Linked-Size, else Content-Length; −1: unknown */
    int64_t range_from;        /* the first byte of Content-Range; −1: not given */
    int64_t range_total;       /* the size that it states; −1: not given */
    long retry_after;          /* seconds; 0: not given */
    char error_code[64];       /* X-Error-Code */
    char error_message[128];   /* X-Error-Message */
    char type[64];             /* Content-Type */
    char encoding[32];         /* Content-Encoding */
} dp_reply;

/* Receives the body of a reply with status 200 or 206. If write returns false, the transfer ends
 * and counts as complete; the sink knows the reason. */
typedef struct dp_sink {
    bool (*write)(void *context, const dp_reply *reply, const void *data, size_t size);
    void *context;
    int64_t from;    /* > 0: ask for the bytes from here on, … */
    const char *tag; /* … or for all of them unless the content still has this ETag */
} dp_sink;

typedef struct dp_http dp_http;

DP_MUST_CHECK dp_code dp_http_create(dp_http **out, const dp_endpoint *endpoint,
                                     dp_err *err);
void dp_http_free(dp_http *http);

/* That of dp_http_create. */
const dp_endpoint *dp_http_endpoint(const dp_http *http);

/* Send GET, or HEAD if sink is NULL. DP_OK for a reply of any status. DP_NETWORK if there is
 * no reply; *again tells whether another attempt may succeed. DP_INTERRUPTED, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_http_request(dp_reply *out, bool *again, dp_http *http,
                                      const char *url, const dp_sink *sink, dp_err *err);

#endif
