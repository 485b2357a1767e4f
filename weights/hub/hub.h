/* The Hub's protocol on top of HTTP: what a file is, its content, and what its refusals
 * mean. */
#ifndef DP_WEIGHTS_HUB_HUB_H
#define DP_WEIGHTS_HUB_HUB_H

#include "weights/hub/http.h"
#include "weights/store/hub_stage.h"

/* What the Hub says of a file before it is fetched. */
typedef struct dp_hubmeta {
    char commit[DP_HUB_COMMIT + 1];
    char etag[DP_DIGEST_MAX_HEX + 1]; /* valid: dp_digest_valid */
    int64_t size;                     /* -1 where it does not say */
} dp_hubmeta;

enum { DP_HUB_ATTEMPTS = 5 };

/* Ask for a file, up to `attempts` times. DP_NETWORK: *absent where nobody answered, or only
 * to say that it cannot now; not where the Hub refused. */
DP_MUST_CHECK dp_code dp_hub_head(dp_hubmeta *out, bool *absent, dp_http *http,
                                  const dp_endpoint *settings, const dp_hub_ref *ref,
                                  int attempts, dp_err *err);

/* What a content must be. */
typedef struct dp_hubwanted {
    const dp_hub_ref *ref;
    const char *etag;
    const char *sha256; /* NULL where only the etag is known */
    int64_t size;       /* -1 where it is not known */
    const char *model;  /* for progress events */
} dp_hubwanted;

/* Fetch a content into the stage's temporary file and verify it. DP_NETWORK where it cannot
 * be had or is not what is wanted, DP_IO where it cannot be written. */
DP_MUST_CHECK dp_code dp_hub_get(dp_hub_stage *stage, dp_http *http,
                                 const dp_endpoint *settings, const dp_hubwanted *wanted,
                                 dp_err *err);

#endif
