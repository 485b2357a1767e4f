/* Opens the picture in a file: any format that `digitpad predict` reads. */
#ifndef DP_TUI_DRAW_PICTURE_H
#define DP_TUI_DRAW_PICTURE_H

#include "tui/pad/app.h"

/* Whether a file is a picture and not drawings: it is a regular file, its name does not end in .ndjson
 * or .json, and it does not begin as JSON does. DP_IO, DP_NOMEM; messages name the file. */
DP_MUST_CHECK
dp_code dp_picture_is_in(bool *is, const char *path, dp_err *err);

/* Lay the first picture of the file on the pad. Messages name the file, and otherwise are those of
 * predict. DP_IO, DP_INPUT, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_picture_open(dp_app *app, const char *path, dp_err *err);

#endif
