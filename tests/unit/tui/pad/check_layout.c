#include "config.h"

#include "tui/pad/layout.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"

static bool is_inside(dp_rect r, const dp_layout *l)
{
    return r.w == 0 || (r.w > 0 && r.h > 0 && r.x >= 0 && r.y >= 0 &&
                        r.x + r.w <= l->cols && r.y + r.h <= l->rows);
}

static bool overlap(dp_rect a, dp_rect b)
{
    return a.w > 0 && b.w > 0 && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h &&
           b.y < a.y + a.h;
}

static dp_rect with_frame(dp_rect r)
{
    return (dp_rect){ r.x - 1, r.y - 1, r.w + 2, r.h + 2 };
}

/* Whether no two of the rectangles that are shown at the same time overlap. */
static bool are_apart(const dp_layout *l, const dp_panel *panel, bool inset)
{
    const dp_rect rects[] = { with_frame(l->pad),
                              panel->digit,
                              panel->answer,
                              panel->bars,
                              inset && !l->inset_on_pad ? panel->inset : (dp_rect){ 0 },
                              l->status,
                              l->keys };
    int n = DP_COUNT(rects);
    for (int i = 0; i < n; i++) {
        if (!is_inside(rects[i], l))
            return false;
        for (int k = 0; k < i; k++)
            if (overlap(rects[i], rects[k]))
                return false;
    }
    return true;
}

static bool is_good(const dp_layout *l)
{
    if (l->too_small)
        return l->cols < 40 || l->rows < 16;
    return l->cols >= 40 && l->rows >= 16 && l->pad.w == 2 * l->pad.h &&
           l->pad.w >= DP_PAD_MIN_SIDE && l->pad.w <= DP_PAD_MAX_SIDE &&
           l->plain.bars.h == (l->compact ? 3 : 10) &&
           l->plain.digit.h >= (l->compact ? 6 : 3) && l->inspector.inset.w == 28 &&
           l->inspector.inset.h == 14 && are_apart(l, &l->plain, l->roomy) &&
           are_apart(l, &l->inspector, true);
}

START_TEST(every_size_has_a_layout_without_overlaps)
{
    for (int cols = -1; cols <= 260; cols++) {
        for (int rows = -1; rows <= 90; rows++) {
            dp_layout l = dp_layout_of(cols, rows);
            if (!is_good(&l)) /* an assertion for each would cost a system call each */
                ck_abort_msg("%dx%d", cols, rows);
        }
    }
}
END_TEST

START_TEST(an_80_by_24_window)
{
    dp_layout l = dp_layout_of(80, 24);
    ck_assert_int_eq(l.pad.x, 1);
    ck_assert_int_eq(l.pad.y, 1);
    ck_assert_int_eq(l.pad.w, 40);
    ck_assert_int_eq(l.pad.h, 20);
    ck_assert(!l.compact && !l.roomy && !l.inset_on_pad);
    ck_assert_int_ge(l.plain.digit.h, 7);
}
END_TEST

START_TEST(the_pad_follows_the_formula)
{
    static const int cases[][3] = { { 80, 24, 40 },  { 120, 40, 72 },  { 100, 24, 40 },
                                    { 68, 18, 28 },  { 69, 40, 28 },   { 40, 16, 28 },
                                    { 160, 16, 28 }, { 300, 90, 112 }, { 152, 60, 112 },
                                    { 90, 30, 50 } };
    for (size_t i = 0; i < DP_COUNT(cases); i++)
        ck_assert_int_eq(dp_layout_of(cases[i][0], cases[i][1]).pad.w, cases[i][2]);
}
END_TEST

START_TEST(room_for_the_inset)
{
    ck_assert(!dp_layout_of(80, 24).roomy);
    ck_assert(dp_layout_of(120, 40).roomy); /* below the bars */
    ck_assert(dp_layout_of(160, 24).roomy); /* beside them */
    ck_assert(dp_layout_of(40, 16).inset_on_pad);
    ck_assert(dp_layout_of(70, 19).inset_on_pad);
}
END_TEST

static const char *printed(int cols, int rows)
{
    static char text[2048];
    FILE *f = fmemopen(text, sizeof text, "w");
    dp_layout l = dp_layout_of(cols, rows);
    dp_layout_print(f, &l);
    fclose(f);
    return text;
}

START_TEST(as_json)
{
    ck_assert_str_eq(printed(20, 5), "{\"cols\":20,\"rows\":5,\"too_small\":true}\n");
    const char *text = printed(80, 24);
    ck_assert(strstr(text, "\"too_small\":false,\"compact\":false,"
                           "\"pad\":{\"x\":1,\"y\":1,\"w\":40,\"h\":20},"));
    ck_assert(strstr(text, "\"keys\":{\"x\":0,\"y\":23,\"w\":80,\"h\":1}}\n"));
}
END_TEST

UNIT_MAIN("layout", every_size_has_a_layout_without_overlaps, an_80_by_24_window,
          the_pad_follows_the_formula, room_for_the_inset, as_json)
