/* The name of a file on the Hugging Face Hub: OWNER/REPO[@REVISION]:FILE. */
#ifndef DP_WEIGHTS_STORE_HUB_REF_H
#define DP_WEIGHTS_STORE_HUB_REF_H

#include "engine/core/err.h"

#include <stdbool.h>

/* Where the Hub is, unless HF_ENDPOINT names a mirror. */
#define DP_HUB_ENDPOINT "https://huggingface.co"

#define DP_HUB_PREFIX "hf:"
#define DP_HUB_MAIN   "main" /* the default revision */

enum {
    DP_HUB_MAX_REPO = 2 * 96 + 1,
    DP_HUB_MAX_REVISION = 128,
    DP_HUB_MAX_FILE = 512,
    DP_HUB_COMMIT = 40, /* the number of hexadecimal digits of a commit */
    DP_HUB_MAX_NAME = sizeof DP_HUB_PREFIX + DP_HUB_MAX_REPO + DP_HUB_MAX_REVISION +
                      DP_HUB_MAX_FILE + 2,
};

/* A file of a repository at a revision. dp_hub_ref_set has checked all three, so that they are
 * safe as parts of a path, and of a URL once its segments are encoded. */
typedef struct dp_hub_ref {
    char repo[DP_HUB_MAX_REPO + 1];         /* OWNER/REPO */
    char revision[DP_HUB_MAX_REVISION + 1]; /* a branch, a tag or a commit */
    char file[DP_HUB_MAX_FILE + 1];         /* relative, with slashes */
} dp_hub_ref;

/* Whether a text means a file of the Hub in any case: it begins with "hf:", or is a URL. */
bool dp_hub_ref_is(const char *text);

/* Parse a name, with or without "hf:" in front, or the address of a file
 * (weights/store/hub_url.h). DP_USAGE names the malformed part. */
DP_MUST_CHECK dp_code dp_hub_ref_parse(dp_hub_ref *out, const char *text, dp_err *err);

/* Set the three parts; a NULL revision means DP_HUB_MAIN. DP_USAGE as above. */
DP_MUST_CHECK dp_code dp_hub_ref_set(dp_hub_ref *out, const char *repo,
                                     const char *revision, const char *file, dp_err *err);

/* Whether a revision is a full commit, 40 hexadecimal digits. Its content never changes. */
bool dp_hub_ref_is_commit(const char *revision);

#endif
