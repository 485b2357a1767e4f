/* Putting a file into the Hub's cache (store/hub_cache.h): written under a name of its own, and
 * given its real names only when it is whole. Whatever moment the process dies at, the cache
 * is valid; what it leaves behind, the next one sweeps. */
#ifndef DP_WEIGHTS_STORE_HUB_STAGE_H
#define DP_WEIGHTS_STORE_HUB_STAGE_H

#include "weights/store/hub_cache.h"

/* A file on its way in. Owned; dp_hub_stage_close in every case. */
typedef struct dp_hub_stage {
    char cache[PATH_MAX];
    char repo[PATH_MAX];      /* CACHE/models--OWNER--NAME */
    char blob[PATH_MAX];      /* its final name */
    char temporary[PATH_MAX]; /* its name until then */
    const char *etag;         /* the end of blob */
    int lock;                 /* descriptor; -1 where the file system has no locks */
    int fd;                   /* of the temporary file; -1 while there is none */
    bool links;               /* whether snapshots hold symbolic links */
} dp_hub_stage;

/* Make the directories and wait for the lock on this content, so that of several processes
 * one downloads and the others find it done. Then sweep what dead ones left. DP_IO. */
DP_MUST_CHECK dp_code dp_hub_stage_open(dp_hub_stage *out, const char *cache,
                                        const dp_hub_ref *ref, const char *etag,
                                        dp_err *err);

/* Whether the blob is there and intact. A damaged one is set aside. */
bool dp_hub_stage_have(const dp_hub_stage *s);

/* Begin the temporary file, or begin it again. DP_IO. */
DP_MUST_CHECK dp_code dp_hub_stage_begin(dp_hub_stage *s, dp_err *err);
DP_MUST_CHECK dp_code dp_hub_stage_write(dp_hub_stage *s, const void *data, size_t size,
                                         dp_err *err);

/* Make the temporary file the blob. */
DP_MUST_CHECK dp_code dp_hub_stage_commit(dp_hub_stage *s, dp_err *err);

/* Make the blob the file that ref means, which is of this commit. DP_IO. */
DP_MUST_CHECK dp_code dp_hub_stage_publish(dp_hub_stage *s, const dp_hub_ref *ref,
                                           const char *commit, dp_err *err);

/* Remove the temporary file, if there is one, and let go of the lock. */
void dp_hub_stage_close(dp_hub_stage *s);

#endif
