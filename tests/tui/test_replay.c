/* Pen strokes of people, replayed as mouse reports on the 40×20 pad of an 80×24 terminal:
 * what the pad answers must be right. Skipped where the drawings are not at hand. */
#include "config.h"

#include "tests/tui/replay.h"
#include "tui/layout.h"
#include "weights/strokesjson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_PERCENT = 94 };

static FILE *open_drawings(void)
{
    char path[1024];
    const char *folder = getenv("DIGITPAD_STROKES"), *srcdir = getenv("srcdir");
    if (folder)
        snprintf(path, sizeof path, "%s/uji.ndjson", folder);
    else
        snprintf(path, sizeof path, "%s/../shared/strokes/uji.ndjson",
                 srcdir ? srcdir : ".");
    return fopen(path, "r");
}

/* The digit that the pad's best bar is marked with; −1: none. */
static int answer_of(const pty *p)
{
    dp_rect bars = dp_layout_of(80, 24).plain.bars;
    for (int digit = 0; digit < 10; digit++)
        if (pty_cell(p, bars.x, bars.y + digit).chars[0] == U'▸')
            return digit;
    return -1;
}

static int label_of(const char *text)
{
    const char *label = strstr(text, "\"label\":");
    return label ? atoi(label + strlen("\"label\":")) : -2;
}

static int replay_all(pty *p, FILE *f, int *n_right)
{
    dp_rect pad = dp_layout_of(80, 24).pad;
    char *text = NULL;
    size_t room = 0;
    int n = 0;
    for (ssize_t length; (length = getline(&text, &room, f)) > 0; n++) {
        dp_strokes strokes = { 0 };
        dp_err err;
        if (dp_strokesjson_read(&strokes, text, (size_t)length, &err) != DP_OK) {
            printf("# drawing %d: %s\n", n + 1, err.msg);
            continue;
        }
        pty_type(p, "c");
        replay_strokes(p, &strokes, pad, 0.9F);
        pty_settle(p);
        int answer = answer_of(p);
        *n_right += answer == label_of(text);
        if (answer != label_of(text))
            printf("# drawing %d is a %d, read as %d\n", n + 1, label_of(text), answer);
        dp_strokes_clear(&strokes);
    }
    free(text);
    return n;
}

int main(void)
{
    FILE *f = open_drawings();
    if (!f) {
        puts("1..0 # SKIP no shared/strokes/uji.ndjson (DIGITPAD_STROKES names its "
             "folder)");
        return 0;
    }
    pty p;
    pty_start(&p, NULL, (const char *const[]){ "draw", "-m", "cnn", NULL });
    pty_settle(&p);
    int right = 0, n = replay_all(&p, f, &right);
    pty_stop(&p);
    fclose(f);
    bool good = n > 0 && right * 100 >= LEAST_PERCENT * n;
    printf("1..1\n%s 1 - %d of %d drawings read right, at least %d %% wanted\n",
           good ? "ok" : "not ok", right, n, LEAST_PERCENT);
    return good ? 0 : 1;
}
