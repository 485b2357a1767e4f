#include "config.h"

#include "weights/data/strokes_json.h"

#include "weights/data/stroke_points.h"
#include "weights/io/json_memory.h"
#include "weights/io/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ----------------------------------------------------------------------- */

/* The arrays of a drawing. All but `strokes` may be NULL. */
typedef struct drawing {
    const char *key; /* of the strokes */
    const json_t *strokes, *tools, *widths, *times;
    size_t n;     /* strokes */
    bool single;  /* `strokes` is the list of points of the only stroke */
    bool columns; /* dp_stroke_points.columns */
    bool timed;   /* start_ms is known */
    double start_ms;
} drawing;

/* Whether the strokes are columns. A short stroke can be read either way, so all strokes
 * count; if all are short, only Quick, Draw!'s own key "drawing" tells. */
static bool has_columns(const drawing *d)
{
    bool any = strcmp(d->key, "drawing") == 0;
    for (size_t i = 0; i < d->n; i++) {
        const json_t *stroke = d->single ? d->strokes : json_array_get(d->strokes, i);
        size_t n = 0;
        if (json_array_size(stroke) > 0 && !dp_stroke_is_columns(&n, stroke))
            return false;
        any |= n > 4;
    }
    return any;
}

static dp_code find_strokes(drawing *d, const json_t *object, dp_err *err)
{
    d->key = json_object_get(object, "drawing") && !json_object_get(object, "strokes")
                 ? "drawing"
                 : "strokes";
    d->strokes = json_object_get(object, d->key);
    if (!json_is_array(d->strokes))
        return dp_fail(err, DP_INPUT, "%s: not an array of strokes", d->key);
    const json_t *first = json_array_get(d->strokes, 0);
    d->single = json_is_number(json_array_get(first, 0)) ||
                (json_is_object(first) && !json_object_get(first, "points"));
    d->n = d->single ? 1 : json_array_size(d->strokes);
    d->columns = has_columns(d);
    return DP_OK;
}

static dp_code find_array(const json_t **out, const json_t *object, const char *key,
                          size_t n, dp_err *err)
{
    *out = json_object_get(object, key);
    if (!*out || json_is_null(*out))
        *out = NULL;
    else if (!json_is_array(*out) || json_array_size(*out) != n)
        return dp_fail(err, DP_INPUT,
                       "%s: not an array of %zu entries, one for each stroke", key, n);
    return DP_OK;
}

static dp_code find_arrays(drawing *d, const json_t *object, dp_err *err)
{
    dp_code code = find_strokes(d, object, err);
    if (code == DP_OK)
        code = find_array(&d->tools, object, "tools", d->n, err);
    if (code == DP_OK)
        code = find_array(&d->widths, object, "widths", d->n, err);
    if (code == DP_OK)
        code = find_array(&d->times, object, "t", d->n, err);
    return code;
}

static dp_code read_tool(dp_tool *out, const drawing *d, size_t i, dp_err *err)
{
    const char *name = d->tools ? json_string_value(json_array_get(d->tools, i)) : "pen";
    bool eraser = name && strcmp(name, "eraser") == 0;
    if (!eraser && !(name && strcmp(name, "pen") == 0))
        return dp_fail(err, DP_INPUT, "tools[%zu]: neither \"pen\" nor \"eraser\"", i);
    *out = eraser ? DP_ERASER : DP_PEN;
    return DP_OK;
}

static dp_code read_width(float *out, const drawing *d, size_t i, dp_err *err)
{
    const json_t *width = d->widths ? json_array_get(d->widths, i) : NULL;
    if (d->widths && !json_is_number(width))
        return dp_fail(err, DP_INPUT, "widths[%zu]: not a number", i);
    *out = (float)json_number_value(width); /* 0 for NULL: unknown */
    return DP_OK;
}

/* The times of stroke i: an array with an entry for each point, or NULL. */
static dp_code read_times(const json_t **out, const drawing *d, size_t i, size_t n,
                          dp_err *err)
{
    *out = d->times ? json_array_get(d->times, i) : NULL;
    if (*out && json_array_size(*out) != n)
        return dp_fail(err, DP_INPUT,
                       "t[%zu]: not an array of %zu times, one for each point", i, n);
    return DP_OK;
}

/* A time in the drawing's own array "t". */
static dp_code read_time(int32_t *time_ms, const json_t *time, dp_err *err)
{
    double ms = json_number_value(time);
    if (!json_is_number(time) || !(ms >= INT32_MIN && ms <= INT32_MAX))
        return dp_fail(err, DP_INPUT, "its time is not a number of milliseconds");
    *time_ms = (int32_t)ms;
    return DP_OK;
}

/* Convert the time of a point, which may count from 1970, to one since the first point. */
static int32_t time_since_start(drawing *d, double ms)
{
    if (!d->timed)
        d->start_ms = ms;
    d->timed = true;
    ms -= d->start_ms;
    return ms >= INT32_MIN && ms <= INT32_MAX ? (int32_t)ms : 0;
}

static dp_code read_points(dp_strokes *out, drawing *d, size_t i, dp_err *err)
{
    const json_t *stroke = d->single ? d->strokes : json_array_get(d->strokes, i), *times;
    dp_stroke_points points;
    dp_tool tool = DP_PEN;
    float width = 0;
    dp_code code;
    if (!dp_stroke_points_of(&points, stroke, d->columns))
        return dp_fail(err, DP_INPUT, "%s[%zu]: not an array of points", d->key, i);
    if ((code = read_tool(&tool, d, i, err)) != DP_OK ||
        (code = read_width(&width, d, i, err)) != DP_OK ||
        (code = read_times(&times, d, i, points.n, err)) != DP_OK)
        return code;
    for (size_t k = 0; k < points.n; k++) {
        dp_point p = { 0, 0 };
        double since = 0;
        int32_t ms = 0;
        if (!dp_stroke_point(&p, &since, &points, k))
            code = dp_fail(err, DP_INPUT, "not a point [x,y]");
        else if (times)
            code = read_time(&ms, json_array_get(times, k), err);
        else
            ms = time_since_start(d, since);
        if (code == DP_OK)
            code = k == 0 ? dp_strokes_begin(out, tool, width, p, ms, err)
                          : dp_strokes_extend(out, p, ms, err);
        if (code != DP_OK)
            return dp_fail_in(err, code, "%s[%zu][%zu]", d->key, i, k);
    }
    return DP_OK;
}

dp_code dp_strokes_json_from(dp_strokes *out, const json_t *object, dp_err *err)
{
    drawing d = { 0 };
    dp_strokes s = { 0 };
    dp_code code = find_arrays(&d, object, err);
    for (size_t i = 0; code == DP_OK && i < d.n; i++)
        code = read_points(&s, &d, i, err);
    if (code == DP_OK)
        *out = s;
    else
        dp_strokes_clear(&s);
    return code;
}

dp_code dp_strokes_json_read(dp_strokes *out, const char *text, size_t size, dp_err *err)
{
    json_error_t where;
    json_t *root = dp_json_load(text, size, &where);
    if (!root && dp_json_error_is_memory(&where))
        return dp_fail(err, DP_NOMEM, "no memory for a drawing");
    if (!root)
        return dp_fail(err, DP_INPUT, "column %d: not valid JSON: %s", where.column,
                       where.text);
    dp_code code = dp_strokes_json_from(out, root, err);
    json_decref(root);
    return code;
}

/* ---- writing ----------------------------------------------------------------------- */

static void write_points(dp_text *t, const dp_strokes *s, const dp_stroke *stroke)
{
    for (int k = stroke->first; k < stroke->first + stroke->count; k++) {
        dp_text_add(t, "%s[", k > stroke->first ? "," : "");
        dp_text_add_float(t, s->point[k].x);
        dp_text_add(t, ",");
        dp_text_add_float(t, s->point[k].y);
        dp_text_add(t, "]");
    }
}

static void write_times(dp_text *t, const dp_strokes *s, const dp_stroke *stroke)
{
    for (int k = stroke->first; k < stroke->first + stroke->count; k++)
        dp_text_add(t, "%s%d", k > stroke->first ? "," : "", (int)s->time_ms[k]);
}

static bool has_eraser(const dp_strokes *s)
{
    bool any = false;
    for (int i = 0; i < s->n_strokes; i++)
        any |= s->stroke[i].tool == DP_ERASER;
    return any;
}

static bool has_widths(const dp_strokes *s)
{
    bool any = false;
    for (int i = 0; i < s->n_strokes; i++)
        any |= s->stroke[i].width > 0;
    return any;
}

static bool has_times(const dp_strokes *s)
{
    bool any = false;
    for (int i = 0; i < s->n_strokes; i++)
        for (int k = 0; k < s->stroke[i].count; k++)
            any |= s->time_ms[s->stroke[i].first + k] != 0;
    return any;
}

/* Arrays that only have default values are left out. */
char *dp_strokes_json_write(const dp_strokes *s)
{
    dp_text t = { 0 };
    dp_text_add(&t, "{\"strokes\":[");
    for (int i = 0; i < s->n_strokes; i++) {
        dp_text_add(&t, i ? ",[" : "[");
        write_points(&t, s, &s->stroke[i]);
        dp_text_add(&t, "]");
    }
    if (has_eraser(s)) {
        dp_text_add(&t, "],\"tools\":[");
        for (int i = 0; i < s->n_strokes; i++)
            dp_text_add(&t, "%s\"%s\"", i ? "," : "",
                        s->stroke[i].tool == DP_PEN ? "pen" : "eraser");
    }
    if (has_widths(s)) {
        dp_text_add(&t, "],\"widths\":[");
        for (int i = 0; i < s->n_strokes; i++) {
            dp_text_add(&t, i ? "," : "");
            dp_text_add_float(&t, s->stroke[i].width);
        }
    }
    if (has_times(s)) {
        dp_text_add(&t, "],\"t\":[");
        for (int i = 0; i < s->n_strokes; i++) {
            dp_text_add(&t, i ? ",[" : "[");
            write_times(&t, s, &s->stroke[i]);
            dp_text_add(&t, "]");
        }
    }
    dp_text_add(&t, "]}");
    if (t.failed)
        dp_text_clear(&t);
    return t.bytes;
}
