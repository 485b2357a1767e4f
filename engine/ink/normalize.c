/* Normalises strokes: finds the bounding box of the ink, chooses scale and position, and
 * draws. normalize_image.c normalises images. */
#include "config.h"

#include "engine/ink/normalize.h"

#include "engine/ink/raster.h"
#include "engine/ink/smooth.h"

#include <math.h>
#include <string.h>

/* In pixels: half the median stroke width of MNIST (ink divided by skeleton length). */
#define PEN_RADIUS 1.15f

/* Pixel coordinates are clamped to ±FAR: nothing so far away is visible, and float
 * geometry stays exact for eraser strokes far outside the drawing. */
#define FAR 1e4

/* Smoothing is skipped above this longest side, in units, for which a cell is a tenth of
 * a pixel of the image. */
#define MAX_SMOOTHED 100

enum {
    GRID = 128,      /* the resolution of the raster in which strokes are erased */
    LEAST_CELLS = 8, /* the least longest side that may be left after erasing */
};

/* In cells of that raster. No point is farther than √½ from the middle of its cell, so a
 * line of this radius covers the cell of each of its points by at least half. */
#define TRACE_RADIUS 0.75f

typedef struct box {
    double x0, y0, x1, y1; /* x0 > x1: empty */
} box;

static const box empty_box = { HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL };

static void box_add(box *b, double x, double y)
{
    b->x0 = fmin(b->x0, x);
    b->y0 = fmin(b->y0, y);
    b->x1 = fmax(b->x1, x);
    b->y1 = fmax(b->y1, y);
}

static double longest_side(const box *b)
{
    return fmax(b->x1 - b->x0, b->y1 - b->y0);
}

/* The map from a drawing to a raster: pixel = (p − from) · scale + to. */
typedef struct view {
    double from_x, from_y, scale, to_x, to_y;
} view;

/* The view that maps the middle of a box to pixel (middle, middle). */
static view view_of(const box *b, double scale, double middle)
{
    return (view){ (b->x0 + b->x1) / 2, (b->y0 + b->y1) / 2, scale, middle, middle };
}

static float clamp_pixel(double pixel)
{
    return (float)fmin(fmax(pixel, -FAR), FAR);
}

static dp_point to_pixel(const view *v, dp_point p)
{
    return (dp_point){ clamp_pixel(((double)p.x - v->from_x) * v->scale + v->to_x),
                       clamp_pixel(((double)p.y - v->from_y) * v->scale + v->to_y) };
}

static dp_point between(dp_point a, dp_point b, int step, int n)
{
    float t = (float)step / (float)n;
    return (dp_point){ a.x + t * (b.x - a.x), a.y + t * (b.y - a.y) };
}

/* Properties of all strokes together. */
typedef struct summary {
    bool smooth;      /* whether the pen's lines on a grid of cells are smoothed */
    box ink;          /* the bounding box of the pen's lines, erased or not */
    double pen_width; /* of the widest pen; 0 if no width is known */
    bool erased;      /* whether there is a stroke of the eraser */
} summary;

static dp_point vertex(const dp_strokes *s, const dp_stroke *stroke, int k, bool smooth)
{
    const dp_point *p = s->point + stroke->first;
    return smooth ? dp_smooth_vertex(p, stroke->count, k) : p[k];
}

static box ink_box(const dp_strokes *s, bool smooth)
{
    box b = empty_box;
    for (int i = 0; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        bool staircase = smooth && dp_smooth_is_staircase(s, stroke);
        for (int k = 0; stroke->tool == DP_PEN && k < stroke->count; k++) {
            dp_point p = vertex(s, stroke, k, staircase);
            box_add(&b, (double)p.x, (double)p.y);
        }
    }
    return b;
}

static summary summarize(const dp_strokes *s)
{
    summary sum = { .ink = ink_box(s, false) };
    for (int i = 0; i < s->n_strokes; i++)
        if (s->stroke[i].tool == DP_ERASER)
            sum.erased = true;
        else
            sum.pen_width = fmax(sum.pen_width, (double)s->stroke[i].width);
    sum.smooth = longest_side(&sum.ink) <= MAX_SMOOTHED;
    if (sum.smooth)
        sum.ink = ink_box(s, true);
    return sum;
}

static float eraser_radius(const dp_stroke *stroke, const box *ink, double scale)
{
    double width = stroke->width > 0 ? (double)stroke->width : longest_side(ink) / 10;
    return clamp_pixel(width / 2 * scale);
}

/* What the eraser leaves of the pen's lines. */
typedef struct survivors {
    dp_raster raster; /* GRID×GRID: pixels ≥ 0.5 belong to a line */
    view view;        /* from the drawing to the raster */
} survivors;

static bool survives(const survivors *left, dp_point p)
{
    int x = (int)lrintf(p.x), y = (int)lrintf(p.y);
    return left->raster.pixel[y * left->raster.width + x] >= 0.5f;
}

/* Draw the sections of the pen's segment a–b that survive, tested in steps of about a
 * cell. */
static void draw_survivors(dp_raster *r, const view *v, float radius,
                           const survivors *left, dp_point a, dp_point b)
{
    dp_point grid_a = to_pixel(&left->view, a), grid_b = to_pixel(&left->view, b);
    dp_point pixel_a = to_pixel(v, a), pixel_b = to_pixel(v, b);
    int n = 1 + (int)hypotf(grid_b.x - grid_a.x, grid_b.y - grid_a.y);
    int start = -1;
    for (int i = 0; i <= n; i++) {
        bool ink = i < n && survives(left, between(grid_a, grid_b, 2 * i + 1, 2 * n));
        if (ink && start < 0)
            start = i;
        if (!ink && start >= 0) {
            dp_raster_segment(r, between(pixel_a, pixel_b, start, n),
                              between(pixel_a, pixel_b, i, n), radius, DP_PEN);
            start = -1;
        }
    }
}

/* Clear r and draw all strokes in order. With `left`, draw only the surviving sections of
 * the pen's lines: the pen drawn here may be wider than the one on the screen, and
 * erasing a line must also erase its margin. */
static void draw(dp_raster *r, const dp_strokes *s, const view *v, float pen_radius,
                 const summary *sum, const survivors *left)
{
    memset(r->pixel, 0, sizeof(float) * (size_t)r->width * (size_t)r->height);
    for (int i = 0; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        bool pen = stroke->tool == DP_PEN;
        bool smooth = sum->smooth && dp_smooth_is_staircase(s, stroke);
        float radius = pen ? pen_radius : eraser_radius(stroke, &sum->ink, v->scale);
        dp_point before = vertex(s, stroke, 0, smooth);
        for (int k = 0; k < stroke->count; k++) { /* the first segment is a dot */
            dp_point p = vertex(s, stroke, k, smooth);
            if (pen && left)
                draw_survivors(r, v, radius, left, before, p);
            else
                dp_raster_segment(r, to_pixel(v, before), to_pixel(v, p), radius,
                                  stroke->tool);
            before = p;
        }
    }
}

/* Draw and erase the strokes in a raster over the ink. Returns the bounding box of the
 * surviving ink, in the drawing's units. */
static box find_survivors(survivors *left, const dp_strokes *s, const summary *sum)
{
    double side = longest_side(&sum->ink);
    left->view = view_of(&sum->ink, (GRID - 1) / (side > 0 ? side : 1), (GRID - 1) / 2.0);
    draw(&left->raster, s, &left->view, TRACE_RADIUS, sum, NULL);
    box kept = empty_box;
    for (int y = 0; y < GRID; y++)
        for (int x = 0; x < GRID; x++)
            if (left->raster.pixel[y * GRID + x] >= 0.5f)
                box_add(&kept, x, y);
    double cell = 1 / left->view.scale;
    double x0 = left->view.from_x - left->view.to_x * cell;
    double y0 = left->view.from_y - left->view.to_y * cell;
    return (box){ x0 + kept.x0 * cell, y0 + kept.y0 * cell, x0 + kept.x1 * cell,
                  y0 + kept.y1 * cell };
}

/* False if the raster has no ink. */
static bool center_of_mass(double *x, double *y, const dp_raster *r)
{
    double mass = 0, sum_x = 0, sum_y = 0;
    for (int i = 0; i < r->height; i++)
        for (int j = 0; j < r->width; j++) {
            double v = (double)r->pixel[i * r->width + j];
            mass += v;
            sum_x += v * j;
            sum_y += v * i;
        }
    if (!(mass > 0))
        return false;
    *x = sum_x / mass;
    *y = sum_y / mass;
    return true;
}

/* Draw with the centre of mass at DP_INK_CENTER. The first pass is centred by the
 * bounding box, so that the whole drawing is inside the image when its mass is measured.
 * Moving it by a fraction of a pixel changes the sampled mass a little, hence a second
 * correction. */
static bool draw_centered(dp_raster *r, const dp_strokes *s, view *v, float radius,
                          const summary *sum, const survivors *left)
{
    for (int pass = 0;; pass++) {
        double x, y;
        draw(r, s, v, radius, sum, left);
        if (!center_of_mass(&x, &y, r))
            return false;
        if (pass == 2)
            return true;
        v->to_x += DP_INK_CENTER - x;
        v->to_y += DP_INK_CENTER - y;
    }
}

static dp_ink judge(const box *kept, const summary *sum, const survivors *left)
{
    if (kept->x0 > kept->x1)
        return DP_INK_BLANK;
    double least = sum->pen_width;
    if (left)
        least = fmax(least, LEAST_CELLS / left->view.scale);
    double side = longest_side(kept);
    return side > 0 && side >= least ? DP_INK_ENOUGH : DP_INK_LITTLE;
}

/* The bounding box of the surviving ink. *left is `erased`, which is filled in, or NULL
 * if nothing is erased. */
static box kept_box(const survivors **left, survivors *erased, const dp_strokes *s,
                    const summary *sum)
{
    bool any = sum->ink.x0 <= sum->ink.x1;
    *left = sum->erased && any ? erased : NULL;
    return *left ? find_survivors(erased, s, sum) : sum->ink;
}

static dp_bounds bounds_of(const box *b)
{
    return (dp_bounds){ (float)b->x0, (float)b->y0, (float)b->x1, (float)b->y1 };
}

dp_ink dp_normalize_strokes_box(dp_bounds *out, const dp_strokes *strokes)
{
    float grid[GRID * GRID];
    survivors erased = { .raster = { grid, GRID, GRID } };
    const survivors *left;
    summary sum = summarize(strokes);
    box kept = kept_box(&left, &erased, strokes, &sum);
    *out = bounds_of(&kept);
    return judge(&kept, &sum, left);
}

static dp_ink render(uint8_t image[DP_PIXELS], dp_placement *placement, dp_bounds *bounds,
                     const dp_strokes *strokes, float radius)
{
    float grid[GRID * GRID], pixel[DP_PIXELS];
    survivors erased = { .raster = { grid, GRID, GRID } };
    dp_raster r = { pixel, DP_SIDE, DP_SIDE };
    memset(image, 0, DP_PIXELS);

    summary sum = summarize(strokes);
    const survivors *left;
    box kept = kept_box(&left, &erased, strokes, &sum);
    dp_ink verdict = judge(&kept, &sum, left);
    *bounds = bounds_of(&kept);
    if (verdict != DP_INK_ENOUGH)
        return verdict;

    double scale = (DP_INK_LONGEST_SIDE - 2 * (double)radius) / longest_side(&kept);
    view v = view_of(&kept, scale, DP_INK_CENTER);
    if (!draw_centered(&r, strokes, &v, radius, &sum, left))
        return DP_INK_BLANK;
    *placement = (dp_placement){ (float)v.scale, (float)(v.to_x - v.from_x * v.scale),
                                 (float)(v.to_y - v.from_y * v.scale) };
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = (uint8_t)lrintf(255 * pixel[i]);
    return DP_INK_ENOUGH;
}

dp_ink dp_normalize_strokes_radius(uint8_t image[DP_PIXELS], const dp_strokes *strokes,
                                   float radius)
{
    dp_placement placement;
    dp_bounds bounds;
    return render(image, &placement, &bounds, strokes, radius);
}

dp_ink dp_normalize_strokes(uint8_t image[DP_PIXELS], const dp_strokes *strokes)
{
    return dp_normalize_strokes_radius(image, strokes, PEN_RADIUS);
}

dp_ink dp_normalize_strokes_placed(uint8_t image[DP_PIXELS], dp_placement *placement,
                                   dp_bounds *bounds, const dp_strokes *strokes)
{
    return render(image, placement, bounds, strokes, PEN_RADIUS);
}
