/* Drawings to files and back. */
#ifndef DP_TUI_PAD_SAVE_H
#define DP_TUI_PAD_SAVE_H

#include "tui/pad/canvas.h"

/* Whether the name's ending says a format that can be written: .ndjson, .json, .pgm
 * or .png. DP_USAGE if not, listing them. */
DP_MUST_CHECK
dp_code dp_save_check(const char *path, dp_err *err);

/* Write the strokes to `path`: as one line of JSON, or as a picture of 280×280 pixels, light
 * ink on dark, of the same part of the plane as the canvas shows. DP_USAGE as above, DP_IO,
 * DP_NOMEM; the file is complete or as before. */
DP_MUST_CHECK
dp_code dp_save_drawing(const char *path, const dp_strokes *s, const dp_canvas *shown,
                        dp_err *err);

enum { DP_SAVE_MAX_DRAWINGS = 1000 };

/* Read the drawings of an ndjson file, *n ≥ 1 of them, into an array; to be cleared and freed.
 * DP_IO or DP_INPUT, with the path and the place. */
DP_MUST_CHECK
dp_code dp_save_load(dp_strokes **out, int *n, const char *path, dp_err *err);

#endif
