#include "config.h"

#include "tui/pad/canvas.h"

#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

enum { SIDE = 40 };

static bool is_near(float a, float b)
{
    return fabsf(a - b) < 1e-3F;
}

static dp_canvas c;
static dp_strokes s;

static void set_up(void)
{
    ck_assert(dp_canvas_resize(&c, SIDE, NULL) == DP_OK);
    dp_canvas_place(&c, (dp_point){ 0, 0 }, SIDE);
}

static void tear_down(void)
{
    dp_canvas_free(&c);
    dp_strokes_clear(&s);
}

static void line(dp_tool tool, float width, float x0, float y0, float x1, float y1)
{
    ck_assert(dp_strokes_begin(&s, tool, width, (dp_point){ x0, y0 }, 0, NULL) == DP_OK);
    ck_assert(dp_strokes_extend(&s, (dp_point){ x1, y1 }, 0, NULL) == DP_OK);
}

static float pixel(int x, int y)
{
    return c.pixel[y * SIDE + x];
}

START_TEST(a_line_is_where_it_was_drawn)
{
    set_up();
    line(DP_PEN, 4, 10, 20, 30, 20);
    dp_canvas_draw(&c, &s, false);
    /* From y 18 to 22: rows 18 … 21 whole, nothing beyond. */
    for (int y = 0; y < SIDE; y++)
        ck_assert(is_near(pixel(20, y), y >= 18 && y <= 21 ? 1 : 0));
    ck_assert(is_near(pixel(4, 20), 0));
    tear_down();
}
END_TEST

START_TEST(the_eraser_takes_away)
{
    set_up();
    line(DP_PEN, 4, 10, 20, 30, 20);
    line(DP_ERASER, 6, 20, 10, 20, 30);
    dp_canvas_draw(&c, &s, false);
    ck_assert(is_near(pixel(20, 20), 0));
    ck_assert(is_near(pixel(12, 20), 1));
    tear_down();
}
END_TEST

/* Appending point by point shows the same as drawing everything at once. */
START_TEST(appending_equals_drawing_everything)
{
    set_up();
    static float appended[SIDE * SIDE];
    for (int i = 0; i < 200; i++) {
        dp_point p = { (float)(i * 7 % 41), (float)(i * 11 % 39) };
        dp_tool tool = i % 30 > 24 ? DP_ERASER : DP_PEN;
        if (i % 10 == 0)
            ck_assert(dp_strokes_begin(&s, tool, 2, p, 0, NULL) == DP_OK);
        else
            ck_assert(dp_strokes_extend(&s, p, 0, NULL) == DP_OK);
        if (i % 3 == 0)
            dp_canvas_draw(&c, &s, i > 0);
    }
    dp_canvas_draw(&c, &s, true);
    memcpy(appended, c.pixel, sizeof appended);
    dp_canvas_draw(&c, &s, false);
    ck_assert_mem_eq(appended, c.pixel, sizeof appended);
    dp_strokes_undo(&s);
    dp_canvas_draw(&c, &s, false);
    ck_assert_mem_ne(appended, c.pixel, sizeof appended);
    tear_down();
}
END_TEST

/* The same on the grid of cells, where the end of a line is smoothed again with each point; and
 * with a point off the grid, after which no line is smoothed. */
START_TEST(appending_equals_drawing_everything_if_smoothed)
{
    static float appended[SIDE * SIDE];
    for (int last = 0; last < 2; last++) {
        set_up();
        for (int i = 0; i < 120; i++) {
            dp_point p = { (float)(i * 3 % 37) + 0.5F, (float)(2 * (i * 5 % 18)) + 1 };
            if (last && i == 110)
                p.x += 0.2F;
            if (i % 12 == 0)
                ck_assert(dp_strokes_begin(&s, i == 36 ? DP_ERASER : DP_PEN, 2, p, 0,
                                           NULL) == DP_OK);
            else
                ck_assert(dp_strokes_extend(&s, p, 0, NULL) == DP_OK);
            dp_canvas_draw(&c, &s, i > 0);
        }
        memcpy(appended, c.pixel, sizeof appended);
        dp_canvas_draw(&c, &s, false);
        ck_assert_mem_eq(appended, c.pixel, sizeof appended);
        ck_assert(c.sketch.smooth == !last);
        tear_down();
    }
}
END_TEST

/* Also under the end of a line, which is drawn again with each point, and where the eraser was. */
START_TEST(an_underlay_shines_through)
{
    static float underlay[SIDE * SIDE], alone[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++)
        underlay[i] = (float)(i % 5) / 8;
    for (int with = 0; with < 2; with++) {
        set_up();
        c.sketch.underlay = with ? underlay : NULL;
        for (int i = 0; i < 60; i++) {
            dp_point p = { (float)(i * 3 % 37) + 0.5F, (float)(2 * (i * 5 % 18)) + 1 };
            if (i % 12 == 0)
                ck_assert(dp_strokes_begin(&s, i == 36 ? DP_ERASER : DP_PEN, 2, p, 0,
                                           NULL) == DP_OK);
            else
                ck_assert(dp_strokes_extend(&s, p, 0, NULL) == DP_OK);
            dp_canvas_draw(&c, &s, i > 0);
            c.sketch.changed = (dp_area){ 0 };
        }
        if (!with)
            memcpy(alone, c.pixel, sizeof alone);
        for (int i = 0; with && i < SIDE * SIDE; i++)
            ck_assert(c.pixel[i] == fmaxf(alone[i], underlay[i]));
        tear_down();
    }
}
END_TEST

/* A stroke in pixels beside one of cells: only the second is smoothed, whichever comes first. */
START_TEST(each_stroke_is_smoothed_by_itself)
{
    static float cells[SIDE * SIDE], fine[SIDE * SIDE];
    for (int order = 0; order < 2; order++) {
        for (int what = 0; what < 3; what++) { /* cells, pixels, both */
            set_up();
            for (int k = 0; k < 2; k++) {
                bool in_cells = (k == 0) == (order == 0);
                if (what == (in_cells ? 1 : 0))
                    continue;
                for (int i = 0; i < 10; i++) {
                    dp_point p = { 4.5F + 2 * (float)i, (float)(2 * (i / 2)) + 5 };
                    if (!in_cells)
                        p = (dp_point){ p.x + 0.3F, p.y + 20 };
                    dp_code code = i ? dp_strokes_extend(&s, p, 0, NULL)
                                     : dp_strokes_begin(&s, DP_PEN, 1, p, 0, NULL);
                    ck_assert(code == DP_OK);
                    dp_canvas_draw(&c, &s, s.n_strokes > 1 || i > 0);
                }
            }
            if (what < 2)
                memcpy(what ? fine : cells, c.pixel, sizeof fine);
            for (int i = 0; what == 2 && i < SIDE * SIDE; i++)
                ck_assert(is_near(c.pixel[i], fmaxf(cells[i], fine[i])));
            tear_down();
        }
    }
}
END_TEST

/* A staircase of cells becomes a slanted line, with little ink beside it. */
START_TEST(staircases_are_smoothed)
{
    set_up();
    ck_assert(dp_strokes_begin(&s, DP_PEN, 1, (dp_point){ 4.5F, 5 }, 0, NULL) == DP_OK);
    for (int i = 1; i < 15; i++) {
        ck_assert(dp_strokes_extend(
                      &s, (dp_point){ 4.5F + 2 * (float)i, (float)(2 * (i / 2)) + 5 }, 0,
                      NULL) == DP_OK);
    }
    dp_canvas_draw(&c, &s, false);
    float off = 0;
    for (int y = 0; y < SIDE; y++) {
        for (int x = 8; x < 28; x++) {
            float beside = (float)y + 0.5F - (4.5F + ((float)x + 0.5F) / 2 - 2.25F);
            off += fabsf(beside) > 2 ? pixel(x, y) : 0;
        }
    }
    ck_assert(off < 0.5F);
    ck_assert(pixel(18, 11) + pixel(18, 12) > 0.6F);
    tear_down();
}
END_TEST

START_TEST(a_resized_canvas_shows_the_same)
{
    set_up();
    line(DP_PEN, 4, 10, 20, 30, 20);
    ck_assert(dp_canvas_resize(&c, 2 * SIDE, NULL) == DP_OK);
    dp_canvas_draw(&c, &s, false);
    ck_assert(is_near(c.pixel[40 * 2 * SIDE + 40], 1));
    ck_assert(is_near(c.pixel[36 * 2 * SIDE + 40], 1));
    ck_assert(is_near(c.pixel[35 * 2 * SIDE + 40], 0));
    dp_point there = dp_canvas_to_pixels(&c, (dp_point){ 30, 20 });
    ck_assert(is_near(there.x, 60));
    dp_point back = dp_canvas_to_drawing(&c, there);
    ck_assert(is_near(back.x, 30));
    ck_assert(is_near(back.y, 20));
    tear_down();
}
END_TEST

START_TEST(a_drawing_in_any_units_is_made_to_fit)
{
    set_up();
    /* Far away, and with a pen of unknown width. */
    line(DP_PEN, 0, -500, 1000, 300, 1200);
    dp_canvas_fit(&c, &s);
    dp_canvas_draw(&c, &s, false);
    ck_assert(is_near(c.extent, 1000));
    float ink = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        ink += c.pixel[i];
    ck_assert(ink > 60); /* 32 long, 3 wide */
    ck_assert(pixel(20, 20) > 0.7F);
    tear_down();
}
END_TEST

START_TEST(a_drawing_of_the_pad_keeps_its_place)
{
    set_up();
    line(DP_PEN, 3, 2, 2, 2, 20);
    dp_canvas_fit(&c, &s);
    ck_assert(c.origin.x == 0 && c.origin.y == 0 && c.extent == SIDE);
    dp_strokes_clear(&s);
    dp_canvas_fit(&c, &s); /* an empty drawing */
    ck_assert(c.extent == SIDE);
    tear_down();
}
END_TEST

UNIT_MAIN("canvas", a_line_is_where_it_was_drawn, the_eraser_takes_away,
          appending_equals_drawing_everything,
          appending_equals_drawing_everything_if_smoothed, an_underlay_shines_through,
          each_stroke_is_smoothed_by_itself, staircases_are_smoothed,
          a_resized_canvas_shows_the_same, a_drawing_in_any_units_is_made_to_fit,
          a_drawing_of_the_pad_keeps_its_place)
