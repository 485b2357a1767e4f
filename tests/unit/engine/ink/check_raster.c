#include "config.h"

#include "engine/ink/raster.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

enum { SIDE = 24 };

static float pixels[SIDE * SIDE];

static dp_raster empty(void)
{
    memset(pixels, 0, sizeof pixels);
    return (dp_raster){ pixels, SIDE, SIDE };
}

/* Coverage by its definition, in double. */
static double coverage(double x, double y, dp_point a, dp_point b, double radius)
{
    double dx = (double)b.x - (double)a.x, dy = (double)b.y - (double)a.y;
    double length2 = dx * dx + dy * dy;
    double t =
        length2 > 0 ? ((x - (double)a.x) * dx + (y - (double)a.y) * dy) / length2 : 0;
    t = fmin(fmax(t, 0), 1);
    double distance = hypot(x - (double)a.x - t * dx, y - (double)a.y - t * dy);
    return fmin(fmax(radius + 0.5 - distance, 0), 1);
}

static void check_segment(dp_point a, dp_point b, float radius)
{
    dp_raster r = empty();
    dp_raster_segment(&r, a, b, radius, DP_PEN);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            ck_assert_double_eq_tol((double)pixels[y * SIDE + x],
                                    coverage(x, y, a, b, (double)radius), 1e-4);
}

START_TEST(segments_follow_the_definition)
{
    const float radii[] = { 0.3f, 1.15f, 4 };
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 32; k++) {
            float angle = (float)k * 0.2f;
            dp_point a = { 11.3f, 12.6f };
            dp_point b = { a.x + 9 * cosf(angle), a.y + 9 * sinf(angle) };
            check_segment(a, b, radii[i]);
        }
        check_segment((dp_point){ 3, 4 }, (dp_point){ 19, 4 }, radii[i]); /* horizontal */
        check_segment((dp_point){ 3, 4 }, (dp_point){ 3, 19 }, radii[i]); /* vertical */
        check_segment((dp_point){ 7.5f, 7 }, (dp_point){ 7.5f, 7 }, radii[i]); /* a dot */
        check_segment((dp_point){ -9, 3 }, (dp_point){ 40, 17 },
                      radii[i]); /* clipped at both sides */
        check_segment((dp_point){ 0, 0 }, (dp_point){ 23, 23 }, radii[i]);
    }
}
END_TEST

START_TEST(segments_outside_draw_nothing)
{
    dp_raster r = empty();
    dp_raster_segment(&r, (dp_point){ -50, -50 }, (dp_point){ -40, 90 }, 2, DP_PEN);
    dp_raster_segment(&r, (dp_point){ 1e4f, -1e4f }, (dp_point){ 1e4f, 1e4f }, 2, DP_PEN);
    dp_raster_segment(&r, (dp_point){ -1e4f, 1e4f }, (dp_point){ 1e4f, 1e4f }, 2, DP_PEN);
    for (int i = 0; i < SIDE * SIDE; i++)
        ck_assert(pixels[i] == 0);
}
END_TEST

START_TEST(the_pen_merges_by_maximum)
{
    dp_raster r = empty();
    dp_point a = { 4, 10 }, b = { 18, 10.4f };
    dp_raster_segment(&r, a, b, 1.15f, DP_PEN);
    float once[SIDE * SIDE];
    memcpy(once, pixels, sizeof once);
    dp_raster_segment(&r, b, a, 1.15f, DP_PEN);
    for (int i = 0; i < SIDE * SIDE; i++)
        ck_assert(fabsf(pixels[i] - once[i]) < 1e-5f);
}
END_TEST

START_TEST(strokes_are_applied_in_order)
{
    dp_raster r = empty();
    dp_point a = { 2, 12 }, b = { 21, 12 }, top = { 12, 2 }, bottom = { 12, 21 };
    dp_raster_segment(&r, a, b, 1, DP_PEN);
    dp_raster_segment(&r, top, bottom, 2, DP_ERASER);
    ck_assert(pixels[12 * SIDE + 12] == 0);
    ck_assert(pixels[12 * SIDE + 6] == 1);
    dp_raster_segment(&r, a, b, 1, DP_PEN);
    ck_assert(pixels[12 * SIDE + 12] == 1);
}
END_TEST

UNIT_MAIN("raster", segments_follow_the_definition, segments_outside_draw_nothing,
          the_pen_merges_by_maximum, strokes_are_applied_in_order)
