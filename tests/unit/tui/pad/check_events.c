/* Clicks: what is drawn as a button is one, acts when it is released, and never draws. */
#include "config.h"

#include "tui/pad/events.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"
#include "tui/pad/app_answer.h"
#include "tui/pad/keys.h"
#include "tui/view/view.h"

#include <stdio.h>
#include <string.h>

static dp_app app;
static dp_grid grid;
static int64_t now;

static void see(int cols, int rows)
{
    grid.palette = (dp_palette){ .charset = DP_CHARSET_ASCII };
    if (cols != app.layout.cols || rows != app.layout.rows || !grid.cell) {
        ck_assert(dp_grid_resize(&grid, cols, rows, NULL) == DP_OK);
        ck_assert(dp_app_resize(&app, cols, rows, NULL) == DP_OK);
    }
    dp_app_predict(&app);
    dp_view_draw(&grid, &app);
    app.buttons = grid.buttons;
}

static void set_up(int cols, int rows)
{
    dp_err err = { DP_OK, "" };
    ck_assert_msg(dp_app_init(&app, "cnn", 0, DP_PEN_USUAL, &err) == DP_OK, "%s",
                  err.msg);
    now = 1000;
    see(cols, rows);
}

static void tear_down(void)
{
    dp_grid_free(&grid);
    dp_app_free(&app);
}

static dp_request key(int k)
{
    dp_event e = { .kind = DP_EVENT_KEY, .key = k };
    dp_request request = dp_app_event(&app, &e, now += 10);
    see(grid.cols, grid.rows);
    return request;
}

/* Send a mouse report at a cell of the screen, and look at what it led to. */
static dp_request mouse(dp_mouse what, int button, int x, int y)
{
    dp_event e = {
        .kind = DP_EVENT_MOUSE, .mouse = what, .button = button, .x = x, .y = y
    };
    dp_request request = dp_app_event(&app, &e, now += 10);
    see(grid.cols, grid.rows);
    return request;
}

static dp_request drag(int x0, int y0, int x1, int y1)
{
    ck_assert_int_eq(mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, x0, y0), DP_REQUEST_NONE);
    ck_assert_int_eq(mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, x1, y1), DP_REQUEST_NONE);
    return mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, x1, y1);
}

static dp_request click(int x, int y)
{
    ck_assert_int_eq(mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, x, y), DP_REQUEST_NONE);
    return mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, x, y);
}

static const char *row(int y)
{
    static char text[1024];
    for (int x = 0; x < grid.cols; x++)
        text[x] = (char)dp_grid_at(&grid, x, y)->glyph;
    text[grid.cols] = '\0';
    return text;
}

/* Where the screen shows a text. False if it does not. */
static bool find(int *x, int *y, const char *text)
{
    for (*y = 0; *y < grid.rows; ++*y) {
        const char *line = row(*y), *at = strstr(line, text);
        *x = (int)(at - line);
        if (at)
            return true;
    }
    return false;
}

static bool shows(const char *text)
{
    int x, y;
    return find(&x, &y, text);
}

static dp_request click_on(const char *text)
{
    int x, y;
    ck_assert_msg(find(&x, &y, text), "'%s' is not on the screen", text);
    return click(x, y);
}

static int count_strokes(void)
{
    return dp_history_strokes(&app.history)->n_strokes;
}

static void draw_one(void)
{
    dp_rect pad = app.layout.pad;
    drag(pad.x + pad.w / 2, pad.y + 2, pad.x + pad.w / 2, pad.y + pad.h - 3);
    ck_assert_int_eq(app.reading.ink, DP_INK_ENOUGH);
}

START_TEST(hints_of_the_footer_are_buttons)
{
    set_up(80, 24);
    draw_one();
    click_on("u undo");
    ck_assert_int_eq(count_strokes(), 0);
    draw_one();
    click_on("clear"); /* the word as well as the letter */
    ck_assert_int_eq(count_strokes(), 0);
    click_on("e eraser");
    ck_assert(app.tool == DP_ERASER);
    click_on("[ pen ]");
    ck_assert_int_eq(app.pen, DP_PEN_USUAL - 1);
    click_on("en ]");
    click_on("]");
    ck_assert_int_eq(app.pen, DP_PEN_USUAL + 1);
    click_on("m model");
    ck_assert_str_eq(dp_model_list_name(&app.models), "mlp");
    click_on("v look");
    ck_assert(dp_app_inspector(&app) == DP_INSPECTOR_IMAGE);
    ck_assert_int_eq(click_on("s save"), DP_REQUEST_SAVE);
    ck_assert_int_eq(click_on("q quit"), DP_REQUEST_QUIT);
    app.once = true;
    see(80, 24);
    ck_assert_int_eq(click_on("Enter accept"), DP_REQUEST_ACCEPT);
    ck_assert_int_eq(click_on("Esc cancel"), DP_REQUEST_CANCEL);
    tear_down();
}
END_TEST

START_TEST(a_phone_has_all_hints)
{
    static const char *const hints[] = { "c clear", "u undo",  "e eraser",
                                         "[ pen ]", "m model", "v look",
                                         "s save",  "? help",  "q quit" };
    set_up(45, 40);
    for (size_t i = 0; i < DP_COUNT(hints); i++)
        ck_assert_msg(shows(hints[i]), "%s", hints[i]);
    click_on("v look");
    ck_assert(dp_app_inspector(&app) == DP_INSPECTOR_IMAGE);
    ck_assert_int_eq(click_on("q quit"), DP_REQUEST_QUIT);
    tear_down();
}
END_TEST

START_TEST(a_button_acts_on_release_inside_it)
{
    int x, y;
    set_up(80, 24);
    draw_one();
    ck_assert(find(&x, &y, "c clear"));
    drag(x, y, x + 6, y); /* within the button */
    ck_assert_int_eq(count_strokes(), 0);
    draw_one();
    drag(x, y, x + 7, y); /* just past it */
    drag(x, y, x, y - 1);
    drag(x - 1, y, x, y); /* pressed elsewhere */
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, x, y);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_NONE, x, y); /* hover */
    ck_assert_int_eq(count_strokes(), 1);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_RIGHT, x, y);
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_RIGHT, x, y);
    ck_assert_int_eq(count_strokes(), 1);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, x, y);
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_NONE, x, y); /* as reports of X10 say it */
    ck_assert_int_eq(count_strokes(), 0);
    tear_down();
}
END_TEST

START_TEST(drawing_and_clicking_do_not_mix)
{
    int x, y;
    set_up(80, 24);
    dp_rect pad = app.layout.pad;
    ck_assert(find(&x, &y, "c clear"));
    drag(pad.x + 5, pad.y + 5, x, y); /* ends on a button: only draws */
    ck_assert_int_eq(count_strokes(), 1);
    drag(x, y, pad.x + 5, pad.y + 5);                 /* begins on one: does nothing */
    drag(pad.x - 1, pad.y + 5, pad.x + 5, pad.y + 5); /* or on the frame */
    ck_assert_int_eq(count_strokes(), 1);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_RIGHT, pad.x + pad.w + 4, pad.y + 5);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_RIGHT, pad.x + 9, pad.y + 5);
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_RIGHT, pad.x + 9, pad.y + 5);
    ck_assert_int_eq(count_strokes(), 1);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, pad.x + 5, pad.y + 5);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_RIGHT, x, y); /* a press elsewhere lifts the pen */
    ck_assert(!dp_app_is_drawing(&app));
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, pad.x + 9, pad.y + 9); /* a lost release */
    ck_assert(dp_app_is_drawing(&app));
    key('?'); /* the help covers the pad in the middle of a stroke */
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, pad.x + 9, pad.y + 9);
    ck_assert(!dp_app_is_drawing(&app));
    tear_down();
}
END_TEST

START_TEST(what_the_views_show_is_a_button)
{
    set_up(120, 40);
    draw_one();
    click_on("what cnn sees");
    ck_assert(app.insight.inspector == DP_INSPECTOR_MAPS);
    click(app.layout.inspector.maps.x + 3, app.layout.inspector.maps.y + 3);
    ck_assert_int_eq(app.insight.conv, 1);
    key('V');
    key('V');
    click_on(" cnn "); /* the blank before it belongs to it */
    ck_assert(app.overlay == DP_OVERLAY_MODELS);
    key(DP_KEY_ESC);
    strcpy(app.fetching.models, "mnist-8");
    see(120, 40);
    ck_assert_int_eq(click_on("x stops"), DP_REQUEST_STOP_FETCHING);
    dp_app_set_message(&app, false, "a 3 · U brings it back · 7 of 9 · k");
    key('u');
    dp_app_set_message(&app, false, "gone · U brings it back · 7 of 9 · a file");
    see(120, 40);
    ck_assert_int_eq(click_on("7 of 9"), DP_REQUEST_NONE); /* no label */
    dp_app_set_message(&app, false, "gone · U brings it back · 7 of 9 · a file");
    see(120, 40);
    click_on("U brings");
    ck_assert_int_eq(count_strokes(), 1);
    ck_assert(!shows("gone"));
    app.fetching.models[0] = '\0';
    see(40, 16);
    key('v');
    click_on("conv 1/5"); /* in the frame of the pad */
    ck_assert_int_eq(app.insight.conv, 1);
    key('V');
    key('V');
    key('V');
    ck_assert_int_eq(click_on("q quit"), DP_REQUEST_QUIT);
    click_on("? help");
    ck_assert(app.overlay == DP_OVERLAY_HELP);
    see(20, 5);
    tear_down();
    set_up(20, 5);
    ck_assert_int_eq(click_on("q quits"), DP_REQUEST_QUIT);
    tear_down();
}
END_TEST

START_TEST(a_bar_says_why_not_its_digit)
{
    set_up(80, 24);
    click(app.layout.plain.bars.x + 5, app.layout.plain.bars.y + 4); /* nothing drawn */
    ck_assert(app.insight.inspector == DP_INSPECTOR_DEFAULT);
    draw_one();
    const int x = app.layout.plain.bars.x + 5, y = app.layout.plain.bars.y;
    const int *rank = app.reading.prediction.rank;
    const int worst = rank[9];
    char title[32];
    ck_assert_int_eq(rank[0], 1);
    snprintf(title, sizeof title, "why 1 (+) and not %d", worst);
    click(x, y + worst);
    ck_assert(shows(title));
    click(x, y + worst); /* again: back */
    ck_assert(!shows("why 1"));
    click(x, y + 1); /* the answer's own bar: the next best */
    snprintf(title, sizeof title, "why 1 (+) and not %d", rank[1]);
    ck_assert(shows(title));
    click(x, y + worst);
    key('v'); /* once around: the next best again */
    key('V');
    ck_assert(shows(title));
    click(x, y + 1);
    ck_assert(!shows("why 1"));
    tear_down();
}
END_TEST

START_TEST(rows_of_the_help_are_buttons)
{
    set_up(80, 24);
    draw_one();
    key('?');
    click_on("u  U"); /* closes the help and acts */
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    ck_assert_int_eq(count_strokes(), 0);
    key('?');
    click_on("redo");
    ck_assert_int_eq(count_strokes(), 1);
    key('?');
    click_on("^R"); /* nothing to redo */
    ck_assert(shows("nothing to redo"));
    key('?');
    click_on("label"); /* not a button: a click there closes the help */
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    key('?');
    click_on("pen size");
    ck_assert_int_eq(app.pen, DP_PEN_USUAL);
    key('?');
    click_on("all models");
    ck_assert(app.overlay == DP_OVERLAY_MODELS);
    key(DP_KEY_ESC);
    app.once = true;
    key('?');
    ck_assert_int_eq(click(0, 0), DP_REQUEST_NONE); /* does not cancel */
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    key('?');
    ck_assert_int_eq(click_on("cancel"), DP_REQUEST_CANCEL);
    tear_down();
}
END_TEST

START_TEST(the_help_scrolls)
{
    set_up(40, 16);
    key('?');
    ck_assert(shows("left drag") && !shows("Shift-drag") && shows("v ") && !shows("^ "));
    key(DP_KEY_DOWN);
    ck_assert(!shows("left drag") && shows("^ 1 more"));
    key('k');
    ck_assert(shows("left drag"));
    key(DP_KEY_UP); /* no further */
    ck_assert_int_eq(app.help_at, 0);
    key(DP_KEY_PAGE_DOWN);
    ck_assert(shows("Shift-drag") || app.help_at == 13);
    key(DP_KEY_END);
    const int end = app.help_at;
    ck_assert(shows("Shift-drag") && !shows("v 1"));
    key('j');
    ck_assert_int_eq(app.help_at, end);
    key(DP_KEY_HOME);
    mouse(DP_MOUSE_WHEEL_DOWN, DP_BUTTON_LEFT, 20, 8);
    ck_assert_int_eq(app.help_at, 1);
    mouse(DP_MOUSE_WHEEL_UP, DP_BUTTON_LEFT, 20, 8);
    ck_assert_int_eq(app.help_at, 0);
    ck_assert_int_eq(app.pen, DP_PEN_USUAL);
    int x, y;
    ck_assert(find(&x, &y, " more "));
    click(x, y);
    ck_assert_int_gt(app.help_at, 0);
    key(DP_KEY_ESC);
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    key('?');
    ck_assert_int_eq(app.help_at, 0); /* from the top again */
    tear_down();
}
END_TEST

START_TEST(a_wide_help_has_two_columns)
{
    int x, y, left, top;
    set_up(80, 24);
    key('?');
    ck_assert(!shows(" more "));
    ck_assert(find(&left, &top, "left drag") && find(&x, &y, "Shift-drag"));
    ck_assert_int_gt(x, left + 30);
    key(DP_KEY_END); /* nothing to scroll */
    ck_assert_int_eq(app.help_at, 0);
    see(79, 16);
    key(DP_KEY_PAGE_DOWN);
    ck_assert(shows("Shift-drag"));
    see(78, 16);
    ck_assert(shows("left drag") && shows("Shift-drag"));
    see(77, 16);
    ck_assert(!shows("left drag") || !shows("Shift-drag"));
    tear_down();
}
END_TEST

/* A window that grows shows more of the help, and never rows past its end. */
START_TEST(the_help_keeps_its_end_in_any_window)
{
    set_up(40, 16);
    key('?');
    key(DP_KEY_END);
    for (int rows = 16; rows < 40; rows++) {
        see(40, rows);
        ck_assert(shows("Shift-drag"));
    }
    tear_down();
}
END_TEST

START_TEST(rows_of_the_menu_are_buttons)
{
    set_up(80, 24);
    key('M');
    click_on("size"); /* inside, but no row */
    ck_assert(app.overlay == DP_OVERLAY_MODELS);
    click_on("mlp");
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    ck_assert_str_eq(dp_model_list_name(&app.models), "mlp");
    key('M');
    ck_assert_int_eq(click_on("mnist-8"), DP_REQUEST_FETCH);
    ck_assert_str_eq(app.menu.row[app.menu.at].name, "mnist-8");
    click_on("Esc back");
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    key('M');
    click(0, 23);
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    key('M');
    const int at = app.menu.at;
    mouse(DP_MOUSE_WHEEL_DOWN, DP_BUTTON_LEFT, 40, 12);
    ck_assert_int_eq(app.menu.at, at + 1);
    tear_down();
}
END_TEST

/* In a low window the selected row of a long menu is always seen. */
START_TEST(the_menu_scrolls)
{
    set_up(40, 16);
    for (int i = 0; i < 10; i++)
        dp_model_list_add(&app.models, i % 2 ? "/nonexistent.onnx" : "/missing.onnx");
    key('M');
    const int n = app.menu.n;
    while (app.menu.n < 20)
        app.menu.row[app.menu.n++] = app.menu.row[n - 1];
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(app.menu.at, i);
        ck_assert(shows(">"));
        key(DP_KEY_DOWN);
    }
    tear_down();
}
END_TEST

/* Whether each button is inside the window and types a key that works there. */
static bool are_buttons_good(void)
{
    for (int i = 0; i < app.buttons.n; i++) {
        const dp_button b = app.buttons.button[i];
        dp_rect r = b.area;
        bool inside = r.x >= 0 && r.y >= 0 && r.w > 0 && r.h > 0 &&
                      r.x + r.w <= grid.cols && r.y + r.h <= grid.rows;
        dp_overlay overlay = app.overlay;
        bool works = !b.key || dp_key_find(&app, b.key);
        if (overlay == DP_OVERLAY_HELP) {
            app.overlay = DP_OVERLAY_NONE;
            works |= dp_key_find(&app, b.key) != NULL;
            app.overlay = overlay;
        }
        if (!inside || !works) {
            printf("# key %d at %d, %d: %d by %d\n", b.key, r.x, r.y, r.w, r.h);
            return false;
        }
    }
    return app.buttons.n < DP_BUTTONS_MAX;
}

START_TEST(every_button_of_every_screen_works)
{
    set_up(80, 24);
    draw_one();
    dp_menu_open(&app.menu, &app.models);
    for (int i = 0; i < 2 * 3 * 40; i++) {
        app.once = i & 1;
        app.overlay = (dp_overlay)(i / 2 % 3);
        app.insight.inspector = i % 5 ? DP_INSPECTOR_DEFAULT : DP_INSPECTOR_IMAGE;
        app.help_at = 0;
        dp_app_set_message(&app, false, i % 3 ? "" : "done · c clear · v look · q");
        see(10 + i / 6 * 7, 4 + i / 6 * 37 % 60);
        ck_assert_msg(are_buttons_good(), "%dx%d", grid.cols, grid.rows);
    }
    tear_down();
}
END_TEST

UNIT_MAIN("events", hints_of_the_footer_are_buttons, a_phone_has_all_hints,
          a_button_acts_on_release_inside_it, drawing_and_clicking_do_not_mix,
          what_the_views_show_is_a_button, a_bar_says_why_not_its_digit,
          rows_of_the_help_are_buttons, the_help_scrolls, a_wide_help_has_two_columns,
          the_help_keeps_its_end_in_any_window, rows_of_the_menu_are_buttons,
          the_menu_scrolls, every_button_of_every_screen_works)
