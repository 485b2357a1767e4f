/* Opens the picture in a file: any format that `digitpad predict` reads. */
#ifndef DP_TUI_DRAW_PICTURE_H
#define DP_TUI_DRAW_PICTURE_H

#include "tui/pad/app.h"

/* Whether a file is a picture and not drawings: its name does not end in .ndjson or .json, and it
 * does not begin as JSON does. False also if it cannot be read or is not a regular file. */
bool dp_picture_is_in(const char *path);

/* Lay the first picture of the file on the pad. Messages name the file, and otherwise are those of
 * predict. DP_IO, DP_INPUT, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_picture_open(dp_app *app, const char *path, dp_err *err);

#endif
