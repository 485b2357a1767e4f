/* The bytes of a terminal: replies to queries, keys and the mouse. */
#include "config.h"

#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "tui/term/caps.h"
#ifdef DP_TUI
#include "tui/term/pixel_mouse.h"
#endif

#include <string.h>

static void check_event(const dp_event *e)
{
    enum { MOST = 32767 };
    if (e->kind == DP_EVENT_MOUSE)
        dp_expect(e->x >= 0 && e->x <= MOST && e->y >= 0 && e->y <= MOST &&
                      e->button >= 0 && e->button <= 3,
                  "mouse reports are bounded");
    if (e->kind == DP_EVENT_KEY)
        dp_expect(e->key > 0 && e->key <= DP_KEY_DELETE, "keys are known");
    if (e->kind == DP_EVENT_REPORT)
        dp_expect(e->n_params >= 0 && e->n_params <= DP_INPUT_MAX_PARAMS,
                  "parameters are bounded");
    if (e->kind == DP_EVENT_STRING)
        dp_expect(strlen(e->text) < DP_INPUT_MAX_TEXT && dp_expect_printable(e->text),
                  "strings are bounded and can be printed");
}

/* Whatever came, the next sequence is read. The bytes end a paste first. */
static void check_goes_on(dp_input *in, int64_t now)
{
    static const char key_up[] = "\033[201~\033[A";
    dp_event e;
    bool found = false;
    for (const char *at = key_up; *at; at++)
        found = dp_input_feed(in, &e, (unsigned char)*at, now);
    dp_expect(found && e.kind == DP_EVENT_KEY && e.key == DP_KEY_UP,
              "whatever came, the next sequence is read");
}

static void check_caps(const dp_caps *caps)
{
    dp_expect(dp_expect_printable(caps->name) && dp_expect_printable(caps->outer),
              "names can be printed");
    dp_expect(caps->cell_w >= 0 && caps->cell_w <= 512 && caps->cell_h >= 0 &&
                  caps->cell_h <= 512,
              "cells have a sane size");
    dp_expect(caps->background >= 0 && caps->background <= 1, "a luminance is 0 to 1");
    dp_expect(caps->octant_width >= 0 && caps->sixel_colors >= 0, "counts are counts");
}

/* Replies to the pad's queries. They are good if the last one comes, and none is taken for a key
 * or a mouse report. */
static bool run_terminal(const uint8_t *data, size_t size)
{
    dp_input in = { .expecting = true };
    dp_caps caps = { 0 };
    dp_event e;
    bool good = true;
    for (size_t i = 0; i < size; i++) {
        if (!dp_input_feed(&in, &e, data[i], 0))
            continue;
        check_event(&e);
        good &= e.kind != DP_EVENT_KEY && e.kind != DP_EVENT_MOUSE;
        dp_caps_reply(&caps, &e, 80, 24);
    }
    check_caps(&caps);
    check_goes_on(&in, 0);
    return good && caps.complete;
}

#ifdef DP_TUI
/* Keys and the mouse, with pauses: the byte FF waits until a lone ESC is the key, FE half as
 * long. Good input has an event for a person. */
static bool run_keys(const uint8_t *data, size_t size)
{
    static const int window[2] = { 80, 24 }, cell[2] = { 8, 16 };
    dp_input in = { 0 };
    dp_pixel_mouse mouse = { .on = true };
    dp_event e;
    int64_t now = 0;
    bool good = false;
    for (size_t i = 0; i < size; i++) {
        bool found;
        if (data[i] >= 0xfe) {
            const int wait = dp_input_wait(&in, now);
            dp_expect(wait >= -1 && wait <= 50, "a wait is short");
            now += data[i] == 0xff ? 50 : 25;
            found = dp_input_tick(&in, &e, now);
        } else {
            found = dp_input_feed(&in, &e, data[i], now);
        }
        if (!found)
            continue;
        check_event(&e);
        good |= e.kind == DP_EVENT_KEY || e.kind == DP_EVENT_MOUSE;
        dp_pixel_mouse_locate(&mouse, &e, window, cell);
        if (e.kind == DP_EVENT_MOUSE)
            dp_expect(e.px >= 0 && e.py >= 0 && e.x >= 0 && e.y >= 0,
                      "places are in the window or beyond it");
    }
    check_goes_on(&in, now);
    return good;
}
#endif

const dp_target dp_targets_terminal[] = {
    { "terminal", run_terminal, NULL, 160 },
#ifdef DP_TUI
    { "keys", run_keys, NULL, 64 },
#endif
    { 0 },
};
