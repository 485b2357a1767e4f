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

static bool is_within(dp_rect r, dp_rect outer)
{
    return r.x >= outer.x && r.y >= outer.y && r.x + r.w <= outer.x + outer.w &&
           r.y + r.h <= outer.y + outer.h;
}

/* Whether no two of the rectangles that are shown at the same time overlap. `view`: the inset or
 * the maps, with the row for their title; w = 0 if none is shown. */
static bool are_apart(const dp_layout *l, const dp_panel *panel, dp_rect view)
{
    if (view.w > 0)
        view = (dp_rect){ view.x, view.y - 1, view.w, view.h + 1 };
    const dp_rect rects[] = {
        with_frame(l->pad), panel->digit, panel->answer, panel->bars, view,
        l->status,          l->keys
    };
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

/* Whether everything of the panel is inside its frame, and its texts and maps do not touch it. */
static bool is_panel_good(const dp_layout *l, const dp_panel *p, dp_rect view)
{
    dp_rect f = l->frame;
    if (!are_apart(l, p, view) || overlap(f, with_frame(l->pad)))
        return false;
    if (l->compact)
        return f.w == 0;
    const dp_rect inside = { f.x + 2, f.y + 1, f.w - 4, f.h - 2 };
    return is_inside(f, l) && is_within(p->digit, inside) &&
           is_within(p->answer, inside) &&
           (p->bars.w == 0 || is_within(p->bars, inside)) &&
           (view.w == 0 || is_within(view, inside));
}

/* Whether the rows of the bars are as many for each digit. */
static bool are_bars_good(const dp_layout *l)
{
    int h = l->plain.bars.h;
    return l->plain.bars.w >= 9 &&
           (h == 10 || (l->compact ? h == 3 : h == 20 || h == 30));
}

static bool is_inset_good(const dp_layout *l)
{
    dp_rect inset = l->inspector.inset, maps = l->inspector.maps, none = { 0 };
    if (inset.w % 28 != 0 || inset.w != 2 * inset.h || inset.w > 3 * 28 || inset.w < 28)
        return false;
    if (l->inset_on_pad) /* the maps leave a cell to the frame */
        return is_within(inset, l->pad) && maps.x == l->pad.x + 1 &&
               maps.y == l->pad.y + 1 && maps.w == l->pad.w - 2 &&
               maps.h == l->pad.h - 2 && is_panel_good(l, &l->inspector, none);
    return maps.y + maps.h < l->frame.y + l->frame.h - 1 && maps.w >= 28 &&
           maps.h >= 13 && is_panel_good(l, &l->inspector, inset) &&
           is_panel_good(l, &l->inspector, maps);
}

/* The even side of the largest pad that fits into cols × rows cells. */
static int side_of(int cols, int rows)
{
    int side = dp_min_int(dp_min_int(cols, 2 * rows), 192);
    return side - side % 2;
}

/* The pad is as large as its form lets it be: beside the panel, above it, or compact. */
static bool is_pad_large(const dp_layout *l)
{
    int beside = side_of(l->cols - 40, l->rows - 4);
    int above = side_of(l->cols - 2, l->rows - 16);
    int compact = side_of(l->cols - 24, l->rows - 2);
    return l->pad.w == dp_max_int(beside, above) ||
           (beside < 28 && l->pad.w == dp_max_int(compact, 28));
}

static bool is_good(const dp_layout *l)
{
    if (l->too_small)
        return l->cols < 40 || l->rows < 16;
    return l->cols >= 40 && l->rows >= 16 && l->pad.w == 2 * l->pad.h &&
           l->pad.w >= DP_PAD_MIN_SIDE && l->pad.w <= DP_PAD_MAX_SIDE &&
           is_pad_large(l) && are_bars_good(l) &&
           l->plain.digit.h >= (l->compact ? 6 : 3) &&
           l->plain.answer.h >= (l->compact ? 3 : 4) &&
           is_panel_good(l, &l->plain, l->roomy ? l->plain.inset : (dp_rect){ 0 }) &&
           is_inset_good(l);
}

START_TEST(every_size_has_a_layout_without_overlaps)
{
    for (int cols = -1; cols <= 330; cols++) {
        for (int rows = -1; rows <= 120; rows++) {
            dp_layout l = dp_layout_of(cols, rows);
            if (!is_good(&l)) /* an assertion for each would cost a system call each */
                ck_abort_msg("%dx%d", cols, rows);
        }
    }
}
END_TEST

START_TEST(narrow_windows_use_their_height)
{
    dp_layout l = dp_layout_of(45, 40); /* a phone */
    ck_assert(l.tall && !l.compact);
    ck_assert_int_eq(l.pad.w, 42);
    ck_assert_int_eq(l.plain.bars.h, 10);
    ck_assert_int_eq(l.keys.y, 38); /* two rows, or not all hints would fit */
    ck_assert_int_eq(l.keys.h, 2);
    ck_assert_int_eq(dp_layout_of(80, 24).keys.h, 1);
    ck_assert(dp_layout_of(45, 60).roomy);
    l = dp_layout_of(60, 28); /* too low for a panel below the pad */
    ck_assert(l.compact && !l.tall);
    ck_assert_int_eq(l.pad.w, 36);
    ck_assert_int_gt(l.keys.w, 0);
    ck_assert_int_eq(dp_layout_of(40, 16).keys.w, 0);
}
END_TEST

START_TEST(wide_windows_fill_their_panel)
{
    dp_layout l = dp_layout_of(200, 60);
    ck_assert_int_eq(l.plain.inset.w, 2 * 28);
    ck_assert_int_eq(l.plain.bars.h, 20);
    ck_assert_int_gt(l.plain.bars.w, 50);
    l = dp_layout_of(300, 80);
    ck_assert_int_eq(l.plain.inset.w, 3 * 28);
    ck_assert_int_eq(l.plain.bars.h, 30);
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
    static const int cases[][3] = { { 80, 24, 40 },    { 120, 40, 72 },  { 100, 24, 40 },
                                    { 68, 18, 28 },    { 69, 40, 48 },   { 40, 16, 28 },
                                    { 160, 16, 28 },   { 300, 90, 172 }, { 152, 60, 112 },
                                    { 300, 110, 192 }, { 90, 30, 50 } };
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
    ck_assert(strstr(text, "\"too_small\":false,\"compact\":false,\"tall\":false,"
                           "\"pad\":{\"x\":1,\"y\":1,\"w\":40,\"h\":20},"));
    ck_assert(strstr(text, "\"keys\":{\"x\":0,\"y\":23,\"w\":80,\"h\":1}}\n"));
}
END_TEST

UNIT_MAIN("layout", every_size_has_a_layout_without_overlaps,
          narrow_windows_use_their_height, wide_windows_fill_their_panel,
          an_80_by_24_window, the_pad_follows_the_formula, room_for_the_inset, as_json)
