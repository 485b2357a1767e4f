#include "config.h"

#include "engine/ink/smooth.h"

#include "engine/core/arith.h"

#include <math.h>

/* exp(−(i·STEP)² / (2·0.8²)) */
static const float weight[] = { 1, 0.8226f, 0.4578f, 0.1724f, 0.0439f };
#define STEP 0.5f
enum { STEPS = DP_COUNT(weight) - 1 };

bool dp_smooth_is_staircase(const dp_strokes *s, const dp_stroke *stroke)
{
    const dp_point *p = s->point + stroke->first;
    for (int k = 0; k < stroke->count; k++)
        if (p[k].x * 2 != rintf(p[k].x * 2) || p[k].y * 2 != rintf(p[k].y * 2))
            return false;
    return stroke->tool == DP_PEN;
}

/* The point at `distance` along the line from vertex k in `direction` (±1). False if the
 * line ends before. Vertices on the grid are at least ½ apart, so the walk is short. */
static bool walk(dp_point *out, const dp_point *p, int count, int k, int direction,
                 float distance)
{
    for (int next = k + direction; next >= 0 && next < count; next += direction) {
        dp_point a = p[next - direction], b = p[next];
        float length = hypotf(b.x - a.x, b.y - a.y);
        if (distance <= length) {
            float t = distance / length;
            *out = (dp_point){ a.x + t * (b.x - a.x), a.y + t * (b.y - a.y) };
            return true;
        }
        distance -= length;
    }
    return false;
}

dp_point dp_smooth_vertex(const dp_point *p, int count, int k)
{
    float sum = weight[0], x = p[k].x, y = p[k].y;
    for (int i = 1; i <= STEPS; i++) {
        dp_point behind, ahead;
        if (!walk(&behind, p, count, k, -1, (float)i * STEP) ||
            !walk(&ahead, p, count, k, 1, (float)i * STEP))
            break;
        x += weight[i] * (behind.x + ahead.x);
        y += weight[i] * (behind.y + ahead.y);
        sum += 2 * weight[i];
    }
    return (dp_point){ x / sum, y / sum };
}
