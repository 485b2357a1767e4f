/* Segments drawings. The components are the strokes of the pen; strokes of the eraser act
 * on all of them. */
#include "config.h"

#include "engine/segment/search.h"

#include <math.h>

/* A digit has 1.25 strokes on average: one in five strokes continues a digit. */
#define PRIOR_SAME 0.2F

enum { VERTICES = 64 }; /* of a stroke that are tested for touching another */

/* Stroke i is component i. Strokes of the eraser are components without a box. */
static bool is_drawn(const dp_primitives *p, const dp_stroke *stroke, int i, int first,
                     int end)
{
    return stroke->tool == DP_ERASER || dp_primitives_has(p, i, first, end);
}

static dp_ink render(uint8_t image[DP_PIXELS], dp_placement *placement,
                     const dp_primitives *p, int first, int end)
{
    const dp_strokes *s = p->user;
    dp_stroke stroke[DP_MAX_COMPONENTS];
    dp_strokes digit = { .point = s->point, .stroke = stroke };
    dp_bounds ignored;
    for (int i = 0; i < s->n_strokes; i++)
        if (is_drawn(p, &s->stroke[i], i, first, end))
            stroke[digit.n_strokes++] = s->stroke[i];
    return dp_normalize_strokes_placed(image, placement, &ignored, &digit);
}

/* The bounding box of what the eraser leaves of stroke i; empty if it leaves nothing, and
 * for a stroke of the eraser. */
static dp_bounds box_of(const dp_strokes *s, int i)
{
    dp_stroke stroke[DP_MAX_COMPONENTS];
    dp_strokes alone = { .point = s->point, .stroke = stroke };
    dp_bounds box = { 1, 1, 0, 0 };
    for (int k = i; k < s->n_strokes && s->stroke[i].tool == DP_PEN; k++)
        if (k == i || s->stroke[k].tool == DP_ERASER)
            stroke[alone.n_strokes++] = s->stroke[k];
    if (alone.n_strokes > 0)
        dp_normalize_strokes_box(&box, &alone);
    return box;
}

/* ---- touching ---------------------------------------------------------------------- */

static float cross(dp_point a, dp_point b, dp_point p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

static float distance_to(dp_point p, dp_point a, dp_point b)
{
    float dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
    float t = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;
    t = fminf(fmaxf(t, 0), 1);
    return hypotf(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/* Whether the segments a–b and c–d cross or come closer than `distance` to each other. */
static bool are_close(dp_point a, dp_point b, dp_point c, dp_point d, float distance)
{
    if (cross(a, b, c) * cross(a, b, d) < 0 && cross(c, d, a) * cross(c, d, b) < 0)
        return true;
    return distance_to(a, c, d) < distance || distance_to(b, c, d) < distance ||
           distance_to(c, a, b) < distance || distance_to(d, a, b) < distance;
}

/* Vertex k of at most VERTICES that are sampled evenly from the stroke, with both
 * ends. */
static dp_point vertex(const dp_strokes *s, const dp_stroke *stroke, int k)
{
    int n = stroke->count < VERTICES ? stroke->count : VERTICES;
    int last = n > 1 ? n - 1 : 1;
    return s->point[stroke->first + (int)((int64_t)k * (stroke->count - 1) / last)];
}

static int count_segments(const dp_stroke *stroke)
{
    int n = stroke->count < VERTICES ? stroke->count : VERTICES;
    return n > 1 ? n - 1 : 1; /* a dot is a segment of length 0 */
}

static bool strokes_touch(const dp_strokes *s, const dp_stroke *a, const dp_stroke *b,
                          float distance)
{
    for (int i = 0; i < count_segments(a); i++)
        for (int k = 0; k < count_segments(b); k++)
            if (are_close(vertex(s, a, i), vertex(s, a, i + 1), vertex(s, b, k),
                          vertex(s, b, k + 1), distance))
                return true;
    return false;
}

static bool touch(const dp_primitives *p, int a, int b, float distance)
{
    const dp_strokes *s = p->user;
    for (int i = 0; i < s->n_strokes; i++)
        for (int k = 0; k < s->n_strokes && p->owner[i] == a; k++)
            if (p->owner[k] == b &&
                strokes_touch(s, &s->stroke[i], &s->stroke[k], distance))
                return true;
    return false;
}

/* ---- primitives -------------------------------------------------------------------- */

static bool find_primitives(dp_primitives *p, const dp_strokes *s)
{
    if (s->n_strokes > DP_MAX_COMPONENTS)
        return false;
    for (int i = 0; i < s->n_strokes; i++) {
        dp_bounds box = box_of(s, i);
        if (!dp_primitives_add(p, &box, false))
            return false;
    }
    dp_primitives_arrange(p);
    return true;
}

dp_ink dp_segment_strokes(dp_segmentation *out, dp_session *session,
                          const dp_strokes *strokes)
{
    dp_primitives primitives = { .prior_same = PRIOR_SAME,
                                 .render = render,
                                 .touch = touch,
                                 .user = (void *)strokes };
    out->n = out->weakest = 0;
    if (strokes->n_strokes > 1 && find_primitives(&primitives, strokes) &&
        primitives.n > 1)
        dp_segment_search(out, &primitives, session);
    if (out->n > 1)
        return DP_INK_ENOUGH;
    dp_segment *only = &out->digit[0];
    dp_ink ink =
        dp_normalize_strokes_placed(only->image, &only->placement, &only->box, strokes);
    dp_segment_read_single(out, ink, session);
    return ink;
}
