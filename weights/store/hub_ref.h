/* What a file of the Hugging Face Hub is called: OWNER/REPO[@REV]:FILE. */
#ifndef DP_WEIGHTS_STORE_HUB_REF_H
#define DP_WEIGHTS_STORE_HUB_REF_H

#include "engine/core/err.h"

#include <stdbool.h>

#define DP_HUB_PREFIX "hf:"
#define DP_HUB_MAIN   "main" /* the revision where none is given */

enum {
    DP_HUB_MAX_REPO = 2 * 96 + 1,
    DP_HUB_MAX_REVISION = 128,
    DP_HUB_MAX_FILE = 512,
    DP_HUB_COMMIT = 40, /* hexadecimal digits of a commit */
    DP_HUB_MAX_NAME = sizeof DP_HUB_PREFIX + DP_HUB_MAX_REPO + DP_HUB_MAX_REVISION +
                      DP_HUB_MAX_FILE + 2,
};

/* A file of a repository at a revision, each checked by dp_hub_ref_parse and so safe as part
 * of a path or URL (a URL still wants its segments encoded). */
typedef struct dp_hub_ref {
    char repo[DP_HUB_MAX_REPO + 1];         /* OWNER/REPO */
    char revision[DP_HUB_MAX_REVISION + 1]; /* a branch, a tag or a commit */
    char file[DP_HUB_MAX_FILE + 1];         /* relative, with slashes */
} dp_hub_ref;

/* Read the text, with "hf:" before it or not. DP_USAGE with what is wrong with it. */
DP_MUST_CHECK dp_code dp_hub_ref_parse(dp_hub_ref *out, const char *text, dp_err *err);

/* The same from parts; a NULL revision is DP_HUB_MAIN. */
DP_MUST_CHECK dp_code dp_hub_ref_set(dp_hub_ref *out, const char *repo,
                                     const char *revision, const char *file, dp_err *err);

/* Whether a revision is a whole commit: 40 hexadecimal digits, which never change meaning. */
bool dp_hub_ref_is_commit(const char *revision);

#endif
