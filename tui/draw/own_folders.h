/* The program's folders in the user's home, for the time that the pad is open. A sandbox can allow only
 * what exists, so the pad makes those that are missing; at its end it removes those that are empty.
 * A lock on each folder, shared by all pads, keeps one pad from removing what another may yet use. */
#ifndef DP_TUI_DRAW_OWN_FOLDERS_H
#define DP_TUI_DRAW_OWN_FOLDERS_H

#include <limits.h>

enum { DP_OWN_FOLDERS = 3 }; /* of data, state and cache */

typedef struct dp_own_folders {
    char path[DP_OWN_FOLDERS][PATH_MAX]; /* "": there is none */
    int lock[DP_OWN_FOLDERS];            /* descriptors, owned; −1: not locked */
} dp_own_folders;

/* Make and lock them. One that cannot be made is left out: what would be written there is not kept. */
void dp_own_folders_hold(dp_own_folders *out);

/* Remove those that are empty and that no other pad holds. A process that has them from fork may do
 * it, because this one is confined. */
void dp_own_folders_release(dp_own_folders *f);

#endif
