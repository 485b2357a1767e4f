/* The cache that all Hugging Face tools share: finding, verifying and removing files. It does
 * not use the network. weights/store/hub_stage.h adds files.
 *
 *     models--OWNER--NAME/refs/REVISION           a commit, as text
 *                         snapshots/COMMIT/FILE   a link to ../../blobs/ETAG
 *                         blobs/ETAG              named by the hash of the content
 *     .locks/models--OWNER--NAME/ETAG.lock
 *
 * Without symbolic links (HF_HUB_DISABLE_SYMLINKS, or a file system that has none), a snapshot
 * contains the file itself: a hard link to the blob if possible, else a copy. */
#ifndef DP_WEIGHTS_STORE_HUB_CACHE_H
#define DP_WEIGHTS_STORE_HUB_CACHE_H

#include "weights/io/digest.h"
#include "weights/store/hub_ref.h"

#include <limits.h>

/* A file in the cache. */
typedef struct dp_hub_entry {
    char path[PATH_MAX]; /* in snapshots */
    char blob[PATH_MAX]; /* "" if there is none, only the file at `path` */
    char etag[DP_DIGEST_MAX_HEX +
              1]; /* the hash that the content must have; "": unknown */
} dp_hub_entry;

/* "CACHE/models--OWNER--NAME", followed by "/" and `more` unless that is NULL. */
DP_MUST_CHECK dp_code dp_hub_cache_path(char out[PATH_MAX], const char *cache,
                                        const char *repo, const char *more, dp_err *err);

/* The commit of a revision: the content of refs/REVISION, or the revision itself if it is a
 * commit. False if the cache does not know it. */
bool dp_hub_cache_commit(char out[DP_HUB_COMMIT + 1], const char *cache,
                         const dp_hub_ref *ref);

/* Find a file without reading it; false if it is not in the cache. */
bool dp_hub_cache_find(dp_hub_entry *out, const char *cache, const dp_hub_ref *ref);

/* Read a file of at most DP_ST_MAX_FILE bytes into a buffer that the caller frees, and compare
 * its hash with the entry's etag and with sha256, unless they are empty or NULL. If they
 * differ, the file is renamed to "….damaged", so that it is not found again: DP_MODEL. DP_IO
 * if it cannot be read, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_hub_cache_read(unsigned char **data, size_t *size,
                                        const dp_hub_entry *entry, const char *sha256,
                                        dp_err *err);

/* Remove a file: its name in the snapshot, the blob unless another snapshot uses it, and the
 * directories that become empty. DP_MODEL if it is not in the cache, DP_IO. */
DP_MUST_CHECK dp_code dp_hub_cache_remove(const char *cache, const dp_hub_ref *ref,
                                          dp_err *err);

#endif
