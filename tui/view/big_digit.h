/* The large digits: drawn from curves, so that they come in every size. */
#ifndef DP_TUI_VIEW_BIG_DIGIT_H
#define DP_TUI_VIEW_BIG_DIGIT_H

/* Draw digit 0–9 as ink 0 … 1 into ink: [height, width], which it fills in height and is
 * centred in. width is at least three quarters of height. */
void dp_big_digit_draw(float *ink, int width, int height, int digit);

#endif
