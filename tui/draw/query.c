#include "config.h"

#include "tui/draw/query.h"

#include "tui/term/clock.h"
#include "tui/term/out.h"
#include "tui/term/term.h"

#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 3000, /* over the slowest network, a reply takes less */
    FAR_MS = 200, /* a reply that takes so long comes over a slow line, or by chance */
    FAREWELL_MS = 500, /* how long to wait for it at the end */
    THROUGH_MS = 400,  /* after tmux, the terminal around it takes less */
    THROUGH_TRIES = 3, /* tmux passes nothing on while it draws its window again */
};

static dp_palette palette_of(const dp_query *q)
{
    return dp_screen_palette(q->screen);
}

/* ---- what the replies allow ------------------------------------------------------------ */

static void choose_ink(dp_query *q)
{
    dp_app *app = q->app;
    dp_palette palette = palette_of(q);
    app->ink = dp_ink_choose(&app->caps, &palette, app->ink_wish);
}

static void choose_theme(dp_query *q)
{
    dp_app *app = q->app;
    app->light = dp_theme_is_light(app->theme, &app->caps, getenv("COLORFGBG"));
}

/* Say so if the wish cannot be granted. */
static void check_wish(dp_query *q)
{
    dp_app *app = q->app;
    if (app->ink_wish != DP_WISH_AUTO && app->ink_wish != dp_ink_wish_for(app->ink))
        dp_app_set_message(app, true, "this terminal does not show that ink: %s instead",
                           dp_ink_name(app->ink));
}

static bool has_cell(const dp_caps *caps)
{
    return caps->cell_w > 0 && caps->cell_h > 0;
}

static void use_pixel_mouse(dp_query *q)
{
    bool on =
        q->reports & DP_TERM_MOUSE && q->app->caps.pixel_mouse && has_cell(&q->app->caps);
    q->mouse = (dp_pixel_mouse){ .on = on };
    q->reports &= ~(unsigned)DP_TERM_PIXELS;
    if (on)
        q->reports |= DP_TERM_PIXELS;
    dp_term_report(q->reports);
}

static void expect_replies(dp_query *q, int64_t until_ms)
{
    q->deadline_ms = until_ms;
    q->input->expecting = until_ms > 0;
}

/* No further reply will come. */
static void conclude(dp_query *q)
{
    q->done = true;
    expect_replies(q, 0);
    choose_ink(q);
    check_wish(q);
    dp_screen_sync(q->screen, q->app->caps.sync);
    use_pixel_mouse(q);
}

/* ---- asking ---------------------------------------------------------------------------- */

static void ask_kernel(dp_query *q)
{
    int w, h;
    if (dp_term_cell(&w, &h))
        dp_caps_kernel_cell(&q->app->caps, w, h);
}

void dp_query_open(dp_query *q, bool mouse)
{
    bool ansi = dp_screen_is_ansi(q->screen);
    dp_caps_init(&q->app->caps, getenv);
    ask_kernel(q);
    q->questions = ansi && !dp_screen_is_slow(q->screen)
                       ? dp_caps_questions(getenv, dp_out_utf8())
                       : 0;
    if (ansi)
        q->reports = DP_TERM_PASTE | (mouse ? DP_TERM_MOUSE : 0);
    dp_term_report(q->reports);
    choose_ink(q);
    choose_theme(q);
}

static void ask_cell(dp_query *q, int64_t now_ms)
{
    const char *query = dp_caps_query_cell(&q->app->caps);
    q->ask_cell = false;
    if (!query)
        return;
    expect_replies(q, now_ms + PATIENCE_MS);
    dp_screen_ask(q->screen, query);
}

/* Expect a reply from beyond tmux, or ask for it again. */
static void expect_through(dp_query *q)
{
    char query[64];
    bool waits = q->questions & DP_ASK_THROUGH && !*q->app->caps.outer &&
                 q->n_through < THROUGH_TRIES;
    if (waits && q->n_through++ > 0) {
        dp_caps_query(query, sizeof query, DP_ASK_THROUGH);
        dp_screen_ask(q->screen, query);
    }
    expect_replies(q, waits ? dp_clock_ms() + THROUGH_MS : 0);
}

/* Whether the terminal is far away, by the quicker of two replies: a busy machine may be late
 * once. */
static void measure_distance(dp_query *q)
{
    bool late = dp_clock_ms() - q->asked_ms >= FAR_MS;
    if (late && !q->asks_again) {
        q->asks_again = true;
        q->asked_ms = dp_clock_ms();
        dp_screen_ask(q->screen, dp_caps_query_last);
        expect_replies(q, q->asked_ms + PATIENCE_MS);
        return;
    }
    q->app->far = late;
    q->asks_again = false;
}

bool dp_query_ask(dp_query *q, int64_t now_ms)
{
    char queries[256];
    if (q->deadline_ms > 0)
        return false;
    if (q->done) {
        if (q->ask_cell)
            ask_cell(q, now_ms);
        return false;
    }
    if (q->questions == 0) {
        conclude(q);
        return true;
    }
    dp_caps_query(queries, sizeof queries, q->questions);
    expect_replies(q, now_ms + PATIENCE_MS);
    q->asked_ms = now_ms;
    dp_screen_ask(q->screen, queries);
    return false;
}

/* A reply to what was asked after the first queries. */
static void take_late_reply(dp_query *q, const dp_event *event)
{
    if (q->asks_again && event->final == 'c' && event->prefix == '?') {
        measure_distance(q);
        expect_through(q);
    } else if (event->final == 't')
        expect_replies(q, 0);
    else if (event->kind == DP_EVENT_STRING && *q->app->caps.outer) {
        expect_replies(q, 0);
        choose_ink(q);
    }
}

bool dp_query_take(dp_query *q, dp_event *event)
{
    dp_app *app = q->app;
    dp_caps *caps = &app->caps;
    int window[] = { app->layout.cols, app->layout.rows };
    if (event->kind == DP_EVENT_MOUSE) {
        if (q->mouse.on && !q->mouse.trusted) /* the window may have grown just now */
            dp_term_size(&window[0], &window[1]);
        dp_pixel_mouse_locate(&q->mouse, event, window,
                              (const int[]){ caps->cell_w, caps->cell_h });
        return false;
    }
    if (event->kind != DP_EVENT_REPORT && event->kind != DP_EVENT_STRING)
        return false;
    bool was_complete = caps->complete;
    dp_caps_reply(caps, event, window[0], window[1]);
    choose_theme(q);
    if (caps->complete && !was_complete) {
        conclude(q);
        expect_through(q);
        measure_distance(q);
    } else if (q->done)
        take_late_reply(q, event);
    return true;
}

int64_t dp_query_due(const dp_query *q)
{
    return q->deadline_ms > 0 ? q->deadline_ms : INT64_MAX;
}

void dp_query_give_up(dp_query *q)
{
    if (q->done)
        expect_through(q);
    else
        conclude(q);
}

void dp_query_resized(dp_query *q)
{
    ask_kernel(q);
    q->ask_cell = true;
}

/* ---- pausing --------------------------------------------------------------------------- */

/* Read until the last reply, and drop everything else. */
static void await_replies(dp_query *q)
{
    struct pollfd p = { .fd = q->in, .events = POLLIN };
    int64_t end = dp_clock_ms() + FAREWELL_MS;
    for (int64_t now; q->deadline_ms > 0 && (now = dp_clock_ms()) < end;) {
        unsigned char bytes[512];
        ssize_t n =
            poll(&p, 1, (int)(end - now)) == 1 ? read(q->in, bytes, sizeof bytes) : 0;
        if (n <= 0)
            return;
        for (ssize_t i = 0; i < n; i++) {
            dp_event event;
            if (dp_input_feed(q->input, &event, bytes[i], now))
                dp_query_take(q, &event);
        }
    }
}

void dp_query_pause(dp_query *q)
{
    await_replies(q);
    dp_term_report(0);
}

void dp_query_resume(dp_query *q)
{
    *q->input = (dp_input){ .expecting = q->deadline_ms > 0 };
    q->mouse.trusted = false;
    dp_term_report(q->reports);
    dp_query_resized(q); /* perhaps, meanwhile */
}

/* ---- the ink --------------------------------------------------------------------------- */

void dp_query_next_ink(dp_query *q)
{
    dp_app *app = q->app;
    dp_palette palette = palette_of(q);
    dp_ink_kind before = app->ink;
    app->ink = dp_ink_next(before, &app->caps, &palette);
    app->ink_wish = dp_ink_wish_for(app->ink);
    dp_app_set_message(app, false, "ink: %s%s", dp_ink_name(app->ink),
                       app->ink == before ? ", the only one possible here" : "");
}
