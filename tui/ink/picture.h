/* What a fine ink shows: the sketch and the marks of the tool as colours of the 256-colour
 * palette. A picture knows nothing of the terminal. */
#ifndef DP_TUI_INK_PICTURE_H
#define DP_TUI_INK_PICTURE_H

#include "tui/ink/sketch.h"
#include "tui/term/palette.h"

#include <stdint.h>

typedef struct dp_picture {
    int width, height;
    uint8_t *color; /* [height, width] */
} dp_picture;

/* Resize to width × height, each 1 … DP_SKETCH_MAX_SIDE; the colours are 0. Start from a
 * zeroed struct. On DP_NOMEM the picture is unchanged. */
DP_MUST_CHECK
dp_code dp_picture_resize(dp_picture *p, int width, int height, dp_err *err);
void dp_picture_free(dp_picture *p);

/* Paint the ink of an area. The sketch has the size of the picture. Three levels
 * (paper, ink and one between them) make smooth edges; a fourth would cost a third more bytes. */
void dp_picture_paint(dp_picture *p, dp_area area, const dp_sketch *sketch,
                      const dp_palette *palette);

/* Draw a ring between two radii (a disc if the first is 0), or a cross with horizontal and vertical
 * arms of these lengths. Both return the area that they may have changed. */
dp_area dp_picture_ring(dp_picture *p, dp_point center, const float radius[2],
                        uint8_t color);
dp_area dp_picture_cross(dp_picture *p, dp_point center, const float arm[2],
                         uint8_t color);

/* Copy an area to a picture of the same size. */
void dp_picture_copy(dp_picture *to, const dp_picture *from, dp_area area);

/* Shrink an area to the pixels in which two pictures of the same size differ. */
dp_area dp_picture_diff(const dp_picture *a, const dp_picture *b, dp_area area);

#endif
