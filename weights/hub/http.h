/* One HTTP request by the rules of this program: verified TLS, bounded waits, redirects left
 * to the caller, and the token to the endpoint alone. Everything of libcurl is in http.c and
 * url.c. */
#ifndef DP_WEIGHTS_HUB_HTTP_H
#define DP_WEIGHTS_HUB_HTTP_H

#include "weights/hub/endpoint.h"

#include <stdint.h>

/* What a server answered. Texts are cut to fit, and printable ASCII. */
typedef struct dp_reply {
    long status;
    bool redirect;             /* status and a Location header say so */
    bool relative;             /* … to another path of the same server */
    char location[DP_URL_MAX]; /* absolute */
    char commit[64];           /* X-Repo-Commit */
    char etag[128];            /* X-Linked-Etag, else ETag; without W/ and quotes */
    int64_t size;              /* X-Linked-Size, else Content-Length; -1: not said */
    long retry_after;          /* seconds; 0: not said */
    char error_code[64];       /* X-Error-Code */
    char error_message[128];   /* X-Error-Message */
    char type[64];             /* Content-Type */
    char encoding[32];         /* Content-Encoding */
} dp_reply;

/* Where the body of a reply with status 200 goes. False stops the transfer, which then
 * counts as done: the sink knows why. */
typedef struct dp_sink {
    bool (*write)(void *context, const void *data, size_t size);
    void *context;
} dp_sink;

typedef struct dp_http dp_http;

DP_MUST_CHECK dp_code dp_http_create(dp_http **out, const dp_endpoint *settings,
                                     dp_err *err);
void dp_http_free(dp_http *http);

/* HEAD where sink is NULL, else GET. DP_OK where there is an answer, whatever it says;
 * DP_NETWORK where there is none, *again telling whether another try may help;
 * DP_INTERRUPTED. */
DP_MUST_CHECK dp_code dp_http_request(dp_reply *out, bool *again, dp_http *http,
                                      const char *url, const dp_sink *sink, dp_err *err);

#endif
