#include "config.h"

#include "engine/ink/page.h"

#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 200, PAPER = 220, INK = 40 };

static uint8_t picture[SIDE * SIDE];

/* A 7 of pen width 9 on paper, in the middle of the picture. */
static void draw_seven(void)
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        const float x = (float)(i % SIDE), y = (float)(i / SIDE);
        const float bar = fmaxf(fabsf(y - 60) - 4.5F, fabsf(x - 100) - 35);
        const float along = (y - 60) / 85;
        const float stem =
            along < 0 || along > 1 ? 99 : fabsf(x - (131 - 45 * along)) - 5;
        const float cover = fminf(fmaxf(0.5F - fminf(bar, stem), 0), 1);
        picture[i] = (uint8_t)(PAPER - (PAPER - INK) * cover);
    }
}

static void fill(int x0, int y0, int x1, int y1, int value)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            if (picture[y * SIDE + x] > value)
                picture[y * SIDE + x] = (uint8_t)value;
}

/* The mean difference of two images. */
static double difference(const uint8_t *a, const uint8_t *b)
{
    double sum = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        sum += abs(a[i] - b[i]);
    return sum / DP_PIXELS;
}

static void read_picture(dp_page *p)
{
    const dp_gray in = { picture, SIDE, SIDE };
    const dp_normalize_options options = { DP_NORMALIZE_AUTO, DP_INVERT_AUTO };
    ck_assert_int_eq(dp_page_read(p, &in, options, NULL), DP_OK);
}

/* How far the best reading is from the plain 7. */
static double off(dp_page *p)
{
    static uint8_t plain[SIDE * SIDE];
    uint8_t image[DP_PIXELS];
    double least = 255;
    memcpy(plain, picture, sizeof plain);
    draw_seven();
    read_picture(p);
    memcpy(image, dp_page_reading(p, 0)->image, DP_PIXELS);
    memcpy(picture, plain, sizeof plain);
    read_picture(p);
    for (int i = 0; i < dp_page_count(p); i++)
        least = fmin(least, difference(image, dp_page_reading(p, i)->image));
    return least;
}

static dp_page *new_page(void)
{
    dp_page *p;
    ck_assert_int_eq(dp_page_create(&p, NULL), DP_OK);
    draw_seven();
    return p;
}

START_TEST(plain_writing_comes_first)
{
    dp_page *p = new_page();
    read_picture(p);
    ck_assert_int_eq(dp_page_reading(p, 0)->ink, DP_INK_ENOUGH);
    ck_assert(dp_page_reading(p, 0)->dark);
    ck_assert_double_lt((double)dp_page_reading(p, 0)->doubt, 0.1);
    uint8_t image[DP_PIXELS];
    memcpy(image, dp_page_reading(p, 0)->image, DP_PIXELS);
    for (int i = 0; i < SIDE * SIDE; i++)
        picture[i] = 255 - picture[i];
    read_picture(p);
    ck_assert(!dp_page_reading(p, 0)->dark);
    ck_assert_double_lt(difference(image, dp_page_reading(p, 0)->image), 4);
    dp_page_free(p);
}
END_TEST

START_TEST(light_and_what_lies_around_do_not_matter)
{
    dp_page *p = new_page();
    fill(0, 0, 15, SIDE, 100); /* a table beside the sheet */
    ck_assert_double_lt(off(p), 3);
    draw_seven();
    fill(0, 0, SIDE, 14, 60); /* a title bar with a title */
    for (int i = 5 * SIDE; i < 9 * SIDE; i++)
        picture[i] = i % SIDE > 8 && i % SIDE < 60 ? 230 : picture[i];
    ck_assert_double_lt(off(p), 3);
    draw_seven();
    for (int i = 0; i < SIDE * SIDE; i++) /* a shadow with a hard edge */
        picture[i] = (uint8_t)(picture[i] * (i % SIDE < 90 ? 6 : 10) / 10);
    ck_assert_double_lt(off(p), 4);
    draw_seven();
    for (int i = 0; i < SIDE * SIDE; i++) { /* dark corners */
        const float x = (float)(i % SIDE) / 100 - 1, y = (float)(i / SIDE) / 100 - 1;
        picture[i] = (uint8_t)((float)picture[i] * (1 - 0.22F * (x * x + y * y)));
    }
    ck_assert_double_lt(off(p), 3);
    draw_seven();
    for (int i = 0; i < SIDE * SIDE; i++) /* a finger */
        if (hypotf((float)(i % SIDE) - 200, (float)(i / SIDE) - 150) < 40)
            picture[i] = 130;
    ck_assert_double_lt(off(p), 3);
    dp_page_free(p);
}
END_TEST

START_TEST(lines_are_no_writing)
{
    dp_page *p = new_page();
    for (int i = 20; i < SIDE; i += 25) { /* squared paper */
        fill(0, i, SIDE, i + 1, 150);
        fill(i, 0, i + 1, SIDE, 150);
    }
    ck_assert_double_lt(off(p), 4);
    draw_seven();
    fill(0, 110, SIDE, 113, 50); /* a rule across the stem */
    ck_assert_double_lt(off(p), 4);
    draw_seven();
    fill(50, 40, 150, 42, 60); /* a box */
    fill(50, 158, 150, 160, 60);
    fill(50, 40, 52, 160, 60);
    fill(148, 40, 150, 160, 60);
    ck_assert_double_lt(off(p), 3);
    draw_seven();
    fill(0, 0, SIDE, 3, 60); /* two sides of a cell */
    fill(0, 0, 3, SIDE, 60);
    ck_assert_double_lt(off(p), 3);
    dp_page_free(p);
}
END_TEST

START_TEST(single_pixels_are_no_writing)
{
    dp_page *p = new_page();
    for (int i = 0; i < SIDE * SIDE; i++)
        if (i * 7919L % 1009 < 50)
            picture[i] = i % 2 ? 0 : 255;
    ck_assert_double_lt(off(p), 6);
    dp_page_free(p);
}
END_TEST

START_TEST(the_sheet_is_clean)
{
    dp_page *p = new_page();
    dp_sheet sheet;
    fill(50, 40, 150, 42, 60);
    fill(50, 158, 150, 160, 60);
    fill(50, 40, 52, 160, 60);
    fill(148, 40, 150, 160, 60);
    read_picture(p);
    ck_assert(dp_page_contrast(&sheet, p, 0));
    ck_assert_int_gt(sheet.ink.pixel[100 * SIDE + 51], 100);
    dp_page_ink(&sheet, p, 0);
    ck_assert_int_eq(sheet.shrunk, 1);
    ck_assert_int_eq(sheet.ink.width, SIDE);
    ck_assert_int_eq(sheet.ink.pixel[100 * SIDE + 51], 0);
    ck_assert_int_eq(sheet.ink.pixel[60 * SIDE + 90], 255);
    ck_assert_int_eq(sheet.ink.pixel[180 * SIDE + 100], 0);
    dp_page_free(p);
}
END_TEST

START_TEST(nothing_is_blank)
{
    dp_page *p = new_page();
    dp_sheet sheet;
    for (int value = 0; value < 256; value += 51) {
        memset(picture, value, sizeof picture);
        read_picture(p);
        ck_assert_int_eq(dp_page_count(p), 1);
        ck_assert_int_eq(dp_page_reading(p, 0)->ink, DP_INK_BLANK);
        ck_assert(!dp_page_contrast(&sheet, p, 0));
        dp_page_ink(&sheet, p, 0);
        ck_assert_int_eq(sheet.ink.pixel[SIDE + 1], 0);
    }
    dp_page_free(p);
}
END_TEST

/* The workspace grows, and is used again for smaller pictures; the readings do not depend
 * on what was read before. */
START_TEST(pictures_of_any_size_are_read_in_turn)
{
    const int sides[][2] = { { 1, 1 },   { 28, 28 },    { 1, 900 },
                             { 3, 2 },   { 900, 1 },    { 1200, 31 },
                             { 40, 41 }, { 1024, 700 }, { 16, 4096 } };
    dp_page *p = new_page();
    uint8_t *pixel = malloc(1024 * 700);
    ck_assert_ptr_nonnull(pixel);
    for (int i = 0; i < 1024 * 700; i++)
        pixel[i] = (uint8_t)(i * 2654435761U >> 24);
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        const dp_gray in = { pixel, sides[i][0], sides[i][1] };
        for (int mode = DP_NORMALIZE_AUTO; mode <= DP_NORMALIZE_ALWAYS; mode++)
            for (int invert = DP_INVERT_AUTO; invert <= DP_INVERT_NO; invert++) {
                const dp_normalize_options o = { (dp_normalize_mode)mode,
                                                 (dp_invert)invert };
                ck_assert_int_eq(dp_page_read(p, &in, o, NULL), DP_OK);
                ck_assert_int_ge(dp_page_count(p), 1);
                ck_assert_int_le(dp_page_count(p), DP_READINGS_MAX);
            }
    }
    free(pixel);
    draw_seven();
    ck_assert_double_eq(off(p), 0);
    dp_page_free(p);
}
END_TEST

START_TEST(without_preprocessing_pictures_are_28_by_28)
{
    dp_page *p = new_page();
    const dp_gray in = { picture, SIDE, SIDE };
    const dp_normalize_options never = { DP_NORMALIZE_NEVER, DP_INVERT_AUTO };
    dp_err err;
    ck_assert_int_eq(dp_page_read(p, &in, never, &err), DP_INPUT);
    ck_assert_ptr_nonnull(strstr(err.msg, "200x200"));
    dp_page_free(p);
}
END_TEST

UNIT_MAIN("page", plain_writing_comes_first, light_and_what_lies_around_do_not_matter,
          lines_are_no_writing, single_pixels_are_no_writing, the_sheet_is_clean,
          nothing_is_blank, pictures_of_any_size_are_read_in_turn,
          without_preprocessing_pictures_are_28_by_28)
