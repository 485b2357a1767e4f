/* The content of a URL: received, verified, and continued if the connection breaks. */
#ifndef DP_WEIGHTS_HUB_DOWNLOAD_H
#define DP_WEIGHTS_HUB_DOWNLOAD_H

#include "weights/hub/http.h"

/* Where the content goes. `restart` comes first, and again if the download begins anew: forget
 * the bytes so far. Both fail with DP_IO or DP_NOMEM. */
typedef struct dp_download_place {
    dp_code (*restart)(void *context, dp_err *err);
    dp_code (*append)(void *context, const void *data, size_t size, dp_err *err);
    void *context;
} dp_download_place;

typedef struct dp_download {
    const char *url;
    const char *file;      /* what messages call it */
    const char *etag;      /* the hash of the content, as in dp_digest; NULL: unknown */
    const char *sha256;    /* a second hash, or NULL */
    int64_t size;          /* −1: unknown */
    int64_t most;          /* bytes, if the size is unknown */
    const char *model;     /* for progress events */
    const dp_hub_ref *ref; /* for messages about a file of the Hub; else NULL */
    dp_download_place to;
} dp_download;

/* Receive the content in up to DP_ATTEMPTS attempts and verify its size and hashes. After a
 * broken connection, the next attempt asks for the rest (RFC 9110, sections 13.1.5 and 14.2) if
 * the server has named the content by a strong ETag. The hashes are over all bytes, and a
 * content of two parts that does not match them is fetched again as a whole. DP_NETWORK if it
 * cannot be had; DP_INTERRUPTED; what `to` returns. */
DP_MUST_CHECK dp_code dp_download_get(const dp_download *what, dp_http *http,
                                      dp_err *err);

#endif
