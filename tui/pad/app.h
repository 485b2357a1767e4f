/* The pad without its terminal: what is drawn, what the network says of it, and what each
 * event does. Curses-free, and tested without a terminal. */
#ifndef DP_TUI_PAD_APP_H
#define DP_TUI_PAD_APP_H

#include "tui/pad/reading.h"
#include "tui/pad/canvas.h"
#include "tui/pad/history.h"
#include "tui/term/input.h"
#include "tui/pad/insight.h"
#include "tui/pad/layout.h"
#include "tui/pad/model_menu.h"
#include "tui/pad/model_list.h"
#include "tui/pad/replay.h"

#include <stdbool.h>
#include <stdint.h>

enum { DP_PEN_MIN = 1, DP_PEN_MAX = 9, DP_PEN_USUAL = 3 };

/* What an event asks of whoever owns the terminal. */
typedef enum dp_request {
    DP_REQUEST_NONE,
    DP_REQUEST_QUIT,
    DP_REQUEST_ACCEPT, /* --once: the drawing is finished */
    DP_REQUEST_CANCEL, /* --once: no answer is wanted */
    DP_REQUEST_SAVE,
    DP_REQUEST_REDRAW,
    DP_REQUEST_SUSPEND,
    DP_REQUEST_STOP_FETCHING,
    DP_REQUEST_FETCH,   /* the model that is chosen in the menu */
    DP_REQUEST_LABEL,   /* the drawing is an app->label… */
    DP_REQUEST_UNLABEL, /* …or not, after all */
    DP_REQUEST_TRAIN,
    DP_REQUEST_STOP_TRAINING,
} dp_request;

/* What stands over everything else. */
typedef enum dp_overlay {
    DP_OVERLAY_NONE,
    DP_OVERLAY_HELP,
    DP_OVERLAY_MODELS
} dp_overlay;

/* What is being fetched meanwhile, in bytes; models is "" where nothing is. */
typedef struct dp_fetching {
    char models[64];
    int64_t done, total; /* done 0: nothing is known yet */
} dp_fetching;

/* What is being trained meanwhile; name NULL: nothing. */
typedef struct dp_training {
    const char *name;
    double part; /* done, 0 … 1 */
    bool told;   /* its result */
} dp_training;

/* The drawings of the file that was opened, of which one is on the pad. */
typedef struct dp_gallery {
    dp_strokes *drawing; /* [n] */
    int n, at;
} dp_gallery;

typedef struct dp_app {
    bool once;
    dp_model_list models;
    dp_history history;
    dp_gallery gallery;
    dp_replay replay;
    dp_canvas canvas;
    dp_layout layout;

    dp_tool tool; /* of the left button and the keyboard */
    int pen;      /* DP_PEN_MIN … DP_PEN_MAX: pixels of a pad of 40 */

    /* The stroke being drawn. */
    bool mouse_down; /* by the mouse… */
    int mouse_button;
    bool pen_down;    /* …or by the keyboard */
    bool stroke_open; /* false while the pointer is outside the pad */
    dp_point pointer; /* in the canvas' pixels, possibly outside */

    bool sized;           /* the last event changed the pen's size */
    bool crosshair;       /* shown since the keyboard was last used to draw */
    int cross_x, cross_y; /* cell of the pad */

    dp_reading reading;
    int latency_us; /* of the last answer with the pen up; 0: none yet */
    bool stale;     /* the drawing or the model changed since */
    dp_insight insight;
    dp_overlay overlay;
    dp_menu menu; /* with DP_OVERLAY_MODELS */
    bool high_contrast;
    char message[256]; /* in the status line until the next key or press; "" for none */
    bool warning;      /* it tells of a failure */
    dp_fetching fetching;
    int label;     /* of DP_REQUEST_LABEL */
    bool labelled; /* this drawing is kept as a sample */
    dp_training training;
    int64_t start_ms; /* when the page was begun */
} dp_app;

/* An empty pad with this pen and this model, run on so many threads (as dp_model_list_open).
 * Nothing is shown before dp_app_resize. dp_app_free frees what a failed call left, too. */
DP_MUST_CHECK
dp_code dp_app_init(dp_app *app, const char *model, int threads, int pen, dp_err *err);
void dp_app_free(dp_app *app);

/* Show the first of n ≥ 1 drawings, which are taken over with the array that they are in. */
void dp_app_open_drawings(dp_app *app, dp_strokes *drawings, int n);

/* What is to be seen: the drawing, or as much of it as is replayed so far. */
const dp_strokes *dp_app_strokes(const dp_app *app);

/* Draw the drawing again as it was drawn. */
void dp_app_replay(dp_app *app, int64_t now_ms);

/* Time has come to now_ms. True where a replay shows more. */
bool dp_app_advance(dp_app *app, int64_t now_ms);

/* Go to another drawing of the file. */
void dp_app_turn_page(dp_app *app, int by);

/* The window changed. The drawing stays, in its own coordinates. */
DP_MUST_CHECK
dp_code dp_app_resize(dp_app *app, int cols, int rows, dp_err *err);

/* Ask the network where anything changed. True where the answer is new. */
bool dp_app_predict(dp_app *app);

/* The drawing changed: by growing at most, or otherwise. */
void dp_app_changed(dp_app *app, bool grown);

/* What there is to say of the drawing. */
typedef enum dp_verdict {
    DP_VERDICT_BLANK,
    DP_VERDICT_KEEP_DRAWING,
    DP_VERDICT_NOT_A_DIGIT, /* never while the pen is down: it may become one */
    DP_VERDICT_DIGIT,
} dp_verdict;
dp_verdict dp_app_verdict(const dp_app *app);

/* Whether a stroke is being drawn this moment. */
bool dp_app_is_drawing(const dp_app *app);

/* End the stroke that is being drawn, by mouse or keyboard. */
void dp_app_lift_pen(dp_app *app);

/* Show the whole drawing, if a replay is going on. */
void dp_app_end_replay(dp_app *app);

/* Which view of the network's inside is on the screen, and whether it takes a place of its
 * own, unlike what is drawn over the ink. Never DP_INSPECTOR_WHERE_ROOMY. */
dp_inspector dp_app_inspector(const dp_app *app);
bool dp_app_inspects_beside(const dp_app *app);

/* A message for the status line; `warning` where something failed. */
void dp_app_say(dp_app *app, bool warning, const char *fmt, ...) DP_PRINTF(3, 4);

#endif
