/* The Hub's protocol on top of HTTP: a file's metadata and its content. */
#ifndef DP_WEIGHTS_HUB_HUB_H
#define DP_WEIGHTS_HUB_HUB_H

#include "weights/hub/http.h"
#include "weights/store/hub_stage.h"

/* The metadata of a file. */
typedef struct dp_hub_meta {
    char commit[DP_HUB_COMMIT + 1];
    char etag[DP_DIGEST_MAX_HEX + 1]; /* valid: dp_digest_valid */
    int64_t size;                     /* −1: unknown */
} dp_hub_meta;

enum { DP_HUB_ATTEMPTS = 5 };

/* Request the metadata of a file in up to `attempts` attempts. After DP_NETWORK, *absent tells
 * whether the Hub is unavailable (no reply, or an error that may pass) or has refused. */
DP_MUST_CHECK dp_code dp_hub_head(dp_hub_meta *out, bool *absent, dp_http *http,
                                  const dp_hub_ref *ref, int attempts, dp_err *err);

/* The content to download. */
typedef struct dp_hub_wanted {
    const dp_hub_ref *ref;
    const char *etag;
    const char *sha256; /* NULL: only the etag is known */
    int64_t size;       /* −1: unknown */
    const char *model;  /* for progress events */
} dp_hub_wanted;

/* Download a content into the stage's temporary file and verify its size and hash. DP_NETWORK
 * if that fails, DP_IO if the file cannot be written, DP_INTERRUPTED. */
DP_MUST_CHECK dp_code dp_hub_get(dp_hub_stage *stage, dp_http *http,
                                 const dp_hub_wanted *wanted, dp_err *err);

#endif
