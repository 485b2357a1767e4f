/* Replays recorded pen strokes as mouse reports on the 40×20 pad of an 80×24 terminal. The pad must
 * read about as many of them correctly as `predict` does from the original strokes. Skipped if
 * the drawings are not available. REPLAY_ALL=1 tries all sizes, at random places. */
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

enum { MAX_DRAWINGS = 512, TIMED = 4 };

/* The drawings and their labels. */
typedef struct drawings {
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
        snprintf(path, sizeof path, "%s/uji.ndjson", folder);
    else
        snprintf(path, sizeof path, "%s/../shared/strokes/uji.ndjson",
                 srcdir ? srcdir : ".");
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

static bool read_drawings(void)
{
    FILE *f = fopen(drawings_path(), "r");
    char *text = NULL;
    size_t room = 0;
    for (ssize_t length;
         f && all.n < MAX_DRAWINGS && (length = getline(&text, &room, f)) > 0;) {
        dp_err err;
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
    for (int i = 0; f && i < all.n && fgets(line, sizeof line, f); i++)
        right += atoi(line) == all.label[i];
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

/* How many the pad reads correctly in a random size, at a random place. */
static int count_right(pty *p, float smallest, float largest)
{
    dp_rng rng = dp_rng_stream(7, (uint64_t)(smallest * 100), (uint64_t)(largest * 100));
    int right = 0;
    for (int i = 0; i < all.n; i++) {
        replay_manner m = { .size = dp_rng_range(&rng, smallest, largest) };
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

static void try_all_sizes(pty *p, int predicted)
{
    static const float sizes[] = { 1.0F, 0.9F, 0.8F, 0.7F, 0.6F, 0.5F, 0.35F };
    for (size_t i = 0; i < DP_COUNT(sizes); i++) {
        char name[64];
        int least = sizes[i] < 0.5F ? 0 : predicted - percent(2);
        int right = count_right(p, sizes[i], sizes[i]);
        snprintf(name, sizeof name, "size %.2f, anywhere", (double)sizes[i]);
        result(right >= least, name, right, all.n, least);
    }
}

int main(void)
{
    if (!read_drawings()) {
        puts("1..0 # SKIP no shared/strokes/uji.ndjson (DIGITPAD_STROKES names its "
             "folder)");
        return 0;
    }
    pty p;
    pty_start(&p, NULL, (const char *const[]){ "draw", "-m", "cnn", NULL });
    pty_settle(&p);
    int predicted = count_predicted();
    printf("# predict reads %d of %d right\n", predicted, all.n);
    int right = count_right(&p, 0.9F, 0.9F);
    result(right >= predicted - percent(1), "replayed on the pad", right, all.n,
           predicted - percent(1));
    compare_timing(&p);
    if (getenv("REPLAY_ALL"))
        try_all_sizes(&p, predicted);
    pty_stop(&p);
    for (int i = 0; i < all.n; i++)
        dp_strokes_clear(&all.strokes[i]);
    printf("1..%d\n", n_cases);
    return n_failed > 0;
}
