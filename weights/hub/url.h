/* URLs: which ones are allowed, and the URL of a file. */
#ifndef DP_WEIGHTS_HUB_URL_H
#define DP_WEIGHTS_HUB_URL_H

#include "engine/core/err.h"
#include "weights/store/hub_ref.h"

#include <stdbool.h>
#include <stddef.h>

enum { DP_URL_MAX = 8192 };

/* The part of a URL that decides whether it is trusted. */
typedef struct dp_origin {
    char scheme[16];
    char host[256];
    char port[8];
} dp_origin;

/* Parse the origin of a URL. DP_NETWORK if it has no host or contains a user name,
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_origin_of(dp_origin *out, const char *url, dp_err *err);

bool dp_origin_same(const dp_origin *a, const dp_origin *b);

/* Whether the host is localhost, 127.0.0.0/8 or ::1. No name is resolved. */
bool dp_origin_loopback(const dp_origin *o);

/* Whether it is a loopback server without TLS, such as those of tests. */
bool dp_origin_plain_loopback(const dp_origin *o);

/* Check that a transfer from `endpoint` may use url: it must be https; if the endpoint is a
 * loopback server without TLS, it may also be such a server. DP_NETWORK if not. */
DP_MUST_CHECK dp_code dp_url_check(const char *url, const dp_origin *endpoint,
                                   dp_err *err);

/* The URL of a file, "ENDPOINT/REPO/resolve/REVISION/FILE", with encoded segments. */
void dp_url_resolve(char out[DP_URL_MAX], const char *endpoint, const dp_hub_ref *ref);

/* Resolve a Location header relative to the URL of its reply; false if the result is not a
 * URL of printable ASCII. */
bool dp_url_join(char out[DP_URL_MAX], const char *base, const char *location);

/* Whether a Location header is a path on the same server: no scheme and no "//". */
bool dp_url_relative(const char *location);

#endif
