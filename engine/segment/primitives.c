/* Primitives: components sorted from left to right. */
#include "config.h"

#include "engine/segment/search.h"

#include <math.h>

enum { NO_OWNER = -1 };

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

int dp_primitives_components(const dp_primitives *p, int first, int end)
{
    int n = 0;
    for (int i = 0; i < p->n_components; i++)
        n += dp_primitives_has(p, i, first, end);
    return n;
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
        return false;
    bool any = box->x0 <= box->x1;
    p->owner[p->n_components++] = (int16_t)(any ? p->n : NO_OWNER);
    if (any)
        p->primitive[p->n++] = (dp_primitive){ *box, cut };
    return true;
}
