#include "config.h"

#include "engine/synth/pointer.h"

#include "engine/synth/deform.h"

#include <math.h>

/* How a pointer reports a stroke: as events along it. */
typedef struct sampling {
    float step;    /* between two events, on average */
    bool dotted;   /* no lines join the events */
    float jitter;  /* σ of each coordinate */
    float grid[2]; /* events are at the middles of cells of this size; 0: anywhere */
    dp_rng *rng;
} sampling;

/* ---- one stroke -------------------------------------------------------------------- */

static float to_middle(float x, float cell)
{
    return cell > 0 ? cell * (floorf(x / cell) + 0.5f) : x;
}

/* Add an event to the last stroke or, if it is the first one, as a new stroke. */
static dp_code add_event(dp_strokes *out, const sampling *how, dp_point p, bool first,
                         dp_err *err)
{
    if (how->jitter > 0) {
        p.x += how->jitter * dp_rng_normal(how->rng);
        p.y += how->jitter * dp_rng_normal(how->rng);
    }
    p = (dp_point){ to_middle(p.x, how->grid[0]), to_middle(p.y, how->grid[1]) };
    return first || how->dotted ? dp_strokes_begin(out, DP_PEN, 0, p, 0, err)
                                : dp_strokes_extend(out, p, 0, err);
}

/* A hand is not equally fast everywhere. */
static float next_step(const sampling *how)
{
    const float uneven = 0.4f;
    return how->step * dp_rng_range(how->rng, 1 - uneven, 1 + uneven);
}

static dp_code replay(dp_strokes *out, const sampling *how, const dp_point *p, int n,
                      dp_err *err)
{
    dp_code code = add_event(out, how, p[0], true, err);
    float left = next_step(how); /* until the next event */
    for (int i = 1; i < n && !code; i++) {
        float dx = p[i].x - p[i - 1].x, dy = p[i].y - p[i - 1].y;
        float length = hypotf(dx, dy), at = left;
        for (; at < length && !code; at += next_step(how)) {
            dp_point q = { p[i - 1].x + dx * at / length, p[i - 1].y + dy * at / length };
            code = add_event(out, how, q, false, err);
        }
        left = at - length;
    }
    return code || n == 1 ? code : add_event(out, how, p[n - 1], false, err);
}

/* ---- pointers ---------------------------------------------------------------------- */

static float longest_side(const dp_strokes *s)
{
    dp_bounds b = dp_deform_bounds(s);
    return fmaxf(b.x1 - b.x0, b.y1 - b.y0);
}

/* Of the pad in square units: it has 40×20 cells, which are 1 unit wide and 2 units
 * high. */
enum { PAD_SIDE = 40 };

/* Scale a drawing and move it to a random place on the pad. */
static sampling draw_cells(dp_strokes *s, dp_rng *rng)
{
    const float smallest = 0.35f;
    float size = dp_rng_range(rng, smallest, 1) * (PAD_SIDE - 1);
    dp_bounds b = dp_deform_bounds(s);
    float side = longest_side(s), scale = side > 0 ? size / side : 0;
    float width = scale * (b.x1 - b.x0), height = scale * (b.y1 - b.y0);
    float x = dp_rng_range(rng, 0, PAD_SIDE - width);
    float y = dp_rng_range(rng, 0, PAD_SIDE - height);
    dp_deform_fit(s, (dp_bounds){ x, y, x + width, y + height });
    return (sampling){ .step = dp_rng_range(rng, 0.3f, 3), .grid = { 1, 2 } };
}

static sampling draw_jitter(dp_strokes *s, dp_rng *rng)
{
    float side = longest_side(s);
    return (sampling){ .step = dp_rng_range(rng, 0.03f, 0.08f) * side,
                       .jitter = dp_rng_range(rng, 0.006f, 0.022f) * side };
}

static sampling draw_polygon(dp_strokes *s, dp_rng *rng)
{
    return (sampling){ .step = dp_rng_range(rng, 0.12f, 0.28f) * longest_side(s) };
}

static sampling draw_dotted(dp_strokes *s, dp_rng *rng)
{
    return (sampling){ .step = dp_rng_range(rng, 0.06f, 0.17f) * longest_side(s),
                       .dotted = true };
}

static sampling draw_steps(dp_strokes *s, dp_rng *rng)
{
    const float fewest = 12, most = 40;
    float side = longest_side(s), cell = side / dp_rng_range(rng, fewest, most);
    return (sampling){ .step = 0.03f * side, .grid = { cell, cell } };
}

static const struct {
    const char *name;
    sampling (*draw)(dp_strokes *s, dp_rng *rng);
} pointers[DP_POINTER_COUNT] = {
#define DP_POINTER_ENTRY(NAME, name, share) { #name, draw_##name },
    DP_POINTERS(DP_POINTER_ENTRY)
#undef DP_POINTER_ENTRY
};

const char *dp_pointer_name(dp_pointer pointer)
{
    return pointers[pointer].name;
}

dp_code dp_pointer_replay(dp_strokes *s, dp_pointer pointer, dp_rng *rng, dp_err *err)
{
    dp_strokes moved = { 0 }, out = { 0 };
    if (!(longest_side(s) > 0))
        return DP_OK;
    dp_code code = dp_strokes_copy(&moved, s, err);
    if (code)
        return code;
    sampling how = pointers[pointer].draw(&moved, rng);
    how.rng = rng;
    for (int i = 0; i < moved.n_strokes && !code; i++)
        code = replay(&out, &how, moved.point + moved.stroke[i].first,
                      moved.stroke[i].count, err);
    dp_strokes_clear(&moved);
    return dp_strokes_commit(s, &out, code);
}

dp_code dp_pointer_vary(dp_strokes *s, float probability, dp_rng *rng, dp_err *err)
{
#define DP_POINTER_SHARE(NAME, name, share) share,
    static const int shares[] = { DP_POINTERS(DP_POINTER_SHARE) };
#undef DP_POINTER_SHARE
    if (dp_rng_uniform(rng) >= probability)
        return DP_OK;
    int pointer = dp_rng_weighted(rng, shares, DP_POINTER_COUNT);
    return dp_pointer_replay(s, (dp_pointer)pointer, rng, err);
}
