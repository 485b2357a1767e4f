#include "config.h"

#include "engine/ink/normalize.h"
#include "tests/unit/drawing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PI 3.14159265f

/* ---- drawings ---------------------------------------------------------------------- */

/* A 7 with a bar: 300×500 units with a corner at the origin, then scaled and moved by (x,
 * y). */
static void draw_seven(dp_strokes *s, float scale, float x, float y, float width)
{
    dp_point top[] = { { 0, 20 }, { 150, 0 }, { 300, 10 }, { 200, 250 }, { 120, 500 } };
    dp_point bar[] = { { 60, 260 }, { 280, 240 } };
    for (int i = 0; i < 5; i++)
        top[i] = (dp_point){ top[i].x * scale + x, top[i].y * scale + y };
    for (int i = 0; i < 2; i++)
        bar[i] = (dp_point){ bar[i].x * scale + x, bar[i].y * scale + y };
    drawing_add(s, DP_PEN, width, top, 5);
    drawing_add(s, DP_PEN, width, bar, 2);
}

static dp_ink seven(uint8_t image[DP_PIXELS], float scale, float x, float y, float width)
{
    dp_strokes s = { 0 };
    draw_seven(&s, scale, x, y, width);
    dp_ink ink = dp_normalize_strokes(image, &s);
    dp_strokes_clear(&s);
    return ink;
}

static int worst_difference(const uint8_t *a, const uint8_t *b)
{
    int worst = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        if (abs(a[i] - b[i]) > worst)
            worst = abs(a[i] - b[i]);
    return worst;
}

static double mean_difference(const uint8_t *a, const uint8_t *b)
{
    double sum = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        sum += abs(a[i] - b[i]);
    return sum / DP_PIXELS;
}

static bool is_empty(const uint8_t image[DP_PIXELS])
{
    for (int i = 0; i < DP_PIXELS; i++)
        if (image[i])
            return false;
    return true;
}

/* The mean column or row of the ink. */
static double center(const uint8_t image[DP_PIXELS], bool across)
{
    double mass = 0, sum = 0;
    for (int i = 0; i < DP_PIXELS; i++) {
        mass += image[i];
        sum += image[i] * (across ? i % DP_SIDE : i / DP_SIDE);
    }
    return sum / mass;
}

/* How many columns (across) or rows have a pixel of at least 128. */
static int side_of(const uint8_t image[DP_PIXELS], bool across)
{
    int n = 0;
    for (int i = 0; i < DP_SIDE; i++) {
        bool ink = false;
        for (int k = 0; k < DP_SIDE; k++)
            ink |= image[across ? k * DP_SIDE + i : i * DP_SIDE + k] >= 128;
        n += ink;
    }
    return n;
}

START_TEST(strokes_are_sized_and_centred)
{
    uint8_t image[DP_PIXELS];
    ck_assert_int_eq(seven(image, 1, 0, 0, 0), DP_INK_ENOUGH);
    ck_assert_double_eq_tol(center(image, true), 14, 0.05);
    ck_assert_double_eq_tol(center(image, false), 14, 0.05);
    ck_assert_int_ge(side_of(image, false), 19);
    ck_assert_int_le(side_of(image, false), 21);
    ck_assert_int_lt(side_of(image, true), 16); /* the aspect is kept */
}
END_TEST

START_TEST(the_placement_maps_points_to_ink)
{
    static const dp_point points[] = { { 0, 20 }, { 150, 0 }, { 300, 10 }, { 120, 500 } };
    for (int i = 0; i < 3; i++) {
        float scale = 0.05F * (float)(i + 1), x = 30 * (float)i - 40, y = 7;
        uint8_t image[DP_PIXELS];
        dp_placement where;
        dp_bounds box, same;
        dp_strokes s = { 0 };
        draw_seven(&s, scale, x, y, 2);
        ck_assert_int_eq(dp_normalize_strokes_placed(image, &where, &box, &s),
                         DP_INK_ENOUGH);
        ck_assert_int_eq(dp_normalize_strokes_box(&same, &s), DP_INK_ENOUGH);
        ck_assert_mem_eq(&box, &same, sizeof box);
        for (int k = 0; k < 4; k++) {
            float px = where.scale * (points[k].x * scale + x) + where.x;
            float py = where.scale * (points[k].y * scale + y) + where.y;
            ck_assert_int_ge(image[lrintf(py) * DP_SIDE + lrintf(px)], 200);
        }
        dp_strokes_clear(&s);
    }
}
END_TEST

START_TEST(position_and_scale_do_not_matter)
{
    uint8_t image[DP_PIXELS], other[DP_PIXELS];
    ck_assert_int_eq(seven(image, 1, 0, 0, 0), DP_INK_ENOUGH);
    const struct {
        float scale, x, y;
    } cases[] = { { 0.002f, 0, 0 },   { 0.002f, 0.5f, 0.25f },  { 0.0511f, 30, 11 },
                  { 8, -999, 12345 }, { 1e30f, 1e32f, -1e32f }, { 1e-30f, 0, 0 },
                  { 1, 4000, -4000 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq(seven(other, cases[i].scale, cases[i].x, cases[i].y, 0),
                         DP_INK_ENOUGH);
        ck_assert_int_le(worst_difference(image, other), 1);
    }
}
END_TEST

/* A drawing on coarse cells gives nearly the image of a fine pointer. */
/* The image of `cells` is nearer to that of s if its first stroke is smoothed. */
static void check_first_is_smoothed(const dp_strokes *s, dp_strokes *cells)
{
    uint8_t fine[DP_PIXELS], coarse[DP_PIXELS], jagged[DP_PIXELS];
    ck_assert_int_eq(dp_normalize_strokes(fine, s), DP_INK_ENOUGH);
    ck_assert_int_eq(dp_normalize_strokes(coarse, cells), DP_INK_ENOUGH);
    dp_point first = cells->point[0];
    cells->point[0].x += 0.001f; /* off the grid: not smoothed */
    ck_assert_int_eq(dp_normalize_strokes(jagged, cells), DP_INK_ENOUGH);
    cells->point[0] = first;
    ck_assert_double_lt(mean_difference(fine, coarse),
                        0.8 * mean_difference(fine, jagged));
}

START_TEST(cells_are_smoothed)
{
    enum { N = 60 };
    dp_strokes s = { 0 }, cells = { 0 };
    for (int i = 0; i < N; i++) { /* a slanted 0, 10 × 16 units */
        float angle = (float)i * 2 * PI / N;
        float y = 20 + 8 * sinf(angle), x = 20 + 5 * cosf(angle) + 0.2f * (20 - y);
        dp_point p = { x, y }, cell = { floorf(x) + 0.5f, 2 * floorf(y / 2) + 1 };
        dp_code code = i == 0 ? dp_strokes_begin(&s, DP_PEN, 2, p, 0, NULL)
                              : dp_strokes_extend(&s, p, 0, NULL);
        ck_assert_int_eq(code, DP_OK);
        code = i == 0 ? dp_strokes_begin(&cells, DP_PEN, 2, cell, 0, NULL)
                      : dp_strokes_extend(&cells, cell, 0, NULL);
        ck_assert_int_eq(code, DP_OK);
    }
    check_first_is_smoothed(&s, &cells);
    const dp_point bar[] = { { 17.3f, 20.1f }, { 23.2f, 20.4f } }; /* in pixels */
    drawing_add(&s, DP_PEN, 2, bar, 2);
    drawing_add(&cells, DP_PEN, 2, bar, 2);
    check_first_is_smoothed(&s, &cells);
    dp_strokes_clear(&s);
    dp_strokes_clear(&cells);
}
END_TEST

START_TEST(the_pen_width_does_not_matter)
{
    uint8_t image[DP_PIXELS], other[DP_PIXELS];
    seven(image, 1, 0, 0, 0);
    ck_assert_int_eq(seven(other, 1, 0, 0, 60), DP_INK_ENOUGH);
    ck_assert_int_eq(worst_difference(image, other), 0);
}
END_TEST

START_TEST(a_larger_radius_gives_more_ink)
{
    dp_strokes s = { 0 };
    uint8_t thin[DP_PIXELS], thick[DP_PIXELS];
    draw_seven(&s, 1, 0, 0, 0);
    ck_assert_int_eq(dp_normalize_strokes_radius(thin, &s, 0.9f), DP_INK_ENOUGH);
    ck_assert_int_eq(dp_normalize_strokes_radius(thick, &s, 1.5f), DP_INK_ENOUGH);
    long thin_ink = 0, thick_ink = 0;
    for (int i = 0; i < DP_PIXELS; i++) {
        thin_ink += thin[i];
        thick_ink += thick[i];
    }
    ck_assert_int_gt(thick_ink, thin_ink * 13 / 10);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(dots_and_specks_are_too_little_ink)
{
    uint8_t image[DP_PIXELS];
    dp_strokes s = { 0 };
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_BLANK);
    ck_assert(is_empty(image));
    const dp_point dot = { 17, 4 };
    drawing_add(&s, DP_PEN, 0, &dot, 1);
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_LITTLE);
    ck_assert(is_empty(image));
    drawing_add(&s, DP_PEN, 0, &dot, 1); /* the same dot again */
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_LITTLE);
    dp_strokes_clear(&s);
    /* Not longer than its pen is wide: a wobbly dot. */
    ck_assert_int_eq(seven(image, 0.005f, 8, 8, 2.6f), DP_INK_LITTLE);
    ck_assert(is_empty(image));
    ck_assert_int_eq(seven(image, 0.005f, 8, 8, 2.4f), DP_INK_ENOUGH);
}
END_TEST

START_TEST(an_eraser_alone_is_blank)
{
    uint8_t image[DP_PIXELS];
    dp_strokes s = { 0 };
    const dp_point line[] = { { 0, 0 }, { 5, 5 } };
    drawing_add(&s, DP_ERASER, 2, line, 2);
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_BLANK);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(an_erased_drawing_is_blank)
{
    uint8_t image[DP_PIXELS];
    dp_strokes s = { 0 };
    draw_seven(&s, 0.05f, 0, 0, 2);
    const dp_point zigzag[] = { { -2, 0 },  { 20, 0 },  { 20, 5 },  { -2, 5 },
                                { -2, 10 }, { 20, 10 }, { 20, 15 }, { -2, 15 },
                                { -2, 20 }, { 20, 20 }, { 20, 25 }, { -2, 25 } };
    drawing_add(&s, DP_ERASER, 6, zigzag, 12);
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_BLANK);
    ck_assert(is_empty(image));
    draw_seven(&s, 0.05f, 0, 0, 2); /* again, over the erased one */
    uint8_t fresh[DP_PIXELS];
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
    seven(fresh, 0.05f, 0, 0, 2);
    ck_assert_int_le(worst_difference(image, fresh), 24); /* the box is known to ½ cell */
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(an_erased_dot_is_blank)
{
    uint8_t image[DP_PIXELS];
    dp_strokes s = { 0 };
    const dp_point dot = { 3, 3 }, far = { 30, 3 }, near = { 4, 3 };
    drawing_add(&s, DP_PEN, 2, &dot, 1);
    drawing_add(&s, DP_ERASER, 6, &far, 1);
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_LITTLE);
    drawing_add(&s, DP_ERASER, 6, &near, 1);
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_BLANK);
    dp_strokes_clear(&s);
}
END_TEST

/* After a long stray line is erased, a 1 fills the image as if it were alone. */
START_TEST(the_box_is_of_the_surviving_ink)
{
    uint8_t image[DP_PIXELS], alone[DP_PIXELS];
    const dp_point one[] = { { 10, 10 }, { 14, 5 }, { 14, 30 } },
                   stray[] = { { 40, 18 }, { 90, 18 } };
    const dp_point wipe[] = { { 35, 18 }, { 95, 18 } };
    dp_strokes s = { 0 };
    drawing_add(&s, DP_PEN, 2, one, 3);
    ck_assert_int_eq(dp_normalize_strokes(alone, &s), DP_INK_ENOUGH);
    drawing_add(&s, DP_PEN, 2, stray, 2);
    dp_normalize_strokes(image, &s);
    ck_assert_int_lt(side_of(image, false), 10);
    drawing_add(&s, DP_ERASER, 5, wipe, 2);
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
    ck_assert_int_ge(side_of(image, false), 19);
    double difference = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        difference += abs(image[i] - alone[i]);
    ck_assert_double_lt(difference / DP_PIXELS, 6);
    dp_strokes_clear(&s);
}
END_TEST

/* Erasing along a line removes all of it, although the redrawn pen is wider than the
 * user's. */
START_TEST(erasing_a_line_erases_its_margin)
{
    uint8_t image[DP_PIXELS];
    const dp_point one[] = { { 10, 0 }, { 10, 100 } },
                   wrong[] = { { 40, 0 }, { 40, 100 } };
    dp_strokes s = { 0 };
    drawing_add(&s, DP_PEN, 1, one, 2);
    drawing_add(&s, DP_PEN, 1, wrong, 2);
    drawing_add(&s, DP_ERASER, 2, wrong, 2);
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
    ck_assert_int_le(side_of(image, true), 4);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(an_eraser_cuts_a_gap)
{
    uint8_t image[DP_PIXELS];
    const dp_point line[] = { { 0, 0 }, { 0, 100 } };
    const dp_point across[] = { { -50, 50 }, { 50, 50 } };
    dp_strokes s = { 0 };
    drawing_add(&s, DP_PEN, 3, line, 2);
    drawing_add(&s, DP_ERASER, 20, across, 2);
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
    ck_assert_int_eq(image[14 * DP_SIDE + 14], 0);
    ck_assert_int_eq(image[8 * DP_SIDE + 14], 255);
    ck_assert_int_eq(image[20 * DP_SIDE + 14], 255);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(extreme_coordinates_are_survived)
{
    uint8_t image[DP_PIXELS];
    const float most = 3.4e38f;
    const dp_point wild[] = {
        { -most, -most }, { most, most }, { most, -most }, { 0, 0 }
    };
    dp_strokes s = { 0 };
    drawing_add(&s, DP_PEN, most, wild, 4);
    (void)dp_normalize_strokes(image, &s);
    drawing_add(&s, DP_ERASER, most, wild, 4);
    (void)dp_normalize_strokes(image, &s);
    dp_strokes_clear(&s);
    draw_seven(&s, 0.001f, 0, 0, 0);
    drawing_add(&s, DP_ERASER, 1e-3f, wild, 1); /* far away: erases nothing */
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
    dp_strokes_clear(&s);
}
END_TEST

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

START_TEST(the_longest_drawing_takes_seconds)
{
    uint8_t image[DP_PIXELS];
    dp_strokes s = { 0 };
    for (int i = 0; i < DP_MAX_POINTS - 2; i++) {
        dp_point p = { (float)(i * 7919LL % 1000), (float)(i * 104729LL % 997) };
        dp_code code = i ? dp_strokes_extend(&s, p, 0, NULL)
                         : dp_strokes_begin(&s, DP_PEN, 3, p, 0, NULL);
        ck_assert_int_eq(code, DP_OK);
    }
    const dp_point wipe[] = { { 0, 0 }, { 900, 900 } };
    drawing_add(&s, DP_ERASER, 5, wipe, 2);
    double start = seconds();
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
    ck_assert_double_lt(seconds() - start, 30); /* about 0.5 s without sanitizers */
    dp_strokes_clear(&s);
}
END_TEST

/* ---- images ------------------------------------------------------------------------ */

/* Something like a 9: a ring and a tail with soft edges, ink 255 on 0. Freed by the
 * caller. */
static uint8_t *nine(int width, int height, float x, float y, float size)
{
    uint8_t *pixel = malloc((size_t)width * (size_t)height);
    ck_assert_ptr_nonnull(pixel);
    for (int i = 0; i < height; i++)
        for (int j = 0; j < width; j++) {
            float dx = ((float)j - x) / size, dy = ((float)i - y) / size;
            float ring = fabsf(hypotf(dx, dy + 0.22f) - 0.2f) - 0.05f;
            float tail = fmaxf(fabsf(dx - 0.2f) - 0.05f, fmaxf(-0.2f - dy, dy - 0.5f));
            float ink = fminf(fmaxf(0.5f - fminf(ring, tail) * size, 0), 1);
            pixel[i * width + j] = (uint8_t)lrintf(255 * ink);
        }
    return pixel;
}

static dp_ink process(uint8_t image[DP_PIXELS], const uint8_t *pixel, int width,
                      int height, dp_normalize_mode mode, dp_invert invert)
{
    dp_gray in = { pixel, width, height };
    dp_ink ink;
    ck_assert_int_eq(dp_normalize_image(image, &ink, &in,
                                        (dp_normalize_options){ mode, invert }, NULL),
                     DP_OK);
    return ink;
}

START_TEST(images_of_any_size_agree)
{
    uint8_t image[DP_PIXELS], other[DP_PIXELS];
    uint8_t *pixel = nine(400, 400, 200, 200, 300);
    ck_assert_int_eq(process(image, pixel, 400, 400, DP_NORMALIZE_AUTO, DP_INVERT_AUTO),
                     DP_INK_ENOUGH);
    free(pixel);
    ck_assert_double_eq_tol(center(image, true), 14, 0.05);
    ck_assert_double_eq_tol(center(image, false), 14, 0.05);
    ck_assert_int_ge(side_of(image, false), 19);
    ck_assert_int_le(side_of(image, false), 21);
    const struct {
        int w, h;
        float x, y, size, tolerance;
    } cases[] = { { 900, 500, 200, 300, 300, 1 }, { 1024, 1024, 700, 300, 550, 2 },
                  { 56, 56, 30, 26, 40, 4 },      { 100, 60, 80, 30, 50, 4 },
                  { 28, 28, 12, 15, 20, 20 },     { 4096, 100, 4000, 50, 90, 3 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pixel = nine(cases[i].w, cases[i].h, cases[i].x, cases[i].y, cases[i].size);
        ck_assert_int_eq(process(other, pixel, cases[i].w, cases[i].h, DP_NORMALIZE_AUTO,
                                 DP_INVERT_AUTO),
                         DP_INK_ENOUGH);
        ck_assert_double_lt(mean_difference(image, other), (double)cases[i].tolerance);
        free(pixel);
    }
}
END_TEST

START_TEST(polarity_and_contrast_do_not_matter)
{
    enum { W = 90, H = 70 };
    uint8_t image[DP_PIXELS], other[DP_PIXELS];
    uint8_t *pixel = nine(W, H, 40, 35, 50);
    process(image, pixel, W, H, DP_NORMALIZE_AUTO, DP_INVERT_AUTO);
    for (int i = 0; i < W * H; i++)
        pixel[i] = 255 - pixel[i];
    process(other, pixel, W, H, DP_NORMALIZE_AUTO, DP_INVERT_AUTO);
    ck_assert_int_eq(worst_difference(image, other), 0);
    process(other, pixel, W, H, DP_NORMALIZE_AUTO, DP_INVERT_YES);
    ck_assert_int_eq(worst_difference(image, other), 0);
    process(other, pixel, W, H, DP_NORMALIZE_AUTO, DP_INVERT_NO);
    ck_assert_int_gt(worst_difference(image, other), 200);
    for (int i = 0; i < W * H; i++) /* grey ink on grey, noisy paper */
        pixel[i] = (uint8_t)(70 + pixel[i] * 100 / 255 + (i * 7919 % 13) - 6);
    process(other, pixel, W, H, DP_NORMALIZE_AUTO, DP_INVERT_AUTO);
    ck_assert_double_lt(mean_difference(image, other), 4);
    free(pixel);
}
END_TEST

START_TEST(thin_lines_do_not_fade)
{
    enum { SIDE = 560 };
    uint8_t image[DP_PIXELS], *pixel = calloc(SIDE, SIDE);
    ck_assert_ptr_nonnull(pixel);
    for (int i = 100; i < 460; i++)
        pixel[i * SIDE + 300] = 255;
    ck_assert_int_eq(process(image, pixel, SIDE, SIDE, DP_NORMALIZE_AUTO, DP_INVERT_AUTO),
                     DP_INK_ENOUGH);
    ck_assert_int_eq(image[14 * DP_SIDE + 14], 255);
    free(pixel);
}
END_TEST

START_TEST(flat_images_are_blank)
{
    uint8_t image[DP_PIXELS], *pixel = malloc(50 * 40);
    ck_assert_ptr_nonnull(pixel);
    for (int value = 0; value < 256; value += 51) {
        memset(pixel, value, 50 * 40);
        for (int invert = DP_INVERT_AUTO; invert <= DP_INVERT_NO; invert++) {
            ck_assert_int_eq(
                process(image, pixel, 50, 40, DP_NORMALIZE_AUTO, (dp_invert)invert),
                DP_INK_BLANK);
            ck_assert(is_empty(image));
        }
    }
    pixel[777] = 0; /* one speck */
    ck_assert_int_eq(process(image, pixel, 50, 40, DP_NORMALIZE_AUTO, DP_INVERT_AUTO),
                     DP_INK_LITTLE);
    ck_assert(is_empty(image));
    ck_assert_int_eq(process(image, pixel, 1, 1, DP_NORMALIZE_AUTO, DP_INVERT_AUTO),
                     DP_INK_BLANK);
    free(pixel);
}
END_TEST

START_TEST(mnist_images_are_left_alone)
{
    uint8_t image[DP_PIXELS], dark[DP_PIXELS];
    dp_strokes s = { 0 };
    draw_seven(&s, 1, 0, 0, 0);
    uint8_t like[DP_PIXELS];
    ck_assert_int_eq(dp_normalize_strokes_radius(like, &s, 0.7f), DP_INK_ENOUGH);
    dp_strokes_clear(&s);
    /* Drop the faint outermost rows: no image of MNIST has a side above 20. */
    for (int i = 0; i < DP_PIXELS; i++)
        like[i] = like[i] < 64 ? 0 : like[i];
    process(image, like, DP_SIDE, DP_SIDE, DP_NORMALIZE_AUTO, DP_INVERT_AUTO);
    ck_assert_mem_eq(image, like, DP_PIXELS);
    for (int i = 0; i < DP_PIXELS; i++)
        dark[i] = 255 - like[i];
    process(image, dark, DP_SIDE, DP_SIDE, DP_NORMALIZE_AUTO, DP_INVERT_AUTO);
    ck_assert_mem_eq(image, like, DP_PIXELS);

    uint8_t moved[DP_PIXELS] = { 0 }; /* three columns to the left: too far */
    for (int i = 0; i < DP_PIXELS - 3; i++)
        moved[i] = like[i + 3];
    process(image, moved, DP_SIDE, DP_SIDE, DP_NORMALIZE_AUTO, DP_INVERT_AUTO);
    ck_assert_double_eq_tol(center(image, true), 14, 0.05);
    process(image, moved, DP_SIDE, DP_SIDE, DP_NORMALIZE_NEVER, DP_INVERT_AUTO);
    ck_assert_mem_eq(image, moved, DP_PIXELS);
    process(image, like, DP_SIDE, DP_SIDE, DP_NORMALIZE_NEVER, DP_INVERT_YES);
    ck_assert_mem_eq(image, dark, DP_PIXELS);
}
END_TEST

/* A rectangle of varied ink on slightly dirty paper. */
static void draw_block(uint8_t image[DP_PIXELS], int x, int y, int w, int h, int most)
{
    for (int i = 0; i < DP_PIXELS; i++) {
        const int column = i % DP_SIDE, row = i / DP_SIDE;
        const bool inside = column >= x && column < x + w && row >= y && row < y + h;
        const bool border = column == 0 || row == 0 || column == 27 || row == 27;
        image[i] = (uint8_t)(inside ? most - i * 37 % (most - 12) : border ? 0 : i % 13);
    }
}

/* The fast path takes images of light ink; the inverted image needs the general path. */
START_TEST(inverted_images_are_recognised_alike)
{
    uint8_t like[DP_PIXELS], image[DP_PIXELS], other[DP_PIXELS];
    int kept = 0, moved = 0;
    for (int i = 0; i < 6 * 6 * 10 * 10; i++) {
        const int w = i % 6 * 4 + 1, h = i / 6 % 6 + 16, x = 1 + i / 36 % 10, y = i / 360;
        if (x + w > DP_SIDE || y + h > DP_SIDE)
            continue;
        draw_block(like, x, y, w, h, i % 5 ? 255 : 249);
        const dp_ink ink =
            process(image, like, DP_SIDE, DP_SIDE, DP_NORMALIZE_AUTO, DP_INVERT_NO);
        const bool unchanged = memcmp(image, like, DP_PIXELS) == 0;
        for (int j = 0; j < DP_PIXELS; j++)
            like[j] = 255 - like[j];
        ck_assert_int_eq(
            process(other, like, DP_SIDE, DP_SIDE, DP_NORMALIZE_AUTO, DP_INVERT_YES),
            ink);
        ck_assert_mem_eq(image, other, DP_PIXELS);
        kept += unchanged;
        moved += !unchanged;
    }
    ck_assert_int_gt(kept, 20);
    ck_assert_int_gt(moved, 100);
}
END_TEST

START_TEST(without_preprocessing_images_are_28_by_28)
{
    uint8_t image[DP_PIXELS], pixel[27 * 28] = { 0 };
    dp_gray in = { pixel, 27, 28 };
    dp_ink ink;
    dp_err err;
    ck_assert_int_eq(
        dp_normalize_image(image, &ink, &in,
                           (dp_normalize_options){ DP_NORMALIZE_NEVER, DP_INVERT_AUTO },
                           &err),
        DP_INPUT);
    ck_assert_ptr_nonnull(strstr(err.msg, "27x28"));
}
END_TEST

UNIT_MAIN("normalize", strokes_are_sized_and_centred, the_placement_maps_points_to_ink,
          position_and_scale_do_not_matter, cells_are_smoothed,
          the_pen_width_does_not_matter, a_larger_radius_gives_more_ink,
          dots_and_specks_are_too_little_ink, an_eraser_alone_is_blank,
          an_erased_drawing_is_blank, an_erased_dot_is_blank,
          the_box_is_of_the_surviving_ink, erasing_a_line_erases_its_margin,
          an_eraser_cuts_a_gap, extreme_coordinates_are_survived,
          the_longest_drawing_takes_seconds, images_of_any_size_agree,
          polarity_and_contrast_do_not_matter, thin_lines_do_not_fade,
          flat_images_are_blank, mnist_images_are_left_alone,
          inverted_images_are_recognised_alike, without_preprocessing_images_are_28_by_28)
