/* The Hub's protocol on top of HTTP: the metadata of a file. */
#ifndef DP_WEIGHTS_HUB_HUB_H
#define DP_WEIGHTS_HUB_HUB_H

#include "weights/hub/http.h"
#include "weights/io/digest.h"
#include "weights/store/hub_ref.h"

/* The metadata of a file. */
typedef struct dp_hub_meta {
    char commit[DP_HUB_COMMIT + 1];
    char etag[DP_DIGEST_MAX_HEX + 1]; /* valid: dp_digest_valid */
    int64_t size;                     /* −1: unknown */
} dp_hub_meta;

/* Request the metadata of a file in up to `attempts` attempts. After DP_NETWORK, *absent tells
 * whether the Hub is unavailable (no reply, or an error that may pass) or has refused. */
DP_MUST_CHECK dp_code dp_hub_head(dp_hub_meta *out, bool *absent, dp_http *http,
                                  const dp_hub_ref *ref, int attempts, dp_err *err);

#endif
