#include "config.h"

#include "engine/ink/writing.h"

#include "engine/core/arith.h"
#include "engine/ink/contrast.h"
#include "engine/ink/histogram.h"

#include <string.h>

/* Fractions of the darkest ink. */
#define STROKE       0.35F /* lighter pixels belong to no component, */
#define SMALL_STROKE 0.2F  /* on small pages, whose strokes are hardly a pixel wide */
#define RULE         0.2F  /* the same for rules, which are often paler than ink */
#define PALE         0.5F /* components with a lower mean, of the main one, are not kept */
#define FULL         0.9F /* the quantile of the ink's values that becomes 255 */

/* Contact with the edges of the page, in widths of the stroke, beyond which a component is
 * no stroke. A stroke that ends at the edge touches it for about its width. */
#define INTRUDING 1.8F
#define SIDE      0.6F  /* of a line that divides a box is ink and nothing else */
#define OUTER     0.05F /* of a box: its outer sides are as near to its edges */
#define EDGE      0.15F /* of a component: its sides are as near to its edges */
#define WHOLE     0.97F /* of an edge of the page */
#define BLOB      4.5F  /* shorter components, in widths of their strokes, are blobs */

enum {
    LEAST_CONTRAST = 4, /* between paper and ink, of 255, */
    LEAST_INK = 8,      /* and of the ink */
    MOST_GAP = 1, /* pixels of a line that divides a box, where noise interrupts it */
    ROUNDS = 3,   /* each drops what is darkest but no writing */
    WORD = 4,     /* components of 1/WORD of the size of the main one are writing, too, */
    PART = 10,    /* and those of 1/PART of its size if they are close to it, */
    CLOSE = 5,    /* within 1/CLOSE of its size */
};

/* ---- components -------------------------------------------------------------------- */

static float mean_ink(const dp_component *k)
{
    return (float)k->ink / (float)k->area;
}

static int contact_of(const dp_component *k)
{
    return k->edge[0] + k->edge[1] + k->edge[2] + k->edge[3];
}

/* Fingers, tables and the like: they come in from the edge of the page and are wide
 * there. */
static bool is_intruder(const dp_component *k)
{
    return (float)contact_of(k) > INTRUDING * dp_component_width(k);
}

/* Whether a component covers a whole edge of a page that is not small: it is a part of
 * the page, such as one side of a shadow, and the paper has more than one grey. */
static bool has_ground(const dp_components *c, const dp_plane *page)
{
    const int side[2] = { page->height, page->width };
    for (int i = 0; i < 4 * c->n; i++)
        if (side[i % 2] > DP_SMALL_PAGE &&
            (float)c->component[i / 4].edge[i % 4] > WHOLE * (float)side[i % 2])
            return true;
    return false;
}

static bool is_blob(const dp_component *k)
{
    return BLOB * dp_component_width(k) > (float)dp_component_longest(k);
}

/* Drop what cannot be a stroke; blobs only if there are strokes at least half as long. */
static void drop_others(dp_components *c, bool keep_edges)
{
    int longest = 0;
    for (int i = 0; i < c->n; i++) {
        dp_component *k = &c->component[i];
        k->dropped = !keep_edges && is_intruder(k);
        if (!k->dropped && !is_blob(k))
            longest = dp_max_int(longest, dp_component_longest(k));
    }
    for (int i = 0; i < c->n; i++) {
        dp_component *k = &c->component[i];
        k->dropped = k->dropped || (is_blob(k) && 2 * longest >= dp_component_longest(k));
    }
}

/* The main component: the largest and darkest. */
static const dp_component *find_main(const dp_components *c)
{
    const dp_component *main = NULL;
    float most = 0;
    for (int i = 0; i < c->n; i++) {
        const dp_component *k = &c->component[i];
        const float weight = (float)dp_component_longest(k) * mean_ink(k);
        if (weight <= most || k->dropped)
            continue;
        main = k;
        most = weight;
    }
    return main;
}

static bool is_close(const dp_rect *a, const dp_rect *b, int distance)
{
    return a->x0 < b->x1 + distance && a->x1 > b->x0 - distance &&
           a->y0 < b->y1 + distance && a->y1 > b->y0 - distance;
}

static bool is_writing(const dp_component *k, const dp_component *main)
{
    const int size = dp_component_longest(k), most = dp_component_longest(main);
    if (k == main)
        return true;
    if (k->dropped || mean_ink(k) < PALE * mean_ink(main))
        return false;
    return WORD * size >= most ||
           (PART * size >= most && is_close(&k->box, &main->box, most / CLOSE));
}

static void widen(dp_rect *box, const dp_rect *by)
{
    box->x0 = dp_min_int(box->x0, by->x0);
    box->y0 = dp_min_int(box->y0, by->y0);
    box->x1 = dp_max_int(box->x1, by->x1);
    box->y1 = dp_max_int(box->y1, by->y1);
}

/* Mark the components that are writing; false if there are none. */
static bool keep_writing(dp_writing *out, dp_components *c, bool keep_edges)
{
    drop_others(c, keep_edges);
    const dp_component *main = find_main(c);
    if (!main)
        return false;
    out->box = main->box;
    out->width = dp_component_width(main);
    for (int i = 0; i < c->n; i++) {
        dp_component *k = &c->component[i];
        k->kept = is_writing(k, main);
        if (k->kept)
            widen(&out->box, &k->box);
        const bool speck = PART * dp_component_longest(k) < dp_component_longest(main);
        out->plain = out->plain && (k->kept ? contact_of(k) == 0 : speck);
    }
    return true;
}

/* ---- rules and boxes --------------------------------------------------------------- */

/* Whether a rule divides a box from side to side; otherwise it is a stroke in the box, such as
 * a one. */
static bool divides(const dp_rule *r)
{
    return r->filled >= SIDE && r->gap <= MOST_GAP;
}

/* Keep the rules of a component that are the sides of a box or divide it, and return whether
 * they are a box: at least three are at an edge of the component. The strokes of a digit can
 * be straight, too, but not all around it. */
static bool keep_sides(dp_rules *rules)
{
    const int width = rules->rect.x1 - rules->rect.x0,
              height = rules->rect.y1 - rules->rect.y0;
    bool edge[2][2] = { { false } };
    int n = 0;
    for (int i = 0; i < rules->n; i++) {
        const dp_rule r = rules->rule[i];
        const float across = (float)(r.vertical ? width : height),
                    along = (float)(r.vertical ? height : width),
                    at = (r.offset + r.slope * along / 2) / across;
        const bool outer = at < OUTER || at > 1 - OUTER;
        if (!outer && !divides(&r))
            continue;
        rules->rule[n++] = r;
        edge[r.vertical][0] = edge[r.vertical][0] || at < EDGE;
        edge[r.vertical][1] = edge[r.vertical][1] || at > 1 - EDGE;
    }
    rules->n = n;
    return edge[0][0] + edge[0][1] + edge[1][0] + edge[1][1] > 2;
}

/* Erase the boxes that components are or contain. */
static bool erase_boxes(dp_plane *ink, int threshold, dp_writing_scratch *s)
{
    const int side = dp_min_int(ink->width, ink->height);
    bool any = false;
    for (int i = 0; i < s->components.n; i++) {
        const dp_component *k = &s->components.component[i];
        dp_rules rules;
        if (WORD * dp_component_longest(k) < side)
            continue;
        dp_rules_find(&rules, ink, k->box, threshold, s->crossing, s->n_crossings);
        if (!keep_sides(&rules))
            continue;
        dp_rules_erase(ink, &rules);
        any = true;
    }
    return any;
}

/* ---- the page ---------------------------------------------------------------------- */

/* Find components, with a higher threshold if the page is so noisy that they need more
 * memory than there is. */
static bool find_components(dp_components *c, const dp_plane *ink, int *threshold)
{
    while (!dp_components_find(c, ink, *threshold)) {
        *threshold += *threshold / 4 + 1;
        if (*threshold > 255)
            return false;
    }
    return true;
}

static void erase_components(dp_plane *ink, const dp_components *c)
{
    for (int i = 0; i < c->n_runs; i++) {
        const dp_run *r = &c->run[i];
        memset(dp_plane_row(ink, r->y) + r->x0, 0, (size_t)(r->x1 - r->x0));
    }
}

/* Set the mask to 255 at the kept components and `margin` pixels around them, otherwise
 * to 0; count the values of their ink. */
static dp_histogram mask_kept(uint8_t *mask, const dp_components *c, const dp_plane *ink,
                              int margin)
{
    dp_histogram h = { .total = 0 };
    memset(mask, 0, dp_plane_count(ink));
    for (int i = 0; i < c->n_runs; i++) {
        const dp_run *r = &c->run[i];
        if (!c->component[r->component].kept)
            continue;
        const int x0 = dp_max_int(r->x0 - margin, 0),
                  x1 = dp_min_int(r->x1 + margin, ink->width),
                  y1 = dp_min_int(r->y + margin, ink->height - 1);
        for (int y = dp_max_int(r->y - margin, 0); y <= y1; y++)
            memset(mask + (ptrdiff_t)y * ink->width + x0, 255, (size_t)(x1 - x0));
        for (int x = r->x0; x < r->x1; x++)
            h.count[dp_plane_row(ink, r->y)[x]]++;
        h.total += r->x1 - r->x0;
    }
    return h;
}

/* Leave the kept ink alone and stretch it to 0 … 255. */
static void leave_kept(dp_plane *ink, dp_writing_scratch *s, int paper, bool small)
{
    const dp_histogram h = mask_kept(s->mask, &s->components, ink, small ? 2 : 1);
    const int high = dp_quantile(&h, FULL),
              low = dp_clamp_int(paper, high / 10, high * 2 / 5);
    uint8_t table[256];
    for (int v = 0; v < 256; v++)
        table[v] =
            (uint8_t)dp_clamp_int((v - low) * 255 / dp_max_int(high - low, 1), 0, 255);
    const size_t n = dp_plane_count(ink);
    for (size_t i = 0; i < n; i++)
        ink->pixel[i] = table[ink->pixel[i]] & s->mask[i];
}

/* Erase boxes and then the rules of the page, because the sides of boxes in a row may be
 * rules, too. False if there are none. */
static bool erase_lines(dp_plane *ink, int threshold, dp_writing_scratch *s)
{
    dp_rules rules;
    const dp_rect all = { 0, 0, ink->width, ink->height };
    dp_rules_find(&rules, ink, all, threshold, s->crossing, s->n_crossings);
    bool any = rules.n > 0;
    if (find_components(&s->components, ink, &threshold))
        any = erase_boxes(ink, threshold, s) || any;
    dp_rules_erase(ink, &rules);
    return any;
}

/* The least value above the paper that is the given fraction of the darkest ink. */
static int threshold_of(const dp_levels *l, float fraction)
{
    return dp_max_int(l->paper, (int)(fraction * (float)l->ink)) + 1;
}

bool dp_writing_find(dp_writing *out, dp_plane *ink, dp_writing_options options,
                     dp_writing_scratch *s)
{
    const bool small = dp_min_int(ink->width, ink->height) <= DP_SMALL_PAGE;
    *out = (dp_writing){ .plain = true };
    for (int round = 0; round < ROUNDS; round++) {
        const dp_levels l = dp_levels_find(ink);
        if (l.ink < l.paper + LEAST_CONTRAST || l.ink < LEAST_INK)
            return false;
        int threshold = threshold_of(&l, small ? SMALL_STROKE : STROKE);
        if (!options.keep_rules && erase_lines(ink, threshold_of(&l, RULE), s))
            out->ruled = true;
        if (!find_components(&s->components, ink, &threshold))
            return false;
        if (options.keep_edges && has_ground(&s->components, ink))
            return false;
        if (keep_writing(out, &s->components, options.keep_edges)) {
            out->plain = out->plain && !out->ruled;
            leave_kept(ink, s, l.paper, small);
            return true;
        }
        erase_components(ink, &s->components);
        out->plain = false;
    }
    return false;
}
