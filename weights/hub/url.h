/* Addresses: which ones may be asked, and how a file's is made. */
#ifndef DP_WEIGHTS_HUB_URL_H
#define DP_WEIGHTS_HUB_URL_H

#include "engine/core/err.h"
#include "weights/store/hub_ref.h"

#include <stdbool.h>
#include <stddef.h>

enum { DP_URL_MAX = 8192 };

/* Where a URL leads: what the decision to trust it rests on. */
typedef struct dp_origin {
    char scheme[16];
    char host[256];
    char port[8];
} dp_origin;

/* DP_NETWORK where it is not a URL with a host, or has a user name in it. */
DP_MUST_CHECK dp_code dp_origin_of(dp_origin *out, const char *url, dp_err *err);

bool dp_origin_same(const dp_origin *a, const dp_origin *b);

/* localhost, 127.0.0.0/8 or ::1, by the text alone: no name is looked up. */
bool dp_origin_loopback(const dp_origin *o);

/* Whether a transfer that began at `endpoint` may go to url: by https, or, where the
 * endpoint itself is a loopback server without TLS, to the like of it. DP_NETWORK. */
DP_MUST_CHECK dp_code dp_url_check(const char *url, const dp_origin *endpoint,
                                   dp_err *err);

/* "ENDPOINT/REPO/resolve/REVISION/FILE", each segment encoded. */
void dp_url_resolve(char out[DP_URL_MAX], const char *endpoint, const dp_hub_ref *ref);

/* What a Location header means that came from `base`; false where it makes no URL. */
bool dp_url_join(char out[DP_URL_MAX], const char *base, const char *location);

/* Whether a Location header stays on its server: no scheme and no "//". */
bool dp_url_relative(const char *location);

#endif
