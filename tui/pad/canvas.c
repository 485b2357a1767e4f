#include "config.h"

#include "tui/pad/canvas.h"

#include <math.h>

static void place_sketch(dp_canvas *c)
{
    float scale = (float)c->side / c->extent;
    dp_sketch_place(&c->sketch, c->origin, scale, scale);
}

dp_code dp_canvas_resize(dp_canvas *c, int side, dp_err *err)
{
    dp_code code = dp_sketch_resize(&c->sketch, side, side, err);
    if (code != DP_OK)
        return code;
    c->side = side;
    c->pixel = c->sketch.pixel;
    place_sketch(c);
    return DP_OK;
}

void dp_canvas_free(dp_canvas *c)
{
    dp_sketch_free(&c->sketch);
    *c = (dp_canvas){ 0 };
}

void dp_canvas_place(dp_canvas *c, dp_point origin, float extent)
{
    c->origin = origin;
    c->extent = extent;
    place_sketch(c);
}

typedef struct box {
    float left, top, right, bottom;
} box;

static box box_of(const dp_strokes *s)
{
    box b = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (int i = 0; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        for (int k = stroke->first; k < stroke->first + stroke->count; k++) {
            b.left = fminf(b.left, s->point[k].x);
            b.right = fmaxf(b.right, s->point[k].x);
            b.top = fminf(b.top, s->point[k].y);
            b.bottom = fmaxf(b.bottom, s->point[k].y);
        }
    }
    return b;
}

void dp_canvas_fit(dp_canvas *c, const dp_strokes *s)
{
    box b = box_of(s);
    float longest = fmaxf(b.right - b.left, b.bottom - b.top), side = (float)c->side;
    bool fits = b.left >= 0 && b.top >= 0 && b.right <= side && b.bottom <= side;
    if (!(longest > 0) || (fits && longest >= side / 4)) {
        dp_canvas_place(c, (dp_point){ 0, 0 }, side);
        return;
    }
    float extent = longest / 0.8F;
    dp_point origin = { (b.left + b.right - extent) / 2,
                        (b.top + b.bottom - extent) / 2 };
    dp_canvas_place(c, origin, extent);
}

dp_point dp_canvas_to_drawing(const dp_canvas *c, dp_point pixel)
{
    float scale = c->extent / (float)c->side;
    return (dp_point){ c->origin.x + pixel.x * scale, c->origin.y + pixel.y * scale };
}

dp_point dp_canvas_to_pixels(const dp_canvas *c, dp_point p)
{
    return dp_sketch_to_pixels(&c->sketch, p);
}

void dp_canvas_draw(dp_canvas *c, const dp_strokes *s, bool appended)
{
    dp_sketch_draw(&c->sketch, s, appended);
}
