/* The panel beside the pad: its frame, the answer, the bars, the inset. */
#include "config.h"

#include "tui/view/view.h"

#include <stdio.h>

/* ---- inset ----------------------------------------------------------------------------- */

static void draw_inset(dp_grid *g, const dp_app *app, const dp_panel *panel)
{
    dp_rect r = dp_app_inspector(app) == DP_INSPECTOR_IMAGE ? panel->inset : panel->maps;
    char title[96];
    dp_view_inspector_title(title, sizeof title, app, panel);
    dp_grid_center(g, r.x, r.y - 1, r.w, DP_TONE_MUTED, title);
    dp_buttons_add(&g->buttons, (dp_button){ { r.x, r.y - 1, r.w, r.h + 1 }, 'v', 0 });
    dp_view_inspector(g, app, panel);
}

/* ---- frame ----------------------------------------------------------------------------- */

/* The number of parameters: "391k " */
static void format_size(char *text, size_t size, const dp_app *app)
{
    const dp_model *m = dp_session_model(dp_model_list_session(&app->models));
    double n = (double)dp_model_layout(m)->trainable;
    if (n < 1e6)
        snprintf(text, size, "%.0fk ", n * 1e-3);
    else
        snprintf(text, size, "%.1fM ", n * 1e-6);
}

/* On the right of the upper edge, from column x on: how long the answer took. The time is not
 * that of the network alone, which the menu shows, so a word says what it is. */
static void draw_time(dp_grid *g, const dp_app *app, int x)
{
    const dp_rect f = app->layout.frame;
    const int width = f.x + f.w - 2 - x;
    char time[32], text[48];
    if (app->latency_us == 0 || app->reading.ink == DP_INK_BLANK)
        return;
    if (dp_app_reads_picture(app)) /* which takes so much longer than a drawing */
        snprintf(time, sizeof time, "%d ms", (app->latency_us + 500) / 1000);
    else
        snprintf(time, sizeof time, "%d µs", app->latency_us);
    snprintf(text, sizeof text, " answer in %s ", time);
    if (dp_grid_text_width(text) > width)
        snprintf(text, sizeof text, " in %s ", time);
    dp_grid_right(g, x, f.y, width, DP_TONE_MUTED, text);
}

/* In the upper edge: on the left the network's name and size, on the right the time. */
static void draw_frame(dp_grid *g, const dp_app *app)
{
    dp_rect f = app->layout.frame;
    dp_rect inside = { f.x + 1, f.y + 1, f.w - 2, f.h - 2 };
    dp_grid_frame(g, inside, DP_TONE_FRAME);
    char text[96];
    snprintf(text, sizeof text, " %s ", dp_model_list_name(&app->models));
    int x = dp_grid_text(g, f.x + 2, f.y, f.w - 16, DP_TONE_STRONG, text);
    dp_grid_button(g, f.x + 2, f.y, x, 'M');
    format_size(text, sizeof text, app);
    if (x + dp_grid_text_width(text) < f.x + f.w - 14)
        x = dp_grid_text(g, x, f.y, f.w - 16, DP_TONE_MUTED, text);
    draw_time(g, app, x);
}

void dp_view_panel(dp_grid *g, const dp_app *app)
{
    const dp_layout *l = &app->layout;
    bool inset = dp_app_inspects_beside(app) && !l->inset_on_pad;
    const dp_panel *panel = inset ? &l->inspector : &l->plain;
    if (!l->compact)
        draw_frame(g, app);
    dp_view_answer(g, app, panel);
    dp_view_bars(g, app, panel->bars);
    if (inset)
        draw_inset(g, app, panel);
}
