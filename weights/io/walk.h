/* The files below a folder, one after the other. */
#ifndef DP_WEIGHTS_IO_WALK_H
#define DP_WEIGHTS_IO_WALK_H

#include "engine/core/err.h"

enum { DP_WALK_MAX_DEPTH = 32 }; /* of folders, with the first one */

typedef struct dp_walk dp_walk;

/* Begin at a folder. Memory holds the names of the current folder and of those above it.
 * DP_IO if it cannot be read; DP_NOMEM. Messages do not contain paths. */
DP_MUST_CHECK
dp_code dp_walk_open(dp_walk **out, const char *folder, dp_err *err);
void dp_walk_close(dp_walk *w); /* NULL is allowed */

/* The path of the next regular file, or of a link to one; *path is NULL at the end. Each
 * folder is read in the order of its names, byte by byte, its subfolders included. Hidden
 * names and links to folders are skipped, so that no folder is read twice. DP_IO if a
 * subfolder cannot be read or is too deep, or if a path is too long: the next call continues
 * after it. DP_NOMEM. The path is valid until the next call. */
DP_MUST_CHECK
dp_code dp_walk_next(const char **path, dp_walk *w, dp_err *err);

/* The path that the last call was about. */
const char *dp_walk_path(const dp_walk *w);

#endif
