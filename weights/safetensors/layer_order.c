#include "config.h"

#include "weights/safetensors/layer_order.h"

#include "engine/core/shape.h"
#include "weights/safetensors/tensor_name.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- the list ------------------------------------------------------------------------ */

enum { MAX_SIDE = 1 << 20 };

static bool has_small_sides(const dp_st_tensor *t)
{
    for (int d = 0; d < t->rank; d++)
        if (t->dim[d] < 1 || t->dim[d] > MAX_SIDE)
            return false;
    return true;
}

static int side(const dp_st_tensor *t, const dp_axis_order *axes, int d)
{
    return (int)t->dim[dp_axis_of(axes, t->rank, d)];
}

/* False if the tensors of the group are not those of a dense layer, a conv or a bn. */
static bool read_layer(dp_weighted *out, const dp_tensor_group *g,
                       const dp_axis_order *axes)
{
    const dp_st_tensor *w = g->tensor[DP_WEIGHT], *mean = g->tensor[DP_RUNNING_MEAN];
    *out = (dp_weighted){ .group = g, .kind = DP_OP_BN };
    if (mean && g->tensor[DP_RUNNING_VAR] && !w && mean->count <= MAX_SIDE) {
        out->out = (int)mean->count;
        return mean->count > 0;
    }
    if (!w || mean || g->tensor[DP_RUNNING_VAR] || g->tensor[DP_GAMMA] ||
        (w->rank != 2 && w->rank != DP_AXES) || !has_small_sides(w))
        return false;
    out->kind = w->rank == 2 ? DP_OP_DENSE : DP_OP_CONV;
    out->out = side(w, axes, 0);
    out->in = side(w, axes, 1);
    for (int d = 0; d < 2 && w->rank == DP_AXES; d++)
        out->kernel[d] = side(w, axes, 2 + d);
    return true;
}

static dp_code fail_kind(const dp_tensor_group *g, dp_err *err)
{
    for (int role = 0; role < DP_ROLE_COUNT; role++) {
        const dp_st_tensor *t = g->tensor[role];
        char shape[DP_DIMS_TEXT];
        if (!t)
            continue;
        dp_dims_format(shape, t->dim, t->rank);
        return dp_fail(
            err, DP_MODEL,
            "tensor '%s' %s is of a layer that digitpad does not know; it knows "
            "dense layers, 2-D convolutions and batch norms with running "
            "statistics",
            t->name, shape);
    }
    return dp_fail(err, DP_MODEL, "tensor '%s': its direction is missing",
                   g->length ? g->length->name : g->layer);
}

dp_code dp_weighted_list_make(dp_weighted_list *out, bool *fits,
                              const dp_tensor_groups *groups, const dp_axis_order *axes,
                              dp_err *err)
{
    *fits = true;
    out->n = 0;
    out->by_name = groups->by_name;
    for (int i = 0; i < groups->n; i++) {
        const dp_tensor_group *g = &groups->group[i];
        if (out->n == DP_MAX_LAYERS)
            return dp_fail(err, DP_MODEL, "more than %d layers", DP_MAX_LAYERS);
        dp_weighted *w = &out->layer[out->n++];
        if (!read_layer(w, g, axes))
            return fail_kind(g, err);
        if (dp_tensor_name_branches(g->layer))
            return dp_fail(
                err, DP_MODEL,
                "the name of '%s' is that of a part of a network with branches; "
                "only chains can be read: export the network to ONNX, or give "
                "--arch if it is a chain",
                g->layer);
        const dp_st_tensor *bias = g->tensor[DP_BIAS];
        *fits = *fits && (!bias || bias->count == (size_t)w->out);
    }
    return DP_OK;
}

/* ---- what the names say ------------------------------------------------------------------ */

static bool same_shape(const dp_weighted *a, const dp_weighted *b)
{
    return a->kind == b->kind && a->out == b->out && a->in == b->in &&
           a->kernel[0] == b->kernel[0] && a->kernel[1] == b->kernel[1];
}

/* By the names of the layers alone. Words such as "conv" say nothing about the place of a batch
 * norm. */
static bool named_before(const dp_weighted *a, const dp_weighted *b)
{
    const char *first = a->group->layer, *second = b->group->layer;
    return (a->kind == DP_OP_BN) == (b->kind == DP_OP_BN)
               ? dp_tensor_name_precedes(first, second)
               : dp_tensor_name_compare(first, second) < 0;
}

/* Layers of the same shape whose names do not tell stay in the order of the file. */
static bool must_precede(const dp_weighted *a, const dp_weighted *b)
{
    if (named_before(a, b))
        return true;
    return a < b && same_shape(a, b) && !named_before(b, a);
}

/* The last number in a name, or −1. */
static long last_number(const char *name)
{
    size_t end = strlen(name);
    while (end > 0 && !isdigit((unsigned char)name[end - 1]))
        end--;
    size_t start = end;
    while (start > 0 && isdigit((unsigned char)name[start - 1]))
        start--;
    return end > start ? strtol(name + start, NULL, 10) : -1;
}

/* ---- orders ------------------------------------------------------------------------------ */

enum {
    MAX_VISITS = 100000,
    /* doubts */
    UNUSUAL_CLASSES = 3,
    AGAINST_THE_FILE = 2,
    OTHER_NUMBER = 1,
    OTHER_LIST = 4,
    NORM_OF_DENSE = 2,
    BARE_WEIGHTS = 2,
};

typedef struct walk {
    const dp_weighted_list *list;
    dp_layer_order *out;
    int n_out, visits;
    bool taken[DP_MAX_LAYERS];
    int index[DP_MAX_LAYERS];
} walk;

/* What a layer gives: channels, or features of a vector. */
typedef struct signal {
    int count;
    bool flat;
} signal;

int dp_weighted_groups(const dp_weighted *conv, int channels)
{
    if (channels % conv->in)
        return 0;
    const int groups = channels / conv->in;
    return conv->out % groups ? 0 : groups;
}

static bool accepts(signal *out, const dp_weighted *w, signal in)
{
    *out = (signal){ w->out, in.flat || w->kind == DP_OP_DENSE };
    switch (w->kind) {
    case DP_OP_CONV:
        return !in.flat && dp_weighted_groups(w, in.count) > 0;
    case DP_OP_DENSE:
        return in.flat ? w->in == in.count : w->in % in.count == 0;
    default: /* a bn; after the flatten it has a value for each feature */
        out->flat = out->flat || w->out != in.count;
        return in.flat ? w->out == in.count : w->out % in.count == 0;
    }
}

static bool must_wait(const walk *k, const dp_weighted *w)
{
    const dp_weighted_list *list = k->list;
    for (int i = 0; i < list->n; i++)
        if (!k->taken[i] && &list->layer[i] != w && must_precede(&list->layer[i], w))
            return true;
    return false;
}

/* Whether the order puts a batch norm elsewhere than its list does: "layer1.1" belongs to
 * "layer1.0". */
static bool leaves_list(const walk *k, const dp_weighted *norm,
                        const dp_weighted *weights)
{
    int place, other;
    size_t n, m;
    const char *name = norm->group->layer;
    if (!dp_tensor_name_place(&place, &n, name) || n == 0)
        return false;
    for (int i = 0; i < k->list->n; i++) {
        const char *its = k->list->layer[i].group->layer;
        if (k->list->layer[i].kind != DP_OP_BN && dp_tensor_name_place(&other, &m, its) &&
            m == n && memcmp(name, its, n) == 0 && other < place)
            return memcmp(name, weights->group->layer, n) != 0;
    }
    return false;
}

/* The doubt that a batch norm follows these weights. */
static int doubt_of_norm(const walk *k, const dp_weighted *norm,
                         const dp_weighted *weights)
{
    const long a = last_number(weights->group->layer);
    const long b = last_number(norm->group->layer);
    int doubt = a >= 0 && b >= 0 && a != b ? OTHER_NUMBER : 0;
    return doubt + (leaves_list(k, norm, weights) ? OTHER_LIST : 0);
}

/* The doubt about batch norms in all: convolutions have them before dense layers do, and so do
 * layers without a bias, which the norm would cancel. */
static int doubt_of_norms(const walk *k)
{
    const dp_weighted_list *list = k->list;
    int norms = 0, convs = 0, after_dense = 0, biases = 0, bare = 0;
    for (int i = 0; i < list->n; i++) {
        const dp_weighted *w = &list->layer[k->index[i]];
        const bool normed =
            i + 1 < list->n && list->layer[k->index[i + 1]].kind == DP_OP_BN;
        norms += w->kind == DP_OP_BN;
        convs += w->kind == DP_OP_CONV;
        after_dense += normed && w->kind == DP_OP_DENSE;
        biases += w->group->tensor[DP_BIAS] != NULL;
        bare += !normed && w->kind != DP_OP_BN && !w->group->tensor[DP_BIAS];
    }
    return (norms == convs ? NORM_OF_DENSE * after_dense : 0) +
           (norms && biases ? BARE_WEIGHTS * bare : 0);
}

static int doubt_of(const walk *k, signal end)
{
    const dp_weighted *layer = k->list->layer, *weights = NULL;
    int doubt = doubt_of_norms(k) + (end.count == DP_DIGITS ? 0 : UNUSUAL_CLASSES);
    for (int i = 0; i < k->list->n; i++) {
        const dp_weighted *w = &layer[k->index[i]];
        const dp_weighted *before = &layer[k->index[i > 0 ? i - 1 : 0]];
        if (!k->list->by_name && w < before && !named_before(before, w))
            doubt += AGAINST_THE_FILE;
        if (w->kind == DP_OP_BN && weights)
            doubt += doubt_of_norm(k, w, weights);
        weights = w->kind == DP_OP_BN ? weights : w;
    }
    return doubt;
}

static void extend(walk *k, int n, signal in)
{
    const dp_weighted *layer = k->list->layer;
    if (k->visits++ > MAX_VISITS || k->n_out == DP_MAX_ORDERS)
        return;
    if (n == k->list->n) {
        dp_layer_order *order = &k->out[k->n_out++];
        memcpy(order->index, k->index, sizeof order->index);
        order->doubt = doubt_of(k, in);
        return;
    }
    const bool after_norm = n > 0 && layer[k->index[n - 1]].kind == DP_OP_BN;
    for (int i = 0; i < k->list->n; i++) {
        signal next;
        if (k->taken[i] || (after_norm && layer[i].kind == DP_OP_BN) ||
            !accepts(&next, &layer[i], in) || must_wait(k, &layer[i]))
            continue;
        k->taken[i] = true;
        k->index[n] = i;
        extend(k, n + 1, next);
        k->taken[i] = false;
    }
}

int dp_layer_orders_find(dp_layer_order out[DP_MAX_ORDERS], const dp_weighted_list *list)
{
    walk k = { .list = list, .out = out };
    extend(&k, 0, (signal){ .count = 1 });
    return k.n_out;
}
