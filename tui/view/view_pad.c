/* The pad with its frame: the canvas, the crosshair and the tool's outline; or the inset, if it
 * has no other place. */
#include "config.h"

#include "tui/view/view.h"

#include "tui/pad/pointer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Write text into the upper or lower edge, at row y, of the frame around the pad. Returns the
 * column after it. */
static int draw_edge_text(dp_grid *g, const dp_app *app, int y, dp_tone tone,
                          const char *text)
{
    dp_rect pad = app->layout.pad;
    dp_grid_put(g, pad.x + 1, y, ' ', tone);
    int end = dp_view_hints(g, app, (dp_rect){ pad.x + 2, y, pad.w - 4, 1 }, tone, text);
    dp_grid_put(g, end, y, ' ', tone);
    return end;
}

/* If there is no status line: a message, or a job's progress, or the tool, or
 * the keys that fit. */
static void draw_lower_edge(dp_grid *g, const dp_app *app)
{
    dp_rect pad = app->layout.pad;
    int y = pad.y + pad.h;
    static const char *const hints[2][3] = {
        { "c clear · u undo · e eraser · v look · ? help · q quit",
          "c clear · u undo · ? help · q quit", "? help · q quit" },
        { "Enter accept · c clear · u undo · e eraser · Esc cancel",
          "Enter accept · c clear · Esc cancel", "Enter accept · Esc cancel" }
    };
    char tool[32], jobs[96];
    dp_tone tone = dp_view_tool(tool, sizeof tool, app);
    dp_view_jobs(jobs, sizeof jobs, app, pad.w - 4);
    if (app->message[0])
        draw_edge_text(g, app, y,
                       app->message_is_warning ? DP_TONE_WARNING : DP_TONE_TEXT,
                       app->message);
    else if (app->training.model || app->fetching.models[0])
        draw_edge_text(g, app, y, DP_TONE_TEXT, jobs);
    else if (tone == DP_TONE_ACCENT)
        draw_edge_text(g, app, y, tone, tool);
    else
        draw_edge_text(g, app, y, DP_TONE_MUTED,
                       dp_view_fitting(hints[app->once], 3, pad.w - 4));
}

static void draw_edges(dp_grid *g, const dp_app *app, bool inspector)
{
    dp_rect pad = app->layout.pad;
    dp_grid_frame(g, pad, DP_TONE_FRAME);
    char title[64] = "digitpad";
    if (inspector)
        dp_view_inspector_title(title, sizeof title, app, &app->layout.inspector);
    int end = draw_edge_text(g, app, pad.y - 1, DP_TONE_STRONG, title);
    if (inspector)
        dp_grid_button(g, pad.x + 2, pad.y - 1, end, 'v');
    if (app->layout.status.w == 0)
        draw_lower_edge(g, app);
}

/* Whether to say how to begin: until something has been drawn. */
static bool invites(const dp_app *app)
{
    return !app->crosshair_shown && !app->paper.shown && app->history.last == 0 &&
           dp_history_strokes(&app->history)->n_kept == 0;
}

static void draw_invitation(dp_grid *g, const dp_app *app)
{
    dp_rect pad = app->layout.pad;
    if (!invites(app))
        return;
    dp_grid_center(g, pad.x, pad.y + pad.h / 2 - 1, pad.w, DP_TONE_PAPER,
                   "draw a digit here");
    dp_grid_center(g, pad.x, pad.y + pad.h / 2, pad.w, DP_TONE_PAPER,
                   pad.w < 36 ? "mouse, or arrows and d"
                              : "with the mouse, or with arrows and d");
    dp_grid_center(g, pad.x, pad.y + pad.h / 2 + 2, pad.w, DP_TONE_PAPER,
                   "? shows all keys");
}

/* Whether the centre of a pixel is on a circle just outside the area that the tool covers. */
static bool is_on_circle(dp_point center, float radius, int px, int py)
{
    float distance = hypotf((float)px + 0.5F - center.x, (float)py + 0.5F - center.y);
    return fabsf(distance - radius - 0.5F) < 0.5F;
}

static void draw_outline(dp_grid *g, const dp_app *app)
{
    const dp_rect pad = app->layout.pad;
    dp_point center;
    float radius;
    if (!dp_pointer_outline(app, &center, &radius))
        return;
    for (int y = 0; y < pad.h; y++) {
        for (int x = 0; x < pad.w; x++) {
            const float *at = app->canvas.pixel + (ptrdiff_t)2 * y * pad.w + x;
            const float ink[2] = { at[0], at[pad.w] };
            const bool on[2] = { is_on_circle(center, radius, x, 2 * y),
                                 is_on_circle(center, radius, x, 2 * y + 1) };
            dp_cell *cell = dp_grid_at(g, pad.x + x, pad.y + y);
            if (cell && (on[0] || on[1]))
                *cell = dp_palette_outline(&g->palette, ink, on);
        }
    }
}

/* The inset is on the pad, for lack of another place. */
static bool has_inset(const dp_app *app)
{
    return app->layout.inset_on_pad && dp_app_inspects_beside(app);
}

bool dp_view_explains(const dp_app *app)
{
    return dp_app_inspector(app) == DP_INSPECTOR_WHY && app->insight.ready;
}

/* Signs of attribution, as the view "why" has them, do not fit into octants. */
bool dp_view_leaves_ink(const dp_app *app)
{
    return app->fine_ink && !app->layout.too_small && app->overlay == DP_OVERLAY_NONE &&
           !has_inset(app) && !invites(app) &&
           !(dp_view_explains(app) && app->ink == DP_INK_OCTANTS);
}

/* Blank paper, over which the ink is drawn. ncurses lets the terminal move rows that look alike,
 * which would move the ink as well. So each row has another blank in a column of its own. */
static void draw_paper(dp_grid *g, dp_rect pad)
{
    dp_cell mark = dp_palette_pixels(&g->palette, 0, 0, NULL);
    dp_grid_fill(g, pad, mark.paint);
    mark.glyph = U'\u00a0';
    if (g->palette.charset == DP_CHARSET_ASCII) {
        mark.glyph = '.';
        mark.paint.fg = mark.paint.bg;
    }
    for (int y = 0; y < pad.h; y++) {
        dp_cell *cell = dp_grid_at(g, pad.x + y, pad.y + y);
        if (cell)
            *cell = mark;
    }
}

/* The ink in half blocks, and what is drawn over it. */
static void draw_coarse_ink(dp_grid *g, const dp_app *app)
{
    const dp_layout *l = &app->layout;
    if (dp_view_explains(app))
        dp_view_attribution(g, app);
    else
        dp_grid_pixels(g, l->pad.x, l->pad.y, app->canvas.pixel, app->canvas.side,
                       app->canvas.side);
    draw_invitation(g, app);
    draw_outline(g, app);
    if (app->crosshair_shown)
        dp_grid_put(g, l->pad.x + app->crosshair_x, l->pad.y + app->crosshair_y,
                    app->pen_down ? U'●' : U'┼', DP_TONE_CURSOR);
}

void dp_view_pad(dp_grid *g, const dp_app *app)
{
    bool why = dp_app_inspector(app) == DP_INSPECTOR_WHY;
    draw_edges(g, app, has_inset(app) || why);
    if (has_inset(app))
        dp_view_inspector(g, app, &app->layout.inspector);
    else if (dp_view_leaves_ink(app))
        draw_paper(g, app->layout.pad);
    else
        draw_coarse_ink(g, app);
}
