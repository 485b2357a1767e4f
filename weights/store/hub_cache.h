/* The cache that all tools of the Hugging Face Hub share: where a file lies in it, whether
 * it is intact, taking it out. No network; store/hub_stage.h puts files in.
 *
 *     models--OWNER--NAME/refs/REVISION           a commit, as text
 *                         snapshots/COMMIT/FILE   a link to ../../blobs/ETAG
 *                         blobs/ETAG              named by the hash of the content
 *     .locks/models--OWNER--NAME/ETAG.lock
 *
 * Where links are not possible or not wanted, a snapshot holds the file itself, here as a
 * second name of the blob where the file system can do that. */
#ifndef DP_WEIGHTS_STORE_HUB_CACHE_H
#define DP_WEIGHTS_STORE_HUB_CACHE_H

#include "weights/io/digest.h"
#include "weights/store/hub_ref.h"

#include <limits.h>

/* A file in the cache. */
typedef struct dp_hub_entry {
    char path[PATH_MAX];              /* in snapshots */
    char blob[PATH_MAX];              /* "" where the snapshot holds the only copy */
    char etag[DP_DIGEST_MAX_HEX + 1]; /* what the blob must hash to; "" where unknown */
} dp_hub_entry;

/* "CACHE/models--OWNER--NAME", then "/" and more where `more` is not NULL. */
DP_MUST_CHECK dp_code dp_hub_cache_path(char out[PATH_MAX], const char *cache,
                                        const char *repo, const char *more, dp_err *err);

/* The commit that a revision stands for: refs/REVISION, else itself if it is one. False
 * where it is not known here. */
bool dp_hub_cache_commit(char out[DP_HUB_COMMIT + 1], const char *cache,
                         const dp_hub_ref *ref);

/* Find a file; false where it is not there. Says nothing of its content. */
bool dp_hub_cache_find(dp_hub_entry *out, const char *cache, const dp_hub_ref *ref);

/* Read a file (at most DP_ST_MAX_FILE bytes, to be freed) and hash it: against the entry's
 * etag, and against sha256 unless NULL. One that differs is set aside as "….damaged", so
 * that it is no longer found, and DP_MODEL says so. DP_IO where it cannot be read. */
DP_MUST_CHECK dp_code dp_hub_cache_read(unsigned char **data, size_t *size,
                                        const dp_hub_entry *entry, const char *sha256,
                                        dp_err *err);

/* Take a file away: its name in the snapshot, the blob unless another snapshot leads to it,
 * and the directories that are empty then. DP_IO. */
DP_MUST_CHECK dp_code dp_hub_cache_remove(const char *cache, const dp_hub_ref *ref,
                                          dp_err *err);

#endif
