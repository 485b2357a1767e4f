/* Pictures and drawings as they come, as 28×28 thumbnails. */
#ifndef DP_TUI_COMMANDS_SHOW_PICTURE_H
#define DP_TUI_COMMANDS_SHOW_PICTURE_H

#include "engine/ink/normalize.h"

/* Scale an image so that its longest side is 28 pixels. */
void dp_show_image(uint8_t out[DP_PIXELS], const dp_gray *in);

/* Render a drawing without normalising it, with lines at least a pixel wide. */
void dp_show_strokes(uint8_t out[DP_PIXELS], const dp_strokes *s);

#endif
