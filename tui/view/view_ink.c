/* The pad in a fine ink: the drawing, the crosshair and the tool's outline as a picture. */
#include "config.h"

#include "tui/view/view.h"

#include "tui/pad/pointer.h"

#include <math.h>

/* The colours of the picture. Pixels have all greys on any terminal, so only octants are limited
 * to those of the palette. */
static dp_palette colors_of(const dp_surface *surface, const dp_palette *palette)
{
    dp_palette p = *palette;
    if (surface->setting.ink != DP_INK_OCTANTS)
        p.colors = 256;
    return p;
}

/* Whether paper and full ink have the same colours in both. */
static bool look_the_same(const dp_palette *a, const dp_palette *b)
{
    return dp_palette_ink(a, 0) == dp_palette_ink(b, 0) &&
           dp_palette_ink(a, 1) == dp_palette_ink(b, 1);
}

/* Let the sketch show what the canvas shows. Returns whether it has moved. */
static bool place(dp_surface *surface, const dp_canvas *canvas)
{
    dp_sketch *s = &surface->sketch;
    float scale_x = (float)s->width / canvas->extent,
          scale_y = (float)s->height / canvas->extent;
    if (s->origin.x == canvas->origin.x && s->origin.y == canvas->origin.y &&
        s->scale_x == scale_x && s->scale_y == scale_y)
        return false;
    dp_sketch_place(s, canvas->origin, scale_x, scale_y);
    return true;
}

/* ---- marks ----------------------------------------------------------------------------- */

/* The size of a pixel of the canvas in the picture. */
static dp_point unit_of(const dp_surface *surface, const dp_app *app)
{
    const float side = (float)app->canvas.side;
    return (dp_point){ (float)surface->picture.width / side,
                       (float)surface->picture.height / side };
}

static dp_area draw_outline(dp_surface *surface, uint8_t color, const dp_app *app)
{
    const dp_point unit = unit_of(surface, app);
    const float mean = sqrtf(unit.x * unit.y);
    dp_point at;
    float radius;
    if (!dp_pointer_outline(app, &at, &radius))
        return (dp_area){ 0 };
    at = (dp_point){ at.x * unit.x, at.y * unit.y };
    radius *= mean;
    return dp_picture_ring(&surface->picture, at,
                           (const float[]){ radius, radius + fmaxf(1, mean / 8) }, color);
}

/* A disc while the pen is down. */
static dp_area draw_crosshair(dp_surface *surface, uint8_t color, const dp_app *app)
{
    const dp_point unit = unit_of(surface, app);
    if (!app->crosshair_shown)
        return (dp_area){ 0 };
    dp_point at = { ((float)app->crosshair_x + 0.5F) * unit.x,
                    (float)(app->crosshair_y * 2 + 1) * unit.y };
    float arm = unit.x < 4 ? unit.x / 2 : unit.x * 0.9F;
    return app->pen_down ? dp_picture_ring(&surface->picture, at,
                                           (const float[]){ 0, unit.x * 0.6F }, color)
                         : dp_picture_cross(&surface->picture, at,
                                            (const float[]){ arm, arm }, color);
}

static dp_area draw_marks(dp_surface *surface, const dp_app *app)
{
    uint8_t color = (uint8_t)dp_palette_paint(&surface->colors, DP_TONE_ACCENT).fg;
    dp_area outline = draw_outline(surface, color, app);
    return dp_area_join(outline, draw_crosshair(surface, color, app));
}

/* ---- attribution ----------------------------------------------------------------------- */

/* Draw a sign on each cell of ink that speaks strongly for the answer or against it. */
static void draw_signs(dp_surface *surface, const dp_app *app)
{
    const dp_rect pad = app->layout.pad;
    const dp_point unit = unit_of(surface, app);
    const float arm = unit.x * 0.3F;
    uint8_t black = (uint8_t)dp_palette_paint(&surface->colors, DP_TONE_CURSOR).fg;
    for (int y = 0; y < pad.h; y++)
        for (int x = 0; x < pad.w; x++) {
            const float *ink =
                app->canvas.pixel + (ptrdiff_t)2 * y * app->canvas.side + x;
            dp_point middle = { (float)x + 0.5F, (float)(2 * y + 1) };
            int sign = ink[0] >= 0.5F && ink[app->canvas.side] >= 0.5F
                           ? dp_palette_sign(dp_view_attribution_at(app, middle))
                           : 0;
            dp_point at = { middle.x * unit.x, middle.y * unit.y };
            if (sign != 0)
                dp_picture_cross(&surface->picture, at,
                                 (const float[]){ arm, sign > 0 ? arm : 0 }, black);
        }
}

/* Colour all ink by its attribution. */
static void draw_attribution(dp_surface *surface, const dp_app *app)
{
    const dp_point unit = unit_of(surface, app);
    dp_picture *p = &surface->picture;
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            int i = y * p->width + x;
            dp_point at = { ((float)x + 0.5F) / unit.x, ((float)y + 0.5F) / unit.y };
            float ink = surface->sketch.pixel[i];
            if (ink >= 0.5F)
                p->color[i] = (uint8_t)dp_palette_attribution_color(
                    &surface->colors, ink, dp_view_attribution_at(app, at));
        }
    draw_signs(surface, app);
}

/* ---- the picture ----------------------------------------------------------------------- */

void dp_view_ink(dp_surface *surface, const dp_palette *palette, const dp_app *app)
{
    dp_sketch *s = &surface->sketch;
    const dp_palette colors = colors_of(surface, palette);
    bool moved = place(surface, &app->canvas), explains = dp_view_explains(app);
    dp_sketch_draw(s, dp_app_strokes(app), !moved && !app->redrawn);
    if (!look_the_same(&colors, &surface->colors) || explains || surface->explains)
        s->changed = (dp_area){ 0, 0, s->width, s->height };
    surface->colors = colors;
    surface->explains = explains;
    dp_area area = dp_area_join(s->changed, surface->marks);
    dp_picture_paint(&surface->picture, area, s, &colors);
    if (explains)
        draw_attribution(surface, app);
    surface->marks = draw_marks(surface, app);
    surface->dirty = dp_area_join(surface->dirty, dp_area_join(area, surface->marks));
    s->changed = (dp_area){ 0 };
}
