/* Segments drawings. The components are the strokes of the pen; strokes of the eraser act
 * on all of them. */
#include "config.h"

#include "engine/segment/search.h"

/* How many strokes these digits have: the mean of two collections of pen drawings. */
static const float parts_prior[DP_DIGITS][DP_PARTS] = {
    { .900F, .095F, .005F }, { .893F, .077F, .030F }, { .990F, .006F, .004F },
    { .989F, .007F, .005F }, { .201F, .783F, .016F }, { .189F, .802F, .009F },
    { .986F, .009F, .005F }, { .338F, .655F, .007F }, { .859F, .136F, .005F },
    { .969F, .027F, .004F },
};

/* Fitted on 15,000 numbers of one to four digits, composed of the digits of 81 writers
 * with gaps from -0.12 to 1.2 heights, and predicted by both carried networks. */
static const dp_search_weights weights = {
    .probability = 1.53F,
    .evidence = 3.17F,
    .wide = 2.53F,
    .low = 6.86F,
    .parts = 0.75F,
    .same = -2.84F,
    .depth = 6.05F,
    .overlap = 3.88F,
    .parts_prior = parts_prior,
};

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
    dp_primitives primitives = { .render = render, .user = (void *)strokes };
    dp_segment_begin(out);
    if (strokes->n_strokes > 1 && find_primitives(&primitives, strokes) &&
        primitives.n > 1)
        dp_segment_search(out, &primitives, &weights, session);
    if (out->n > 1)
        return DP_INK_ENOUGH;
    dp_segment *only = &out->digit[0];
    dp_ink ink =
        dp_normalize_strokes_placed(only->image, &only->placement, &only->box, strokes);
    dp_segment_read_single(out, ink, session);
    return ink;
}

dp_code dp_segment_digit_strokes(dp_strokes *out, const dp_strokes *strokes,
                                 const dp_segmentation *number, int i, dp_err *err)
{
    dp_primitives primitives = { .n = 0 };
    const dp_segment *digit = &number->digit[i];
    dp_strokes copy = { 0 };
    dp_code code = dp_strokes_copy(&copy, strokes, err);
    if (!code && number->n > 1 && find_primitives(&primitives, strokes)) {
        copy.n_strokes = 0;
        for (int k = 0; k < strokes->n_strokes; k++)
            if (is_drawn(&primitives, &strokes->stroke[k], k, digit->first, digit->end))
                copy.stroke[copy.n_strokes++] = strokes->stroke[k];
        copy.n_kept = copy.n_strokes;
    }
    return dp_strokes_commit(out, &copy, code);
}
