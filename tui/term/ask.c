#include "config.h"

#include "tui/term/ask.h"

#include "tui/term/clock.h"
#include "tui/term/out.h"
#include "tui/term/term.h"

#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000 };

/* The reply from beyond tmux comes after the last one, or never. */
static bool is_waiting(const dp_asked *a)
{
    return !a->caps.complete || (a->questions & DP_ASK_THROUGH && !*a->caps.outer);
}

/* Read replies until the last one. Keys that are typed meanwhile are lost. */
static void read_replies(dp_asked *a, int in)
{
    dp_input input = { .expecting = true };
    int64_t start = dp_clock_ms(), now = start;
    a->reply_ms = -1;
    while (is_waiting(a) && now - start < PATIENCE_MS && !dp_term_quit_signal()) {
        struct pollfd p = { .fd = in, .events = POLLIN };
        unsigned char bytes[512];
        ssize_t n = 0;
        if (poll(&p, 1, (int)(PATIENCE_MS - (now - start))) == 1)
            n = read(in, bytes, sizeof bytes);
        now = dp_clock_ms();
        for (ssize_t i = 0; i < n; i++) {
            dp_event event;
            if (dp_input_feed(&input, &event, bytes[i], now))
                dp_caps_reply(&a->caps, &event, a->cols, a->rows);
        }
        if (a->caps.complete && a->reply_ms < 0)
            a->reply_ms = (int)(now - start);
    }
}

dp_code dp_ask_terminal(dp_asked *out, dp_err *err)
{
    dp_asked a = { .questions = dp_caps_questions(getenv, dp_out_utf8()),
                   .reply_ms = -1 };
    char queries[256];
    int in, tty, w, h;
    dp_code code = dp_term_open(&in, &tty, err);
    if (code != DP_OK)
        return code;
    dp_caps_init(&a.caps, getenv);
    dp_term_size(&a.cols, &a.rows);
    if (dp_term_cell(&w, &h))
        dp_caps_kernel_cell(&a.caps, w, h);
    size_t size = dp_caps_query(queries, sizeof queries, a.questions);
    if (size > 0 && write(tty, queries, size) == (ssize_t)size) {
        read_replies(&a, in);
        (void)!write(tty, "\r\033[K", 4); /* a terminal may have printed something */
    }
    a.signal = dp_term_quit_signal();
    dp_term_close();
    *out = a;
    return DP_OK;
}
