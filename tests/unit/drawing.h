/* Helpers for tests that draw: build drawings, count their points, compare them. */
#ifndef DP_TESTS_UNIT_DRAWING_H
#define DP_TESTS_UNIT_DRAWING_H

#include "engine/ink/smooth.h"
#include "engine/ink/strokes.h"
#include "tests/unit/unit.h"

#include <string.h>

/* All points of the visible strokes. */
static inline int drawing_points(const dp_strokes *s)
{
    int n = 0;
    for (int i = 0; i < s->n_strokes; i++)
        n += s->stroke[i].count;
    return n;
}

/* Whether two drawings have the same number of strokes and the same points. */
static inline bool drawing_equal(const dp_strokes *a, const dp_strokes *b)
{
    int n = drawing_points(a);
    if (a->n_strokes != b->n_strokes || n != drawing_points(b))
        return false;
    return memcmp(a->point, b->point, (size_t)n * sizeof *a->point) == 0;
}

/* Whether all strokes are on the grid of cells. */
static inline bool drawing_is_grid(const dp_strokes *s)
{
    for (int i = 0; i < s->n_strokes; i++)
        if (!dp_smooth_is_staircase(s, &s->stroke[i]))
            return false;
    return true;
}

static inline void check_near(float a, float b, float tolerance)
{
    ck_assert_double_eq_tol((double)a, (double)b, (double)tolerance);
}

/* Add a stroke through n points to a drawing. */
static inline void drawing_add(dp_strokes *s, dp_tool tool, float width,
                               const dp_point *p, int n)
{
    ck_assert_int_eq(dp_strokes_begin(s, tool, width, p[0], 0, NULL), DP_OK);
    for (int i = 1; i < n; i++)
        ck_assert_int_eq(dp_strokes_extend(s, p[i], 0, NULL), DP_OK);
}

/* A drawing of one pen stroke through n points, to be freed with dp_strokes_clear. */
static inline dp_strokes drawing_of(const dp_point *p, int n)
{
    dp_strokes s = { 0 };
    drawing_add(&s, DP_PEN, 0, p, n);
    return s;
}

#endif
