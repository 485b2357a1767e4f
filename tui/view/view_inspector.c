/* The views into the network: its input, feature maps, activations of dense layers; and, on the
 * pad, the attribution of the answer to the ink. */
#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"

#include <math.h>
#include <stdio.h>

/* ---- image ----------------------------------------------------------------------------- */

/* A pixel of the image is one, 2×2 or 3×3 pixels of the screen. */
static void draw_image(dp_grid *g, const dp_app *app, dp_rect r)
{
    enum { MAX_SIDE = 3 * DP_SIDE };
    float ink[MAX_SIDE * MAX_SIDE];
    const int side = dp_min_int(r.w, MAX_SIDE), scale = side / DP_SIDE;
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
            ink[y * side + x] =
                (float)app->reading.image[y / scale * DP_SIDE + x / scale] / 255;
    dp_grid_pixels(g, r.x, r.y, ink, side, side);
}

/* ---- feature maps ---------------------------------------------------------------------- */

enum {
    THUMB_MAX = 14, /* pixels of a side, at most */
    MIN_THUMBS = 4, /* make them smaller rather than show fewer */
};

/* Thumbnails in a rectangle. */
typedef struct tiling {
    int w, h;       /* pixels of a thumbnail */
    int cols, rows; /* thumbnails */
    int step;       /* rows of cells from one to the next below it */
} tiling;

/* Thumbnails whose longer side has `side` pixels, with a blank column and a blank row between
 * them. */
static tiling tile(dp_rect r, dp_shape map, int side)
{
    const int longer = dp_max_int(map.w, map.h);
    tiling t = { .w = dp_ceil_div_int(map.w * side, longer),
                 .h = dp_ceil_div_int(map.h * side, longer) };
    t.step = dp_ceil_div_int(t.h, 2) + 1;
    t.cols = (r.w + 1) / (t.w + 1);
    t.rows = (r.h + 1) / t.step;
    return t;
}

static int count_shown(tiling t, dp_shape map)
{
    return dp_min_int(dp_min_int(t.cols * t.rows, map.c), DP_INSIGHT_MAPS);
}

/* The largest ones of which enough fit, or smaller ones that together show half as much again. */
static tiling tile_for(dp_rect r, dp_shape map)
{
    int side = dp_min_int(dp_max_int(map.w, map.h), THUMB_MAX);
    tiling best = tile(r, map, side);
    for (; side > 0; side--) {
        tiling t = tile(r, map, side);
        bool enough = best.cols * best.rows >= MIN_THUMBS;
        int pixels = count_shown(t, map) * t.w * t.h;
        if (!enough || 2 * pixels > 3 * count_shown(best, map) * best.w * best.h)
            best = t;
    }
    return best;
}

/* How much of 0 … 1 at `i` is within a … b. */
static float overlap(int i, float a, float b)
{
    return fmaxf(fminf((float)i + 1, b) - fmaxf((float)i, a), 0);
}

/* The mean of the positive values in the rectangle of the map that pixel (px, py) of a thumbnail
 * shows; negative ones count as 0. Values on its edge count by their part inside. */
static float mean_positive(const float *value, dp_shape map, tiling t, int px, int py)
{
    const float w = (float)map.w / (float)t.w, h = (float)map.h / (float)t.h;
    const float left = (float)px * w, top = (float)py * h;
    float sum = 0;
    for (int y = (int)top; y < map.h && (float)y < top + h; y++)
        for (int x = (int)left; x < map.w && (float)x < left + w; x++)
            sum += fmaxf(value[y * map.w + x], 0) * overlap(x, left, left + w) *
                   overlap(y, top, top + h);
    return sum / (w * h);
}

/* Stretch each thumbnail to black … white, so that shapes can be compared. */
static void draw_map(dp_grid *g, int x, int y, const float *value, dp_shape map, tiling t)
{
    float ink[THUMB_MAX * THUMB_MAX], least = INFINITY, most = 0;
    for (int i = 0; i < t.w * t.h; i++) {
        ink[i] = mean_positive(value, map, t, i % t.w, i / t.w);
        least = fminf(least, ink[i]);
        most = fmaxf(most, ink[i]);
    }
    for (int i = 0; i < t.w * t.h; i++)
        ink[i] = most > least ? (ink[i] - least) / (most - least) : 0;
    dp_grid_pixels(g, x, y, ink, t.w, t.h);
}

static void draw_maps(dp_grid *g, const dp_app *app, dp_rect r)
{
    const dp_insight *in = &app->insight;
    const dp_shape map = dp_inspect_spec(in->inspect)->shape[in->layer + 1];
    const float *value = dp_inspect_activation(in->inspect, in->layer);
    const tiling t = tile_for(r, map);
    const int shown = count_shown(t, map), rows = dp_ceil_div_int(shown, t.cols);
    const int left = r.x + (r.w - (t.cols * (t.w + 1) - 1)) / 2;
    if (app->layout.inset_on_pad) /* where no title is just above them */
        r.y += (r.h - (rows * t.step - 1)) / 2;
    for (int i = 0; i < shown; i++)
        draw_map(g, left + i % t.cols * (t.w + 1), r.y + i / t.cols * t.step,
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
    const int cols = dp_min_int(r.w, 32);
    int y = r.y;
    r.x += (r.w - cols) / 2;
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

float dp_view_attribution_at(const dp_app *app, dp_point pixel)
{
    dp_point p = dp_canvas_to_drawing(&app->canvas, pixel);
    const dp_placement *w = &app->reading.placement;
    return interpolate(app->insight.attribution, w->scale * p.x + w->x,
                       w->scale * p.y + w->y);
}

/* The attribution of a pixel of the canvas. */
static float attribution_of_pixel(const dp_app *app, int col, int row)
{
    return dp_view_attribution_at(app,
                                  (dp_point){ (float)col + 0.5F, (float)row + 0.5F });
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
