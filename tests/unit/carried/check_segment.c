/* Segmentation into digits, predicted by a carried network. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/ink/raster.h"
#include "engine/segment/choose.h"
#include "engine/segment/segment.h"
#include "tests/unit/drawing.h"
#include "tests/unit/readers.h"
#include "weights/io/fsio.h"
#include "weights/store/store.h"

#include <stdio.h>
#include <string.h>

static dp_session *session;
static dp_page *page;
static dp_segmentation number;

static void open_session(void)
{
    dp_model *m;
    dp_err err;
    ck_assert_msg(dp_store_open(&m, "cnn", NULL, &err) == DP_OK, "%s", err.msg);
    ck_assert_int_eq(dp_session_create(&session, m, DP_READINGS_MAX, 1, NULL), DP_OK);
    ck_assert_int_eq(dp_page_create(&page, NULL), DP_OK);
    dp_model_unref(m);
}

static void close_session(void)
{
    dp_page_free(page);
    dp_session_free(session);
}

/* Call `check` for each drawing of a file in tests/data. Returns the number of
 * drawings. */
static int for_each(const char *file,
                    void (*check)(const dp_strokes *, const char *label))
{
    char path[512];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/data/%s", srcdir ? srcdir : ".", file);
    unsigned char *data;
    size_t size;
    dp_err err;
    ck_assert_msg(dp_fsio_read(&data, &size, path, 1 << 20, &err) == DP_OK, "%s",
                  err.msg);
    dp_source *source = source_of(data, size);
    dp_reader *reader;
    ck_assert_int_eq(dp_reader_create(&reader, source, "ndjson", NULL), DP_OK);
    dp_record record;
    int n = 0;
    open_session();
    while (dp_reader_next(&record, reader, NULL) == DP_OK &&
           record.kind != DP_RECORD_END) {
        check(record.strokes, record.label);
        n++;
    }
    close_session();
    dp_reader_free(reader);
    dp_source_close(source);
    free(data);
    return n;
}

/* `label` is a JSON text: 7 or "407". */
static void assert_reads(const char *label)
{
    char text[DP_SEGMENTS_MAX + 1];
    dp_segmentation_text(text, &number);
    ck_assert_msg(strncmp(label + (label[0] == '"'), text, strlen(text)) == 0 &&
                      strlen(label) == strlen(text) + (label[0] == '"' ? 2 : 0),
                  "%s was read as %s", label, text);
}

/* ---- drawings ---------------------------------------------------------------------- */

static void add_line(dp_strokes *s, dp_tool tool, float x0, float y0, float x1, float y1)
{
    drawing_add(s, tool, 20, (dp_point[]){ { x0, y0 }, { x1, y1 } }, 2);
}

/* The strokes of digit i alone have its image. */
static void check_strokes_of_digit(const dp_strokes *s, int i)
{
    uint8_t image[DP_PIXELS];
    dp_strokes alone = { 0 };
    ck_assert_int_eq(dp_segment_digit_strokes(&alone, s, &number, i, NULL), DP_OK);
    ck_assert_int_le(alone.n_strokes, s->n_strokes);
    ck_assert_int_eq(dp_normalize_strokes(image, &alone), DP_INK_ENOUGH);
    ck_assert_mem_eq(image, number.digit[i].image, sizeof image);
    dp_strokes_clear(&alone);
}

static void check_number(const dp_strokes *s, const char *label)
{
    ck_assert_int_eq(dp_segment_strokes(&number, session, s), DP_INK_ENOUGH);
    assert_reads(label);
    for (int i = 0; i < number.n; i++) {
        const dp_segment *digit = &number.digit[i],
                         *weakest = &number.digit[number.weakest];
        ck_assert(digit->prediction.prob[digit->prediction.rank[0]] >=
                  weakest->prediction.prob[weakest->prediction.rank[0]]);
        ck_assert(digit->box.x0 < digit->box.x1 && digit->box.y0 < digit->box.y1);
        ck_assert(i == 0 || digit->box.x0 > number.digit[i - 1].box.x0);
        check_strokes_of_digit(s, i);
    }
}

START_TEST(drawn_numbers_are_segmented_into_digits)
{
    ck_assert_int_eq(for_each("numbers.ndjson", check_number), 6);
}
END_TEST

/* Fours of two strokes that do not touch, a five and a seven with a bar of their own. */
START_TEST(strokes_of_one_digit_stay_together)
{
    ck_assert_int_eq(for_each("fours.ndjson", check_number), 8);
}
END_TEST

/* The left stroke of an open four and, `gap` to the right of it, its stem. */
static void read_halves(float gap)
{
    dp_strokes s = { 0 };
    drawing_add(&s, DP_PEN, 0,
                (dp_point[]){ { 14, 0 }, { 4, 105 }, { 40, 122 }, { 74, 112 } }, 4);
    add_line(&s, DP_PEN, 74 + gap, 20, 74 + gap, 200);
    ck_assert_int_eq(dp_segment_strokes(&number, session, &s), DP_INK_ENOUGH);
    dp_strokes_clear(&s);
}

START_TEST(a_split_is_doubted_between_one_digit_and_two)
{
    float least = 1;
    open_session();
    read_halves(-10);
    ck_assert_int_eq(number.n, 1);
    ck_assert_msg(number.split > 0.8F && !dp_segmentation_is_rejected(&number), "%g",
                  (double)number.split);
    ck_assert(dp_segmentation_confidence(&number) == number.digit[0].prediction.prob[4]);
    for (float gap = 0; gap < 200; gap += 5) {
        read_halves(gap);
        if (number.split >= least)
            continue;
        least = number.split;
        ck_assert(dp_segmentation_is_rejected(&number) || least > 0.6F);
        ck_assert(number.n == 1 || dp_segmentation_confidence(&number) <= least);
    }
    ck_assert(least < 0.7F);
    read_halves(200);
    ck_assert_int_eq(number.n, 2);
    ck_assert(number.split > 0.95F);
    close_session();
}
END_TEST

/* The result is one digit with the image that dp_normalize_strokes makes. */
static void check_single(const dp_strokes *s, const char *label)
{
    uint8_t image[DP_PIXELS];
    dp_ink ink = dp_normalize_strokes(image, s);
    ck_assert_int_eq(dp_segment_strokes(&number, session, s), ink);
    ck_assert_int_eq(number.n, ink == DP_INK_ENOUGH);
    if (number.n == 0)
        return;
    dp_prediction p;
    dp_session_predict(session, image, 1, &p);
    ck_assert_mem_eq(number.digit[0].image, image, sizeof image);
    ck_assert_mem_eq(number.digit[0].prediction.prob, p.prob, sizeof p.prob);
    check_strokes_of_digit(s, 0);
    assert_reads(label);
}

START_TEST(a_single_drawn_digit_has_its_plain_image)
{
    ck_assert_int_eq(for_each("digits.ndjson", check_single), 10);
    ck_assert_int_eq(for_each("styles.ndjson", check_single), 10);
    ck_assert_int_eq(for_each("erased.ndjson", check_single), 4);
}
END_TEST

START_TEST(erased_digits_are_not_read)
{
    dp_strokes s = { 0 };
    open_session();
    for (int i = 0; i < 3; i++)
        add_line(&s, DP_PEN, (float)i * 100, 0, (float)i * 100 - 20, 200);
    ck_assert_int_eq(dp_segment_strokes(&number, session, &s), DP_INK_ENOUGH);
    assert_reads("111");
    add_line(&s, DP_ERASER, 100, -20, 80, 220);
    ck_assert_int_eq(dp_segment_strokes(&number, session, &s), DP_INK_ENOUGH);
    assert_reads("11");
    ck_assert(number.digit[1].box.x0 > 150);
    dp_strokes_clear(&s);
    close_session();
}
END_TEST

START_TEST(an_empty_drawing_and_a_dot_have_no_digits)
{
    dp_strokes s = { 0 };
    open_session();
    ck_assert_int_eq(dp_segment_strokes(&number, session, &s), DP_INK_BLANK);
    ck_assert_int_eq(number.n, 0);
    drawing_add(&s, DP_PEN, 3, &(dp_point){ 5, 5 }, 1);
    ck_assert_int_eq(dp_segment_strokes(&number, session, &s), DP_INK_LITTLE);
    ck_assert_int_eq(number.n, 0);
    dp_strokes_clear(&s);
    close_session();
}
END_TEST

/* Any number of strokes gives at least one digit and at most DP_SEGMENTS_MAX. */
START_TEST(hatching_and_rows_of_lines_are_survived)
{
    static const int counts[] = { 14, 60, 300, DP_MAX_STROKES };
    open_session();
    for (size_t k = 0; k < DP_COUNT(counts); k++) {
        dp_strokes s = { 0 };
        for (int i = 0; i < counts[k]; i++)
            add_line(&s, DP_PEN, (float)i * 60, 0, (float)i * 60 + 1, 200);
        ck_assert_int_eq(dp_segment_strokes(&number, session, &s), DP_INK_ENOUGH);
        ck_assert_int_ge(number.n, 1);
        ck_assert_int_le(number.n, DP_SEGMENTS_MAX);
        dp_strokes_clear(&s);
    }
    close_session();
}
END_TEST

/* ---- images ------------------------------------------------------------------------ */

enum { W = 620, H = 130 };

static float coverage[W * H];
static uint8_t gray[W * H];

/* The drawing in dark ink, `scale` pixels a unit, on paper. */
static dp_gray draw_image(const dp_strokes *s, float scale)
{
    dp_raster r = { coverage, W, H };
    memset(coverage, 0, sizeof coverage);
    for (int i = 0; i < s->n_strokes; i++)
        for (int k = 0; k < s->stroke[i].count; k++) {
            const dp_point *p = s->point + s->stroke[i].first;
            dp_point a = p[k > 0 ? k - 1 : 0], b = p[k];
            dp_raster_segment(&r, (dp_point){ a.x * scale + 12, a.y * scale + 12 },
                              (dp_point){ b.x * scale + 12, b.y * scale + 12 }, 3.5F,
                              DP_PEN);
        }
    for (int i = 0; i < W * H; i++)
        gray[i] = (uint8_t)(250 - 220 * coverage[i]);
    return (dp_gray){ gray, W, H };
}

static void read_image(const dp_gray *in)
{
    ck_assert_int_eq(
        dp_segment_image(&number, page, session, in,
                         (dp_normalize_options){ DP_NORMALIZE_AUTO, DP_INVERT_AUTO },
                         NULL),
        DP_OK);
    ck_assert_int_gt(number.n, 0);
}

static void check_image(const dp_strokes *s, const char *label)
{
    dp_gray in = draw_image(s, 0.5F);
    read_image(&in);
    if (strcmp(label, "\"620\"") != 0) /* its digits overlap and touch in an image */
        assert_reads(label);
}

static void check_single_image(const dp_strokes *s, const char *label)
{
    int chosen;
    dp_gray in = draw_image(s, 0.18F);
    read_image(&in);
    assert_reads(label);
    ck_assert_int_eq(
        dp_choose_reading(&chosen, page, session, &in,
                          (dp_normalize_options){ DP_NORMALIZE_AUTO, DP_INVERT_AUTO },
                          NULL),
        DP_OK);
    ck_assert_mem_eq(number.digit[0].image, dp_page_reading(page, chosen)->image,
                     DP_PIXELS);
}

START_TEST(images_of_numbers_are_segmented_into_digits)
{
    ck_assert_int_eq(for_each("numbers.ndjson", check_image), 6);
}
END_TEST

/* ---- forms ------------------------------------------------------------------------- */

static void fill(int x0, int y0, int x1, int y1)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            gray[y * W + x] = 90;
}

enum { CELL = 60, TOP = 6, SIDE = 118 };

/* A 1, a 7, a 4 and a 1, one in each cell of CELL × SIDE. */
static dp_gray draw_cells(void)
{
    dp_strokes s = { 0 };
    add_line(&s, DP_PEN, 60, 50, 52, 190);
    drawing_add(&s, DP_PEN, 0, (dp_point[]){ { 140, 45 }, { 210, 45 }, { 170, 190 } }, 3);
    drawing_add(&s, DP_PEN, 0, (dp_point[]){ { 285, 50 }, { 262, 130 }, { 340, 132 } },
                3);
    add_line(&s, DP_PEN, 315, 95, 312, 190);
    add_line(&s, DP_PEN, 425, 40, 410, 190);
    dp_gray in = draw_image(&s, 0.5F);
    dp_strokes_clear(&s);
    return in;
}

START_TEST(boxes_are_no_digits)
{
    open_session();
    dp_gray in = draw_cells();
    for (int i = 0; i <= 4; i++)
        fill(10 + i * CELL, TOP, 12 + i * CELL, TOP + SIDE);
    fill(10, TOP, 12 + 4 * CELL, TOP + 2);
    fill(10, TOP + SIDE - 2, 12 + 4 * CELL, TOP + SIDE);
    read_image(&in);
    assert_reads("1741");
    ck_assert(!dp_segmentation_is_rejected(&number));
    close_session();
}
END_TEST

START_TEST(lines_below_a_number_are_no_digits)
{
    open_session();
    dp_gray in = draw_cells();
    fill(10, 108, 270, 111);
    read_image(&in);
    assert_reads("1741");
    for (int i = 0; i <= 4; i++) /* the teeth of a comb */
        fill(10 + i * CELL, 70, 12 + i * CELL, 108);
    read_image(&in);
    assert_reads("1741");
    close_session();
}
END_TEST

START_TEST(a_single_digit_has_the_normalised_image)
{
    ck_assert_int_eq(for_each("digits.ndjson", check_single_image), 10);
}
END_TEST

/* A 6 and a 7 that are joined by a line, with dirt around them. */
START_TEST(touching_digits_are_cut_and_dirt_is_ignored)
{
    dp_strokes s = { 0 };
    dp_point six[] = { { 70, 0 },    { 20, 60 },   { 0, 130 },  { 20, 190 }, { 70, 200 },
                       { 110, 170 }, { 110, 130 }, { 70, 110 }, { 10, 140 } };
    open_session();
    drawing_add(&s, DP_PEN, 0, six, DP_COUNT(six));
    add_line(&s, DP_PEN, 118, 0, 118 + 100, 0);
    ck_assert_int_eq(dp_strokes_extend(&s, (dp_point){ 118 + 40, 200 }, 0, NULL), DP_OK);
    add_line(&s, DP_PEN, 105, 150, 155, 158); /* a bridge */
    dp_gray in = draw_image(&s, 0.5F);
    for (int i = 0; i < 40; i++)
        gray[(i * 37 % H) * W + i * 61 % W] = 30;
    read_image(&in);
    assert_reads("67");
    dp_strokes_clear(&s);
    close_session();
}
END_TEST

START_TEST(images_of_28_by_28_are_one_digit)
{
    uint8_t small[DP_PIXELS] = { 0 };
    dp_gray in = { small, DP_SIDE, DP_SIDE };
    open_session();
    for (int y = 6; y < 22; y++)
        small[y * DP_SIDE + 8] = small[y * DP_SIDE + 20] = 255;
    read_image(&in);
    ck_assert_int_eq(number.n, 1);
    dp_gray large = { gray, W, H };
    ck_assert_int_eq(
        dp_segment_image(&number, page, session, &large,
                         (dp_normalize_options){ DP_NORMALIZE_NEVER, DP_INVERT_AUTO },
                         NULL),
        DP_INPUT);
    close_session();
}
END_TEST

UNIT_MAIN("segment", drawn_numbers_are_segmented_into_digits,
          strokes_of_one_digit_stay_together,
          a_split_is_doubted_between_one_digit_and_two,
          a_single_drawn_digit_has_its_plain_image, erased_digits_are_not_read,
          an_empty_drawing_and_a_dot_have_no_digits,
          hatching_and_rows_of_lines_are_survived,
          images_of_numbers_are_segmented_into_digits, boxes_are_no_digits,
          lines_below_a_number_are_no_digits, a_single_digit_has_the_normalised_image,
          touching_digits_are_cut_and_dirt_is_ignored, images_of_28_by_28_are_one_digit)
