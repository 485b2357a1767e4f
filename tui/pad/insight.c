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

/* The layer index of conv layer number `conv`, 0-based, or of the last one if there are fewer;
 * −1 if there is none. */
static int find_conv(const dp_spec *spec, int conv)
{
    int layer = -1;
    for (int i = 0; i < spec->n_layers && conv >= 0; i++) {
        if (spec->layer[i].kind == DP_OP_CONV) {
            layer = i;
            conv--;
        }
    }
    return layer;
}

/* A view that `v` can select. */
typedef struct view {
    dp_inspector inspector;
    int conv;
} view;

enum { MAX_VIEWS = DP_MAX_LAYERS + 4 };

/* List the views of a model in the order of `v`. Returns their number. */
static int list_views(view views[MAX_VIEWS], const dp_model *m)
{
    const dp_spec *spec = dp_model_spec(m);
    int n = 0;
    views[n++] = (view){ DP_INSPECTOR_OFF, 0 };
    views[n++] = (view){ DP_INSPECTOR_IMAGE, 0 };
    for (int i = 0; i < dp_insight_count_convs(spec); i++)
        views[n++] = (view){ DP_INSPECTOR_MAPS, i };
    if (count_kind(spec, DP_OP_DENSE) > 0)
        views[n++] = (view){ DP_INSPECTOR_UNITS, 0 };
    views[n++] = (view){ DP_INSPECTOR_WHY, 0 };
    return n;
}

static void select_view(dp_insight *in, view v)
{
    in->inspector = v.inspector;
    in->conv = v.conv;
    in->rival_chosen = false;
    in->ready = false;
}

void dp_insight_next_view(dp_insight *in, const dp_model *m, int by)
{
    view views[MAX_VIEWS];
    int n = list_views(views, m), at = 0;
    for (int i = 0; i < n; i++)
        if (views[i].inspector == in->inspector && views[i].conv == in->conv)
            at = i;
    select_view(in, views[(at + by + n) % n]);
}

void dp_insight_explain(dp_insight *in, const dp_prediction *answer, int rival)
{
    bool chosen = rival != answer->rank[0];
    bool again = in->inspector == DP_INSPECTOR_WHY && in->rival_chosen == chosen &&
                 (!chosen || in->rival == rival);
    select_view(in, (view){ again ? DP_INSPECTOR_DEFAULT : DP_INSPECTOR_WHY, 0 });
    in->rival_chosen = chosen && !again;
    in->rival = rival;
}

/* ---- data of the views ----------------------------------------------------------------- */

static bool needs_network(dp_inspector inspector)
{
    return inspector == DP_INSPECTOR_MAPS || inspector == DP_INSPECTOR_UNITS ||
           inspector == DP_INSPECTOR_WHY;
}

/* Have in->inspect for this model. False if out of memory: the view stays empty then. */
static bool prepare(dp_insight *in, const dp_model *m)
{
    if (in->model == m)
        return in->inspect != NULL;
    dp_insight_free(in);
    in->model = dp_model_ref(m);
    return dp_inspect_create(&in->inspect, m, NULL) == DP_OK;
}

/* A channel of a feature map, and the sum of its positive activations. */
typedef struct channel_sum {
    int channel;
    float sum;
} channel_sum;

static int by_falling_sum(const void *a, const void *b)
{
    const channel_sum *x = a, *y = b;
    if (x->sum != y->sum)
        return x->sum < y->sum ? 1 : -1;
    return x->channel - y->channel;
}

/* Order the channels of the layer by activation. Out of memory, channel 0 fills the list. */
static void choose_maps(dp_insight *in, dp_shape shape)
{
    const float *value = dp_inspect_activation(in->inspect, in->layer);
    const int pixels = shape.h * shape.w;
    channel_sum *channels = calloc((size_t)shape.c, sizeof *channels);
    for (int c = 0; channels && c < shape.c; c++) {
        channels[c].channel = c;
        for (int i = 0; i < pixels; i++)
            channels[c].sum += fmaxf(*value++, 0);
    }
    if (channels)
        qsort(channels, (size_t)shape.c, sizeof *channels, by_falling_sum);
    for (int i = 0; i < DP_INSIGHT_MAPS; i++)
        in->map[i] = !channels || i >= shape.c ? 0 : channels[i].channel;
    free(channels);
}

static void update_maps(dp_insight *in, bool choose)
{
    const dp_spec *spec = dp_inspect_spec(in->inspect);
    int layer = find_conv(spec, in->conv);
    if (layer < 0)
        return;
    choose |= layer != in->layer || !in->ready;
    in->layer = layer;
    if (choose)
        choose_maps(in, spec->shape[layer + 1]);
    in->ready = true;
}

/* Attribute the difference between the logits of the answer and of its rival to the pixels of the
 * image. Smooth the result by a 3×3 binomial filter, because single pixels flicker. */
static void update_attribution(dp_insight *in, const dp_pad_reading *reading)
{
    float weight[DP_DIGITS] = { 0 }, share[DP_PIXELS], most = 0;
    const int *rank = reading->prediction.rank;
    if (!in->rival_chosen || in->rival == rank[0])
        in->rival = rank[1];
    weight[rank[0]] = 1;
    weight[in->rival] = -1;
    dp_inspect_shares(in->inspect, share, reading->image, weight);
    for (int y = 0; y < DP_SIDE; y++) {
        for (int x = 0; x < DP_SIDE; x++) {
            float sum = 0;
            for (int j = y > 0 ? y - 1 : 0; j <= y + 1 && j < DP_SIDE; j++)
                for (int i = x > 0 ? x - 1 : 0; i <= x + 1 && i < DP_SIDE; i++)
                    sum += share[j * DP_SIDE + i] * (i == x ? 2 : 1) * (j == y ? 2 : 1);
            in->attribution[y * DP_SIDE + x] = sum;
            most = fmaxf(most, fabsf(sum));
        }
    }
    for (int i = 0; i < DP_PIXELS && most > 0; i++)
        in->attribution[i] /= most;
    in->ready = true;
}

void dp_insight_update(dp_insight *in, const dp_model *m, const dp_pad_reading *reading,
                       bool steady)
{
    bool other_model = in->model != m;
    if (in->inspector == DP_INSPECTOR_MAPS &&
        dp_insight_count_convs(dp_model_spec(m)) == 0)
        select_view(in, (view){ DP_INSPECTOR_UNITS, 0 });
    if (reading->ink != DP_INK_ENOUGH || !needs_network(in->inspector) ||
        !prepare(in, m)) {
        in->ready = false;
        return;
    }
    if (in->inspector == DP_INSPECTOR_WHY) {
        in->ready = false;
        if (dp_inspect_explains(in->inspect) && !reading->of_picture)
            update_attribution(in, reading);
        return;
    }
    dp_inspect_run(in->inspect, reading->image);
    if (in->inspector == DP_INSPECTOR_MAPS)
        update_maps(in, steady || other_model);
    else
        in->ready = true;
}
