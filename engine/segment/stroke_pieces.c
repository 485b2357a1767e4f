/* A drawing's pieces: the strokes of the pen. Those of the eraser act on all of them. */
#include "config.h"

#include "engine/segment/search.h"

#include <math.h>

/* A digit has 1.25 strokes. */
#define SAME 0.2F

enum { VERTICES = 64 }; /* of a stroke: enough to see what it touches */

/* Stroke i of the pen is atom i of this drawing; strokes of the eraser are empty ones. */
static bool is_of(const dp_pieces *p, const dp_stroke *stroke, int i, int first, int end)
{
    return stroke->tool == DP_ERASER || dp_pieces_has(p, i, first, end);
}

static dp_ink render(uint8_t image[DP_PIXELS], dp_placement *where, const dp_pieces *p,
                     int first, int end)
{
    const dp_strokes *s = p->user;
    dp_stroke stroke[DP_MAX_ATOMS];
    dp_strokes part = { .point = s->point, .stroke = stroke };
    for (int i = 0; i < s->n_strokes; i++)
        if (is_of(p, &s->stroke[i], i, first, end))
            stroke[part.n_strokes++] = s->stroke[i];
    return dp_normalize_strokes_placed(image, where, &part);
}

/* Stroke i alone, with what the eraser left of it. */
static dp_bounds box_of(const dp_strokes *s, int i)
{
    dp_stroke stroke[DP_MAX_ATOMS];
    dp_strokes alone = { .point = s->point, .stroke = stroke };
    dp_bounds box = { 1, 1, 0, 0 };
    for (int k = i; k < s->n_strokes && s->stroke[i].tool == DP_PEN; k++)
        if (k == i || s->stroke[k].tool == DP_ERASER)
            stroke[alone.n_strokes++] = s->stroke[k];
    if (alone.n_strokes > 0)
        dp_normalize_strokes_box(&box, &alone);
    return box;
}

/* ---- touching -------------------------------------------------------------------------- */

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

/* Whether the segments a–b and c–d cross or come that close to each other. */
static bool are_close(dp_point a, dp_point b, dp_point c, dp_point d, float distance)
{
    if (cross(a, b, c) * cross(a, b, d) < 0 && cross(c, d, a) * cross(c, d, b) < 0)
        return true;
    return distance_to(a, c, d) < distance || distance_to(b, c, d) < distance ||
           distance_to(c, a, b) < distance || distance_to(d, a, b) < distance;
}

/* Vertex k of some that are evenly taken from the stroke, first and last included. */
static dp_point vertex(const dp_strokes *s, const dp_stroke *stroke, int k)
{
    int n = stroke->count < VERTICES ? stroke->count : VERTICES;
    int last = n > 1 ? n - 1 : 1;
    return s->point[stroke->first + (int)((int64_t)k * (stroke->count - 1) / last)];
}

static int count_segments(const dp_stroke *stroke)
{
    int n = stroke->count < VERTICES ? stroke->count : VERTICES;
    return n > 1 ? n - 1 : 1; /* a dot is one of length 0 */
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

static bool touch(const dp_pieces *p, int a, int b, float distance)
{
    const dp_strokes *s = p->user;
    for (int i = 0; i < s->n_strokes; i++)
        for (int k = 0; k < s->n_strokes && p->owner[i] == a; k++)
            if (p->owner[k] == b &&
                strokes_touch(s, &s->stroke[i], &s->stroke[k], distance))
                return true;
    return false;
}

/* ---- pieces ---------------------------------------------------------------------------- */

static bool find_pieces(dp_pieces *p, const dp_strokes *s)
{
    if (s->n_strokes > DP_MAX_ATOMS)
        return false;
    for (int i = 0; i < s->n_strokes; i++) {
        dp_bounds box = box_of(s, i);
        if (!dp_pieces_add(p, &box, false))
            return false;
    }
    dp_pieces_arrange(p);
    return true;
}

dp_ink dp_segment_strokes(dp_segmentation *out, dp_session *session,
                          const dp_strokes *strokes)
{
    dp_pieces pieces = {
        .same = SAME, .render = render, .touch = touch, .user = (void *)strokes
    };
    out->n = out->weakest = 0;
    if (find_pieces(&pieces, strokes) && pieces.n > 1)
        dp_segment_search(out, &pieces, session);
    if (out->n > 1)
        return DP_INK_ENOUGH;
    dp_ink ink =
        dp_normalize_strokes_placed(out->part[0].image, &out->part[0].where, strokes);
    dp_normalize_strokes_box(&out->part[0].box, strokes);
    dp_segment_read_single(out, ink, session);
    return ink;
}
