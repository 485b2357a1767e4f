/* Strokes: find the box of the ink, choose scale and place, draw. Images:
 * ink/normalize_image.c. */
#include "config.h"

#include "engine/ink/normalize.h"

#include "engine/ink/raster.h"
#include "engine/ink/smooth.h"

#include <math.h>
#include <string.h>

/* MNIST's conventions: the longest side of the ink is 20 pixels, the centre of mass lies
 * at index 14 in both axes. */
#define LONGEST_SIDE 20.0
#define CENTER       14.0

/* Half the median stroke width of MNIST (ink ÷ length of the skeleton) is 1.15 pixels. */
#define PEN_RADIUS 1.15f

/* Farther from the image than this nothing shows; it keeps eraser strokes far outside the
 * drawing within what float geometry resolves. */
#define FAR 1e4

/* Cells on a drawing this long are too small to matter: 0.1 pixels of the image. */
#define FINE_ENOUGH 100

enum {
    GRID = 128,      /* resolution at which the eraser's work is followed */
    LEAST_CELLS = 8, /* what is left of a drawing after erasing: smaller is a crumb */
};

/* No point is farther than √½ from the middle of a cell, so a line of this radius covers
 * the nearest cell of each of its points by at least half. */
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

/* Where a drawing falls in a raster: pixel = (p − from) · scale + to. */
typedef struct view {
    double from_x, from_y, scale, to_x, to_y;
} view;

/* The view that puts the middle of a box at pixel (middle, middle). */
static view view_of(const box *b, double scale, double middle)
{
    return (view){ (b->x0 + b->x1) / 2, (b->y0 + b->y1) / 2, scale, middle, middle };
}

static float in_reach(double pixel)
{
    return (float)fmin(fmax(pixel, -FAR), FAR);
}

static dp_point to_pixel(const view *v, dp_point p)
{
    return (dp_point){ in_reach(((double)p.x - v->from_x) * v->scale + v->to_x),
                       in_reach(((double)p.y - v->from_y) * v->scale + v->to_y) };
}

static dp_point between(dp_point a, dp_point b, int step, int n)
{
    float t = (float)step / (float)n;
    return (dp_point){ a.x + t * (b.x - a.x), a.y + t * (b.y - a.y) };
}

/* What the strokes say as a whole. */
typedef struct summary {
    bool smooth;      /* the pen's lines are staircases of cells */
    box ink;          /* of the pen's lines, erased or not */
    double pen_width; /* the widest; 0 where none is known */
    bool erased;      /* some stroke is the eraser's */
} summary;

static dp_point vertex(const dp_strokes *s, const dp_stroke *stroke, int k, bool smooth)
{
    const dp_point *p = s->point + stroke->first;
    return smooth && stroke->tool == DP_PEN ? dp_smooth_vertex(p, stroke->count, k)
                                            : p[k];
}

static box ink_box(const dp_strokes *s, bool smooth)
{
    box b = empty_box;
    for (int i = 0; i < s->n_strokes; i++)
        for (int k = 0; s->stroke[i].tool == DP_PEN && k < s->stroke[i].count; k++) {
            dp_point p = vertex(s, &s->stroke[i], k, smooth);
            box_add(&b, (double)p.x, (double)p.y);
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
    sum.smooth = longest_side(&sum.ink) <= FINE_ENOUGH && dp_smooth_is_grid(s);
    if (sum.smooth)
        sum.ink = ink_box(s, true);
    return sum;
}

/* An eraser of unknown width is a tenth of the drawing wide. */
static float eraser_radius(const dp_stroke *stroke, const box *ink, double scale)
{
    double width = stroke->width > 0 ? (double)stroke->width : longest_side(ink) / 10;
    return in_reach(width / 2 * scale);
}

/* Which parts of the pen's lines the eraser left: a raster in which a pixel ≥ 0.5 is
 * line. */
typedef struct survivors {
    dp_raster raster;
    view view;
} survivors;

static bool survives(const survivors *left, dp_point p)
{
    int x = (int)lrintf(p.x), y = (int)lrintf(p.y);
    return left->raster.pixel[y * left->raster.width + x] >= 0.5f;
}

/* Draw the parts of the pen's segment a–b that survive, testing each about a cell long.
 */
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

/* Draw every operation in order into r (cleared first). Where `left` is given, only what
 * it kept of the pen's lines: the pen drawn here may be wider than the one on the screen,
 * and its margin must not outlive a line that the eraser took away. */
static void draw(dp_raster *r, const dp_strokes *s, const view *v, float pen_radius,
                 const summary *sum, const survivors *left)
{
    memset(r->pixel, 0, sizeof(float) * (size_t)r->width * (size_t)r->height);
    for (int i = 0; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        bool pen = stroke->tool == DP_PEN;
        float radius = pen ? pen_radius : eraser_radius(stroke, &sum->ink, v->scale);
        dp_point before = vertex(s, stroke, 0, sum->smooth);
        for (int k = 0; k < stroke->count; k++) { /* the first one is a dot */
            dp_point p = vertex(s, stroke, k, sum->smooth);
            if (pen && left)
                draw_survivors(r, v, radius, left, before, p);
            else
                dp_raster_segment(r, to_pixel(v, before), to_pixel(v, p), radius,
                                  stroke->tool);
            before = p;
        }
    }
}

/* Follow the eraser on a grid over the ink and return the box of what it left. */
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

/* False where there is no ink at all. */
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

/* Draw with the centre of mass at (14, 14). The first drawing is centred by its box, so
 * that nothing is cut off where the mass is measured; moving by a fraction of a pixel
 * changes the sampled mass a little, hence a second correction. */
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
        v->to_x += CENTER - x;
        v->to_y += CENTER - y;
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

/* The box of what the eraser left. *left is where that is followed, in *erased, or NULL where
 * nothing was erased. */
static box kept_box(const survivors **left, survivors *erased, const dp_strokes *s,
                    const summary *sum)
{
    bool any = sum->ink.x0 <= sum->ink.x1;
    *left = sum->erased && any ? erased : NULL;
    return *left ? find_survivors(erased, s, sum) : sum->ink;
}

dp_ink dp_normalize_strokes_box(dp_bounds *out, const dp_strokes *strokes)
{
    float grid[GRID * GRID];
    survivors erased = { .raster = { grid, GRID, GRID } };
    const survivors *left;
    summary sum = summarize(strokes);
    box kept = kept_box(&left, &erased, strokes, &sum);
    *out = (dp_bounds){ (float)kept.x0, (float)kept.y0, (float)kept.x1, (float)kept.y1 };
    return judge(&kept, &sum, left);
}

static dp_placement placement_of(const view *v)
{
    return (dp_placement){ (float)v->scale, (float)(v->to_x - v->from_x * v->scale),
                           (float)(v->to_y - v->from_y * v->scale) };
}

static dp_ink render(uint8_t image[DP_PIXELS], dp_placement *where,
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
    if (verdict != DP_INK_ENOUGH)
        return verdict;

    double scale = (LONGEST_SIDE - 2 * (double)radius) / longest_side(&kept);
    view v = view_of(&kept, scale, CENTER);
    if (!draw_centered(&r, strokes, &v, radius, &sum, left))
        return DP_INK_BLANK;
    *where = placement_of(&v);
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = (uint8_t)lrintf(255 * pixel[i]);
    return DP_INK_ENOUGH;
}

dp_ink dp_normalize_strokes_radius(uint8_t image[DP_PIXELS], const dp_strokes *strokes,
                                   float radius)
{
    dp_placement where;
    return render(image, &where, strokes, radius);
}

dp_ink dp_normalize_strokes(uint8_t image[DP_PIXELS], const dp_strokes *strokes)
{
    return dp_normalize_strokes_radius(image, strokes, PEN_RADIUS);
}

dp_ink dp_normalize_strokes_placed(uint8_t image[DP_PIXELS], dp_placement *where,
                                   const dp_strokes *strokes)
{
    return render(image, where, strokes, PEN_RADIUS);
}
