#include "config.h"

#include "tui/pad/pointer.h"

#include "engine/core/arith.h"

#include <math.h>

enum { FAST_STEP = 4 }; /* cells */

/* ---- strokes --------------------------------------------------------------------------- */

/* The eraser is twice as wide as the pen. */
float dp_pointer_width(const dp_app *app, dp_tool tool)
{
    float pixels = (float)(tool == DP_ERASER ? 2 * app->pen : app->pen);
    return pixels * app->canvas.extent / 40;
}

/* The centre of a cell of the pad, in canvas pixels. */
static dp_point center_of_cell(int x, int y)
{
    return (dp_point){ (float)x + 0.5F, (float)(2 * y) + 1 };
}

static dp_tool tool_of_button(const dp_app *app, int button)
{
    return button == DP_BUTTON_RIGHT ? DP_ERASER : app->tool;
}

bool dp_pointer_outline(const dp_app *app, dp_point *center, float *radius)
{
    dp_tool tool = app->mouse_down ? tool_of_button(app, app->mouse_button) : app->tool;
    bool erases = app->mouse_down && tool == DP_ERASER;
    if (!app->crosshair_shown && !app->pen_resized && !erases)
        return false;
    *center = app->mouse_down ? app->pointer
                              : center_of_cell(app->crosshair_x, app->crosshair_y);
    *radius =
        dp_pointer_width(app, tool) / app->canvas.extent * (float)app->canvas.side / 2;
    return true;
}

static int32_t time_on_page(dp_app *app, int64_t now_ms)
{
    if (dp_history_strokes(&app->history)->n_strokes == 0)
        app->page_start_ms = now_ms;
    int64_t elapsed = now_ms - app->page_start_ms;
    return elapsed < INT32_MAX ? (int32_t)elapsed : INT32_MAX;
}

/* Extend the open stroke, or begin one, with a point in canvas pixels. */
static void add_point(dp_app *app, dp_tool tool, dp_point pixel, int64_t now_ms)
{
    dp_point p = dp_canvas_to_drawing(&app->canvas, pixel);
    int32_t time_ms = time_on_page(app, now_ms);
    dp_err err = { DP_OK, "" };
    dp_code code = app->stroke_open
                       ? dp_history_extend(&app->history, p, time_ms, &err)
                       : dp_history_begin(&app->history, tool,
                                          dp_pointer_width(app, tool), p, time_ms, &err);
    if (code != DP_OK) {
        dp_app_set_message(app, true, "%s", err.msg);
        return;
    }
    /* The first stroke may be on a new page, which the canvas does not show yet. */
    bool appended = app->stroke_open || dp_history_strokes(&app->history)->n_strokes > 1;
    app->stroke_open = true;
    dp_app_drawing_changed(app, appended);
}

/* Liang and Barsky's clipping on one axis: shrink t0 … t1, a part of the way from a to b, to the
 * part that is within 0 … limit. False if no part is. */
static bool clip_axis(float *t0, float *t1, float a, float b, float limit)
{
    float d = b - a;
    if (d == 0)
        return a >= 0 && a <= limit;
    float enter = (d > 0 ? -a : limit - a) / d, leave = (d > 0 ? limit - a : -a) / d;
    *t0 = fmaxf(*t0, enter);
    *t1 = fminf(*t1, leave);
    return *t0 <= *t1;
}

/* The point where the pad's edge cuts a line, rounded to half pixels: a stroke of cells is smoothed
 * only if all its points are on that grid (engine/ink/smooth.h). */
static dp_point cut(dp_point a, dp_point b, float t)
{
    float x = a.x + t * (b.x - a.x), y = a.y + t * (b.y - a.y);
    return (dp_point){ rintf(2 * x) / 2, rintf(2 * y) / 2 };
}

/* Draw a line to a point that may be outside the pad. Only the part inside is drawn; a line
 * that enters the pad begins a new stroke. */
static void draw_to(dp_app *app, dp_tool tool, dp_point to, int64_t now_ms)
{
    float t0 = 0, t1 = 1, side = (float)app->canvas.side;
    dp_point from = app->pointer;
    app->pointer = to;
    if (!clip_axis(&t0, &t1, from.x, to.x, side) ||
        !clip_axis(&t0, &t1, from.y, to.y, side)) {
        app->stroke_open = false;
        return;
    }
    if (!app->stroke_open)
        add_point(app, tool, t0 > 0 ? cut(from, to, t0) : from, now_ms);
    add_point(app, tool, t1 < 1 ? cut(from, to, t1) : to, now_ms);
    if (t1 < 1)
        app->stroke_open = false;
}

/* End the open stroke in a straight line to a point, which replaces the line of the last call. What
 * is outside the pad is cut off. */
static void stretch_line(dp_app *app, dp_tool tool, dp_point to, int64_t now_ms)
{
    const dp_strokes *s = dp_history_strokes(&app->history);
    const dp_stroke *stroke = &s->stroke[s->n_strokes - 1];
    float t0 = 0, t1 = 1, side = (float)app->canvas.side;
    if (app->line_from == 0)
        app->line_from = stroke->count;
    dp_point start = s->point[stroke->first + app->line_from - 1];
    dp_point from = dp_canvas_to_pixels(&app->canvas, start);
    dp_history_shorten(&app->history, app->line_from);
    app->pointer = to;
    bool visible = clip_axis(&t0, &t1, from.x, to.x, side) &&
                   clip_axis(&t0, &t1, from.y, to.y, side);
    add_point(app, tool,
              visible && t1 < 1 ? cut(from, to, t1)
              : visible         ? to
                                : from,
              now_ms);
    dp_app_drawing_changed(app, false);
}

static bool is_inside(const dp_app *app, dp_point p)
{
    float side = (float)app->canvas.side;
    return p.x >= 0 && p.x <= side && p.y >= 0 && p.y <= side;
}

/* Continue freehand. If the line has left the pad, the next one begins a new stroke. */
static void end_line(dp_app *app)
{
    if (app->line_from > 0 && !is_inside(app, app->pointer))
        app->stroke_open = false;
    app->line_from = 0;
}

static void begin_stroke(dp_app *app, dp_tool tool, dp_point at, int64_t now_ms)
{
    app->stroke_open = false;
    app->pointer = at;
    if (is_inside(app, at))
        add_point(app, tool, at, now_ms);
}

void dp_pointer_resize_pen(dp_app *app, int by)
{
    app->pen = dp_clamp_int(app->pen + by, DP_PEN_MIN, DP_PEN_MAX);
    app->pen_resized = true;
}

/* ---- mouse ----------------------------------------------------------------------------- */

/* Move the crosshair to the mouse, so that the keyboard continues there. */
static void move_crosshair_to(dp_app *app, const dp_event *e)
{
    if (!dp_rect_contains(app->layout.pad, e->x, e->y))
        return;
    app->crosshair_x = e->x - app->layout.pad.x;
    app->crosshair_y = e->y - app->layout.pad.y;
}

/* The place of a mouse report in canvas pixels: the middle of its cell, or exact. */
static dp_point place_of(const dp_app *app, const dp_event *e)
{
    dp_rect pad = app->layout.pad;
    if (!e->fine)
        return center_of_cell(e->x - pad.x, e->y - pad.y);
    return (dp_point){ e->px - (float)pad.x, 2 * (e->py - (float)pad.y) };
}

/* Draw with a button that is held, with Shift a straight line. Reports may be lost on the way: a drag whose press was lost
 * begins a stroke; a press ends the stroke whose release was lost. */
static void press_or_drag(dp_app *app, const dp_event *e, bool drags, int64_t now_ms)
{
    dp_tool tool = tool_of_button(app, e->button);
    dp_point at = place_of(app, e);
    bool straight = drags && app->stroke_open && e->mods & DP_MOD_SHIFT;
    if (!straight)
        end_line(app);
    if (straight)
        stretch_line(app, tool, at, now_ms);
    else if (drags)
        draw_to(app, tool, at, now_ms);
    else
        begin_stroke(app, tool, at, now_ms);
    app->mouse_down = true;
    app->mouse_button = e->button;
    app->crosshair_shown = false;
    move_crosshair_to(app, e);
}

static void turn_wheel(dp_app *app, const dp_event *e)
{
    move_crosshair_to(app, e);
    dp_pointer_resize_pen(app, e->mouse == DP_MOUSE_WHEEL_UP ? 1 : -1);
}

void dp_pointer_mouse(dp_app *app, const dp_event *e, int64_t now_ms)
{
    if (e->mouse == DP_MOUSE_PRESS)
        app->message[0] = '\0';
    if (e->mouse == DP_MOUSE_WHEEL_UP || e->mouse == DP_MOUSE_WHEEL_DOWN) {
        turn_wheel(app, e);
        return;
    }
    bool up = e->mouse == DP_MOUSE_RELEASE || e->button == DP_BUTTON_NONE;
    bool draws = !up && (e->button == DP_BUTTON_LEFT || e->button == DP_BUTTON_RIGHT);
    bool drags = draws && e->mouse == DP_MOUSE_MOVE && app->mouse_down &&
                 app->mouse_button == e->button;
    if ((draws && !drags) || (up && app->mouse_down))
        dp_app_lift_pen(app);
    if (draws)
        press_or_drag(app, e, drags, now_ms);
}

/* ---- keyboard drawing ------------------------------------------------------------------ */

void dp_pointer_move(dp_app *app, int direction, bool fast, int64_t now_ms)
{
    static const struct {
        int dx, dy;
    } steps[] = {
        [DP_TO_LEFT] = { -1, 0 },        [DP_TO_RIGHT] = { 1, 0 },
        [DP_TO_TOP] = { 0, -1 },         [DP_TO_BOTTOM] = { 0, 1 },
        [DP_TO_TOP_LEFT] = { -2, -1 },   [DP_TO_TOP_RIGHT] = { 2, -1 },
        [DP_TO_BOTTOM_LEFT] = { -2, 1 }, [DP_TO_BOTTOM_RIGHT] = { 2, 1 },
    };
    int x = app->crosshair_x + steps[direction].dx * (fast ? FAST_STEP : 1);
    int y = app->crosshair_y + steps[direction].dy * (fast ? FAST_STEP : 1);
    app->crosshair_shown = true;
    app->crosshair_x = dp_clamp_int(x, 0, app->layout.pad.w - 1);
    app->crosshair_y = dp_clamp_int(y, 0, app->layout.pad.h - 1);
    if (app->pen_down)
        draw_to(app, app->tool, center_of_cell(app->crosshair_x, app->crosshair_y),
                now_ms);
}

void dp_pointer_toggle_pen(dp_app *app, int64_t now_ms)
{
    bool down = !app->pen_down;
    dp_app_lift_pen(app);
    app->crosshair_shown = true;
    app->pen_down = down;
    if (down)
        begin_stroke(app, app->tool, center_of_cell(app->crosshair_x, app->crosshair_y),
                     now_ms);
}

void dp_pointer_dot(dp_app *app, int64_t now_ms)
{
    dp_app_lift_pen(app);
    app->crosshair_shown = true;
    begin_stroke(app, app->tool, center_of_cell(app->crosshair_x, app->crosshair_y),
                 now_ms);
    dp_app_lift_pen(app);
}
