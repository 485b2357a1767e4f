#include "config.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"
#include "weights/images/alpha.h"

#include <stdbool.h>
#include <string.h>

enum { SIDE = 20 };

static uint8_t gray[SIDE * SIDE], alpha[SIDE * SIDE];

/* Composed with white, as the readers of images do it. */
static void fill(int x0, int y0, int x1, int y1, int level, int opacity)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) {
            alpha[y * SIDE + x] = (uint8_t)opacity;
            gray[y * SIDE + x] =
                (uint8_t)((level * opacity + 255 * (255 - opacity)) / 255);
        }
}

static void clear(void)
{
    fill(0, 0, SIDE, SIDE, 0, 0);
}

/* A stroke like an L. */
static void draw(int level)
{
    fill(4, 2, 6, 18, level, 255);
    fill(4, 16, 14, 18, level, 255);
}

static bool is_restored(void)
{
    uint8_t before[sizeof gray];
    memcpy(before, gray, sizeof gray);
    dp_alpha_restore_ink(gray, alpha, SIDE, SIDE);
    if (memcmp(before, gray, sizeof gray) == 0)
        return false;
    for (size_t i = 0; i < sizeof gray; i++)
        ck_assert_int_eq(gray[i], 255 - alpha[i]);
    return true;
}

START_TEST(ink_that_white_paper_hides_is_restored)
{
    const int levels[] = { 255, 250, 240, 230 };
    for (size_t i = 0; i < DP_COUNT(levels); i++) {
        clear();
        draw(levels[i]);
        ck_assert(is_restored());
    }
    clear();
    fill(0, 0, SIDE, SIDE, 255, 255); /* a hole in white paper */
    fill(5, 5, 15, 7, 255, 0);
    ck_assert(is_restored());
}
END_TEST

START_TEST(visible_ink_stays)
{
    clear();
    draw(0);
    ck_assert(!is_restored());
    clear();
    draw(128);
    ck_assert(!is_restored());
    clear(); /* a white card with dark ink */
    fill(3, 3, 17, 17, 255, 255);
    fill(9, 5, 11, 15, 0, 255);
    ck_assert(!is_restored());
    clear(); /* without transparency, however faint */
    fill(0, 0, SIDE, SIDE, 255, 255);
    fill(9, 5, 11, 15, 240, 255);
    ck_assert(!is_restored());
    clear(); /* or nothing at all */
    ck_assert(!is_restored());
}
END_TEST

START_TEST(white_strokes_beside_a_dark_speck_are_restored)
{
    clear();
    draw(255);
    fill(18, 0, 20, 2, 0, 255);
    ck_assert(is_restored());
}
END_TEST

UNIT_MAIN("alpha", ink_that_white_paper_hides_is_restored, visible_ink_stays,
          white_strokes_beside_a_dark_speck_are_restored)
