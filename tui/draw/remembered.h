/* The model that the user chose in the pad, kept for the next start: one line with its name in
 * $XDG_STATE_HOME/digitpad/model. It is a convenience, so a file that cannot be read or written
 * is passed over. */
#ifndef DP_TUI_DRAW_REMEMBERED_H
#define DP_TUI_DRAW_REMEMBERED_H

#include <stdbool.h>

enum { DP_REMEMBERED_SIZE = 512 };

/* Read the name. False if none is remembered, or if the file holds anything but the name of a
 * model. The model itself may be gone. */
bool dp_remembered_read(char name[DP_REMEMBERED_SIZE]);

/* Replace the file atomically. The path of a file is not remembered, because it may mean another
 * file in another folder. */
void dp_remembered_write(const char *name);

/* Remove the file. */
void dp_remembered_forget(void);

#endif
