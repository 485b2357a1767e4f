/* Primitives: components merged by their bounding boxes and sorted from left to right. */
#include "config.h"

#include "engine/segment/search.h"

#include <math.h>
#include <string.h>

/* Primitives are merged if they overlap horizontally by this fraction of the narrower
 * one. */
#define LEAST_OVERLAP 0.9F

enum { NO_OWNER = -1 };

static bool overlap(const dp_bounds *a, const dp_bounds *b)
{
    float common = fminf(a->x1, b->x1) - fmaxf(a->x0, b->x0);
    return common >= LEAST_OVERLAP * fminf(a->x1 - a->x0, b->x1 - b->x0);
}

static dp_bounds join(const dp_bounds *a, const dp_bounds *b)
{
    return (dp_bounds){ fminf(a->x0, b->x0), fminf(a->y0, b->y0), fmaxf(a->x1, b->x1),
                        fmaxf(a->y1, b->y1) };
}

dp_bounds dp_primitives_box(const dp_primitives *p, int first, int end)
{
    dp_bounds box = p->primitive[first].box;
    for (int i = first + 1; i < end; i++)
        box = join(&box, &p->primitive[i].box);
    return box;
}

bool dp_primitives_has(const dp_primitives *p, int component, int first, int end)
{
    return p->owner[component] >= first && p->owner[component] < end;
}

/* Merge primitive `from` into primitive `into`, which is before it. */
static void merge(dp_primitives *p, int into, int from)
{
    p->primitive[into].box = join(&p->primitive[into].box, &p->primitive[from].box);
    p->primitive[into].cut &= p->primitive[from].cut;
    for (int i = 0; i < p->n_components; i++) {
        if (p->owner[i] == from)
            p->owner[i] = (int16_t)into;
        p->owner[i] = (int16_t)(p->owner[i] - (p->owner[i] > from));
    }
    p->n--;
    memmove(&p->primitive[from], &p->primitive[from + 1],
            (size_t)(p->n - from) * sizeof p->primitive[0]);
}

/* Primitives on the two sides of a cut are never merged, as they have no column in
 * common. */
static void merge_all(dp_primitives *p)
{
    for (int i = 1; i < p->n; i++)
        for (int k = 0; k < i; k++)
            if (overlap(&p->primitive[k].box, &p->primitive[i].box)) {
                merge(p, k, i);
                i = 0; /* the merged one may overlap with others: start again */
                break;
            }
}

static void exchange(dp_primitives *p, int a, int b)
{
    dp_primitive primitive = p->primitive[a];
    p->primitive[a] = p->primitive[b];
    p->primitive[b] = primitive;
    for (int i = 0; i < p->n_components; i++)
        if (p->owner[i] == a || p->owner[i] == b)
            p->owner[i] = (int16_t)(p->owner[i] == a ? b : a);
}

/* Twice the x of its middle. */
static float middle(const dp_primitive *p)
{
    return p->box.x0 + p->box.x1;
}

void dp_primitives_arrange(dp_primitives *p)
{
    merge_all(p);
    for (int i = 1; i < p->n; i++)
        for (int k = i; k > 0 && middle(&p->primitive[k - 1]) > middle(&p->primitive[k]);
             k--)
            exchange(p, k - 1, k);
}

bool dp_primitives_add(dp_primitives *p, const dp_bounds *box, bool cut)
{
    if (p->n_components == DP_MAX_COMPONENTS)
        return false;
    if (p->n == DP_MAX_PRIMITIVES)
        merge_all(p);
    if (p->n == DP_MAX_PRIMITIVES)
        return false;
    bool any = box->x0 <= box->x1;
    p->owner[p->n_components++] = (int16_t)(any ? p->n : NO_OWNER);
    if (any)
        p->primitive[p->n++] = (dp_primitive){ *box, cut };
    return true;
}
