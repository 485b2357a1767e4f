#include "config.h"

#include "tui/pad/history.h"

#include "tests/unit/unit.h"

static dp_history d;

static void stroke(float x)
{
    ck_assert(dp_history_begin(&d, DP_PEN, 3, (dp_point){ x, 1 }, 0, NULL) == DP_OK);
    ck_assert(dp_history_extend(&d, (dp_point){ x, 9 }, 5, NULL) == DP_OK);
}

/* The strokes of the page, each as the digit of its x. */
static int content(void)
{
    const dp_strokes *s = dp_history_strokes(&d);
    int value = 0;
    for (int i = 0; i < s->n_strokes; i++)
        value = value * 10 + (int)s->point[s->stroke[i].first].x;
    return value;
}

START_TEST(clear_is_a_step_like_any_other)
{
    stroke(1);
    stroke(2);
    ck_assert(dp_history_new_page(&d));
    ck_assert(!dp_history_new_page(&d)); /* the page is empty already */
    stroke(3);
    ck_assert_int_eq(content(), 3);
    static const int back[] = { 0, 12, 1, 0 };
    for (int i = 0; i < 4; i++) {
        ck_assert(dp_history_undo(&d));
        ck_assert_int_eq(content(), back[i]);
    }
    ck_assert(!dp_history_undo(&d));
    static const int forth[] = { 1, 12, 0, 3 };
    for (int i = 0; i < 4; i++) {
        ck_assert(dp_history_redo(&d));
        ck_assert_int_eq(content(), forth[i]);
    }
    ck_assert(!dp_history_redo(&d));
    dp_history_free(&d);
}
END_TEST

START_TEST(a_new_stroke_discards_what_was_undone)
{
    stroke(1);
    dp_history_new_page(&d);
    stroke(2);
    dp_history_undo(&d);
    dp_history_undo(&d); /* back on the first page */
    stroke(3);
    ck_assert_int_eq(content(), 13);
    ck_assert(!dp_history_redo(&d));
    dp_history_undo(&d);
    dp_history_new_page(&d); /* the 3 is lost, the clear can be undone */
    dp_history_undo(&d);
    ck_assert_int_eq(content(), 1);
    ck_assert(dp_history_redo(&d));
    ck_assert_int_eq(content(), 0);
    dp_history_free(&d);
}
END_TEST

START_TEST(old_pages_are_forgotten)
{
    for (int i = 0; i < 3 * DP_HISTORY_MAX_PAGES; i++) {
        stroke((float)(i % 9 + 1));
        ck_assert(dp_history_new_page(&d));
    }
    int steps = 0;
    while (dp_history_undo(&d))
        steps++;
    ck_assert_int_eq(steps, 2 * (DP_HISTORY_MAX_PAGES - 1));
    while (dp_history_redo(&d))
        steps--;
    ck_assert_int_eq(steps, 0);
    dp_history_free(&d);
}
END_TEST

START_TEST(an_opened_drawing_replaces_everything)
{
    stroke(1);
    dp_history_new_page(&d);
    dp_strokes s = { 0 };
    ck_assert(dp_strokes_begin(&s, DP_PEN, 0, (dp_point){ 7, 7 }, 0, NULL) == DP_OK);
    dp_history_adopt(&d, &s);
    ck_assert_int_eq(s.n_strokes, 0);
    ck_assert_int_eq(content(), 7);
    ck_assert(dp_history_undo(&d));
    ck_assert(!dp_history_undo(&d));
    dp_history_free(&d);
}
END_TEST

UNIT_MAIN("history", clear_is_a_step_like_any_other,
          a_new_stroke_discards_what_was_undone, old_pages_are_forgotten,
          an_opened_drawing_replaces_everything)
