#include "config.h"

#include "engine/ink/smooth.h"
#include "tests/unit/drawing.h"

#include <math.h>

static bool is_grid(float x, float y)
{
    dp_strokes s = drawing_of((dp_point[]){ { 3.5f, 1 }, { x, y } }, 2);
    bool grid = dp_smooth_is_staircase(&s, &s.stroke[0]);
    dp_strokes_clear(&s);
    return grid;
}

START_TEST(the_grid_is_recognised)
{
    ck_assert(is_grid(4.5f, 3));
    ck_assert(is_grid(-4, 3.5f));
    ck_assert(is_grid(3e38f, 0));
    ck_assert(!is_grid(4.25f, 3));
    ck_assert(!is_grid(4, 3.1f));
}
END_TEST

/* A slanted line on cells that are 1 wide and 2 high is recovered from its staircase. */
START_TEST(staircases_become_lines)
{
    enum { N = 30 };
    for (float slope = 0.5f; slope < 4; slope += 0.3f) {
        dp_point p[N] = { { 0 } };
        int n = 0;
        for (float x = 0; x < 12 && n < N; x += 0.05f) {
            dp_point cell = { floorf(x) + 0.5f, 2 * floorf(x * slope / 2) + 1 };
            if (n == 0 || cell.x != p[n - 1].x || cell.y != p[n - 1].y)
                p[n++] = cell;
        }
        double before = 0, after = 0, bend_before = 0, bend_after = 0;
        for (int k = 2; k < n - 2; k++) {
            dp_point a = dp_smooth_vertex(p, n, k - 1), b = dp_smooth_vertex(p, n, k),
                     c = dp_smooth_vertex(p, n, k + 1);
            double raw = (double)(p[k].y - slope * p[k].x),
                   soft = (double)(b.y - slope * b.x);
            before += raw * raw;
            after += soft * soft;
            bend_before += hypot((double)(p[k - 1].x - 2 * p[k].x + p[k + 1].x),
                                 (double)(p[k - 1].y - 2 * p[k].y + p[k + 1].y));
            bend_after +=
                hypot((double)(a.x - 2 * b.x + c.x), (double)(a.y - 2 * b.y + c.y));
        }
        ck_assert_double_le(after, before * 1.001);
        ck_assert_double_lt(bend_after, bend_before * 0.8 + 1e-3);
    }
}
END_TEST

START_TEST(ends_and_straight_lines_stay)
{
    const dp_point p[] = {
        { 0.5f, 1 }, { 1.5f, 1 }, { 2.5f, 1 }, { 3.5f, 1 }, { 9.5f, 1 }
    };
    for (int k = 0; k < 5; k++) {
        dp_point q = dp_smooth_vertex(p, 5, k);
        ck_assert(fabsf(q.x - p[k].x) < 1e-5f && fabsf(q.y - p[k].y) < 1e-5f);
    }
    dp_point q = dp_smooth_vertex(p, 1, 0); /* a dot */
    ck_assert(q.x == p[0].x && q.y == p[0].y);
}
END_TEST

START_TEST(corners_are_rounded_by_less_than_a_cell)
{
    const dp_point p[] = { { 0, 0 }, { 20, 0 }, { 0, 30 } };
    dp_point q = dp_smooth_vertex(p, 3, 1);
    ck_assert(hypotf(q.x - 20, q.y) < 1);
}
END_TEST

UNIT_MAIN("smooth", the_grid_is_recognised, staircases_become_lines,
          ends_and_straight_lines_stay, corners_are_rounded_by_less_than_a_cell)
