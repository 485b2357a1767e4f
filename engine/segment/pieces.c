/* Pieces of ink: which belong together, and in which order they stand. */
#include "config.h"

#include "engine/segment/search.h"

#include <math.h>
#include <string.h>

/* Pieces are united where nine tenths of the narrower one lie above or below the other. */
#define BELONG 0.9F

enum { NOBODY = -1 };

static bool belong(const dp_bounds *a, const dp_bounds *b)
{
    float common = fminf(a->x1, b->x1) - fmaxf(a->x0, b->x0);
    return common >= BELONG * fminf(a->x1 - a->x0, b->x1 - b->x0);
}

static dp_bounds join(const dp_bounds *a, const dp_bounds *b)
{
    return (dp_bounds){ fminf(a->x0, b->x0), fminf(a->y0, b->y0), fmaxf(a->x1, b->x1),
                        fmaxf(a->y1, b->y1) };
}

dp_bounds dp_pieces_box(const dp_pieces *p, int first, int end)
{
    dp_bounds box = p->piece[first].box;
    for (int i = first + 1; i < end; i++)
        box = join(&box, &p->piece[i].box);
    return box;
}

bool dp_pieces_has(const dp_pieces *p, int atom, int first, int end)
{
    return p->owner[atom] >= first && p->owner[atom] < end;
}

/* Put piece `from` into piece `into`, which is before it. */
static void unite(dp_pieces *p, int into, int from)
{
    p->piece[into].box = join(&p->piece[into].box, &p->piece[from].box);
    p->piece[into].cut &= p->piece[from].cut;
    for (int i = 0; i < p->n_atoms; i++) {
        if (p->owner[i] == from)
            p->owner[i] = (int16_t)into;
        p->owner[i] = (int16_t)(p->owner[i] - (p->owner[i] > from));
    }
    p->n--;
    memmove(&p->piece[from], &p->piece[from + 1],
            (size_t)(p->n - from) * sizeof p->piece[0]);
}

/* Pieces cut from each other never belong together, as they have no column in common. */
static void unite_all(dp_pieces *p)
{
    for (int i = 1; i < p->n; i++)
        for (int k = 0; k < i; k++)
            if (belong(&p->piece[k].box, &p->piece[i].box)) {
                unite(p, k, i);
                i = 0; /* the new one may belong to others: again from the start */
                break;
            }
}

static void exchange(dp_pieces *p, int a, int b)
{
    dp_piece piece = p->piece[a];
    p->piece[a] = p->piece[b];
    p->piece[b] = piece;
    for (int i = 0; i < p->n_atoms; i++)
        if (p->owner[i] == a || p->owner[i] == b)
            p->owner[i] = (int16_t)(p->owner[i] == a ? b : a);
}

static float middle(const dp_piece *p)
{
    return p->box.x0 + p->box.x1;
}

void dp_pieces_arrange(dp_pieces *p)
{
    unite_all(p);
    for (int i = 1; i < p->n; i++)
        for (int k = i; k > 0 && middle(&p->piece[k - 1]) > middle(&p->piece[k]); k--)
            exchange(p, k - 1, k);
}

bool dp_pieces_add(dp_pieces *p, const dp_bounds *box, bool cut)
{
    if (p->n_atoms == DP_MAX_ATOMS)
        return false;
    if (p->n == DP_MAX_PIECES)
        unite_all(p);
    if (p->n == DP_MAX_PIECES)
        return false;
    bool any = box->x0 <= box->x1;
    p->owner[p->n_atoms++] = (int16_t)(any ? p->n : NOBODY);
    if (any)
        p->piece[p->n++] = (dp_piece){ *box, cut };
    return true;
}
