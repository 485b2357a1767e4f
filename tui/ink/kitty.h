/* Pictures by kitty's graphics protocol (https://sw.kovidgoyal.net/kitty/graphics-protocol/). */
#ifndef DP_TUI_INK_KITTY_H
#define DP_TUI_INK_KITTY_H

#include "tui/ink/update.h"
#include "weights/io/text.h"

/* The number of the image. Placeholders have it as a colour, so that it is at most 255. */
#define DP_KITTY_IMAGE 212

/* The keys that delete it. */
#define DP_KITTY_TEXT(x)    #x
#define DP_KITTY_DECIMAL(x) DP_KITTY_TEXT(x)
#define DP_KITTY_DELETE     "a=d,d=I,i=" DP_KITTY_DECIMAL(DP_KITTY_IMAGE) ",q=2"

/* Transmit the picture and place it, if u->before is NULL; else edit the area in place, as frame 1
 * of the image. The image is above the cells: kitty 0.26 does not clear the background of other
 * cells while an image is below text. `by_characters`: placeholders.h places it instead. */
void dp_kitty_draw(dp_text *out, const dp_update *u, bool by_characters);

/* The same for terminals that cannot edit an image (the protocol's animation frames): the cells
 * that changed become image n, above the picture and the n − 1 images that have followed it. */
void dp_kitty_draw_layer(dp_text *out, const dp_update *u, int n);

/* Delete the images of either function. */
void dp_kitty_remove(dp_text *out);

/* The same as a constant, which a signal handler can send. It begins by ending the sequence that
 * the signal may have interrupted. */
extern const char dp_kitty_undo[];

#endif
