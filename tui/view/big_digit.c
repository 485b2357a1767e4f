#include "config.h"

#include "tui/view/big_digit.h"

#include "engine/ink/raster.h"

#include <stdint.h>
#include <string.h>

/* The four control points of a cubic Bézier curve, on a grid 60 wide and 100 high, y down. */
typedef struct curve {
    int8_t x[4], y[4];
} curve;

enum { GRID_W = 60, GRID_H = 100, MAX_CURVES = 8, STEPS = 10 };

#define LINE(x0, y0, x1, y1)                                                             \
    {                                                                                    \
        { x0, x0, x1, x1 },                                                              \
        {                                                                                \
            y0, y0, y1, y1                                                               \
        }                                                                                \
    }
#define CURVE(x0, y0, x1, y1, x2, y2, x3, y3)                                            \
    {                                                                                    \
        { x0, x1, x2, x3 },                                                              \
        {                                                                                \
            y0, y1, y2, y3                                                               \
        }                                                                                \
    }

typedef struct shape {
    int n;
    curve curve[MAX_CURVES];
} shape;

static const shape digits[10] = {
    { 4,
      { CURVE(30, 0, 47, 0, 60, 20, 60, 50), CURVE(60, 50, 60, 80, 47, 100, 30, 100),
        CURVE(30, 100, 13, 100, 0, 80, 0, 50), CURVE(0, 50, 0, 20, 13, 0, 30, 0) } },
    { 3, { LINE(10, 20, 34, 0), LINE(34, 0, 34, 100), LINE(10, 100, 58, 100) } },
    { 4,
      { CURVE(2, 27, 2, 10, 13, 0, 30, 0), CURVE(30, 0, 48, 0, 58, 11, 58, 27),
        CURVE(58, 27, 58, 50, 22, 68, 1, 100), LINE(1, 100, 60, 100) } },
    { 6,
      { CURVE(2, 16, 7, 5, 17, 0, 29, 0), CURVE(29, 0, 47, 0, 57, 10, 57, 24),
        CURVE(57, 24, 57, 40, 46, 48, 24, 48), CURVE(24, 48, 48, 48, 60, 57, 60, 73),
        CURVE(60, 73, 60, 90, 48, 100, 29, 100),
        CURVE(29, 100, 15, 100, 5, 95, 0, 83) } },
    { 3, { LINE(46, 100, 46, 0), LINE(46, 0, 0, 73), LINE(0, 73, 60, 73) } },
    { 5,
      { LINE(56, 0, 9, 0), LINE(9, 0, 5, 45), CURVE(5, 45, 12, 38, 21, 35, 30, 35),
        CURVE(30, 35, 49, 35, 60, 48, 60, 67), CURVE(60, 67, 60, 100, 18, 110, 0, 86) } },
    { 6,
      { CURVE(55, 11, 49, 3, 41, 0, 33, 0), CURVE(33, 0, 12, 0, 0, 22, 0, 60),
        CURVE(0, 60, 0, 86, 12, 100, 31, 100), CURVE(31, 100, 49, 100, 60, 88, 60, 70),
        CURVE(60, 70, 60, 52, 49, 40, 32, 40), CURVE(32, 40, 16, 40, 4, 50, 0, 66) } },
    { 2, { LINE(0, 0, 60, 0), CURVE(60, 0, 40, 30, 25, 62, 20, 100) } },
    { 8,
      { CURVE(30, 0, 46, 0, 56, 10, 56, 24), CURVE(56, 24, 56, 38, 46, 47, 30, 47),
        CURVE(30, 47, 14, 47, 4, 38, 4, 24), CURVE(4, 24, 4, 10, 14, 0, 30, 0),
        CURVE(30, 47, 48, 47, 60, 57, 60, 73), CURVE(60, 73, 60, 90, 48, 100, 30, 100),
        CURVE(30, 100, 12, 100, 0, 90, 0, 73), CURVE(0, 73, 0, 57, 12, 47, 30, 47) } },
    { 6,
      { CURVE(5, 89, 11, 97, 19, 100, 27, 100), CURVE(27, 100, 48, 100, 60, 78, 60, 40),
        CURVE(60, 40, 60, 14, 48, 0, 29, 0), CURVE(29, 0, 11, 0, 0, 12, 0, 30),
        CURVE(0, 30, 0, 48, 11, 60, 28, 60), CURVE(28, 60, 44, 60, 56, 50, 60, 34) } },
};

/* One coordinate of a curve at 0 ≤ t ≤ 1, in Bernstein form. */
static float at(const int8_t p[4], float t)
{
    float u = 1 - t;
    return u * u * u * (float)p[0] + 3 * u * u * t * (float)p[1] +
           3 * u * t * t * (float)p[2] + t * t * t * (float)p[3];
}

void dp_big_digit_draw(float *ink, int width, int height, int digit)
{
    memset(ink, 0, (size_t)width * (size_t)height * sizeof *ink);
    dp_raster raster = { ink, width, height };
    float radius = (float)height * 0.085F;
    float scale = ((float)height - 2 * radius) / GRID_H;
    float left = ((float)width - GRID_W * scale) / 2 - 0.5F, top = radius - 0.5F;
    const shape *s = &digits[digit];
    for (int i = 0; i < s->n; i++) {
        dp_point last = { 0, 0 };
        for (int step = 0; step <= STEPS; step++) {
            float t = (float)step / STEPS;
            dp_point p = { left + at(s->curve[i].x, t) * scale,
                           top + at(s->curve[i].y, t) * scale };
            if (step > 0)
                dp_raster_segment(&raster, last, p, radius, DP_PEN);
            last = p;
        }
    }
}
