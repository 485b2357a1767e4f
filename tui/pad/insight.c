#include "config.h"

#include "tui/pad/insight.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void dp_insight_free(dp_insight *in)
{
    dp_inspect_free(in->inspect);
    dp_model_unref(in->model);
    in->inspect = NULL;
    in->model = NULL;
    in->ready = false;
}

/* ---- views ----------------------------------------------------------------------------- */

static int count_kind(const dp_spec *spec, dp_op_kind kind)
{
    int n = 0;
    for (int i = 0; i < spec->n_layers; i++)
        n += spec->layer[i].kind == kind;
    return n;
}

int dp_insight_count_convs(const dp_spec *spec)
{
    return count_kind(spec, DP_OP_CONV);
}

/* The conv layer number nth of a chain, or its last one. */
static int find_conv(const dp_spec *spec, int nth)
{
    int at = -1;
    for (int i = 0; i < spec->n_layers && nth >= 0; i++) {
        if (spec->layer[i].kind == DP_OP_CONV) {
            at = i;
            nth--;
        }
    }
    return at;
}

typedef struct page {
    dp_inspector inspector;
    int nth;
} page;

enum { MAX_PAGES = DP_MAX_LAYERS + 4 };

/* The views of a model in the order of `v`. Returns how many. */
static int list_pages(page pages[MAX_PAGES], const dp_model *m)
{
    const dp_spec *spec = dp_model_spec(m);
    int n = 0;
    pages[n++] = (page){ DP_INSPECTOR_OFF, 0 };
    pages[n++] = (page){ DP_INSPECTOR_IMAGE, 0 };
    for (int i = 0; i < dp_insight_count_convs(spec); i++)
        pages[n++] = (page){ DP_INSPECTOR_MAPS, i };
    if (count_kind(spec, DP_OP_DENSE) > 0)
        pages[n++] = (page){ DP_INSPECTOR_UNITS, 0 };
    pages[n++] = (page){ DP_INSPECTOR_WHY, 0 };
    return n;
}

static void turn_to(dp_insight *in, page p)
{
    in->inspector = p.inspector;
    in->nth = p.nth;
    in->ready = false;
}

void dp_insight_turn(dp_insight *in, const dp_model *m, int by)
{
    page pages[MAX_PAGES];
    int n = list_pages(pages, m), at = 0;
    for (int i = 0; i < n; i++)
        if (pages[i].inspector == in->inspector && pages[i].nth == in->nth)
            at = i;
    at = (at + by + n) % n;
    turn_to(in, pages[at]);
}

/* ---- what they show -------------------------------------------------------------------- */

static bool needs_network(dp_inspector inspector)
{
    return inspector == DP_INSPECTOR_MAPS || inspector == DP_INSPECTOR_UNITS ||
           inspector == DP_INSPECTOR_WHY;
}

/* Without memory the view stays empty; the pad goes on. */
static bool prepare(dp_insight *in, const dp_model *m)
{
    if (in->model == m)
        return in->inspect != NULL;
    dp_insight_free(in);
    in->model = dp_model_ref(m);
    return dp_inspect_create(&in->inspect, m, NULL) == DP_OK;
}

/* A channel and how much of it is lit. */
typedef struct lit {
    int channel;
    float sum;
} lit;

static int by_falling_sum(const void *a, const void *b)
{
    const lit *x = a, *y = b;
    if (x->sum != y->sum)
        return x->sum < y->sum ? 1 : -1;
    return x->channel - y->channel;
}

static void choose_maps(dp_insight *in, dp_shape shape)
{
    const float *value = dp_inspect_activation(in->inspect, in->layer);
    const int pixels = shape.h * shape.w;
    lit *lits = calloc((size_t)shape.c, sizeof *lits);
    for (int c = 0; lits && c < shape.c; c++) {
        lits[c].channel = c;
        for (int i = 0; i < pixels; i++)
            lits[c].sum += fmaxf(*value++, 0);
    }
    if (lits)
        qsort(lits, (size_t)shape.c, sizeof *lits, by_falling_sum);
    for (int i = 0; i < DP_INSIGHT_MAPS; i++)
        in->map[i] = !lits || i >= shape.c ? 0 : lits[i].channel;
    free(lits);
}

static void look_at_maps(dp_insight *in, bool choose)
{
    const dp_spec *spec = dp_inspect_spec(in->inspect);
    int layer = find_conv(spec, in->nth);
    if (layer < 0)
        return;
    choose |= layer != in->layer || !in->ready;
    in->layer = layer;
    if (choose)
        choose_maps(in, spec->shape[layer + 1]);
    in->ready = true;
}

/* The answer is argued for against the digit that comes second. Neighbouring pixels share
 * what they argue: single ones flicker. */
static void look_at_shares(dp_insight *in, const dp_reading *reading)
{
    float weight[DP_DIGITS] = { 0 }, share[DP_PIXELS], most = 0;
    weight[reading->prediction.rank[0]] = 1;
    weight[reading->prediction.rank[1]] = -1;
    dp_inspect_shares(in->inspect, share, reading->image, weight);
    for (int y = 0; y < DP_SIDE; y++) {
        for (int x = 0; x < DP_SIDE; x++) {
            float sum = 0;
            for (int j = y > 0 ? y - 1 : 0; j <= y + 1 && j < DP_SIDE; j++)
                for (int i = x > 0 ? x - 1 : 0; i <= x + 1 && i < DP_SIDE; i++)
                    sum += share[j * DP_SIDE + i] * (i == x ? 2 : 1) * (j == y ? 2 : 1);
            in->share[y * DP_SIDE + x] = sum;
            most = fmaxf(most, fabsf(sum));
        }
    }
    for (int i = 0; i < DP_PIXELS && most > 0; i++)
        in->share[i] /= most;
    in->ready = true;
}

void dp_insight_update(dp_insight *in, const dp_model *m, const dp_reading *reading,
                       bool steady)
{
    bool other_model = in->model != m;
    if (in->inspector == DP_INSPECTOR_MAPS &&
        dp_insight_count_convs(dp_model_spec(m)) == 0)
        turn_to(in, (page){ DP_INSPECTOR_UNITS, 0 });
    if (reading->ink != DP_INK_ENOUGH || !needs_network(in->inspector) ||
        !prepare(in, m)) {
        in->ready = false;
        return;
    }
    if (in->inspector == DP_INSPECTOR_WHY) {
        if (dp_inspect_explains(in->inspect))
            look_at_shares(in, reading);
        return;
    }
    dp_inspect_run(in->inspect, reading->image);
    if (in->inspector == DP_INSPECTOR_MAPS)
        look_at_maps(in, steady || other_model);
    else
        in->ready = true;
}
