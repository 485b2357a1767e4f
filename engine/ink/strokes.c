#include "config.h"

#include "engine/ink/strokes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void dp_strokes_clear(dp_strokes *s)
{
    free(s->point);
    free(s->time_ms);
    free(s->stroke);
    *s = (dp_strokes){ 0 };
}

/* The index after the last point of the visible strokes, where the next point goes. */
static int end_of_points(const dp_strokes *s)
{
    if (s->n_strokes == 0)
        return 0;
    const dp_stroke *last = &s->stroke[s->n_strokes - 1];
    return last->first + last->count;
}

/* A capacity for `needed` entries: doubled, so that appending costs constant time on
 * average, but at most `most`. */
static int grown(int capacity, int needed, int most)
{
    int size = capacity > 0 ? capacity : 64;
    while (size < needed)
        size *= 2;
    return size < most ? size : most;
}

static dp_code reserve_points(dp_strokes *s, int needed, dp_err *err)
{
    if (needed <= s->point_capacity)
        return DP_OK;
    if (needed > DP_MAX_POINTS)
        return dp_fail(err, DP_INPUT, "a drawing holds at most %d points", DP_MAX_POINTS);
    size_t capacity = (size_t)grown(s->point_capacity, needed, DP_MAX_POINTS);
    dp_point *point = realloc(s->point, capacity * sizeof *point);
    if (point)
        s->point = point;
    int32_t *time_ms = realloc(s->time_ms, capacity * sizeof *time_ms);
    if (time_ms)
        s->time_ms = time_ms;
    if (!point || !time_ms)
        return dp_fail(err, DP_NOMEM, "no memory for %zu points", capacity);
    s->point_capacity = (int)capacity;
    return DP_OK;
}

static dp_code reserve_strokes(dp_strokes *s, int needed, dp_err *err)
{
    if (needed <= s->stroke_capacity)
        return DP_OK;
    if (needed > DP_MAX_STROKES)
        return dp_fail(err, DP_INPUT, "a drawing holds at most %d strokes",
                       DP_MAX_STROKES);
    size_t capacity = (size_t)grown(s->stroke_capacity, needed, DP_MAX_STROKES);
    dp_stroke *stroke = realloc(s->stroke, capacity * sizeof *stroke);
    if (!stroke)
        return dp_fail(err, DP_NOMEM, "no memory for %zu strokes", capacity);
    s->stroke = stroke;
    s->stroke_capacity = (int)capacity;
    return DP_OK;
}

static dp_code check_point(dp_point p, dp_err *err)
{
    if (isfinite(p.x) && isfinite(p.y))
        return DP_OK;
    return dp_fail(err, DP_INPUT, "a coordinate is not a finite number");
}

dp_code dp_strokes_begin(dp_strokes *s, dp_tool tool, float width, dp_point p,
                         int32_t time_ms, dp_err *err)
{
    int at = end_of_points(s);
    dp_code code = check_point(p, err);
    if (code != DP_OK)
        return code;
    if (!(isfinite(width) && width >= 0))
        return dp_fail(err, DP_INPUT, "a width is not a finite number >= 0");
    if ((code = reserve_strokes(s, s->n_strokes + 1, err)) != DP_OK ||
        (code = reserve_points(s, at + 1, err)) != DP_OK)
        return code;
    s->point[at] = p;
    s->time_ms[at] = time_ms;
    s->stroke[s->n_strokes++] =
        (dp_stroke){ .tool = tool, .width = width, .first = at, .count = 1 };
    s->n_kept = s->n_strokes;
    return DP_OK;
}

dp_code dp_strokes_extend(dp_strokes *s, dp_point p, int32_t time_ms, dp_err *err)
{
    if (s->n_strokes == 0)
        return dp_fail(err, DP_USAGE, "no stroke to extend");
    int at = end_of_points(s);
    dp_code code = check_point(p, err);
    if (code != DP_OK)
        return code;
    if (p.x == s->point[at - 1].x && p.y == s->point[at - 1].y)
        return DP_OK;
    if ((code = reserve_points(s, at + 1, err)) != DP_OK)
        return code;
    s->point[at] = p;
    s->time_ms[at] = time_ms;
    s->stroke[s->n_strokes - 1].count++;
    s->n_kept = s->n_strokes; /* the new point overwrites the first undone stroke */
    return DP_OK;
}

void dp_strokes_shorten(dp_strokes *s, int n)
{
    if (s->n_strokes == 0 || n < 1 || n >= s->stroke[s->n_strokes - 1].count)
        return;
    s->stroke[s->n_strokes - 1].count = n;
    s->n_kept = s->n_strokes;
}

bool dp_strokes_undo(dp_strokes *s)
{
    if (s->n_strokes == 0)
        return false;
    s->n_strokes--;
    return true;
}

bool dp_strokes_redo(dp_strokes *s)
{
    if (s->n_strokes == s->n_kept)
        return false;
    s->n_strokes++;
    return true;
}

dp_code dp_strokes_commit(dp_strokes *s, dp_strokes *made, dp_code code)
{
    if (code) {
        dp_strokes_clear(made);
        return code;
    }
    dp_strokes_clear(s);
    *s = *made;
    return DP_OK;
}

dp_code dp_strokes_copy(dp_strokes *out, const dp_strokes *s, dp_err *err)
{
    dp_strokes copy = { 0 };
    int n_points = end_of_points(s);
    dp_code code = reserve_strokes(&copy, s->n_strokes, err);
    if (!code)
        code = reserve_points(&copy, n_points, err);
    if (!code && s->n_strokes > 0) {
        memcpy(copy.point, s->point, (size_t)n_points * sizeof *copy.point);
        memcpy(copy.time_ms, s->time_ms, (size_t)n_points * sizeof *copy.time_ms);
        memcpy(copy.stroke, s->stroke, (size_t)s->n_strokes * sizeof *copy.stroke);
    }
    copy.n_strokes = copy.n_kept = s->n_strokes;
    return dp_strokes_commit(out, &copy, code);
}

dp_code dp_strokes_append(dp_strokes *s, const dp_strokes *more, dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < more->n_strokes && !code; i++) {
        const dp_point *p = more->point + more->stroke[i].first;
        code = dp_strokes_begin(s, more->stroke[i].tool, more->stroke[i].width, p[0], 0,
                                err);
        for (int k = 1; k < more->stroke[i].count && !code; k++)
            code = dp_strokes_extend(s, p[k], 0, err);
    }
    return code;
}
