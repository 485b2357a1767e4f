#include "config.h"

#include "tests/pty/replay.h"

#include "weights/data/strokes_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct box {
    float left, top, right, bottom;
} box;

static box box_of(const dp_strokes *s)
{
    box b = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (int i = 0; i < s->n_strokes; i++)
        for (int k = 0; k < s->stroke[i].count; k++) {
            dp_point p = s->point[s->stroke[i].first + k];
            b.left = fminf(b.left, p.x);
            b.right = fmaxf(b.right, p.x);
            b.top = fminf(b.top, p.y);
            b.bottom = fmaxf(b.bottom, p.y);
        }
    return b;
}

/* The offset of one axis, on which the drawing extends from lo to hi, on a pad of `side` units. */
static float offset(float lo, float hi, float scale, float side, float place)
{
    float room = side - (hi - lo) * scale;
    return room / 2 * (1 + place) - lo * scale;
}

static int clamp(float x, int count)
{
    return (int)fminf(fmaxf(x, 0), (float)(count - 1));
}

/* The cell of a point of the drawing, or its pixel. A pad is w × w units; a cell is 1 × 2 units. */
static void place_of(int place[2], dp_point p, const box *b, dp_rect pad,
                     const replay_manner *m)
{
    float longest = fmaxf(b->right - b->left, b->bottom - b->top), side = (float)pad.w;
    float scale = longest > 0 ? m->size * side / longest : 1;
    float x = offset(b->left, b->right, scale, side, m->x) + p.x * scale;
    float y = offset(b->top, b->bottom, scale, side, m->y) + p.y * scale;
    int w = m->cell_w > 0 ? m->cell_w : 1, h = m->cell_h > 0 ? m->cell_h : 1;
    place[0] = pad.x * w + clamp(x * (float)w, pad.w * w);
    place[1] = pad.y * h + clamp(y / 2 * (float)h, pad.h * h);
}

static void drag(pty *p, const int (*cell)[2], int n, const replay_manner *m)
{
    if (m->pause_us == 0 && !m->after) {
        pty_drag(p, PTY_LEFT, cell, n);
        return;
    }
    for (int i = 0; i <= n; i++) {
        const int *at = cell[i < n ? i : n - 1];
        pty_mouse(p, PTY_LEFT + (i > 0 && i < n ? PTY_DRAG : 0), at[0], at[1], i == n);
        pty_wait(p, m->pause_us);
        if (m->after)
            m->after(m->context, p);
    }
}

void replay_strokes(pty *p, const dp_strokes *s, dp_rect pad, replay_manner manner)
{
    box b = box_of(s);
    for (int i = 0; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        int(*cell)[2] = malloc((size_t)stroke->count * sizeof *cell);
        int n = 0;
        for (int k = 0; cell && k < stroke->count; k++) {
            place_of(cell[n], s->point[stroke->first + k], &b, pad, &manner);
            if (n == 0 || memcmp(cell[n], cell[n - 1], sizeof *cell) != 0)
                n++;
        }
        drag(p, (const int(*)[2])cell, n, &manner);
        free(cell);
    }
}

bool replay_file(pty *p, const char *where, replay_manner manner)
{
    char path[512];
    snprintf(path, sizeof path, "%s", where);
    char *colon = strrchr(path, ':');
    int line = colon ? atoi(colon + 1) : 1;
    if (colon)
        *colon = '\0';
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t room = 0;
    ssize_t length = -1;
    for (int i = 0; f && i < line; i++)
        length = getline(&text, &room, f);
    dp_strokes strokes = { 0 };
    bool done =
        length > 0 && dp_strokes_json_read(&strokes, text, (size_t)length, NULL) == DP_OK;
    if (done)
        replay_strokes(p, &strokes, dp_layout_of(p->cols, p->rows).pad, manner);
    dp_strokes_clear(&strokes);
    free(text);
    if (f)
        fclose(f);
    return done;
}
