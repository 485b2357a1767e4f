#include "config.h"

#include "tui/term/pixel_mouse.h"

#include "tests/unit/drawing.h"
#include "tests/unit/unit.h"

static const int window[] = { 80, 24 }, cell[] = { 8, 16 };

static dp_event locate(dp_pixel_mouse *mouse, int x, int y)
{
    dp_event e = { .kind = DP_EVENT_MOUSE,
                   .x = x,
                   .y = y,
                   .px = (float)x + 0.5F,
                   .py = (float)y + 0.5F };
    dp_pixel_mouse_locate(mouse, &e, window, cell);
    return e;
}

static void is_cell(dp_event e, int x, int y)
{
    ck_assert(!e.fine && e.x == x && e.y == y);
    check_near(e.px, (float)x + 0.5F, 1e-5F);
    check_near(e.py, (float)y + 0.5F, 1e-5F);
}

START_TEST(cells_are_cells_until_pixels_are_seen)
{
    dp_pixel_mouse mouse = { .on = true };
    is_cell(locate(&mouse, 0, 0), 0, 0);
    is_cell(locate(&mouse, 79, 23), 79, 23);
    dp_event e = locate(&mouse, 80, 7); /* the window has no column 80 */
    ck_assert(mouse.trusted && e.fine && e.x == 10 && e.y == 0);
    check_near(e.px, 10.0625F, 1e-5F);
    check_near(e.py, 7.5F / 16, 1e-5F);
    e = locate(&mouse, 3, 17); /* from now on all are pixels */
    ck_assert(e.fine && e.x == 0 && e.y == 1);
}
END_TEST

START_TEST(a_row_beyond_the_window_is_a_pixel_too)
{
    dp_pixel_mouse mouse = { .on = true };
    ck_assert(locate(&mouse, 5, 24).fine);
}
END_TEST

START_TEST(off_or_without_a_cell_size_nothing_changes)
{
    dp_pixel_mouse off = { 0 }, on = { .on = true };
    dp_event e = { .kind = DP_EVENT_MOUSE, .x = 500, .y = 300 };
    dp_pixel_mouse_locate(&off, &e, window, cell);
    ck_assert(!e.fine && e.x == 500);
    dp_pixel_mouse_locate(&on, &e, window, (const int[]){ 0, 0 });
    ck_assert(!e.fine && e.x == 500 && !on.trusted);
    e.kind = DP_EVENT_KEY;
    dp_pixel_mouse_locate(&on, &e, window, cell);
    ck_assert(!on.trusted);
}
END_TEST

UNIT_MAIN("pixel_mouse", cells_are_cells_until_pixels_are_seen,
          a_row_beyond_the_window_is_a_pixel_too,
          off_or_without_a_cell_size_nothing_changes)
