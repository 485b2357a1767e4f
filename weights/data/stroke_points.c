#include "config.h"

#include "weights/data/stroke_points.h"

#include <jansson.h>

enum { MOST = 4 }; /* numbers of a point: x, y, time, pressure */

bool dp_stroke_is_point(const json_t *value)
{
    const size_t n = json_array_size(value);
    if (json_is_object(value))
        return json_is_number(json_object_get(value, "x")) &&
               json_is_number(json_object_get(value, "y"));
    for (size_t i = 0; i < n; i++)
        if (!json_is_number(json_array_get(value, i)))
            return false;
    return n >= 2 && n <= MOST;
}

bool dp_stroke_is_columns(size_t *n, const json_t *value)
{
    const size_t columns = json_array_size(value);
    const size_t length = json_array_size(json_array_get(value, 0));
    for (size_t i = 0; i < columns; i++) {
        const json_t *column = json_array_get(value, i);
        if (!json_is_array(column) || json_array_size(column) != length)
            return false;
    }
    *n = length;
    return columns >= 2 && columns <= MOST;
}

bool dp_stroke_points_of(dp_stroke_points *out, const json_t *value, bool columns)
{
    dp_stroke_points s = { .list = value, .columns = columns };
    if (json_is_object(value))
        s.list = json_object_get(value, "points");
    if (!json_is_array(s.list))
        return false;
    s.n = json_array_size(s.list);
    if (columns && s.n > 0 && !dp_stroke_is_columns(&s.n, s.list))
        return false;
    *out = s;
    return true;
}

/* Number i of point k; NULL if it has none. */
static const json_t *number_of(const dp_stroke_points *s, size_t k, size_t i)
{
    static const char *const names[] = { "x", "y", "t" };
    if (s->columns)
        return json_array_get(json_array_get(s->list, i), k);
    const json_t *point = json_array_get(s->list, k);
    if (json_is_array(point))
        return json_array_get(point, i);
    const json_t *value = json_object_get(point, names[i]);
    return !value && i == 2 ? json_object_get(point, "time") : value;
}

bool dp_stroke_point(dp_point *p, double *ms, const dp_stroke_points *s, size_t k)
{
    const json_t *x = number_of(s, k, 0), *y = number_of(s, k, 1);
    if (!s->columns && !dp_stroke_is_point(json_array_get(s->list, k)))
        return false;
    if (!json_is_number(x) || !json_is_number(y))
        return false;
    *p = (dp_point){ (float)json_number_value(x), (float)json_number_value(y) };
    *ms = json_number_value(number_of(s, k, 2));
    return true;
}
