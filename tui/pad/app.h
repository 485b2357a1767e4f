/* The state of the pad, and what can be done to it. No terminal is needed, so that tests can
 * drive it: events go in through pad/events.h, the views in tui/view draw it, and tui/draw
 * connects both to the terminal. */
#ifndef DP_TUI_PAD_APP_H
#define DP_TUI_PAD_APP_H

#include "tui/pad/canvas.h"
#include "tui/pad/history.h"
#include "tui/pad/insight.h"
#include "tui/pad/layout.h"
#include "tui/pad/model_list.h"
#include "tui/pad/model_menu.h"
#include "tui/pad/paper.h"
#include "tui/pad/reading.h"
#include "tui/pad/replay.h"
#include "tui/term/button.h"
#include "tui/term/ink.h"
#include "tui/term/input.h"
#include "tui/term/theme.h"

#include <stdbool.h>
#include <stdint.h>

/* Widths of the pen, in fortieths of the pad's side. */
enum { DP_PEN_MIN = 1, DP_PEN_MAX = 9, DP_PEN_USUAL = 3 };

/* What the pad shows on top of everything else. */
typedef enum dp_overlay {
    DP_OVERLAY_NONE,
    DP_OVERLAY_HELP,
    DP_OVERLAY_MODELS,
} dp_overlay;

/* The models that are being fetched in the background. */
typedef struct dp_fetching {
    char models[64];     /* their names; "" if none is */
    int64_t done, total; /* bytes; done is 0 until the helper reports */
} dp_fetching;

/* The network that is being trained in the background. */
typedef struct dp_training {
    const char *model; /* its name; NULL if none is */
    bool has_result;
} dp_training;

/* The drawings of the file that was opened, and the index of the one on the pad. */
typedef struct dp_gallery {
    dp_strokes *drawing; /* [n] */
    int n, at;
} dp_gallery;

typedef struct dp_app {
    bool once; /* draw --once: Enter accepts the drawing and ends the program */
    bool high_contrast;
    bool light; /* dark ink on light paper, as dp_theme_is_light has it for… */
    dp_theme theme;

    /* The drawing. */
    dp_history history;
    int64_t page_start_ms; /* when the first point of the current page was drawn */
    dp_gallery gallery;
    dp_paper paper; /* under the drawing */
    dp_replay replay;

    /* The tool. */
    dp_tool tool;     /* of the left mouse button and of the keyboard */
    int pen;          /* width: DP_PEN_MIN … DP_PEN_MAX */
    bool pen_resized; /* by the last event: show the tool's outline */

    /* The stroke that is being drawn. */
    bool mouse_down; /* by the mouse, with… */
    int mouse_button;
    bool pen_down;    /* …or by the keyboard */
    bool stroke_open; /* the next point extends the last stroke; false outside the pad */
    int line_from; /* points of the open stroke before its straight end; 0: it has none */
    dp_point pointer; /* the last position, in canvas pixels, possibly outside the pad */

    /* The crosshair of the keyboard, as a cell of the pad. It follows the mouse, hidden. */
    bool crosshair_shown;
    int crosshair_x, crosshair_y;

    /* The answer of the network. */
    dp_model_list models;
    dp_pad_reading reading;
    bool reading_stale; /* the drawing or the model has changed since */
    int latency_us;     /* of the last reading with the pen up; 0: none yet */
    dp_insight insight;

    /* The terminal, as far as it has answered, and the ink on it. */
    dp_caps caps;
    dp_ink_wish ink_wish;
    dp_ink_kind ink;
    bool far;      /* the terminal is, by its replies: update it rarely */
    bool fine_ink; /* the owner draws it, finer than half blocks: leave the pad blank */
    bool redrawn;  /* more than points has changed since the owner last drew the ink */

    /* The screen. */
    dp_layout layout;
    dp_canvas canvas;
    dp_overlay overlay;
    int help_at;  /* with DP_OVERLAY_HELP: how many rows it is scrolled */
    dp_menu menu; /* valid with DP_OVERLAY_MODELS */

    /* The buttons of the screen that is seen, and what the mouse has pressed outside the pad. */
    dp_buttons buttons;
    bool pressed_outside; /* until the release: the mouse neither draws nor erases */
    dp_button pressed;    /* its key is 0 if the mouse was not pressed on a button */

    /* The message in the status line, until the next key or mouse press; "": none. */
    char message[256];
    bool message_is_warning;

    /* Background jobs, and the user's samples. */
    dp_fetching fetching;
    dp_training training;
    int sample_label; /* the digit of DP_REQUEST_KEEP_SAMPLE */
    bool sample_kept; /* the drawing as it is now is one of the samples */

    bool print; /* print the drawing at the end */
} dp_app;

/* Start with an empty pad, a window of 0 × 0 cells, a pen width and a model. `model` and
 * `threads` are those of dp_model_list_open, with its errors. Call dp_app_free even after a
 * failure. */
DP_MUST_CHECK
dp_code dp_app_init(dp_app *app, const char *model, int threads, int pen, dp_err *err);
void dp_app_free(dp_app *app);

/* Lay out the screen for a window of cols × rows cells. The drawing keeps its coordinates; a
 * stroke that is being drawn ends. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_app_resize(dp_app *app, int cols, int rows, dp_err *err);

/* ---- the drawing ----------------------------------------------------------------------- */

/* The strokes on the screen: the current page, or the part of it that a replay has reached. */
const dp_strokes *dp_app_strokes(const dp_app *app);

/* Update the canvas after the history has changed, and mark the reading as stale. `appended`:
 * points and strokes were added, and nothing else has changed. */
void dp_app_drawing_changed(dp_app *app, bool appended);

/* Whether a stroke is being drawn: by mouse, by keyboard or by a replay. */
bool dp_app_is_drawing(const dp_app *app);

/* End the stroke that is being drawn, if any. */
void dp_app_lift_pen(dp_app *app);

/* Open n ≥ 1 drawings and show the first. Takes ownership of the array and its drawings, also if that
 * fails: DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_app_open_drawings(dp_app *app, dp_strokes *drawings, int n, dp_err *err);

/* Open a picture and show it under the drawing. Errors of dp_paper_open. */
DP_MUST_CHECK
dp_code dp_app_open_picture(dp_app *app, const dp_gray *picture, dp_err *err);

/* Whether the reading is that of the picture, because nothing is drawn on it. */
bool dp_app_reads_picture(const dp_app *app);

/* Show the drawing `by` places further on in the file, cyclically. */
void dp_app_next_drawing(dp_app *app, int by);

/* Draw the current page again at the pace at which it was drawn. */
void dp_app_replay(dp_app *app, int64_t now_ms);

/* Advance the replay that is running to now_ms. Returns whether there is something new to
 * show. */
bool dp_app_advance_replay(dp_app *app, int64_t now_ms);

/* End the replay that is running, and show the whole drawing. */
void dp_app_end_replay(dp_app *app);

/* Show a message in the status line; `warning` if something failed. Escapes the text. */
void dp_app_set_message(dp_app *app, bool warning, const char *fmt, ...) DP_PRINTF(3, 4);

#endif
