/* Large digits, drawn from curves so that any size is possible. */
#ifndef DP_TUI_VIEW_BIG_DIGIT_H
#define DP_TUI_VIEW_BIG_DIGIT_H

/* Draw a digit 0 … 9 into ink: [height, width], 0 … 1. It fills the height and is centred
 * horizontally; width must be at least three quarters of height. */
void dp_big_digit_draw(float *ink, int width, int height, int digit);

#endif
