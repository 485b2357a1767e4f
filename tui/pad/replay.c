#include "config.h"

#include "tui/pad/replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds. */
enum {
    LONGEST_PAUSE = 700,
    /* Of a drawing without times: between strokes, and for a line as long as it is wide or high. */
    STROKE_INTERVAL = 200,
    SIDE_TIME = 400,
};

static int count_points(const dp_strokes *s)
{
    const dp_stroke *last = &s->stroke[s->n_strokes - 1];
    return last->first + last->count;
}

static bool has_times(const dp_strokes *s)
{
    for (int i = 0; i < count_points(s); i++)
        if (s->time_ms[i] != 0)
            return true;
    return false;
}

/* The longer side of all points. */
static float side_of(const dp_strokes *s)
{
    dp_bounds b = { s->point[0].x, s->point[0].y, s->point[0].x, s->point[0].y };
    for (int i = 1; i < count_points(s); i++) {
        b.x0 = fminf(b.x0, s->point[i].x);
        b.x1 = fmaxf(b.x1, s->point[i].x);
        b.y0 = fminf(b.y0, s->point[i].y);
        b.y1 = fmaxf(b.y1, s->point[i].y);
    }
    return fmaxf(b.x1 - b.x0, b.y1 - b.y0);
}

/* Milliseconds from point k − 1 to point k, which may begin a stroke. `side` is 0 if there are
 * times. */
static int32_t pause_before(const dp_strokes *s, int k, bool begins, float side)
{
    if (side > 0 && begins)
        return STROKE_INTERVAL;
    if (side > 0)
        return (int32_t)(SIDE_TIME / side *
                         hypotf(s->point[k].x - s->point[k - 1].x,
                                s->point[k].y - s->point[k - 1].y));
    int64_t pause = (int64_t)s->time_ms[k] - s->time_ms[k - 1];
    return (int32_t)(pause < 0 ? 0 : pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE);
}

/* Convert the recorded times of `from` to the times at which a replay shows the points. */
static void set_times(dp_strokes *to, const dp_strokes *from)
{
    const float side = has_times(from) ? 0 : side_of(from);
    int64_t at = 0;
    for (int i = 0; i < from->n_strokes; i++)
        for (int k = 0; k < from->stroke[i].count; k++) {
            int p = from->stroke[i].first + k;
            if (p > 0)
                at += pause_before(from, p, k == 0, side);
            to->time_ms[p] = at < INT32_MAX ? (int32_t)at : INT32_MAX;
        }
}

dp_code dp_replay_start(dp_replay *r, const dp_strokes *drawing, int64_t now_ms,
                        dp_err *err)
{
    dp_replay_stop(r);
    if (drawing->n_strokes == 0)
        return dp_fail(err, DP_INPUT, "nothing drawn yet");
    dp_code code = dp_strokes_copy(&r->whole, drawing, err);
    if (code == DP_OK)
        code = dp_strokes_copy(&r->shown, drawing, err);
    if (code != DP_OK) {
        dp_replay_stop(r);
        return code;
    }
    set_times(&r->whole, drawing);
    r->shown.n_strokes = r->shown.n_kept = 0;
    r->start_ms = now_ms;
    r->on = true;
    return DP_OK;
}

/* How many points of a stroke have appeared at time t. */
static int count_until(const dp_strokes *s, const dp_stroke *stroke, int64_t t)
{
    int n = 0;
    while (n < stroke->count && s->time_ms[stroke->first + n] <= t)
        n++;
    return n;
}

bool dp_replay_advance(dp_replay *r, int64_t now_ms)
{
    int64_t t = now_ms - r->start_ms;
    int n = 0;
    bool more = false, all = true;
    for (int i = 0; i < r->whole.n_strokes; i++) {
        int count = count_until(&r->whole, &r->whole.stroke[i], t);
        all &= count == r->whole.stroke[i].count;
        if (count == 0)
            break;
        more |= i >= r->shown.n_strokes || count > r->shown.stroke[i].count;
        r->shown.stroke[i].count = count;
        n = i + 1;
    }
    r->shown.n_strokes = r->shown.n_kept = n;
    if (all)
        dp_replay_stop(r);
    return more || all;
}

void dp_replay_stop(dp_replay *r)
{
    dp_strokes_clear(&r->whole);
    dp_strokes_clear(&r->shown);
    r->on = false;
}
