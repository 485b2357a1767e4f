#include "config.h"

#include "tui/pad/keys.h"

#include "engine/core/arith.h"
#include "tui/pad/app_answer.h"
#include "tui/pad/pointer.h"

/* ---- the tool and the crosshair -------------------------------------------------------- */

static void move(dp_app *app, dp_press *press)
{
    dp_pointer_move(app, press->arg, press->mods & DP_MOD_SHIFT, press->now_ms);
}

static void move_fast(dp_app *app, dp_press *press)
{
    dp_pointer_move(app, press->arg, true, press->now_ms);
}

static void toggle_pen(dp_app *app, dp_press *press)
{
    dp_pointer_toggle_pen(app, press->now_ms);
}

static void draw_dot(dp_app *app, dp_press *press)
{
    dp_pointer_dot(app, press->now_ms);
}

static void toggle_eraser(dp_app *app, dp_press *press)
{
    (void)press;
    dp_app_lift_pen(app);
    app->tool = app->tool == DP_PEN ? DP_ERASER : DP_PEN;
}

static void resize_pen(dp_app *app, dp_press *press)
{
    dp_pointer_resize_pen(app, press->arg);
}

static void rest(dp_app *app, dp_press *press)
{
    (void)press;
    dp_app_lift_pen(app);
    app->crosshair_shown = false;
}

/* ---- the drawing ----------------------------------------------------------------------- */

static void change_history(dp_app *app, bool (*change)(dp_history *),
                           const char *no_change)
{
    dp_app_lift_pen(app);
    if (change(&app->history))
        dp_app_drawing_changed(app, false);
    else
        dp_app_set_message(app, false, "%s", no_change);
}

static void show_picture(dp_app *app, bool shown)
{
    dp_app_lift_pen(app);
    app->paper.shown = shown;
    dp_app_drawing_changed(app, false);
    dp_app_set_message(app, false,
                       shown ? "the picture is back"
                             : "the picture is removed · u brings it back");
}

/* The strokes go first, then the picture under them. */
static void clear(dp_app *app, dp_press *press)
{
    (void)press;
    if (dp_app_reads_picture(app))
        show_picture(app, false);
    else
        change_history(app, dp_history_new_page, "the pad is clear");
}

static bool picture_is_removed(const dp_app *app)
{
    return app->paper.pixel && !app->paper.shown &&
           dp_history_strokes(&app->history)->n_strokes == 0;
}

/* If the drawing has just been kept as a sample, that is the step to undo. */
static void undo(dp_app *app, dp_press *press)
{
    if (app->sample_kept)
        press->request = DP_REQUEST_WITHDRAW_SAMPLE;
    else if (picture_is_removed(app))
        show_picture(app, true);
    else
        change_history(app, dp_history_undo, "nothing to undo");
}

static void redo(dp_app *app, dp_press *press)
{
    (void)press;
    change_history(app, dp_history_redo, "nothing to redo");
}

static void replay(dp_app *app, dp_press *press)
{
    dp_app_lift_pen(app);
    dp_app_replay(app, press->now_ms);
}

static void next_drawing(dp_app *app, dp_press *press)
{
    dp_app_lift_pen(app);
    dp_app_next_drawing(app, press->arg);
}

static void save(dp_app *app, dp_press *press)
{
    dp_app_lift_pen(app);
    press->request = DP_REQUEST_SAVE;
}

static void copy(dp_app *app, dp_press *press)
{
    dp_app_lift_pen(app);
    press->request = DP_REQUEST_COPY;
}

static void toggle_print(dp_app *app, dp_press *press)
{
    (void)press;
    app->print = !app->print;
    dp_app_set_message(app, false,
                       app->print
                           ? "printed at the end: the drawing that is on the pad then"
                           : "nothing is printed at the end");
}

static void keep_sample(dp_app *app, dp_press *press)
{
    dp_app_lift_pen(app);
    app->sample_label = press->arg;
    press->request = DP_REQUEST_KEEP_SAMPLE;
}

/* ---- the network ----------------------------------------------------------------------- */

static void select_next_model(dp_app *app, dp_press *press)
{
    (void)press;
    dp_err err;
    if (dp_model_list_next(&app->models, &err) != DP_OK)
        dp_app_set_message(app, true, "%s", err.msg);
    app->reading_stale = true;
}

/* The next reading computes what the selected view needs. */
static void select_next_view(dp_app *app, dp_press *press)
{
    dp_session *session = dp_model_list_session(&app->models);
    app->insight.inspector = dp_app_inspector(app);
    dp_insight_next_view(&app->insight, dp_session_model(session), press->arg);
    app->reading_stale = true;
}

/* A click on a bar: why the answer is not this digit; on the answer itself, why not the next best.
 * A second click goes back. */
static void explain(dp_app *app, dp_press *press)
{
    if (app->reading.ink == DP_INK_ENOUGH)
        dp_insight_explain(&app->insight, &app->reading.prediction, press->row);
    app->reading_stale = true;
}

static void stop_fetching(dp_app *app, dp_press *press)
{
    if (app->fetching.models[0])
        press->request = DP_REQUEST_STOP_FETCHING;
}

static void stop_job(dp_app *app, dp_press *press)
{
    if (app->training.model)
        press->request = DP_REQUEST_STOP_TRAINING;
    else
        stop_fetching(app, press);
}

/* ---- the menu of models ---------------------------------------------------------------- */

static void open_menu(dp_app *app, dp_press *press)
{
    (void)press;
    dp_app_lift_pen(app);
    dp_menu_open(&app->menu, &app->models);
    app->overlay = DP_OVERLAY_MODELS;
}

static void move_in_menu(dp_app *app, dp_press *press)
{
    dp_menu_move(&app->menu, press->arg);
}

/* Select the model of the menu's row, or fetch it. */
static void choose_model(dp_app *app, dp_press *press)
{
    const dp_menu_row *row = &app->menu.row[app->menu.at];
    dp_err err;
    if (row->state == DP_MENU_ABSENT) {
        press->request = DP_REQUEST_FETCH;
        return;
    }
    app->overlay = DP_OVERLAY_NONE;
    if (dp_model_list_select(&app->models, row->name, &err) != DP_OK)
        dp_app_set_message(app, true, "%s", err.msg);
    app->reading_stale = true;
}

static void choose_clicked(dp_app *app, dp_press *press)
{
    app->menu.at = press->row;
    choose_model(app, press);
}

static void close_overlay(dp_app *app, dp_press *press)
{
    (void)press;
    app->overlay = DP_OVERLAY_NONE;
}

/* ---- the program ----------------------------------------------------------------------- */

static void open_help(dp_app *app, dp_press *press)
{
    (void)press;
    app->help_at = 0;
    app->overlay = DP_OVERLAY_HELP;
}

static void scroll_help(dp_app *app, dp_press *press)
{
    const dp_key_row *rows[DP_HELP_ROWS_MAX];
    app->help_at += press->arg;
    app->help_at = dp_key_help(rows, app).first;
}

static void page_help(dp_app *app, dp_press *press)
{
    const dp_key_row *rows[DP_HELP_ROWS_MAX];
    dp_help_window w = dp_key_help(rows, app);
    app->help_at += press->arg * (w.height * w.columns - 1);
    app->help_at = dp_key_help(rows, app).first;
}

static void toggle_contrast(dp_app *app, dp_press *press)
{
    (void)press;
    app->high_contrast = !app->high_contrast;
}

/* What only the loop can do: `arg` is the request. */
static void request(dp_app *app, dp_press *press)
{
    (void)app;
    press->request = (dp_request)press->arg;
}

/* ---- the table ------------------------------------------------------------------------- */

#define ROW(shown, text, places, ...)                                                    \
    {                                                                                    \
        .names = shown, .what = text, .where = places, __VA_ARGS__                       \
    }
#define KEYS(...) .key = ((const dp_key[]){ __VA_ARGS__, { 0 } })
#define MOUSE     .key = NULL

/* The most important keys first: the help of a low window must be scrolled to see the others. */
const dp_key_row dp_key_rows[] = {
    ROW("left drag", "draw", DP_ON_PAD, MOUSE),
    ROW("right drag", "erase", DP_ON_PAD, MOUSE),
    ROW("wheel  [ ]", "pen size", DP_ON_PAD,
        KEYS({ '[', resize_pen, -1 }, { ']', resize_pen, 1 })),
    ROW("arrows  hjkl", "crosshair; HJKL: by four", DP_ON_PAD,
        KEYS({ DP_KEY_LEFT, move, DP_TO_LEFT }, { DP_KEY_RIGHT, move, DP_TO_RIGHT },
             { DP_KEY_UP, move, DP_TO_TOP }, { DP_KEY_DOWN, move, DP_TO_BOTTOM },
             { DP_KEY_HOME, move, DP_TO_TOP_LEFT },
             { DP_KEY_PAGE_UP, move, DP_TO_TOP_RIGHT },
             { DP_KEY_END, move, DP_TO_BOTTOM_LEFT },
             { DP_KEY_PAGE_DOWN, move, DP_TO_BOTTOM_RIGHT }, { 'h', move, DP_TO_LEFT },
             { 'l', move, DP_TO_RIGHT }, { 'k', move, DP_TO_TOP },
             { 'j', move, DP_TO_BOTTOM }, { 'H', move_fast, DP_TO_LEFT },
             { 'L', move_fast, DP_TO_RIGHT }, { 'K', move_fast, DP_TO_TOP },
             { 'J', move_fast, DP_TO_BOTTOM })),
    ROW("d  space", "pen down or up; dot", DP_ON_PAD,
        KEYS({ 'd', toggle_pen, 0 }, { ' ', draw_dot, 0 })),
    ROW("e", "eraser or pen", DP_ON_PAD, KEYS({ 'e', toggle_eraser, 0 })),
    ROW("c", "clear", DP_ON_PAD, KEYS({ 'c', clear, 0 })),
    ROW("u  U  ^R", "undo; redo", DP_ON_PAD,
        KEYS({ 'u', undo, 0 }, { 'U', redo, 0 }, { DP_CTRL('r'), redo, 0 })),
    ROW("m  M", "next model; all models", DP_ON_PAD,
        KEYS({ 'm', select_next_model, 0 }, { 'M', open_menu, 0 })),
    ROW("0 … 9", "label: keep as a sample", DP_ON_PAD, .mode = DP_UNLESS_ONCE,
        KEYS({ '0', keep_sample, 0 }, { '1', keep_sample, 1 }, { '2', keep_sample, 2 },
             { '3', keep_sample, 3 }, { '4', keep_sample, 4 }, { '5', keep_sample, 5 },
             { '6', keep_sample, 6 }, { '7', keep_sample, 7 }, { '8', keep_sample, 8 },
             { '9', keep_sample, 9 })),
    ROW("T", "train on the samples", DP_ON_PAD, .mode = DP_UNLESS_ONCE,
        KEYS({ 'T', request, DP_REQUEST_TRAIN })),
    ROW("x", "stop training, fetching", DP_ON_PAD, KEYS({ 'x', stop_job, 0 })),
    ROW("v  V", "look inside: next; back", DP_ON_PAD,
        KEYS({ 'v', select_next_view, 1 }, { 'V', select_next_view, -1 })),
    ROW("click a bar", "why not this digit", DP_ON_PAD, KEYS({ DP_KEY_ROW, explain, 0 })),
    ROW("C", "high contrast", DP_ON_PAD, KEYS({ 'C', toggle_contrast, 0 })),
    ROW("i", "next ink", DP_ON_PAD, KEYS({ 'i', request, DP_REQUEST_NEXT_INK })),
    ROW("r", "replay the drawing", DP_ON_PAD, KEYS({ 'r', replay, 0 })),
    ROW("n  N", "next drawing; back", DP_ON_PAD,
        KEYS({ 'n', next_drawing, 1 }, { 'N', next_drawing, -1 })),
    ROW("s", "save the drawing", DP_ON_PAD, .mode = DP_UNLESS_ONCE,
        KEYS({ 's', save, 0 })),
    ROW("y  Y", "copy digit; print at end", DP_ON_PAD, .mode = DP_UNLESS_ONCE,
        KEYS({ 'y', copy, 0 }, { 'Y', toggle_print, 0 })),
    ROW("Enter", "accept the drawing", DP_ON_PAD | DP_IN_SMALL_WINDOW,
        .mode = DP_ONLY_ONCE, KEYS({ DP_KEY_ENTER, request, DP_REQUEST_ACCEPT })),
    ROW("^L  ^Z", "redraw; suspend", DP_ANYWHERE,
        KEYS({ DP_CTRL('l'), request, DP_REQUEST_REDRAW },
             { DP_CTRL('z'), request, DP_REQUEST_SUSPEND })),
    ROW("?  q", "this help; quit", DP_ON_PAD, .mode = DP_UNLESS_ONCE,
        KEYS({ '?', open_help, 0 }, { 'q', request, DP_REQUEST_QUIT })),
    ROW("Esc  q", "cancel", DP_ON_PAD | DP_IN_SMALL_WINDOW, .mode = DP_ONLY_ONCE,
        KEYS({ DP_KEY_ESC, request, DP_REQUEST_CANCEL },
             { 'q', request, DP_REQUEST_CANCEL })),
    ROW("Shift-drag", "straight line, or select", DP_ON_PAD, MOUSE),

    ROW("Esc", "lift the pen, hide the crosshair", DP_ON_PAD, .mode = DP_UNLESS_ONCE,
        .minor = true, KEYS({ DP_KEY_ESC, rest, 0 })),
    ROW("^C", "quit", DP_ANYWHERE, .minor = true,
        KEYS({ DP_CTRL('c'), request, DP_REQUEST_INTERRUPT })),
    ROW("?", "this help", DP_ON_PAD, .mode = DP_ONLY_ONCE, .minor = true,
        KEYS({ '?', open_help, 0 })),
    ROW("q", "quit", DP_IN_SMALL_WINDOW, .mode = DP_UNLESS_ONCE,
        KEYS({ 'q', request, DP_REQUEST_QUIT })),

    ROW("arrows  kj", "scroll", DP_IN_HELP,
        KEYS({ DP_KEY_UP, scroll_help, -1 }, { DP_KEY_DOWN, scroll_help, 1 },
             { 'k', scroll_help, -1 }, { 'j', scroll_help, 1 },
             { DP_KEY_PAGE_UP, page_help, -1 }, { DP_KEY_PAGE_DOWN, page_help, 1 },
             { DP_KEY_HOME, scroll_help, -DP_HELP_ROWS_MAX },
             { DP_KEY_END, scroll_help, DP_HELP_ROWS_MAX })),
    ROW("any other key", "back to the pad", DP_IN_HELP,
        KEYS({ DP_KEY_OUTSIDE, close_overlay, 0 })),

    ROW("arrows  kjm", "previous or next model", DP_IN_MENU,
        KEYS({ DP_KEY_UP, move_in_menu, -1 }, { DP_KEY_DOWN, move_in_menu, 1 },
             { 'k', move_in_menu, -1 }, { 'j', move_in_menu, 1 },
             { 'm', move_in_menu, 1 })),
    ROW("Enter  click", "use the model, or fetch it", DP_IN_MENU,
        KEYS({ DP_KEY_ENTER, choose_model, 0 }, { DP_KEY_ROW, choose_clicked, 0 })),
    ROW("x", "stop fetching", DP_IN_MENU, KEYS({ 'x', stop_fetching, 0 })),
    ROW("Esc  M  q", "back", DP_IN_MENU,
        KEYS({ DP_KEY_ESC, close_overlay, 0 }, { 'M', close_overlay, 0 },
             { 'q', close_overlay, 0 }, { DP_KEY_OUTSIDE, close_overlay, 0 })),
    { 0 },
};

bool dp_key_row_works(const dp_key_row *row, unsigned where, bool once)
{
    return (row->where & where) != 0 &&
           (row->mode == DP_ONCE_OR_NOT || (row->mode == DP_ONLY_ONCE) == once);
}

static unsigned where_of(const dp_app *app)
{
    switch (app->overlay) {
    case DP_OVERLAY_HELP:
        return DP_IN_HELP;
    case DP_OVERLAY_MODELS:
        return DP_IN_MENU;
    case DP_OVERLAY_NONE:
        break;
    }
    return app->layout.too_small ? DP_IN_SMALL_WINDOW : DP_ON_PAD;
}

const dp_key *dp_key_find(const dp_app *app, int code)
{
    for (const dp_key_row *row = dp_key_rows; row->where; row++)
        if (dp_key_row_works(row, where_of(app), app->once))
            for (const dp_key *key = row->key; key && key->code; key++)
                if (key->code == code)
                    return key;
    return NULL;
}

/* Above and below the rows is a frame. */
dp_help_window dp_key_help(const dp_key_row *rows[DP_HELP_ROWS_MAX], const dp_app *app)
{
    dp_help_window w = { 0 };
    for (const dp_key_row *row = dp_key_rows; row->where && w.n < DP_HELP_ROWS_MAX; row++)
        if (!row->minor && dp_key_row_works(row, DP_ON_PAD, app->once))
            rows[w.n++] = row;
    w.columns = app->layout.cols >= 2 * DP_HELP_COLUMN_W + 2 ? 2 : 1;
    w.height = dp_min_int(dp_ceil_div_int(w.n, w.columns), app->layout.rows - 2);
    w.first = dp_clamp_int(app->help_at, 0, dp_max_int(w.n - w.height * w.columns, 0));
    return w;
}
