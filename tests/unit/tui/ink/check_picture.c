/* Marks in a picture: their pixels, and that they stay inside it. */
#include "config.h"

#include "tests/unit/unit.h"
#include "tui/ink/picture.h"

#include <string.h>

enum { WIDTH = 11, HEIGHT = 9, BORDER = 4 * WIDTH, COLOR = 7 };

/* A picture between other pixels, which no mark may change. */
static uint8_t pixels[BORDER + WIDTH * HEIGHT + BORDER];
static dp_picture picture = { WIDTH, HEIGHT, pixels + BORDER };

static void clear(void)
{
    memset(pixels, 0, sizeof pixels);
}

/* The marked pixels are in the area, and no others are changed. */
static void expect_inside(dp_area a)
{
    for (size_t i = 0; i < sizeof pixels; i++) {
        const int x = (int)(i % WIDTH), y = (int)(i / WIDTH) - BORDER / WIDTH;
        const bool inside = x >= a.x0 && x < a.x1 && y >= a.y0 && y < a.y1;
        ck_assert_msg(pixels[i] == 0 || (inside && pixels[i] == COLOR), "pixel %d,%d", x,
                      y);
    }
    ck_assert(a.x0 >= 0 && a.y0 >= 0 && a.x1 <= WIDTH && a.y1 <= HEIGHT);
}

static void expect_rows(const char *const row[HEIGHT])
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            ck_assert_msg((picture.color[y * WIDTH + x] == COLOR) == (row[y][x] == '#'),
                          "pixel %d,%d", x, y);
}

START_TEST(a_ring_lies_between_two_radii)
{
    static const char *const rows[HEIGHT] = {
        "...........", "....###....", "...#####...", "..##...##..", "..##...##..",
        "..##...##..", "...#####...", "....###....", "...........",
    };
    clear();
    expect_inside(dp_picture_ring(&picture, (dp_point){ 5.5F, 4.5F },
                                  (const float[]){ 1.9F, 3.5F }, COLOR));
    expect_rows(rows);
}
END_TEST

START_TEST(a_cross_has_two_arms)
{
    static const char *const rows[HEIGHT] = {
        "...........", "...........", "...........", ".....#.....", "..#######..",
        ".....#.....", "...........", "...........", "...........",
    };
    clear();
    expect_inside(dp_picture_cross(&picture, (dp_point){ 5.5F, 4.5F },
                                   (const float[]){ 3, 1 }, COLOR));
    expect_rows(rows);
}
END_TEST

START_TEST(marks_stay_inside_the_picture)
{
    for (float y = -3; y <= HEIGHT + 3; y += 0.5F)
        for (float x = -3; x <= WIDTH + 3; x += 0.5F) {
            clear();
            expect_inside(dp_picture_ring(&picture, (dp_point){ x, y },
                                          (const float[]){ 0, 4 }, COLOR));
            clear();
            expect_inside(dp_picture_cross(&picture, (dp_point){ x, y },
                                           (const float[]){ 4, 6 }, COLOR));
        }
}
END_TEST

UNIT_MAIN("picture", a_ring_lies_between_two_radii, a_cross_has_two_arms,
          marks_stay_inside_the_picture)
