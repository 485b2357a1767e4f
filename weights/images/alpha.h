/* Transparent images: which of colour and opacity is the ink. */
#ifndef DP_WEIGHTS_IMAGES_ALPHA_H
#define DP_WEIGHTS_IMAGES_ALPHA_H

#include <stddef.h>
#include <stdint.h>

/* Replace an image that was composed with white paper by dark ink on white, taken from the
 * opacity, if composing lost the ink: if nothing stands out from the paper, or if strokes on a
 * transparent ground are nearly white. Otherwise the image stays as it is.
 * gray, alpha: [height, width] row-major; alpha: 0 transparent … 255 opaque. */
void dp_alpha_restore_ink(uint8_t *gray, const uint8_t *alpha, int width, int height);

#endif
