/* Saves a drawing to a file, and loads drawings. */
#ifndef DP_TUI_PAD_SAVE_H
#define DP_TUI_PAD_SAVE_H

#include "tui/pad/canvas.h"

/* Check that the path ends in .ndjson, .json, .pgm or .png. DP_USAGE if not. */
DP_MUST_CHECK
dp_code dp_save_check(const char *path, dp_err *err);

/* Write the strokes as one line of JSON, or as a picture of 280×280 pixels, light ink on dark,
 * of the area that `shown` shows. The file is replaced atomically. DP_USAGE as above, DP_IO,
 * DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_save_drawing(const char *path, const dp_strokes *s, const dp_canvas *shown,
                        dp_err *err);

/* Write the strokes as one line of JSON into an open file, and to the disk. `name` is for messages. DP_IO,
 * DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_save_strokes(int fd, const char *name, const dp_strokes *s, dp_err *err);

/* Draw the area that `shown` shows into [side, side] bytes: paper 0, ink 255. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_save_render(uint8_t *pixel, int side, const dp_strokes *s,
                       const dp_canvas *shown, dp_err *err);

/* Whether the path ends in .ndjson or .json. */
bool dp_save_is_json(const char *path);

enum { DP_SAVE_MAX_DRAWINGS = 1000 };

/* Load the drawings of an ndjson file, 1 ≤ *n ≤ DP_SAVE_MAX_DRAWINGS. The caller clears each
 * and frees the array. DP_IO if the file cannot be read, DP_INPUT with path and line if it is
 * malformed, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_save_load(dp_strokes **out, int *n, const char *path, dp_err *err);

#endif
