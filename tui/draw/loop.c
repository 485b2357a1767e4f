#include "config.h"

#include "tui/draw/loop.h"

#include "engine/core/arith.h"
#include "tui/draw/clipboard.h"
#include "tui/draw/display.h"
#include "tui/draw/export.h"
#include "tui/draw/fetch_job.h"
#include "tui/draw/query.h"
#include "tui/draw/train_job.h"
#include "tui/pad/app_answer.h"
#include "tui/pad/events.h"
#include "tui/term/clock.h"
#include "tui/term/term.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Updates of the screen are FRAME_MS apart; updates of the answer during a stroke, ANSWER_MS. A
 * slow line of 9600 baud carries 960 bytes a second, and an answer takes about 150 of them. */
enum {
    FRAME_MS = 16,
    SIXEL_FRAME_MS =
        33, /* sixels take more bytes, and terminals more time to draw them */
    ANSWER_MS = 66,
    SLOW_FRAME_MS = 100,
    SLOW_ANSWER_MS = 250,
    REPEAT_MS = 150,     /* until the picture is sent again, if it may be lost */
    MAX_DRAIN = 1 << 16, /* bytes to read before the screen is updated */
};

typedef struct pad {
    dp_app *app;
    const dp_pad_options *options;
    dp_display display;
    dp_input input;
    dp_query query;
    dp_fetch_job fetch_job;
    dp_train_job train_job;
    int in;
    bool dirty;        /* there is something new to show */
    bool slow;         /* the line is: update the screen and the answer rarely */
    int64_t frame_ms;  /* when the screen was last updated */
    int64_t answer_ms; /* when the network last ran */
    int64_t input_ms;  /* when input was last read */
    bool done;         /* leave the loop, with `end` */
    dp_pad_end end;

    /* To copy to the clipboard of the terminal, if it may have one. */
    int out;
    bool has_clipboard;
} pad;

static int64_t now_ms(void)
{
    return dp_clock_ms();
}

static void finish(pad *p, dp_pad_end end)
{
    p->done = true;
    p->end = end;
}

/* ---- showing --------------------------------------------------------------------------- */

/* Signals are blocked because the network may start threads, which must not receive them. */
static bool predict(pad *p)
{
    sigset_t old;
    dp_term_block_signals(&old);
    bool new_answer = dp_app_predict(p->app);
    dp_term_unblock_signals(&old);
    return new_answer;
}

/* Do what can wait until nothing else is due. */
static void use_idle_time(pad *p)
{
    const dp_app *app = p->app;
    sigset_t old;
    if (p->dirty || app->reading_stale || dp_app_is_drawing(app))
        return;
    dp_term_block_signals(&old);
    p->dirty |= dp_app_use_idle_time(p->app);
    dp_term_unblock_signals(&old);
}

static bool is_slow(const pad *p)
{
    return p->slow || p->app->far;
}

static int64_t frame_due(const pad *p)
{
    bool heavy = p->app->ink == DP_INK_SIXEL && dp_app_is_drawing(p->app);
    return p->frame_ms + (is_slow(p) ? SLOW_FRAME_MS : heavy ? SIXEL_FRAME_MS : FRAME_MS);
}

/* When the picture must be sent again, if it must. */
static int64_t repeat_due(const pad *p)
{
    return dp_surface_is_unsure(&p->display.surface) && !dp_app_is_drawing(p->app)
               ? p->frame_ms + REPEAT_MS
               : INT64_MAX;
}

/* During a stroke the answer is updated less often than the ink: ten bars that change cost more
 * bytes than a piece of a line. After the stroke it comes with the next frame. */
static int64_t answer_due(const pad *p)
{
    if (!dp_app_is_drawing(p->app))
        return frame_due(p);
    return p->answer_ms + (is_slow(p) ? SLOW_ANSWER_MS : ANSWER_MS);
}

static void show_if_due(pad *p)
{
    int64_t now = now_ms();
    if (p->app->reading_stale && now >= answer_due(p)) {
        p->answer_ms = now;
        p->dirty |= predict(p);
        p->dirty |= dp_fetch_job_tell(&p->fetch_job, p->app);
    }
    if (p->dirty && now >= frame_due(p)) {
        p->frame_ms = now;
        dp_display_show(&p->display, p->app);
        p->dirty = dp_query_ask(&p->query, now);
    }
}

/* ---- requests of events and signals ---------------------------------------------------- */

static dp_code resize(pad *p, dp_err *err)
{
    p->dirty = true;
    return dp_display_resize(&p->display, p->app, err);
}

/* Ctrl-Z: give the terminal to the shell until the program is continued. */
static dp_code suspend(pad *p, dp_err *err)
{
    dp_query_pause(&p->query);
    dp_display_pause(&p->display);
    dp_term_stop();
    dp_query_resume(&p->query);
    return resize(p, err);
}

/* Continued after SIGSTOP, which cannot be handled: the shell may have changed any mode. */
static dp_code resume(pad *p, dp_err *err)
{
    dp_term_resume();
    dp_display_pause(&p->display);
    dp_query_resume(&p->query);
    return resize(p, err);
}

static dp_code handle_signals(pad *p, dp_err *err)
{
    unsigned requests = dp_term_requests();
    if (requests & DP_TERM_QUIT) {
        finish(p, DP_PAD_SIGNAL);
        return DP_OK;
    }
    if (requests & DP_TERM_SUSPEND)
        return suspend(p, err);
    if (requests & DP_TERM_RESUMED)
        return resume(p, err);
    if (!(requests & DP_TERM_RESIZED))
        return DP_OK;
    dp_code code = resize(p, err);
    dp_query_resized(&p->query);
    return code;
}

static void fetch(pad *p)
{
    const char *name = p->app->menu.row[p->app->menu.at].name;
    if (!p->options->offline)
        dp_fetch_job_fetch(&p->fetch_job, p->app, name);
    else
        dp_app_set_message(p->app, true, "'digitpad models fetch %s' fetches it", name);
}

static dp_code handle_request(pad *p, dp_request request, dp_err *err)
{
    switch (request) {
    case DP_REQUEST_NONE:
        break;
    case DP_REQUEST_QUIT:
        finish(p, DP_PAD_QUIT);
        break;
    case DP_REQUEST_ACCEPT:
        finish(p, DP_PAD_ACCEPTED);
        break;
    case DP_REQUEST_CANCEL:
        finish(p, DP_PAD_CANCELLED);
        break;
    case DP_REQUEST_INTERRUPT:
        raise(SIGINT); /* its handler ends the loop */
        break;
    case DP_REQUEST_SAVE:
        dp_export_save(p->app, p->options->save_path, p->options->errands);
        break;
    case DP_REQUEST_COPY:
        predict(p); /* the key may have come in the same burst as the last stroke */
        dp_export_copy(p->app, p->out, p->has_clipboard);
        break;
    case DP_REQUEST_REDRAW:
        dp_display_redraw(&p->display);
        break;
    case DP_REQUEST_NEXT_INK:
        dp_query_next_ink(&p->query);
        break;
    case DP_REQUEST_FETCH:
        fetch(p);
        break;
    case DP_REQUEST_STOP_FETCHING:
        dp_fetch_job_cancel(&p->fetch_job, p->app);
        break;
    case DP_REQUEST_KEEP_SAMPLE:
        predict(p); /* the key may have come in the same burst as the last stroke */
        dp_train_job_keep_sample(&p->train_job, p->app);
        break;
    case DP_REQUEST_WITHDRAW_SAMPLE:
        dp_train_job_withdraw_sample(&p->train_job, p->app);
        break;
    case DP_REQUEST_TRAIN:
        dp_train_job_start(&p->train_job, p->app);
        break;
    case DP_REQUEST_STOP_TRAINING:
        dp_train_job_stop(&p->train_job, p->app);
        break;
    case DP_REQUEST_SUSPEND:
        return suspend(p, err);
    }
    return DP_OK;
}

/* ---- input ----------------------------------------------------------------------------- */

static dp_code on_event(pad *p, dp_event *event, int64_t now, dp_err *err)
{
    p->dirty = true;
    if (dp_query_take(&p->query, event))
        return DP_OK;
    return handle_request(p, dp_app_event(p->app, event, now), err);
}

static dp_code feed(pad *p, const unsigned char *bytes, size_t size, dp_err *err)
{
    int64_t now = p->input_ms = now_ms();
    dp_code code = DP_OK;
    for (size_t i = 0; i < size && code == DP_OK && !p->done; i++) {
        dp_event event;
        if (dp_input_feed(&p->input, &event, bytes[i], now))
            code = on_event(p, &event, now, err);
    }
    return code;
}

/* Read all pending input before anything is shown. Over a network events come in bursts, and one
 * update for the whole burst keeps up with them. */
static dp_code drain_input(pad *p, dp_err *err)
{
    struct pollfd poll_in = { .fd = p->in, .events = POLLIN };
    dp_code code = DP_OK;
    for (int total = 0; total < MAX_DRAIN && code == DP_OK && !p->done;) {
        if (poll(&poll_in, 1, 0) != 1)
            break;
        unsigned char bytes[4096];
        ssize_t n = read(p->in, bytes, sizeof bytes);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            break;
        if (n <= 0) {
            finish(p, DP_PAD_HANGUP);
            break;
        }
        total += (int)n;
        code = feed(p, bytes, (size_t)n, err);
    }
    return code;
}

/* ---- time ------------------------------------------------------------------------------ */

/* When --timeout ends the pad. */
static int64_t timeout_at(const pad *p)
{
    int s = p->options->timeout_s;
    return s > 0 ? p->input_ms + (int64_t)s * 1000 : INT64_MAX;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Milliseconds that poll may sleep; −1: until a descriptor is ready. */
static int wait_time(const pad *p)
{
    int64_t now = now_ms(), due = timeout_at(p);
    int escape = dp_input_wait(&p->input, now);
    if (escape >= 0)
        due = earlier(due, now + escape);
    if (p->dirty || p->app->replay.on)
        due = earlier(due, frame_due(p));
    if (p->app->reading_stale)
        due = earlier(due, answer_due(p));
    due = earlier(due, dp_query_due(&p->query));
    due = earlier(due, repeat_due(p));
    if (due == INT64_MAX)
        return -1;
    return due > now ? (int)earlier(due - now, INT_MAX) : 0;
}

static dp_code handle_time(pad *p, dp_err *err)
{
    int64_t now = now_ms();
    dp_event event;
    if (p->app->replay.on)
        p->dirty |= dp_app_advance_replay(p->app, now);
    if (now >= timeout_at(p))
        finish(p, DP_PAD_ACCEPTED);
    p->dirty |= now >= repeat_due(p);
    if (now >= dp_query_due(&p->query)) {
        dp_query_give_up(&p->query);
        p->dirty = true;
    }
    return dp_input_tick(&p->input, &event, now) ? on_event(p, &event, now, err) : DP_OK;
}

/* ---- the loop -------------------------------------------------------------------------- */

static dp_code run(pad *p, dp_err *err)
{
    dp_code code = DP_OK;
    p->input_ms = now_ms();
    if (p->options->replay)
        dp_app_replay(p->app, p->input_ms);
    if (p->options->fetch)
        dp_fetch_job_start(&p->fetch_job, p->app);
    while (code == DP_OK && !p->done) {
        show_if_due(p);
        use_idle_time(p);
        struct pollfd fds[] = {
            { .fd = p->in, .events = POLLIN },
            { .fd = dp_term_wake_fd(), .events = POLLIN },
            { .fd = dp_fetch_job_fd(&p->fetch_job), .events = POLLIN },
            { .fd = dp_train_job_fd(&p->train_job), .events = POLLIN }
        };
        if (poll(fds, DP_COUNT(fds), wait_time(p)) < 0 && errno != EINTR)
            return dp_fail(err, DP_IO, "poll: %s", strerror(errno));
        p->dirty |= dp_fetch_job_handle(&p->fetch_job, p->app);
        p->dirty |= dp_train_job_handle(&p->train_job, p->app);
        code = handle_signals(p, err);
        if (code == DP_OK && !p->done)
            code = drain_input(p, err);
        if (code == DP_OK && !p->done)
            code = handle_time(p, err);
    }
    if (code == DP_OK)
        predict(p); /* Enter may have come in the same burst as the last stroke */
    return code;
}

static dp_code open_display(pad *p, dp_err *err)
{
    dp_code code = dp_display_open(&p->display, p->in, p->out, p->options->charset,
                                   p->options->color, err);
    if (code != DP_OK)
        return code;
    dp_screen *screen = p->display.screen;
    p->has_clipboard =
        dp_screen_is_ansi(screen) && dp_clipboard_is_likely(getenv("TERM"));
    p->slow = dp_screen_is_slow(screen);
    p->query.app = p->app;
    p->query.screen = screen;
    p->query.input = &p->input;
    p->query.in = p->in;
    dp_query_open(&p->query, p->options->mouse);
    return resize(p, err);
}

dp_code dp_pad_run(dp_pad_end *end, int *sig, dp_app *app, const dp_pad_options *options,
                   dp_err *err)
{
    pad p = { .app = app,
              .options = options,
              .fetch_job = { .errands = options->errands },
              .train_job = { .errands = options->errands } };
    dp_code code = dp_term_open(&p.in, &p.out, err);
    if (code != DP_OK)
        return code;
    code = open_display(&p, err);
    if (code == DP_OK)
        code = run(&p, err);
    if (p.display.screen)
        dp_query_pause(&p.query);
    dp_display_close(&p.display);
    dp_term_close();
    dp_fetch_job_end(&p.fetch_job, app);
    dp_train_job_end(&p.train_job);
    if (code == DP_OK) {
        *end = p.end;
        *sig = dp_term_quit_signal();
    }
    return code;
}
