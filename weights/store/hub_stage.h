/* Adding a file to the Hub's cache (weights/store/hub_cache.h). The file is written under a
 * temporary name and gets its final names when it is complete, so that the cache is valid at
 * any moment, even if the process is killed. The next process removes the temporary files that
 * a killed one leaves. */
#ifndef DP_WEIGHTS_STORE_HUB_STAGE_H
#define DP_WEIGHTS_STORE_HUB_STAGE_H

#include "weights/store/hub_cache.h"

/* A file that is being added. The caller must end it with dp_hub_stage_close. */
typedef struct dp_hub_stage {
    char cache[PATH_MAX];
    char repo[PATH_MAX];      /* CACHE/models--OWNER--NAME */
    char blob[PATH_MAX];      /* the final name */
    char temporary[PATH_MAX]; /* the name until dp_hub_stage_commit */
    const char *etag;         /* points to the last component of blob */
    int lock;                 /* descriptor; −1 if the file system has no locks */
    int fd;                   /* of the temporary file; −1 if there is none */
    bool links;               /* snapshots contain symbolic links */
} dp_hub_stage;

/* Make the directories and wait for the lock on this content: if several processes want it,
 * one downloads it and the others find it afterwards. Remove temporary files of dead
 * processes. DP_IO, DP_INTERRUPTED; *out needs no close then. */
DP_MUST_CHECK dp_code dp_hub_stage_open(dp_hub_stage *out, const char *cache,
                                        const dp_hub_ref *ref, const char *etag,
                                        dp_err *err);

/* Whether the blob exists and is intact. A damaged one is renamed (dp_hub_cache_read). */
bool dp_hub_stage_have(const dp_hub_stage *s);

/* Create the temporary file, or truncate it for another attempt. DP_IO. */
DP_MUST_CHECK dp_code dp_hub_stage_begin(dp_hub_stage *s, dp_err *err);

/* Append to the temporary file. DP_IO. */
DP_MUST_CHECK dp_code dp_hub_stage_write(dp_hub_stage *s, const void *data, size_t size,
                                         dp_err *err);

/* Flush the temporary file to disk and rename it to the blob. DP_IO. */
DP_MUST_CHECK dp_code dp_hub_stage_commit(dp_hub_stage *s, dp_err *err);

/* Name the blob in the snapshot of `commit` as ref->file, then point ref->revision to that
 * commit. DP_IO. */
DP_MUST_CHECK dp_code dp_hub_stage_publish(dp_hub_stage *s, const dp_hub_ref *ref,
                                           const char *commit, dp_err *err);

/* Remove the temporary file, if there is one, and release the lock. */
void dp_hub_stage_close(dp_hub_stage *s);

#endif
