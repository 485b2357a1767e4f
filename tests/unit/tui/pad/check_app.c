#include "config.h"

#include "tui/pad/app.h"

#include "engine/core/arith.h"
#include "tests/unit/chain.h"
#include "tests/unit/unit.h"
#include "tui/pad/app_answer.h"
#include "tui/pad/pointer.h"
#include "tui/pad/events.h"
#include "tui/view/view.h"

#include <math.h>
#include <string.h>

static bool is_near(float a, float b)
{
    return fabsf(a - b) < 1e-3F;
}

static dp_app app;
static int64_t now;

static void set_up(int cols, int rows)
{
    dp_err err = { DP_OK, "" };
    ck_assert_msg(dp_app_init(&app, "cnn", 0, DP_PEN_USUAL, &err) == DP_OK, "%s",
                  err.msg);
    ck_assert_int_eq(dp_app_resize(&app, cols, rows, NULL), DP_OK);
    now = 1000;
}

static dp_request key(int k)
{
    dp_event e = { .kind = DP_EVENT_KEY, .key = k };
    return dp_app_event(&app, &e, now += 10);
}

/* Send a mouse report at a cell of the pad. */
static void mouse(dp_mouse what, int button, int x, int y)
{
    dp_event e = { .kind = DP_EVENT_MOUSE,
                   .mouse = what,
                   .button = button,
                   .x = app.layout.pad.x + x,
                   .y = app.layout.pad.y + y };
    ck_assert_int_eq(dp_app_event(&app, &e, now += 10), DP_REQUEST_NONE);
}

static void drag(int button, int x0, int y0, int x1, int y1)
{
    mouse(DP_MOUSE_PRESS, button, x0, y0);
    mouse(DP_MOUSE_MOVE, button, x1, y1);
    mouse(DP_MOUSE_RELEASE, button, x1, y1);
}

static const dp_strokes *strokes(void)
{
    return dp_history_strokes(&app.history);
}

static dp_point point(int stroke, int i)
{
    return strokes()->point[strokes()->stroke[stroke].first + i];
}

START_TEST(a_drag_is_a_stroke)
{
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 10, 3, 20, 15);
    ck_assert_int_eq(strokes()->n_strokes, 1);
    ck_assert_int_eq(strokes()->stroke[0].count, 2);
    ck_assert(strokes()->stroke[0].tool == DP_PEN);
    ck_assert(is_near(strokes()->stroke[0].width, 3));
    ck_assert(is_near(point(0, 0).x, 10.5F));
    ck_assert(is_near(point(0, 0).y, 7));
    ck_assert(is_near(point(0, 1).y, 31));
    ck_assert(!dp_app_is_drawing(&app));
    drag(DP_BUTTON_RIGHT, 10, 3, 20, 15);
    ck_assert(strokes()->stroke[1].tool == DP_ERASER);
    drag(DP_BUTTON_MIDDLE, 10, 3, 20, 15);
    ck_assert_int_eq(strokes()->n_strokes, 2);
    dp_app_free(&app);
}
END_TEST

/* Send a left-button report in pixels: a place of the pad in cells. */
static void fine_mouse(dp_mouse what, unsigned mods, float x, float y)
{
    dp_rect pad = app.layout.pad;
    dp_event e = { .kind = DP_EVENT_MOUSE,
                   .mouse = what,
                   .mods = mods,
                   .x = pad.x + (int)floorf(x),
                   .y = pad.y + (int)floorf(y),
                   .px = (float)pad.x + x,
                   .py = (float)pad.y + y,
                   .fine = true };
    ck_assert_int_eq(dp_app_event(&app, &e, now += 10), DP_REQUEST_NONE);
}

static void is_at(dp_point p, float x, float y)
{
    ck_assert_msg(is_near(p.x, x) && is_near(p.y, y), "(%f, %f)", (double)p.x,
                  (double)p.y);
}

START_TEST(pixels_are_drawn_where_they_are)
{
    set_up(80, 24);
    fine_mouse(DP_MOUSE_PRESS, 0, 10.06F, 3.03F);
    fine_mouse(DP_MOUSE_MOVE, 0, 10.19F, 3.03F); /* in the same cell */
    fine_mouse(DP_MOUSE_MOVE, 0, 60, 3.03F);     /* out on the right */
    fine_mouse(DP_MOUSE_RELEASE, 0, 60, 3.03F);
    ck_assert_int_eq(strokes()->n_strokes, 1);
    ck_assert_int_eq(strokes()->stroke[0].count, 3);
    is_at(point(0, 0), 10.06F, 6.06F);
    is_at(point(0, 1), 10.19F, 6.06F);
    is_at(point(0, 2), 40, 6);
    ck_assert_int_eq(app.crosshair_x, 10);
    dp_app_free(&app);
}
END_TEST

START_TEST(shift_draws_a_straight_line)
{
    set_up(80, 24);
    fine_mouse(DP_MOUSE_PRESS, DP_MOD_SHIFT, 10.3F, 5.1F);
    fine_mouse(DP_MOUSE_MOVE, DP_MOD_SHIFT, 14.3F, 5.6F);
    fine_mouse(DP_MOUSE_MOVE, DP_MOD_SHIFT, 20.3F, 5.1F);
    ck_assert_int_eq(strokes()->stroke[0].count, 2); /* the first is gone */
    is_at(point(0, 1), 20.3F, 10.2F);
    fine_mouse(DP_MOUSE_MOVE, 0, 22.3F, 6.1F); /* on from there, without Shift */
    fine_mouse(DP_MOUSE_MOVE, 0, 23.3F, 7.1F);
    fine_mouse(DP_MOUSE_MOVE, DP_MOD_SHIFT, 30.3F, 7.1F); /* a second line */
    fine_mouse(DP_MOUSE_MOVE, DP_MOD_SHIFT, 23.3F, 15.1F);
    fine_mouse(DP_MOUSE_RELEASE, DP_MOD_SHIFT, 23.3F, 15.1F);
    ck_assert_int_eq(strokes()->n_strokes, 1);
    ck_assert_int_eq(strokes()->stroke[0].count, 5);
    is_at(point(0, 3), 23.3F, 14.2F);
    is_at(point(0, 4), 23.3F, 30.2F);
    ck_assert(app.reading_stale);
    key('u');
    ck_assert_int_eq(strokes()->n_strokes, 0);
    dp_app_free(&app);
}
END_TEST

START_TEST(a_straight_line_ends_at_the_edge)
{
    set_up(80, 24);
    fine_mouse(DP_MOUSE_PRESS, 0, 10, 5);
    fine_mouse(DP_MOUSE_MOVE, DP_MOD_SHIFT, 60, 5);
    is_at(point(0, 1), 40, 10);
    fine_mouse(DP_MOUSE_MOVE, DP_MOD_SHIFT, 70, 8); /* turned about its start */
    ck_assert_int_eq(strokes()->stroke[0].count, 2);
    is_at(point(0, 1), 40, 13);
    fine_mouse(DP_MOUSE_MOVE, 0, 30, 12); /* comes back as another stroke */
    ck_assert_int_eq(strokes()->n_strokes, 2);
    fine_mouse(DP_MOUSE_RELEASE, 0, 30, 12);
    dp_app_free(&app);
}
END_TEST

START_TEST(times_count_from_the_first_point)
{
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 10, 3, 20, 15);
    ck_assert_int_eq(strokes()->time_ms[0], 0);
    ck_assert_int_eq(strokes()->time_ms[1], 10);
    key('c');
    drag(DP_BUTTON_LEFT, 10, 3, 20, 15);
    ck_assert_int_eq(strokes()->time_ms[0], 0);
    dp_app_free(&app);
}
END_TEST

START_TEST(outside_the_pad_nothing_is_drawn)
{
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 50, 5, 60, 5); /* all outside */
    ck_assert_int_eq(strokes()->n_strokes, 0);
    drag(DP_BUTTON_LEFT, -1, 5, 20, 5);   /* in from the left */
    drag(DP_BUTTON_LEFT, -5, 10, 50, 10); /* right through */
    ck_assert_int_eq(strokes()->n_strokes, 0);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, 35, 10);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 45, 10); /* out on the right… */
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 45, 12);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, -5, 12); /* …and back right through */
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, -5, 12);
    ck_assert_int_eq(strokes()->n_strokes, 2);
    ck_assert(is_near(point(0, 1).x, 40));
    ck_assert(is_near(point(1, 0).x, 40));
    ck_assert(is_near(point(1, 1).x, 0));
    dp_app_free(&app);
}
END_TEST

START_TEST(keyboard_drawing)
{
    set_up(80, 24);
    ck_assert(!app.crosshair_shown);
    key('d');
    ck_assert(app.crosshair_shown && app.pen_down);
    key('l');
    key('J');
    key(DP_KEY_PAGE_UP);
    key('d');
    ck_assert(!app.pen_down);
    ck_assert_int_eq(strokes()->stroke[0].count, 4);
    ck_assert_int_eq(app.crosshair_x, 23);
    ck_assert_int_eq(app.crosshair_y, 13);
    key('h'); /* moves without drawing */
    ck_assert_int_eq(strokes()->n_strokes, 1);
    key(' ');
    ck_assert_int_eq(strokes()->n_strokes, 2);
    ck_assert_int_eq(strokes()->stroke[1].count, 1);
    key('e');
    key('d');
    ck_assert(strokes()->stroke[2].tool == DP_ERASER);
    ck_assert(is_near(strokes()->stroke[2].width, 6));
    for (int i = 0; i < 100; i++)
        key('H');
    ck_assert_int_eq(app.crosshair_x, 0);
    key(DP_KEY_ESC);
    ck_assert(!app.pen_down && !app.crosshair_shown);
    dp_app_free(&app);
}
END_TEST

START_TEST(a_key_in_the_middle_of_a_drag)
{
    set_up(80, 24);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, 5, 5);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 9, 5);
    key('u');
    ck_assert_int_eq(strokes()->n_strokes, 0);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 12, 5); /* begins a new stroke */
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, 12, 5);
    ck_assert_int_eq(strokes()->n_strokes, 1);
    key('d'); /* a mouse that moves without a button does not lift the keyboard's pen */
    mouse(DP_MOUSE_MOVE, DP_BUTTON_NONE, 30, 5);
    ck_assert(app.pen_down);
    dp_app_free(&app);
}
END_TEST

START_TEST(blank_and_tiny_get_no_answer)
{
    set_up(80, 24);
    ck_assert(dp_app_predict(&app));
    ck_assert_int_eq(app.reading.ink, DP_INK_BLANK);
    ck_assert(!dp_app_predict(&app)); /* nothing changed */
    key(' ');
    ck_assert(dp_app_predict(&app));
    ck_assert_int_eq(app.reading.ink, DP_INK_LITTLE);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    ck_assert(dp_app_predict(&app));
    ck_assert_int_eq(app.reading.ink, DP_INK_ENOUGH);
    float sum = 0;
    for (int i = 0; i < DP_DIGITS; i++)
        sum += app.reading.prediction.prob[i];
    ck_assert(is_near(sum, 1));
    ck_assert_int_gt(app.reading.latency_us, 0);
    key('c');
    ck_assert(dp_app_predict(&app));
    ck_assert_int_eq(app.reading.ink, DP_INK_BLANK);
    dp_app_free(&app);
}
END_TEST

START_TEST(the_models_are_cyclic)
{
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    dp_app_predict(&app);
    dp_prediction first = app.reading.prediction;
    ck_assert_str_eq(dp_model_list_name(&app.models), "cnn");
    key('m');
    ck_assert_str_eq(dp_model_list_name(&app.models), "mlp");
    ck_assert(dp_app_predict(&app));
    ck_assert_mem_ne(&first, &app.reading.prediction, sizeof first);
    ck_assert_int_eq(strokes()->n_strokes, 1);
    key('m');
    ck_assert_str_eq(dp_model_list_name(&app.models), "nano");
    key('m');
    ck_assert_str_eq(dp_model_list_name(&app.models), "cnn");
    ck_assert(dp_app_predict(&app));
    ck_assert_mem_eq(&first, &app.reading.prediction, sizeof first);
    dp_app_free(&app);
}
END_TEST

START_TEST(a_model_that_cannot_be_opened_is_removed)
{
    static const char *const round[] = { "mlp", "nano", "nano", "cnn",
                                         "mlp", "nano", "cnn" };
    set_up(80, 24);
    dp_model_list_add(&app.models, "/nonexistent.onnx");
    dp_model_list_add(&app.models, "cnn"); /* in the list already */
    ck_assert_int_eq(app.models.n, 4);
    for (size_t i = 0; i < DP_COUNT(round); i++) {
        key('m');
        ck_assert_str_eq(dp_model_list_name(&app.models), round[i]);
        ck_assert_int_eq(app.message_is_warning && app.message[0], i == 2);
    }
    ck_assert_int_eq(app.models.n, 3);
    dp_app_free(&app);
}
END_TEST

START_TEST(keys_that_make_requests)
{
    set_up(80, 24);
    ck_assert_int_eq(key('q'), DP_REQUEST_QUIT);
    ck_assert_int_eq(key(DP_CTRL('l')), DP_REQUEST_REDRAW);
    ck_assert_int_eq(key(DP_CTRL('z')), DP_REQUEST_SUSPEND);
    ck_assert_int_eq(key(DP_CTRL('c')), DP_REQUEST_INTERRUPT);
    ck_assert_int_eq(key('i'), DP_REQUEST_NEXT_INK);
    ck_assert_int_eq(key('s'), DP_REQUEST_SAVE);
    ck_assert_int_eq(key('y'), DP_REQUEST_COPY);
    ck_assert_int_eq(key('Y'), DP_REQUEST_NONE);
    ck_assert(app.print && strstr(app.message, "printed at the end"));
    ck_assert_int_eq(key('Y'), DP_REQUEST_NONE);
    ck_assert(!app.print && strstr(app.message, "nothing is printed"));
    ck_assert_int_eq(key('x'), DP_REQUEST_NONE);
    strcpy(app.fetching.models, "mnist-8");
    ck_assert_int_eq(key('x'), DP_REQUEST_STOP_FETCHING);
    ck_assert_int_eq(key('T'), DP_REQUEST_TRAIN);
    app.training.model = "cnn-mine";
    ck_assert_int_eq(key('x'), DP_REQUEST_STOP_TRAINING);
    ck_assert_int_eq(key('7'), DP_REQUEST_KEEP_SAMPLE);
    ck_assert_int_eq(app.sample_label, 7);
    ck_assert_int_eq(key(DP_KEY_ENTER), DP_REQUEST_NONE);
    ck_assert_int_eq(key(DP_KEY_ESC), DP_REQUEST_NONE);
    key('?');
    ck_assert(app.overlay == DP_OVERLAY_HELP);
    ck_assert_int_eq(key('q'), DP_REQUEST_NONE); /* only closes the help */
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    app.once = true;
    ck_assert_int_eq(key(DP_KEY_ENTER), DP_REQUEST_ACCEPT);
    ck_assert_int_eq(key(DP_KEY_ESC), DP_REQUEST_CANCEL);
    ck_assert_int_eq(key('q'), DP_REQUEST_CANCEL);
    ck_assert_int_eq(key('s'), DP_REQUEST_NONE);
    ck_assert_int_eq(key('y'), DP_REQUEST_NONE);
    ck_assert_int_eq(key('7'), DP_REQUEST_NONE);
    ck_assert_int_eq(key('T'), DP_REQUEST_NONE);
    dp_app_free(&app);
}
END_TEST

START_TEST(too_small_a_window_draws_nothing_and_can_be_left)
{
    set_up(20, 5);
    drag(DP_BUTTON_LEFT, 1, 1, 3, 3);
    key('d');
    key('c');
    ck_assert_int_eq(strokes()->n_strokes, 0);
    ck_assert_int_eq(key('q'), DP_REQUEST_QUIT);
    ck_assert(dp_app_resize(&app, 80, 24, NULL) == DP_OK);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    ck_assert_int_eq(strokes()->n_strokes, 1);
    dp_app_free(&app);
}
END_TEST

START_TEST(resizing_keeps_coordinates)
{
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    ck_assert(dp_app_resize(&app, 120, 40, NULL) == DP_OK);
    ck_assert_int_eq(app.canvas.side, 72);
    ck_assert(is_near(app.canvas.extent, 40));
    ck_assert(is_near(app.canvas.pixel[36 * 72 + 36], 1)); /* still in the middle */
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, 0, 0);
    ck_assert(is_near(point(1, 0).x, 0.5F * 40 / 72));
    ck_assert(dp_app_resize(&app, 10, 3, NULL) == DP_OK);
    ck_assert(!dp_app_is_drawing(&app));
    ck_assert(dp_app_resize(&app, 80, 24, NULL) == DP_OK);
    ck_assert(is_near(app.canvas.pixel[20 * 40 + 20], 1));
    dp_app_free(&app);
}
END_TEST

/* ---- views ----------------------------------------------------------------------------- */

static dp_grid grid;

static const char *row(int y)
{
    static char text[1024];
    int n = 0;
    for (int x = 0; x < grid.cols; x++) {
        uint32_t c = dp_grid_at(&grid, x, y)->glyph;
        text[n++] = c < 0x80 ? (char)c : '*';
    }
    text[n] = '\0';
    return text;
}

static bool shows(const char *text)
{
    for (int y = 0; y < grid.rows; y++)
        if (strstr(row(y), text))
            return true;
    return false;
}

static void see(int cols, int rows, dp_palette palette)
{
    grid.palette = palette;
    ck_assert(dp_grid_resize(&grid, cols, rows, NULL) == DP_OK);
    ck_assert(dp_app_resize(&app, cols, rows, NULL) == DP_OK);
    dp_app_predict(&app);
    dp_view_draw(&grid, &app);
}

/* Whether the terminal can show every cell. One assertion for all of them, because each costs a
 * system call. */
static bool can_be_shown(void)
{
    int colors = grid.palette.colors; /* −1, the default, is always allowed */
    for (int k = 0; k < grid.cols * grid.rows; k++) {
        dp_cell c = grid.cell[k];
        bool ascii = grid.palette.charset == DP_CHARSET_ASCII;
        if (c.glyph < ' ' || (ascii && c.glyph > '~') || c.paint.fg >= colors ||
            c.paint.bg >= colors)
            return false;
    }
    return true;
}

START_TEST(every_view_in_every_palette_and_size)
{
    static const dp_charset charsets[] = { DP_CHARSET_ASCII, DP_CHARSET_BLOCKS,
                                           DP_CHARSET_UNICODE };
    static const int depths[] = { 0, 8, 16, 256 };
    static const int sizes[][2] = { { 1, 1 },   { 20, 5 },  { 40, 16 },  { 60, 18 },
                                    { 68, 18 }, { 80, 24 }, { 120, 40 }, { 300, 90 } };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    dp_menu_open(&app.menu, &app.models);
    for (int i = 0; i < 3 * 4 * 8 * 4; i++) {
        dp_palette palette = { .charset = charsets[i % 3], .colors = depths[i / 3 % 4] };
        const int *size = sizes[i / 12 % 8];
        app.overlay = i / 96 == 1   ? DP_OVERLAY_HELP
                      : i / 96 == 0 ? DP_OVERLAY_MODELS
                                    : DP_OVERLAY_NONE;
        app.insight.inspector = i / 96 == 2 ? DP_INSPECTOR_IMAGE : DP_INSPECTOR_DEFAULT;
        app.crosshair_shown = i / 96 == 3;
        app.high_contrast = i % 7 == 0;
        app.light = i % 5 == 0;
        see(size[0], size[1], palette);
        ck_assert(can_be_shown());
    }
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(texts_on_the_screen)
{
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    see(80, 24, palette);
    ck_assert(shows("draw a digit here"));
    ck_assert(shows("nothing"));
    ck_assert(shows("q quit"));
    drag(DP_BUTTON_LEFT, 20, 2, 20, 3);
    key(' ');
    key('u');
    key('u');
    ck_assert(dp_app_predict(&app));
    see(80, 24, palette);
    ck_assert(!shows("draw a digit here"));
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    see(80, 24, palette);
    ck_assert(shows("1 stroke"));
    ck_assert(shows(" us "));
    ck_assert(shows(">"));
    key('v');
    see(80, 24, palette);
    ck_assert(shows("what cnn sees"));
    key('?');
    see(80, 24, palette);
    ck_assert(shows("straight line"));
    key('?');
    app.once = true;
    see(80, 24, palette);
    ck_assert(shows("Enter accept"));
    see(20, 5, palette);
    ck_assert(shows("40x16 needed"));
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(the_views_of_the_network_are_cyclic)
{
    static const char *const cnn[] = { "what cnn sees",        "conv 1/5: 4/32 maps",
                                       "conv 2/5: 4/48 maps",  "conv 3/5: 4/48 maps",
                                       "conv 4/5: 12/96 maps", "conv 5/5: 12/96 maps",
                                       "the dense layers",     "why 1 (+) and not " };
    static const char *const mlp[] = { "what mlp sees", "the dense layers of mlp",
                                       "why 1 (+) and not " };
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    for (size_t i = 0; i < DP_COUNT(cnn); i++) {
        key('v');
        see(80, 24, palette);
        ck_assert_msg(shows(cnn[i]), "%s", cnn[i]);
    }
    key('V');
    key('V');
    key('m'); /* a model without conv layers */
    see(80, 24, palette);
    ck_assert(shows("the dense layers of mlp"));
    ck_assert(shows("of 320 units on") && shows("of 128 units on"));
    key('v');
    key('v');
    see(80, 24, palette);
    ck_assert(dp_app_inspector(&app) == DP_INSPECTOR_OFF);
    for (size_t i = 0; i < DP_COUNT(mlp); i++) {
        key('v');
        see(80, 24, palette);
        ck_assert_msg(shows(mlp[i]), "%s", mlp[i]);
    }
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

/* Cells of the pad that hold this character. */
static int count_on_pad(uint32_t glyph)
{
    dp_rect r = app.layout.pad;
    int n = 0;
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            n += dp_grid_at(&grid, x, y)->glyph == glyph;
    return n;
}

/* Whether a cell shows pixels: with 256 colours they are the only greys. */
static bool is_pixel(int x, int y)
{
    const dp_cell *c = dp_grid_at(&grid, x, y);
    return c->paint.bg >= 232;
}

/* Whether the pixels in r are rectangles that touch neither each other nor the edge: each has a
 * whole blank cell around it. `max_w` and `max_h` are the size of the largest that is allowed. */
static bool are_maps_apart(dp_rect r, int max_w, int max_h)
{
    int n = 0;
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            if (!is_pixel(x, y) || is_pixel(x - 1, y) || is_pixel(x, y - 1))
                continue; /* not the upper left corner of one */
            int w = 0, h = 0;
            while (is_pixel(x + w, y))
                w++;
            while (is_pixel(x, y + h))
                h++;
            for (int i = -1; i <= w; i++) {
                for (int k = -1; k <= h; k++) {
                    bool inside = i >= 0 && i < w && k >= 0 && k < h;
                    if (is_pixel(x + i, y + k) != inside)
                        return false;
                }
            }
            if (w > max_w || h > max_h)
                return false;
            n++;
        }
    }
    return n > 0;
}

START_TEST(feature_maps_touch_nothing)
{
    const dp_palette palette = { .charset = DP_CHARSET_UNICODE, .colors = 256 };
    static const int sizes[][2] = { { 40, 16 },  { 45, 40 },   { 60, 28 },  { 70, 20 },
                                    { 80, 23 },  { 80, 24 },   { 80, 25 },  { 100, 50 },
                                    { 120, 40 }, { 160, 24 },  { 200, 60 }, { 300, 80 },
                                    { 90, 30 },  { 300, 100 }, { 45, 60 },  { 72, 60 } };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    for (int conv = 0; conv < 5; conv++) {
        for (size_t i = 0; i < DP_COUNT(sizes); i++) {
            app.insight.inspector = DP_INSPECTOR_MAPS;
            app.insight.conv = conv;
            app.reading_stale = true;
            see(sizes[i][0], sizes[i][1], palette);
            const dp_layout *l = &app.layout;
            dp_rect maps = l->inspector.maps;
            if (!are_maps_apart(maps, 14, 7))
                ck_abort_msg("%dx%d, conv %d", sizes[i][0], sizes[i][1], conv + 1);
        }
    }
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(attributions_have_signs_and_colors)
{
    static const int depths[] = { 0, 8, 16, 256 };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 12, 3, 26, 3);
    drag(DP_BUTTON_LEFT, 26, 3, 18, 17);
    key('V'); /* back from off: why */
    for (int i = 0; i < 4; i++) {
        see(80, 24, (dp_palette){ .charset = DP_CHARSET_UNICODE, .colors = depths[i] });
        ck_assert(shows("why 7 (+) and not "));
        ck_assert_int_gt(count_on_pad('+'), 5);
        ck_assert_int_lt(count_on_pad('+'), 100);
    }
    key('c'); /* nothing argues on a blank pad */
    see(80, 24, (dp_palette){ .charset = DP_CHARSET_UNICODE, .colors = 256 });
    ck_assert_int_eq(count_on_pad('+'), 0);
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(maps_stay_while_the_pen_moves)
{
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 10, 3, 10, 15);
    key('v');
    key('v');
    key('v');
    see(80, 24, palette);
    int before[DP_INSIGHT_MAPS];
    memcpy(before, app.insight.map, sizeof before);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, 4, 8);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 8, 8);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 16, 8);
    ck_assert(dp_app_predict(&app));
    ck_assert_mem_eq(before, app.insight.map, sizeof before);
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, 16, 8);
    ck_assert(dp_app_predict(&app));
    ck_assert_mem_ne(before, app.insight.map, sizeof before);
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(the_outline_shows_what_the_tool_covers)
{
    dp_point center;
    float radius;
    set_up(80, 24);
    ck_assert(!dp_pointer_outline(&app, &center, &radius));
    key(']'); /* shown until the next event */
    ck_assert(dp_pointer_outline(&app, &center, &radius));
    ck_assert(is_near(radius, 2));
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, 10, 3);
    ck_assert(
        !dp_pointer_outline(&app, &center, &radius)); /* the ink shows where it is */
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, 10, 3);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_RIGHT, 10, 3);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_RIGHT, 12, 5);
    ck_assert(dp_pointer_outline(&app, &center, &radius));
    ck_assert(is_near(center.x, 12.5F) && is_near(center.y, 11) && is_near(radius, 4));
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_RIGHT, 12, 5);
    ck_assert(!dp_pointer_outline(&app, &center, &radius));
    mouse(DP_MOUSE_WHEEL_UP, DP_BUTTON_LEFT, 30, 15);
    ck_assert(dp_pointer_outline(&app, &center, &radius));
    ck_assert(is_near(center.x, 30.5F) && is_near(center.y, 31) && is_near(radius, 2.5F));
    key('h');
    ck_assert(dp_pointer_outline(&app, &center, &radius));
    ck_assert(is_near(center.x, 29.5F));
    dp_app_free(&app);
}
END_TEST

/* Whether there are percentages without tenths. */
static bool shows_whole_percents(void)
{
    char text[] = "0   %";
    for (; text[0] <= '9'; text[0]++)
        if (shows(text))
            return true;
    return false;
}

/* Latency and tenths would flicker while the pen moves, so they are updated when it is lifted. */
START_TEST(flickering_numbers_wait_for_the_pen)
{
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    see(80, 24, palette);
    ck_assert(!shows_whole_percents());
    int before = app.latency_us = 123456;
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, 25, 3);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 26, 17);
    ck_assert(dp_app_predict(&app));
    dp_view_draw(&grid, &app);
    ck_assert(shows("123456 us") && shows_whole_percents());
    ck_assert_int_eq(app.latency_us, before);
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, 26, 17);
    ck_assert(dp_app_predict(&app));
    dp_view_draw(&grid, &app);
    ck_assert(!shows("123456 us") && !shows_whole_percents());
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(not_a_digit_is_said_when_the_pen_is_up)
{
    static const int sizes[][2] = { { 40, 16 }, { 80, 24 }, { 120, 40 } };
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    for (int i = 0; i < 6; i++) {
        app.insight.inspector = i / 3 ? DP_INSPECTOR_IMAGE : DP_INSPECTOR_DEFAULT;
        see(sizes[i % 3][0], sizes[i % 3][1], palette);
        ck_assert(shows("certain") && !shows("a digit"));
        app.reading.prediction.rejected = true;
        dp_view_draw(&grid, &app);
        ck_assert(shows("not") && shows("a digit") && !shows("certain"));
        ck_assert(!shows(">1"));
        app.reading.second = (dp_second_opinion){ "mlp", 4, 0.5F };
        dp_view_draw(&grid, &app);
        ck_assert(shows("not") && shows("a digit") && shows("mlp: 4"));
        app.mouse_down = true;
        dp_view_draw(&grid, &app);
        ck_assert(shows("certain") && !shows("a digit"));
        app.mouse_down = false;
        app.reading_stale = true;
    }
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

/* Only as long as the drawing is the one that was kept. */
START_TEST(undo_withdraws_the_sample_first)
{
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    app.sample_kept = true; /* as the loop sets it after DP_REQUEST_KEEP_SAMPLE */
    ck_assert_int_eq(key('u'), DP_REQUEST_WITHDRAW_SAMPLE);
    ck_assert_int_eq(strokes()->n_strokes, 1);
    drag(DP_BUTTON_LEFT, 25, 2, 25, 17);
    ck_assert(!app.sample_kept);
    ck_assert_int_eq(key('u'), DP_REQUEST_NONE);
    ck_assert_int_eq(strokes()->n_strokes, 1);
    dp_app_free(&app);
}
END_TEST

/* A one, a seven of two strokes, and a one. */
static void draw_number(void)
{
    drag(DP_BUTTON_LEFT, 4, 3, 4, 16);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, 10, 3);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 20, 3);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 14, 16);
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, 14, 16);
    drag(DP_BUTTON_LEFT, 12, 9, 20, 9);
    drag(DP_BUTTON_LEFT, 28, 3, 28, 16);
}

START_TEST(a_number_is_shown_with_its_weakest_digit)
{
    static const int sizes[][2] = { { 40, 16 }, { 80, 24 }, { 120, 40 } };
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    char text[DP_SEGMENTS_MAX + 1];
    set_up(80, 24);
    draw_number();
    ck_assert(dp_app_predict(&app));
    dp_segmentation_text(text, &app.reading.number);
    ck_assert_str_eq(text, "171");
    for (size_t i = 0; i < DP_COUNT(sizes); i++) {
        app.reading_stale = true;
        see(sizes[i][0], sizes[i][1], palette);
        char weakest[32];
        snprintf(weakest, sizeof weakest, sizes[i][0] == 40 ? "%d: " : "weakest %d: ",
                 app.reading.prediction.rank[0]);
        ck_assert_msg(shows(weakest) && shows("^"), "%dx%d", sizes[i][0], sizes[i][1]);
    }
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

/* A figure has the same digits wherever it is shown. */
START_TEST(a_probability_is_the_same_everywhere)
{
    static const int sizes[][2] = { { 40, 16 }, { 80, 24 }, { 120, 40 } };
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    ck_assert(dp_app_predict(&app));
    dp_prediction *p = &app.reading.prediction;
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < DP_COUNT(sizes); k++) {
            see(sizes[k][0], sizes[k][1], palette);
            p->prob[p->rank[0]] = i ? 1.0F : 0.9996F;
            app.latency_us = 7;
            dp_view_draw(&grid, &app);
            ck_assert(shows("certain"));
            ck_assert(shows(i ? "100" : "99.9") && !shows(i ? "99" : "100"));
            ck_assert(!shows("99 %") && !shows("99%"));
        }
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

/* While a replay draws, the drawing may still become a digit, as during a stroke. */
START_TEST(a_replay_is_judged_at_its_end)
{
    set_up(80, 24);
    draw_number();
    dp_app_replay(&app, now);
    ck_assert(dp_app_advance_replay(&app, now + 30));
    ck_assert(dp_app_predict(&app));
    app.reading.ink = DP_INK_ENOUGH;
    app.reading.prediction.rejected = true;
    ck_assert_int_eq(dp_app_verdict(&app), DP_VERDICT_DIGIT);
    ck_assert(dp_app_advance_replay(&app, now + 60000));
    ck_assert(app.reading_stale && !app.replay.on);
    ck_assert_int_eq(dp_app_verdict(&app), DP_VERDICT_NOT_A_DIGIT);
    dp_app_free(&app);
}
END_TEST

/* The drawing appears again stroke by stroke; any event of the user shows all of it. */
START_TEST(a_drawing_is_replayed)
{
    set_up(80, 24);
    draw_number();
    key('r');
    ck_assert(app.replay.on);
    ck_assert_int_eq(dp_app_strokes(&app)->n_strokes, 0);
    ck_assert(dp_app_advance_replay(&app, now + 1));
    ck_assert_int_eq(dp_app_strokes(&app)->n_strokes, 1);
    ck_assert(dp_app_predict(&app));
    ck_assert_int_eq(app.reading.ink, DP_INK_LITTLE);
    dp_app_event(&app, &(dp_event){ .kind = DP_EVENT_REPORT, .final = 'c' }, now);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_NONE, 5, 5);
    ck_assert(app.replay.on);
    mouse(DP_MOUSE_WHEEL_UP, DP_BUTTON_LEFT, 5, 5);
    ck_assert(!app.replay.on);
    ck_assert_int_eq(dp_app_strokes(&app)->n_strokes, 4);
    dp_app_replay(&app, now);
    ck_assert(dp_app_advance_replay(&app, now + 60000));
    ck_assert(!app.replay.on);
    dp_app_free(&app);
}
END_TEST

/* ---- a picture on the pad --------------------------------------------------------------- */

enum { PICTURE_W = 120, PICTURE_H = 90 };

/* A dark one on light paper, in the middle of a picture that is wider than high. */
static void open_picture(void)
{
    static uint8_t pixel[PICTURE_W * PICTURE_H];
    memset(pixel, 220, sizeof pixel);
    for (int y = 20; y < 70; y++)
        memset(pixel + (ptrdiff_t)y * PICTURE_W + 57, 30, 6);
    dp_gray picture = { pixel, PICTURE_W, PICTURE_H };
    ck_assert_int_eq(dp_app_open_picture(&app, &picture, NULL), DP_OK);
    memset(pixel, 0, sizeof pixel); /* the pad has a copy */
}

/* How many pixels of the canvas have about this ink. */
static int count_pixels(float ink)
{
    int n = 0;
    for (int i = 0; i < app.canvas.side * app.canvas.side; i++)
        n += fabsf(app.canvas.pixel[i] - ink) < 0.02F;
    return n;
}

static void expect_reading(int digit, bool of_picture)
{
    dp_app_predict(&app);
    ck_assert_int_eq(app.reading.ink, DP_INK_ENOUGH);
    ck_assert_int_eq(app.reading.prediction.rank[0], digit);
    ck_assert_int_eq(app.reading.of_picture, of_picture);
}

START_TEST(a_picture_is_read_until_something_is_drawn_on_it)
{
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    open_picture();
    expect_reading(1, true);
    see(80, 24, palette);
    ck_assert(shows("a picture to trace over") && !shows("draw a digit here"));
    ck_assert_int_gt(count_pixels(0.5F), 20); /* fainter than a stroke */
    ck_assert_int_eq(count_pixels(1), 0);
    mouse(DP_MOUSE_PRESS, DP_BUTTON_LEFT, 10, 4);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 30, 4);
    mouse(DP_MOUSE_MOVE, DP_BUTTON_LEFT, 22, 16);
    mouse(DP_MOUSE_RELEASE, DP_BUTTON_LEFT, 22, 16);
    expect_reading(7, false);
    ck_assert_int_gt(count_pixels(1), 20);
    ck_assert_int_gt(count_pixels(0.5F), 10); /* the paper stays */
    key('r');
    ck_assert(dp_app_predict(&app));
    ck_assert(app.reading.ink == DP_INK_BLANK && !app.reading.of_picture);
    key('l');
    see(120, 40, palette); /* the paper grows with the pad */
    ck_assert_int_gt(count_pixels(0.5F), 50);
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(clear_removes_strokes_first_then_the_picture)
{
    set_up(80, 24);
    open_picture();
    drag(DP_BUTTON_LEFT, 10, 4, 30, 4);
    key('c');
    ck_assert_int_eq(strokes()->n_strokes, 0);
    expect_reading(1, true);
    key('c');
    ck_assert_str_eq(app.message, "the picture is removed · u brings it back");
    ck_assert(dp_app_predict(&app));
    ck_assert_int_eq(app.reading.ink, DP_INK_BLANK);
    ck_assert_int_eq(count_pixels(0), app.canvas.side * app.canvas.side);
    key('c');
    ck_assert_str_eq(app.message, "the pad is clear");
    key('u');
    expect_reading(1, true);
    key('u');
    ck_assert_int_eq(strokes()->n_strokes, 1);
    dp_app_free(&app);
}
END_TEST

/* The placement of a picture in the network's image is not known. */
START_TEST(a_picture_has_no_attributions)
{
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    open_picture();
    app.insight.inspector = DP_INSPECTOR_WHY;
    see(80, 24, palette);
    ck_assert(shows("why this answer") && !app.insight.ready);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    see(80, 24, palette);
    ck_assert(shows("why 1 (+)") && app.insight.ready);
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(drawings_of_a_file_are_stepped_through)
{
    dp_strokes *drawings = calloc(3, sizeof *drawings);
    set_up(80, 24);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k <= i; k++) {
            dp_point a = { (float)k, 0 };
            ck_assert(dp_strokes_begin(&drawings[i], DP_PEN, 1, a, 0, NULL) == DP_OK);
        }
    key('n');
    ck_assert_int_eq(strokes()->n_strokes, 0);
    ck_assert_int_eq(dp_app_open_drawings(&app, drawings, 3, NULL), DP_OK);
    ck_assert_int_eq(strokes()->n_strokes, 1);
    key('n');
    ck_assert_int_eq(strokes()->n_strokes, 2);
    key('u');
    key('N');
    key('N');
    ck_assert_int_eq(strokes()->n_strokes, 3);
    key('n');
    key('n');
    ck_assert_int_eq(strokes()->n_strokes, 2); /* as in the file, without the undo */
    dp_app_free(&app);
}
END_TEST

/* A session of a network that always answers `digit`. */
static dp_session *session_of(int digit)
{
    chain c = chain_make("flatten | dense 10", (dp_shape){ 1, DP_SIDE, DP_SIDE });
    dp_session *session;
    memset(c.params, 0, c.layout.count * sizeof *c.params);
    c.params[DP_DIGITS * DP_PIXELS + digit] = 3;
    dp_model *model = chain_model(&c, NULL);
    ck_assert(dp_session_create(&session, model, 1, 1, NULL) == DP_OK);
    dp_model_unref(model);
    chain_clear(&c);
    return session;
}

START_TEST(a_second_opinion_is_one_of_another_digit)
{
    dp_session *four = session_of(4), *nine = session_of(9);
    dp_pad_reading reading;
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    dp_pad_reading_update(&reading, four, nine, strokes());
    ck_assert_str_eq(reading.second.name, "test");
    ck_assert_int_eq(reading.second.digit, 9);
    dp_pad_reading_update(&reading, four, four, strokes());
    ck_assert_ptr_null(reading.second.name);
    dp_pad_reading_update(&reading, four, NULL, strokes());
    ck_assert_ptr_null(reading.second.name);
    dp_session_free(four);
    dp_session_free(nine);
    dp_app_free(&app);
}
END_TEST

START_TEST(the_second_network_is_opened_when_idle)
{
    set_up(80, 24);
    ck_assert(dp_app_predict(&app));
    ck_assert_ptr_null(dp_model_list_other(&app.models));
    dp_app_use_idle_time(&app);
    ck_assert_str_eq(
        dp_model_get_info(dp_session_model(dp_model_list_other(&app.models)))->name,
        "mlp");
    ck_assert(!app.reading_stale); /* a blank pad has no second opinion */
    dp_app_free(&app);

    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    ck_assert(dp_app_predict(&app));
    dp_app_use_idle_time(&app);
    ck_assert(dp_app_predict(&app)); /* now with a second opinion */
    dp_app_use_idle_time(&app);
    ck_assert(!dp_app_predict(&app));
    dp_app_free(&app);
}
END_TEST

START_TEST(a_second_opinion_is_shown)
{
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    for (int view = 0; view < 2; view++) {
        for (int small = 0; small < 2; small++) {
            see(small ? 40 : 80, small ? 16 : 24, palette);
            app.reading.second = (dp_second_opinion){ "mlp", 7, 0.61f };
            see(small ? 40 : 80, small ? 16 : 24, palette);
            ck_assert(shows("mlp: 7"));
        }
        key('v');
    }
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(the_menu_lists_and_selects_models)
{
    dp_palette palette = { .charset = DP_CHARSET_ASCII, .colors = 0 };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    ck_assert_int_eq(key('M'), DP_REQUEST_NONE);
    ck_assert_ptr_null(app.models.session[1]); /* opened later: a key never waits */
    see(80, 24, palette);
    ck_assert(shows(" models ") && shows(" opening"));
    ck_assert_int_eq(app.menu.row[0].latency_us, 0);
    int n = 0;
    while (dp_app_use_idle_time(&app))
        ck_assert_int_le(++n, app.models.n); /* one at a time */
    ck_assert_int_eq(n, app.models.n);
    see(80, 24, palette);
    ck_assert(shows("in use") && shows(" us ") && !shows(" opening"));
    ck_assert(shows(">cnn") && shows("mnist-8 ") && shows("not fetched"));
    ck_assert(shows("26 kB  98.90 %"));
    ck_assert(app.menu.row[0].latency_us > 0 && app.menu.row[0].accuracy > 0.98F);
    ck_assert(shows(" kB  99.64 %") && shows("MNIST") && shows("network"));
    key(DP_KEY_DOWN);
    ck_assert_int_eq(key(DP_KEY_ENTER), DP_REQUEST_NONE);
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    ck_assert_str_eq(dp_model_list_name(&app.models), "mlp");
    ck_assert_int_eq(strokes()->n_strokes, 1);
    key('M');
    ck_assert_int_eq(app.menu.at, app.models.current);
    key('k');
    key('k');
    ck_assert_int_eq(app.menu.at, app.menu.n - 1); /* cyclic */
    ck_assert_int_eq(key('c'), DP_REQUEST_NONE);   /* not a key of the menu */
    ck_assert_int_eq(strokes()->n_strokes, 1);
    ck_assert_int_eq(key(DP_KEY_ENTER), DP_REQUEST_FETCH);
    ck_assert_str_eq(app.menu.row[app.menu.at].name, "mnist-mlp");
    for (int cols = DP_LAYOUT_MIN_COLS; cols < 100; cols += 3) {
        see(cols, 16, palette);
        ck_assert(shows(">mnist-mlp") && shows("96.57 %") && shows("Esc back"));
    }
    key(DP_KEY_ESC);
    ck_assert(app.overlay == DP_OVERLAY_NONE);
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(the_progress_of_a_fetch_fits_every_window)
{
    dp_palette palette = { .charset = DP_CHARSET_UNICODE, .colors = 0 };
    set_up(80, 24);
    drag(DP_BUTTON_LEFT, 20, 2, 20, 17);
    app.fetching = (dp_fetching){ "mnist-8, mnist-mlp", 0, 1104278 };
    see(80, 24, palette);
    ck_assert(shows("fetching mnist-8, mnist-mlp: 1104 kB * x stops"));
    ck_assert(shows("1 stroke"));
    app.fetching.done = 1104278;
    for (int cols = DP_LAYOUT_MIN_COLS; cols < 120; cols++) {
        see(cols, 24, palette);
        ck_assert(shows("x stops"));
        ck_assert(shows("1104/1104 kB"));
    }
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

START_TEST(messages_cannot_control_the_terminal)
{
    set_up(80, 24);
    dp_app_set_message(&app, true, "no file %s", "a\033]52;c;x\a");
    see(80, 24, (dp_palette){ .charset = DP_CHARSET_ASCII, .colors = 0 });
    ck_assert(shows("no file a\\x1b]52;c;x\\x07"));
    dp_app_set_message(&app, false, "one · two"); /* in the C locale, too */
    see(80, 24, (dp_palette){ .charset = DP_CHARSET_ASCII, .colors = 0 });
    ck_assert(shows("one - two"));
    key('l'); /* the next key removes it */
    see(80, 24, (dp_palette){ .charset = DP_CHARSET_ASCII, .colors = 0 });
    ck_assert(!shows("no file"));
    dp_grid_free(&grid);
    dp_app_free(&app);
}
END_TEST

UNIT_MAIN("app", a_drag_is_a_stroke, pixels_are_drawn_where_they_are,
          shift_draws_a_straight_line, a_straight_line_ends_at_the_edge,
          times_count_from_the_first_point, outside_the_pad_nothing_is_drawn,
          keyboard_drawing, a_key_in_the_middle_of_a_drag, blank_and_tiny_get_no_answer,
          the_models_are_cyclic, a_model_that_cannot_be_opened_is_removed,
          keys_that_make_requests, too_small_a_window_draws_nothing_and_can_be_left,
          resizing_keeps_coordinates, every_view_in_every_palette_and_size,
          texts_on_the_screen, the_views_of_the_network_are_cyclic,
          feature_maps_touch_nothing, attributions_have_signs_and_colors,
          maps_stay_while_the_pen_moves, the_outline_shows_what_the_tool_covers,
          not_a_digit_is_said_when_the_pen_is_up, flickering_numbers_wait_for_the_pen,
          undo_withdraws_the_sample_first, a_number_is_shown_with_its_weakest_digit,
          a_drawing_is_replayed, drawings_of_a_file_are_stepped_through,
          a_second_opinion_is_one_of_another_digit,
          the_second_network_is_opened_when_idle, a_second_opinion_is_shown,
          the_menu_lists_and_selects_models, the_progress_of_a_fetch_fits_every_window,
          messages_cannot_control_the_terminal, a_probability_is_the_same_everywhere,
          a_replay_is_judged_at_its_end, a_picture_is_read_until_something_is_drawn_on_it,
          clear_removes_strokes_first_then_the_picture, a_picture_has_no_attributions)
