#include "config.h"

#include "engine/ink/component.h"

#include "engine/core/arith.h"

/* The runs of a row; `component` is at first the index of another run of the same
 * component, or of the run itself. */
static bool find_runs(dp_components *c, const dp_plane *ink, int y, int threshold)
{
    const uint8_t *row = dp_plane_row(ink, y);
    for (int x = 0; x < ink->width; x++) {
        if (row[x] < threshold)
            continue;
        if (c->n_runs == c->max_runs)
            return false;
        dp_run *r = &c->run[c->n_runs];
        *r = (dp_run){ .y = y, .x0 = x, .component = c->n_runs };
        while (x < ink->width && row[x] >= threshold)
            x++;
        r->x1 = x;
        c->n_runs++;
    }
    return true;
}

/* The run that stands for the component of run i. Paths are halved on the way. */
static int root_of(dp_components *c, int i)
{
    while (c->run[i].component != i) {
        c->run[i].component = c->run[c->run[i].component].component;
        i = c->run[i].component;
    }
    return i;
}

static void join(dp_components *c, int a, int b)
{
    a = root_of(c, a);
    b = root_of(c, b);
    if (a < b)
        c->run[b].component = a;
    else
        c->run[a].component = b;
}

/* Join the runs from..to−1 of a row with those of the row above, above..from−1. */
static void join_rows(dp_components *c, int above, int from, int to)
{
    for (int i = from; i < to; i++) {
        const dp_run *r = &c->run[i];
        while (above < from && c->run[above].x1 < r->x0)
            above++;
        for (int k = above; k < from && c->run[k].x0 <= r->x1; k++)
            join(c, i, k);
    }
}

/* The pixels of runs above..from−1 and from..to−1 that are neighbours. */
static void subtract_shared_sides(dp_components *c, int above, int from, int to)
{
    for (int i = from; i < to; i++) {
        const dp_run *r = &c->run[i];
        while (above < from && c->run[above].x1 <= r->x0)
            above++;
        for (int k = above; k < from && c->run[k].x0 < r->x1; k++)
            c->component[r->component].perimeter -=
                2 * (dp_min_int(r->x1, c->run[k].x1) - dp_max_int(r->x0, c->run[k].x0));
    }
}

static void measure(dp_component *k, const dp_plane *ink, const dp_run *r)
{
    const int length = r->x1 - r->x0;
    if (k->area == 0)
        k->box = (dp_rect){ r->x0, r->y, r->x1, r->y + 1 };
    k->box.x0 = dp_min_int(k->box.x0, r->x0);
    k->box.x1 = dp_max_int(k->box.x1, r->x1);
    k->box.y1 = r->y + 1;
    k->area += length;
    k->perimeter += 2 * length + 2;
    k->edge[0] += r->x0 == 0;
    k->edge[1] += r->y == 0 ? length : 0;
    k->edge[2] += r->x1 == ink->width;
    k->edge[3] += r->y == ink->height - 1 ? length : 0;
    const uint8_t *row = dp_plane_row(ink, r->y);
    for (int x = r->x0; x < r->x1; x++) {
        k->ink += row[x];
        k->peak = row[x] > k->peak ? row[x] : k->peak;
    }
}

/* Number the components. A root precedes the other runs of its component. */
static void number(dp_components *c)
{
    c->n = 0;
    for (int i = 0; i < c->n_runs; i++) {
        const int root = c->run[i].component;
        if (root == i) {
            c->component[c->n] = (dp_component){ .area = 0 };
            c->run[i].component = c->n++;
        } else {
            c->run[i].component = c->run[root].component;
        }
    }
}

bool dp_components_find(dp_components *c, const dp_plane *ink, int threshold)
{
    int above = 0;
    c->n_runs = c->n = 0;
    for (int y = 0; y < ink->height; y++) {
        const int from = c->n_runs;
        if (!find_runs(c, ink, y, threshold))
            return false;
        join_rows(c, above, from, c->n_runs);
        above = from;
    }
    for (int i = 0; i < c->n_runs; i++)
        c->run[i].component = root_of(c, i);
    number(c);
    for (int i = 0, from = 0, end; i < c->n_runs; i = end) {
        for (end = i; end < c->n_runs && c->run[end].y == c->run[i].y; end++)
            measure(&c->component[c->run[end].component], ink, &c->run[end]);
        if (i > 0 && c->run[from].y == c->run[i].y - 1)
            subtract_shared_sides(c, from, i, end);
        from = i;
    }
    return true;
}

float dp_component_width(const dp_component *c)
{
    return 2 * (float)c->area / (float)c->perimeter;
}

int dp_component_longest(const dp_component *c)
{
    return dp_max_int(c->box.x1 - c->box.x0, c->box.y1 - c->box.y0);
}
