/* From the names of keys, as lists and hints show them, to the keys: a click on a name types it. */
#ifndef DP_TUI_VIEW_KEY_NAMES_H
#define DP_TUI_VIEW_KEY_NAMES_H

#include "tui/pad/keys.h"

#include <stddef.h>

/* The key with this name: "c", "^R", "Enter", "space". 0 if it names none ("hjkl"), or a digit:
 * no hint offers a label. */
int dp_key_named(const char *name, size_t length);

/* The same, but 0 if the row lacks this key. */
int dp_key_of_name(const dp_key_row *row, const char *name, size_t length);

/* The key that part `part` of a row's description stands for, counted from 0: of "u  U  ^R" and
 * "undo; redo", part 0 is u and part 1 is U. 0 if it stands for none, or for keys that differ:
 * "pen size" for [ and ]. */
int dp_key_of_part(const dp_key_row *row, int part);

#endif
