#include "config.h"

#include "engine/ink/place.h"

#include <math.h>

#define THRESHOLD  (0.05f * 255) /* fainter pixels are outside the bounding box */
#define THIN       127.5         /* lines are thin if no scaled value exceeds it */
#define LEAST_SIDE 2.5 /* in pixels: enlarged more than 8 times, ink is a blur */

int dp_extent_longest(const dp_extent *e)
{
    int w = e->x1 - e->x0, h = e->y1 - e->y0;
    return w > h ? w : h;
}

static void find_box(dp_extent *e, const dp_gray *in, const dp_ink_table table)
{
    *e = (dp_extent){ .x0 = in->width, .y0 = in->height };
    for (int y = 0; y < in->height; y++) {
        const uint8_t *row = in->pixel + (ptrdiff_t)y * in->width;
        int from = 0, to = in->width;
        while (from < to && table[row[from]] <= THRESHOLD)
            from++;
        while (to > from && table[row[to - 1]] <= THRESHOLD)
            to--;
        if (from == to)
            continue;
        e->x0 = from < e->x0 ? from : e->x0;
        e->x1 = to > e->x1 ? to : e->x1;
        e->y0 = y < e->y0 ? y : e->y0;
        e->y1 = y + 1;
    }
}

static void find_center(dp_extent *e, const dp_gray *in, const dp_ink_table table)
{
    double mass = 0, sum_x = 0, sum_y = 0;
    for (int y = e->y0; y < e->y1; y++) {
        const uint8_t *row = in->pixel + (ptrdiff_t)y * in->width;
        double row_mass = 0;
        for (int x = e->x0; x < e->x1; x++) {
            double ink = (double)table[row[x]];
            row_mass += ink;
            sum_x += ink * x;
        }
        mass += row_mass;
        sum_y += row_mass * y;
    }
    e->x = sum_x / mass;
    e->y = sum_y / mass;
}

dp_ink dp_extent_find(dp_extent *out, const dp_gray *in, const dp_ink_table table)
{
    find_box(out, in, table);
    if (dp_extent_longest(out) < LEAST_SIDE)
        return DP_INK_LITTLE;
    find_center(out, in, table);
    return DP_INK_ENOUGH;
}

/* The source pixels first … first + count − 1 that one target pixel averages, and the
 * interval of the source that it covers. */
typedef struct window {
    int first, count;
    double from, to;
    double whole; /* the share of one source pixel that is inside */
} window;

/* The window of target pixel i, whose `width` is in target pixels; source pixel j covers
 * j − 0.5 … j + 0.5. Shrinking averages by area. Enlarging interpolates linearly, because
 * a window is at least one source pixel wide. Clipped to pixels [lo, hi). */
static window window_of(int i, double scale, double center, double width, int lo, int hi)
{
    double half = fmax(width / scale, 1) / 2,
           middle = center + (i - DP_INK_CENTER) / scale;
    window w = { .from = middle - half, .to = middle + half };
    w.whole = 1 / (w.to - w.from);
    double first = fmax(floor(w.from + 0.5), lo), last = fmin(ceil(w.to - 0.5), hi - 1);
    if (last >= first) {
        w.first = (int)first;
        w.count = (int)last - w.first + 1;
    }
    return w;
}

/* The overlap of source pixel j and the window, as a fraction of the window. Only the
 * first and the last pixel can be partly outside. */
static double overlap(const window *w, int j)
{
    if (j > w->first && j < w->first + w->count - 1)
        return w->whole;
    double covered = fmin(w->to, j + 0.5) - fmax(w->from, j - 0.5);
    return fmax(covered, 0) / (w->to - w->from);
}

static double window_mean(const dp_gray *in, const dp_ink_table table,
                          const window *across, const window *down)
{
    double sum = 0;
    for (int y = down->first; y < down->first + down->count; y++) {
        const uint8_t *row = in->pixel + (ptrdiff_t)y * in->width;
        double row_sum = 0;
        for (int x = across->first; x < across->first + across->count; x++)
            row_sum += (double)table[row[x]] * overlap(across, x);
        sum += row_sum * overlap(down, y);
    }
    return sum;
}

/* Scale the longest side to DP_INK_LONGEST_SIDE and move the centre of mass to
 * DP_INK_CENTER, in one step, so that the ink is blurred only once. Each target pixel
 * averages an area of `width` × `width` target pixels. Returns the greatest value, at
 * least 1. */
static double resample(double value[DP_PIXELS], const dp_gray *in,
                       const dp_ink_table table, const dp_extent *e, double width)
{
    double scale = DP_INK_LONGEST_SIDE / dp_extent_longest(e), most = 1;
    for (int i = 0; i < DP_SIDE; i++) {
        window down = window_of(i, scale, e->y, width, e->y0, e->y1);
        for (int j = 0; j < DP_SIDE; j++) {
            window across = window_of(j, scale, e->x, width, e->x0, e->x1);
            double *v = &value[i * DP_SIDE + j];
            *v = window_mean(in, table, &across, &down);
            most = fmax(most, *v);
        }
    }
    return most;
}

/* Thin lines fade when they shrink, so the darkest pixel is set to 255 again. If even
 * that pixel is less than half covered, lines are under half a pixel wide; averaging over
 * two pixels then gives them about the line width of MNIST. */
void dp_place(uint8_t image[DP_PIXELS], const dp_gray *in, const dp_ink_table table,
              const dp_extent *e)
{
    double value[DP_PIXELS], most = resample(value, in, table, e, 1);
    if (most < THIN)
        most = resample(value, in, table, e, 2);
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = (uint8_t)lrint(value[i] * 255 / most);
}
