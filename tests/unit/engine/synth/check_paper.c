#include "config.h"

#include "engine/synth/paper.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

/* A cross that fills the box of 20 pixels in the middle. */
static void draw_cross(uint8_t image[DP_PIXELS])
{
    memset(image, 0, DP_PIXELS);
    for (int i = 4; i < 24; i++)
        for (int k = 13; k < 16; k++)
            image[i * DP_SIDE + k] = image[k * DP_SIDE + i] = 255;
}

static dp_gray draw(dp_canvas *c, dp_paper kind, uint64_t seed)
{
    uint8_t image[DP_PIXELS];
    dp_rng rng = dp_rng_stream(seed, 1, 2);
    draw_cross(image);
    return dp_paper_draw(c, kind, image, &rng);
}

START_TEST(pages_fit_the_canvas_and_show_contrast)
{
    dp_canvas *c = malloc(sizeof *c);
    for (int kind = 0; kind < DP_PAPER_COUNT; kind++)
        for (uint64_t seed = 0; seed < 20; seed++) {
            const dp_gray page = draw(c, (dp_paper)kind, seed);
            int least = 255, most = 0;
            ck_assert(4 <= page.width && page.width <= DP_CANVAS_SIDE);
            ck_assert(4 <= page.height && page.height <= DP_CANVAS_SIDE);
            for (int i = 0; i < page.width * page.height; i++) {
                least = dp_min_int(least, page.pixel[i]);
                most = dp_max_int(most, page.pixel[i]);
            }
            ck_assert_msg(most - least >= 20, "%s, seed %d",
                          dp_paper_name((dp_paper)kind), (int)seed);
        }
    free(c);
}
END_TEST

START_TEST(the_seed_decides)
{
    dp_canvas *a = malloc(sizeof *a), *b = malloc(sizeof *b);
    for (int kind = 0; kind < DP_PAPER_COUNT; kind++) {
        const dp_gray one = draw(a, (dp_paper)kind, 5), same = draw(b, (dp_paper)kind, 5);
        const size_t size = (size_t)one.width * (size_t)one.height;
        ck_assert(one.width == same.width && one.height == same.height);
        ck_assert(memcmp(one.pixel, same.pixel, size) == 0);
        const dp_gray other = draw(b, (dp_paper)kind, 6);
        ck_assert(other.width != one.width || other.height != one.height ||
                  memcmp(one.pixel, other.pixel, size) != 0);
    }
    free(a);
    free(b);
}
END_TEST

START_TEST(the_digit_is_where_the_canvas_says)
{
    dp_canvas *c = malloc(sizeof *c);
    for (uint64_t seed = 0; seed < 20; seed++) {
        const dp_gray page = draw(c, DP_PAPER_PLAIN, seed);
        const dp_bounds d = c->digit;
        ck_assert(0 < d.x0 && d.x1 < (float)page.width);
        ck_assert(0 < d.y0 && d.y1 < (float)page.height);
        const int x = (int)((d.x0 + d.x1) / 2), y = (int)((d.y0 + d.y1) / 2);
        ck_assert_int_lt(page.pixel[y * page.width + x], 110);
        ck_assert_int_gt(page.pixel[0], 180);
    }
    free(c);
}
END_TEST

START_TEST(a_rectangle_is_clipped)
{
    dp_canvas *c = malloc(sizeof *c);
    dp_canvas_begin(c, 10, 8, 200);
    dp_canvas_darken(c, (dp_bounds){ -5, 6, 2, 40 }, 50);
    dp_canvas_darken(c, (dp_bounds){ 0, 0, 1, 1 }, 230); /* no lighter than before */
    const dp_gray page = dp_canvas_gray(c);
    int dark = 0;
    for (int i = 0; i < 80; i++)
        dark += page.pixel[i] == 50;
    ck_assert_int_eq(dark, 4);
    ck_assert_int_eq(page.pixel[0], 200);
    free(c);
}
END_TEST

UNIT_MAIN("paper", pages_fit_the_canvas_and_show_contrast, the_seed_decides,
          the_digit_is_where_the_canvas_says, a_rectangle_is_clipped)
