/* Replays recorded pen strokes as mouse reports on the 40×20 pad of an 80×24 terminal, in cells and in
 * pixels. The pad must read about as many of them correctly as `predict` does from the original
 * strokes; in pixels, small drawings as well. Skipped if the drawings are not available. REPLAY_ALL=1
 * tries all sizes, at random places, and the drawings of other people. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "tests/pty/dump.h"
#include "tests/pty/replay.h"
#include "tui/pad/layout.h"
#include "weights/data/strokes_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DRAWINGS = 512, TIMED = 4, CELL_W = 8, CELL_H = 16 };

/* The drawings of a file and their labels. */
typedef struct drawings {
    const char *name;
    int step; /* every step-th of the file */
    int n;
    int label[MAX_DRAWINGS];
    dp_strokes strokes[MAX_DRAWINGS];
} drawings;

static drawings all;
static int n_cases, n_failed;

static void result(bool good, const char *what, int right, int n, int least)
{
    n_cases++;
    n_failed += !good;
    printf("%s %d - %s: %d of %d, at least %d wanted\n", good ? "ok" : "not ok", n_cases,
           what, right, n, least);
}

static const char *drawings_path(void)
{
    static char path[1024];
    const char *folder = getenv("DIGITPAD_STROKES"), *srcdir = getenv("srcdir");
    if (folder)
        snprintf(path, sizeof path, "%s/%s.ndjson", folder, all.name);
    else
        snprintf(path, sizeof path, "%s/../shared/strokes/%s.ndjson",
                 srcdir ? srcdir : ".", all.name);
    return path;
}

/* The first of the pad's top three, even if it is rejected; −1: none. */
static int answer_of(const pty *p)
{
    dp_rect r = dp_layout_of(80, 24).plain.answer;
    uint32_t c = pty_cell(p, r.x, r.y + r.h - 3).chars[0];
    return c >= '0' && c <= '9' ? (int)c - '0' : -1;
}

static int label_of(const char *text)
{
    const char *label = strstr(text, "\"label\":");
    return label ? atoi(label + strlen("\"label\":")) : -2;
}

static void forget_drawings(void)
{
    for (int i = 0; i < all.n; i++)
        dp_strokes_clear(&all.strokes[i]);
    all.n = 0;
}

/* Read every step-th drawing of a file, as many as there is room for. */
static bool read_drawings(const char *name, int step)
{
    char *text = NULL;
    size_t room = 0;
    forget_drawings();
    all.name = name;
    all.step = step;
    FILE *f = fopen(drawings_path(), "r");
    int line = 0;
    for (ssize_t length;
         f && all.n < MAX_DRAWINGS && (length = getline(&text, &room, f)) > 0;) {
        dp_err err;
        if (line++ % step != 0)
            continue;
        if (dp_strokes_json_read(&all.strokes[all.n], text, (size_t)length, &err) ==
            DP_OK)
            all.label[all.n++] = label_of(text);
        else
            printf("# %s\n", err.msg);
    }
    free(text);
    if (f)
        fclose(f);
    return all.n > 0;
}

/* How many drawings `predict` reads correctly. */
static int count_predicted(void)
{
    char command[4096], line[256];
    int right = 0;
    snprintf(command, sizeof command, "'%s' predict -m cnn '%s'", getenv("DIGITPAD"),
             drawings_path());
    FILE *f = popen(command, "r");
    for (int i = 0; f && i < all.n * all.step && fgets(line, sizeof line, f); i++)
        right += i % all.step == 0 && atoi(line) == all.label[i / all.step];
    if (f)
        pclose(f);
    return right;
}

static int draw_one(pty *p, int i, replay_manner manner)
{
    pty_type(p, "c");
    replay_strokes(p, &all.strokes[i], dp_layout_of(80, 24).pad, manner);
    pty_settle(p);
    return answer_of(p);
}

/* How many the pad reads correctly in this size, at a random place. */
static int count_right(pty *p, float size, bool pixels)
{
    dp_rng rng = dp_rng_stream(7, (uint64_t)(size * 100), (uint64_t)(size * 100));
    int right = 0;
    for (int i = 0; i < all.n; i++) {
        replay_manner m = { .size = dp_rng_range(&rng, size, size) };
        if (pixels) {
            m.cell_w = CELL_W;
            m.cell_h = CELL_H;
        }
        m.x = dp_rng_range(&rng, -1, 1);
        m.y = dp_rng_range(&rng, -1, 1);
        right += draw_one(p, i, m) == all.label[i];
    }
    return right;
}

/* n percent of the drawings, rounded up. */
static int percent(int n)
{
    return (n * all.n + 99) / 100;
}

/* Whether the screen is the same if the reports come in a burst and if they come one by one. */
static void compare_timing(pty *p)
{
    int same = 0;
    for (int k = 0; k < TIMED; k++) {
        char *screen[2] = { NULL, NULL };
        for (int timed = 0; timed < 2; timed++) {
            size_t size;
            FILE *f = open_memstream(&screen[timed], &size);
            draw_one(p, k * all.n / TIMED,
                     (replay_manner){ .size = 0.9F, .pause_us = timed ? 8000 : 0 });
            dump_screen(f, p, "");
            fclose(f);
        }
        same += strcmp(screen[0], screen[1]) == 0;
        free(screen[0]);
        free(screen[1]);
    }
    result(same == TIMED, "the same screen at 125 reports a second", same, TIMED, TIMED);
}

/* Start the pad on a terminal that reports cells, or pixels as well. */
static void start(pty *p, bool pixels)
{
    static const char *const args[] = { "draw", "-m", "cnn", NULL };
    pty_options options = { .replies = "\033[?62c" };
    if (pixels)
        options.replies = "\033[?1016;2$y\033[6;16;8t\033[?62c";
    pty_start(p, &options, args);
    pty_settle(p);
}

static void try_size(pty *p, float size, bool pixels, int least)
{
    char name[64];
    int right = count_right(p, size, pixels);
    snprintf(name, sizeof name, "%s, size %.2f, %s", all.name, (double)size,
             pixels ? "pixels" : "cells");
    result(right >= least, name, right, all.n, least);
}

static void try_sizes(pty *cells, pty *pixels, int predicted, bool all_of_them)
{
    static const float sizes[] = { 0.9F, 0.35F, 0.18F, 1.0F, 0.8F, 0.7F, 0.6F, 0.5F };
    for (size_t i = 0; i < (all_of_them ? DP_COUNT(sizes) : 3); i++) {
        int least = predicted - percent(2);
        try_size(cells, sizes[i], false, sizes[i] < 0.5F ? 0 : least);
        try_size(pixels, sizes[i], true, sizes[i] < 0.3F ? percent(93) : least);
    }
}

int main(void)
{
    if (!read_drawings("uji", 1)) {
        puts("1..0 # SKIP no shared/strokes/uji.ndjson (DIGITPAD_STROKES names its "
             "folder)");
        return 0;
    }
    pty cells, pixels;
    start(&cells, false);
    start(&pixels, true);
    int predicted = count_predicted();
    printf("# predict reads %d of %d right\n", predicted, all.n);
    try_size(&cells, 0.9F, false, predicted - percent(1));
    try_size(&pixels, 0.35F, true, percent(96));
    compare_timing(&cells);
    if (getenv("REPLAY_ALL")) {
        try_sizes(&cells, &pixels, predicted, true);
        if (read_drawings("pendigits-train", 30))
            try_sizes(&cells, &pixels, count_predicted(), false);
    }
    pty_stop(&cells);
    pty_stop(&pixels);
    forget_drawings();
    printf("1..%d\n", n_cases);
    return n_failed > 0;
}
