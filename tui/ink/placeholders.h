/* Pictures through tmux, by the Unicode placeholders of kitty's graphics protocol
 * (https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders). tmux passes the image
 * on to kitty. In its cells it has characters, and kitty shows parts of the image instead. */
#ifndef DP_TUI_INK_PLACEHOLDERS_H
#define DP_TUI_INK_PLACEHOLDERS_H

#include "tui/ink/update.h"
#include "weights/io/text.h"

enum { DP_PLACEHOLDER_ROWS = 96 }; /* of cells, at most: those of the largest pad */

/* Transmit the picture and write its characters, if u->before is NULL; else edit the area. The
 * place has at most DP_PLACEHOLDER_ROWS rows. */
void dp_placeholders_draw(dp_text *out, const dp_update *u);

/* Delete the image. Its characters must be overwritten. */
void dp_placeholders_remove(dp_text *out);

/* The same for a signal handler, as dp_kitty_undo. */
extern const char dp_placeholders_undo[];

#endif
