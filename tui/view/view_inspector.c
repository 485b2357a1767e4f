/* The views into the network: its input, feature maps, activations of dense layers; and, on the
 * pad, the attribution of the answer to the ink. */
#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"

#include <math.h>
#include <stdio.h>

/* ---- image ----------------------------------------------------------------------------- */

static void draw_image(dp_grid *g, const dp_app *app, dp_rect r)
{
    float ink[DP_PIXELS];
    for (int i = 0; i < DP_PIXELS; i++)
        ink[i] = (float)app->reading.image[i] / 255;
    dp_grid_pixels(g, r.x, r.y, ink, DP_SIDE, DP_SIDE);
}

/* ---- feature maps ---------------------------------------------------------------------- */

enum {
    THUMB_MAX = 14, /* pixels of a side, at most */
    MIN_THUMBS = 4, /* make them smaller rather than show fewer */
};

/* Thumbnails in a rectangle. A pixel is the mean of shrink × shrink values. */
typedef struct tiling {
    int shrink, w, h; /* pixels of a thumbnail */
    int cols, rows;   /* thumbnails */
} tiling;

/* With a blank column between thumbnails, and a blank row if they would touch. */
static tiling tile(dp_rect r, dp_shape map, int shrink)
{
    tiling t = { .shrink = shrink };
    t.w = dp_ceil_div_int(map.w, shrink);
    t.h = dp_ceil_div_int(map.h, shrink);
    int step = t.h / 2 + 1;
    t.cols = (r.w + 1) / (t.w + 1);
    t.rows = (r.h + (t.h % 2 == 0)) / step;
    return t;
}

static tiling tile_for(dp_rect r, dp_shape map)
{
    int side = map.w > map.h ? map.w : map.h;
    int shrink = dp_ceil_div_int(side, THUMB_MAX);
    tiling t = tile(r, map, shrink);
    while (t.cols * t.rows < MIN_THUMBS && t.w > 1)
        t = tile(r, map, ++shrink);
    return t;
}

/* The mean of the positive values of a pixel's square; negative ones count as 0. */
static float mean_positive(const float *value, dp_shape map, int shrink, int px, int py)
{
    float sum = 0;
    int n = 0;
    for (int y = py * shrink; y < (py + 1) * shrink && y < map.h; y++)
        for (int x = px * shrink; x < (px + 1) * shrink && x < map.w; x++, n++)
            sum += fmaxf(value[y * map.w + x], 0);
    return sum / (float)n;
}

/* Stretch each thumbnail to black … white, so that shapes can be compared. */
static void draw_map(dp_grid *g, int x, int y, const float *value, dp_shape map, tiling t)
{
    float ink[THUMB_MAX * THUMB_MAX], least = INFINITY, most = 0;
    for (int i = 0; i < t.w * t.h; i++) {
        ink[i] = mean_positive(value, map, t.shrink, i % t.w, i / t.w);
        least = fminf(least, ink[i]);
        most = fmaxf(most, ink[i]);
    }
    for (int i = 0; i < t.w * t.h; i++)
        ink[i] = most > least ? (ink[i] - least) / (most - least) : 0;
    dp_grid_pixels(g, x, y, ink, t.w, t.h);
}

static int count_shown(tiling t, dp_shape map)
{
    int n = t.cols * t.rows;
    n = n < map.c ? n : map.c;
    return n < DP_INSIGHT_MAPS ? n : DP_INSIGHT_MAPS;
}

static void draw_maps(dp_grid *g, const dp_app *app, dp_rect r)
{
    const dp_insight *in = &app->insight;
    const dp_shape map = dp_inspect_spec(in->inspect)->shape[in->layer + 1];
    const float *value = dp_inspect_activation(in->inspect, in->layer);
    const tiling t = tile_for(r, map);
    const int left = r.x + (r.w - (t.cols * (t.w + 1) - 1)) / 2;
    for (int i = 0; i < count_shown(t, map); i++)
        draw_map(g, left + i % t.cols * (t.w + 1), r.y + i / t.cols * (t.h / 2 + 1),
                 value + (ptrdiff_t)in->map[i] * map.h * map.w, map, t);
}

/* ---- dense layers ---------------------------------------------------------------------- */

enum { MAX_UNITS = 64 * 64 };

static void draw_units(dp_grid *g, int x, int y, int cols, const float *value, int n)
{
    float ink[MAX_UNITS], most = 0;
    int rows = dp_ceil_div_int(n, cols);
    if (rows * cols > MAX_UNITS)
        return;
    for (int i = 0; i < n; i++)
        most = fmaxf(most, value[i]);
    for (int i = 0; i < rows * cols; i++)
        ink[i] = i < n && most > 0 ? fmaxf(value[i], 0) / most : 0;
    dp_grid_pixels(g, x, y, ink, cols, rows);
}

/* The ten digits, and below each its logit as a grey. */
static void draw_logits(dp_grid *g, dp_rect r, const float *logit)
{
    enum { W = 2, GAP = 1 };
    float low = logit[0], high = logit[0];
    for (int k = 1; k < DP_DIGITS; k++) {
        low = fminf(low, logit[k]);
        high = fmaxf(high, logit[k]);
    }
    for (int k = 0; k < DP_DIGITS; k++) {
        int x = r.x + k * (W + GAP);
        float ink = high > low ? (logit[k] - low) / (high - low) : 0;
        float pixels[2 * W] = { ink, ink, ink, ink };
        dp_grid_put(g, x, r.y, (uint32_t)('0' + k),
                    logit[k] >= high ? DP_TONE_STRONG : DP_TONE_MUTED);
        dp_grid_pixels(g, x, r.y + 1, pixels, W, 2);
    }
}

static int count_positive(const float *value, int n)
{
    int positive = 0;
    for (int i = 0; i < n; i++)
        positive += value[i] > 0;
    return positive;
}

/* For each dense layer that there is room for: how many units are active, and the units as
 * pixels. */
static void draw_dense(dp_grid *g, const dp_app *app, dp_rect r)
{
    const dp_spec *spec = dp_inspect_spec(app->insight.inspect);
    const int cols = r.w < 32 ? r.w : 32;
    int y = r.y;
    for (int i = 0; i + 1 < spec->n_layers; i++) {
        const int n = spec->shape[i + 1].c, rows = (n + 2 * cols - 1) / (2 * cols);
        if (spec->layer[i].kind != DP_OP_DENSE || y + 1 + rows + 2 > r.y + r.h)
            continue;
        const float *value = dp_inspect_activation(app->insight.inspect, i);
        char text[64];
        snprintf(text, sizeof text, "%d of %d units on", count_positive(value, n), n);
        dp_grid_text(g, r.x, y, r.w, DP_TONE_MUTED, text);
        draw_units(g, r.x, y + 1, cols, value, n);
        y += 1 + rows + (y + 2 + rows + 2 < r.y + r.h);
    }
    draw_logits(g, (dp_rect){ r.x, y, r.w, 2 },
                dp_inspect_activation(app->insight.inspect, spec->n_layers - 1));
}

/* ---- beside the pad, or on it ---------------------------------------------------------- */

void dp_view_inspector(dp_grid *g, const dp_app *app, const dp_panel *panel)
{
    dp_inspector inspector = dp_app_inspector(app);
    if (inspector == DP_INSPECTOR_IMAGE)
        draw_image(g, app, panel->inset);
    else if (inspector == DP_INSPECTOR_MAPS && app->insight.ready)
        draw_maps(g, app, panel->maps);
    else if (inspector == DP_INSPECTOR_UNITS && app->insight.ready)
        draw_dense(g, app, panel->maps);
}

/* "conv 2/3: 4/64 maps" */
static void format_maps_title(char *text, size_t size, const dp_app *app,
                              const dp_panel *panel)
{
    const dp_insight *in = &app->insight;
    const dp_spec *spec =
        dp_model_spec(dp_session_model(dp_model_list_session(&app->models)));
    int n = dp_insight_count_convs(spec), conv = in->conv < n ? in->conv + 1 : n;
    int used = snprintf(text, size, "conv %d/%d", conv, n);
    if (!in->ready)
        return;
    const dp_shape map = dp_inspect_spec(in->inspect)->shape[in->layer + 1];
    snprintf(text + used, size - (size_t)used, ": %d/%d maps",
             count_shown(tile_for(panel->maps, map), map), map.c);
}

void dp_view_inspector_title(char *text, size_t size, const dp_app *app,
                             const dp_panel *panel)
{
    const char *name = dp_model_list_name(&app->models);
    const int *rank = app->reading.prediction.rank;
    switch (dp_app_inspector(app)) {
    case DP_INSPECTOR_MAPS:
        format_maps_title(text, size, app, panel);
        break;
    case DP_INSPECTOR_UNITS:
        snprintf(text, size, "the dense layers of %s", name);
        break;
    case DP_INSPECTOR_WHY:
        if (app->insight.ready)
            snprintf(text, size, "why %d (+) and not %d (-)", rank[0],
                     app->insight.rival);
        else
            snprintf(text, size, "why this answer");
        break;
    default:
        snprintf(text, size, "what %s sees", name);
    }
}

/* ---- attribution ----------------------------------------------------------------------- */

/* The attribution at a point of the image, interpolated bilinearly. */
static float interpolate(const float *attribution, float x, float y)
{
    float u = fminf(fmaxf(x, 0), DP_SIDE - 1.001F),
          v = fminf(fmaxf(y, 0), DP_SIDE - 1.001F);
    int i = (int)u, j = (int)v;
    const float *at = attribution + j * DP_SIDE + i;
    u -= (float)i;
    v -= (float)j;
    return (at[0] * (1 - u) + at[1] * u) * (1 - v) +
           (at[DP_SIDE] * (1 - u) + at[DP_SIDE + 1] * u) * v;
}

/* The attribution of a pixel of the canvas. */
static float attribution_of_pixel(const dp_app *app, int col, int row)
{
    dp_point pixel = { (float)col + 0.5F, (float)row + 0.5F };
    dp_point p = dp_canvas_to_drawing(&app->canvas, pixel);
    const dp_placement *w = &app->reading.placement;
    return interpolate(app->insight.attribution, w->scale * p.x + w->x,
                       w->scale * p.y + w->y);
}

void dp_view_attribution(dp_grid *g, const dp_app *app)
{
    const dp_rect pad = app->layout.pad;
    const int side = app->canvas.side;
    for (int y = 0; y < pad.h; y++) {
        const dp_cell *left = NULL;
        for (int x = 0; x < pad.w; x++) {
            const float *at = app->canvas.pixel + (ptrdiff_t)2 * y * side + x;
            const float ink[2] = { at[0], at[side] };
            const float attribution[2] = { attribution_of_pixel(app, x, 2 * y),
                                           attribution_of_pixel(app, x, 2 * y + 1) };
            dp_cell *cell = dp_grid_at(g, pad.x + x, pad.y + y);
            if (cell)
                *cell = dp_palette_attribution(&g->palette, ink, attribution, left);
            left = cell;
        }
    }
}
