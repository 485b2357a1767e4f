/* A search with a growing limit on the cost. What papers, tutorials and the defaults of
 * frameworks do costs nothing, everything else a few points. In a list, the gap between
 * "features.0" and "features.3" tells that two layers without weights lie between them.
 * Elsewhere a function is assumed after each layer but the last, and pooling where
 * the sizes ask for it: the first dense layer has channels × height × width inputs. */
#include "config.h"

#include "weights/safetensors/chain_search.h"

#include "engine/core/arith.h"
#include "engine/net/params.h"
#include "weights/safetensors/tensor_name.h"

#include <stdlib.h>
#include <string.h>

enum {
    UNKNOWN = -1,  /* of a gap */
    MAX_BITS = 31, /* of a pattern */
    MAX_VISITS = 100000,
    /* costs */
    STRIDED = 3, /* once in a chain */
    UNEVEN_STRIDES = 2,
    MIXED_PADDING = 4,
    USUAL_MIX = 2,
    ODD_PADDING = 5,
    OTHER_SAME = 3,
    ODD_POOLING = 4,
    UNEVEN_POOLING = 3,
    NO_FUNCTION = 6, /* pooling in its place */
    MEAN_AT_END = 1,
    MEAN_BEFORE_MORE = 3, /* than one dense layer */
    WHOLE_IMAGE = 3,      /* less, if a kernel covers all that is left */
    POOLED_INPUT = 6,
    POOLED_INPUT_IN_GAP = 1,
    FILLED_GAP = 3,
    DROPOUT = 1,
};

/* What precedes the next layer. */
typedef struct state {
    dp_shape shape;
    bool flat;
    bool acted, pooled; /* since the last conv or dense */
    int cost;
    bool averaged;          /* a global mean took the place of pooling */
    unsigned strided;       /* convs */
    unsigned same, kernels; /* bit of each conv, the last one lowest: padded; how many */
    bool large;             /* the first of them is 5x5 or larger */
    unsigned pools;         /* bit i: pooling i was used */
    unsigned pattern, free; /* bit of each conv, the last one lowest: pooled; how many */
} state;

typedef struct search {
    dp_chain_choices *out;
    const dp_weighted *layer[DP_MAX_LAYERS];
    int gap[DP_MAX_LAYERS];  /* layers without weights before layer i, or UNKNOWN */
    int side[DP_MAX_LAYERS]; /* of batch norm i: see find_side_of_norm */
    int n;
    bool tensorflow;
    int limit, visits;
    dp_spec spec; /* layers alone; the shapes are in the states */
} search;

static void connect(search *s, int i, state st);

/* ---- gaps in lists ------------------------------------------------------------------------ */

static bool same_list(int *distance, const char *a, const char *b)
{
    int i, k;
    size_t n, m;
    if (!dp_tensor_name_place(&i, &n, a) || !dp_tensor_name_place(&k, &m, b) || n != m ||
        memcmp(a, b, n) != 0 || k <= i)
        return false;
    *distance = k - i;
    return true;
}

/* Whether the list of layer i holds more than layers with weights. */
static bool lists_functions(const search *s, int i)
{
    int distance, place;
    size_t prefix;
    for (int k = 1; k < s->n; k++) {
        const char *a = s->layer[k - 1]->group->layer, *b = s->layer[k]->group->layer;
        if (same_list(&distance, a, b) && distance > 1 &&
            dp_tensor_name_place(&place, &prefix, a) &&
            strncmp(a, s->layer[i]->group->layer, prefix) == 0)
            return true;
    }
    return false;
}

static void measure_gaps(search *s)
{
    int distance, place;
    size_t prefix;
    for (int i = 0; i < s->n; i++) {
        const char *name = s->layer[i]->group->layer;
        s->gap[i] = UNKNOWN;
        if (i == 0 && dp_tensor_name_place(&place, &prefix, name) &&
            lists_functions(s, 0))
            s->gap[0] = place;
        if (i == 0 || !same_list(&distance, s->layer[i - 1]->group->layer, name))
            continue;
        if (lists_functions(s, i) || s->layer[i]->kind == DP_OP_BN)
            s->gap[i] = distance - 1;
    }
}

/* ---- batch norms --------------------------------------------------------------------------- */

/* 1: the batch norm is after the function, −1: before it, 0: nothing tells. A ReLU gives no
 * negative values, so the norm is before it if a mean is negative, and after it if many are
 * positive. It is also before it if the layer lacks a bias, which the norm would cancel. */
static dp_code find_side_of_norm(int *side, const dp_weighted *norm,
                                 const dp_weighted *before, dp_err *err)
{
    enum { ENOUGH = 8 };
    const dp_st_tensor *t = norm->group->tensor[DP_RUNNING_MEAN];
    if (norm->kind != DP_OP_BN)
        return DP_OK;
    float *mean = malloc(t->count * sizeof *mean);
    if (!mean)
        return dp_fail(err, DP_NOMEM, "out of memory");
    size_t negative = 0, positive = 0;
    if (dp_st_tensor_floats(mean, t, NULL) == DP_OK)
        for (size_t i = 0; i < t->count; i++) {
            negative += mean[i] < 0;
            positive += mean[i] > 0;
        }
    free(mean);
    if (negative == 0 && positive >= ENOUGH)
        *side = 1;
    else if (negative > 0 || !before->group->tensor[DP_BIAS])
        *side = -1;
    return DP_OK;
}

/* ---- the chain under construction --------------------------------------------------------- */

/* Append a layer; false if it does not accept the shape. */
static bool push(search *s, state *st, const dp_layer *layer)
{
    if (s->spec.n_layers == DP_MAX_LAYERS ||
        dp_op_get(layer->kind)->infer(&st->shape, layer, st->shape, NULL))
        return false;
    s->spec.layer[s->spec.n_layers++] = *layer;
    return true;
}

static bool push_plain(search *s, state *st, dp_op_kind kind)
{
    dp_layer layer = dp_op_get(kind)->defaults;
    layer.kind = kind;
    return push(s, st, &layer);
}

static bool push_flatten(search *s, state *st)
{
    st->flat = true;
    return push_plain(s, st, DP_OP_FLATTEN);
}

/* ---- costs that depend on the whole --------------------------------------------------------- */

/* Which convolutions are followed by pooling, where no gap tells it. */
static int pattern_cost(const state *st)
{
    const unsigned all = (1u << st->free) - 1, pattern = st->pattern;
    unsigned every_second = 0;
    for (unsigned i = 0; i < st->free; i += 2)
        every_second |= 1u << i;
    if (pattern == all)
        return 0;
    if (pattern == 0)
        return st->strided ? 0 : 1;
    if (pattern == 1 || (st->free % 2 == 0 && pattern == every_second))
        return 1;
    if (pattern == (all & ~1u))
        return 1;
    return UNEVEN_POOLING;
}

/* Which convolutions are padded: all or none, or the first alone, as in LeNet, or every second. */
static int padding_cost(const state *st)
{
    const unsigned all = (1u << st->kernels) - 1, same = st->same;
    unsigned first = st->kernels ? 1u << (st->kernels - 1) : 0, every_second = 0;
    for (unsigned i = 1; i < st->kernels; i += 2)
        every_second |= 1u << i;
    if (same == 0 || same == all)
        return 0;
    if ((same == first && st->large) || (st->kernels >= 4 && same == every_second))
        return USUAL_MIX;
    return MIXED_PADDING;
}

static int stride_cost(const state *st)
{
    return st->strided && st->strided < st->kernels ? UNEVEN_STRIDES : 0;
}

static bool same_chain(const dp_spec *a, const dp_spec *b)
{
    char first[DP_MAX_SPEC_TEXT], second[DP_MAX_SPEC_TEXT];
    dp_spec_format(first, sizeof first, a);
    dp_spec_format(second, sizeof second, b);
    return strcmp(first, second) == 0;
}

/* Keep a complete chain in its place by cost. */
static void keep(search *s, int cost)
{
    dp_chain_choices *out = s->out;
    int at = 0;
    for (int i = 0; i < out->n; i++) {
        if (same_chain(&out->choice[i].spec, &s->spec)) {
            if (out->choice[i].cost > cost)
                out->choice[i].cost = cost;
            return;
        }
        at += out->choice[i].cost <= cost;
    }
    if (at == DP_MAX_CHOICES)
        return;
    const int moved = dp_min_int(out->n, DP_MAX_CHOICES - 1) - at;
    memmove(&out->choice[at + 1], &out->choice[at], (size_t)moved * sizeof *out->choice);
    out->n = dp_min_int(out->n + 1, DP_MAX_CHOICES);
    out->choice[at] = (dp_chain_choice){ s->spec, cost };
    out->choice[at].spec.shape[0] = (dp_shape){ 1, DP_SIDE, DP_SIDE };
}

static void finish(search *s, state st)
{
    const int n = s->spec.n_layers;
    if (!st.flat && st.shape.h * st.shape.w > 1) {
        st.cost += MEAN_AT_END;
        push_plain(s, &st, DP_OP_GLOBAL_AVGPOOL);
    }
    const int cost = st.cost + pattern_cost(&st) + padding_cost(&st) + stride_cost(&st);
    if ((st.flat || push_flatten(s, &st)) && cost <= s->limit)
        keep(s, cost);
    s->spec.n_layers = n;
}

/* ---- layers with weights ------------------------------------------------------------------ */

/* How a conv is padded. SAME_LAST is TensorFlow's: an odd pixel comes last. */
typedef enum padding { VALID, SAME, SAME_LAST, ONE_PIXEL, TWO_PIXELS, PADDINGS } padding;

/* False if the kernel does not admit this padding. */
static bool set_padding(dp_layer *conv, padding how, dp_shape in)
{
    const int size[2] = { in.h, in.w };
    for (int d = 0; d < 2; d++) {
        const int k = conv->kernel[d], stride = conv->stride[d];
        int total = 0; /* of TensorFlow */
        if (how == SAME_LAST) {
            total = ((size[d] + stride - 1) / stride - 1) * stride + k - size[d];
            total = dp_max_int(total, 0);
        }
        conv->pad[d] = how == SAME         ? (k - 1) / 2
                       : how == SAME_LAST  ? total / 2
                       : how == ONE_PIXEL  ? 1
                       : how == TWO_PIXELS ? 2
                                           : 0;
        conv->pad[d + 2] = how == SAME_LAST ? total - total / 2 : conv->pad[d];
        if (how == SAME && k % 2 == 0)
            return false;
        if (how >= ONE_PIXEL && (conv->pad[d] >= k || 2 * conv->pad[d] + 1 == k))
            return false;
    }
    return true;
}

static bool is_even_padding(const dp_layer *conv)
{
    return conv->pad[0] == conv->pad[2] && conv->pad[1] == conv->pad[3];
}

static void pay_for_padding(state *st, const search *s, padding how, const dp_layer *conv)
{
    const int k = conv->kernel[0];
    const bool halves = how == ONE_PIXEL && k == 4 && conv->stride[0] == 2;
    if (k == 1 && conv->kernel[1] == 1)
        return;
    if (halves)
        st->cost += 1;
    else if (how >= ONE_PIXEL)
        st->cost += ODD_PADDING;
    else if (how != VALID && (how == SAME_LAST) != s->tensorflow)
        st->cost += OTHER_SAME;
    else if (how == VALID && k == st->shape.h)
        st->cost -= WHOLE_IMAGE;
    st->large = st->kernels ? st->large : k >= 5;
    st->same = st->same << 1 | (how != VALID);
    st->kernels = (unsigned)dp_min_int((int)st->kernels + 1, MAX_BITS);
}

/* Try one padding and one stride. */
static void place_conv(search *s, int i, state st, padding how, int stride)
{
    const dp_weighted *w = s->layer[i];
    dp_layer conv = dp_op_get(DP_OP_CONV)->defaults;
    conv.kind = DP_OP_CONV;
    conv.out = w->out;
    conv.groups = dp_weighted_groups(w, st.shape.c);
    conv.bias = w->group->tensor[DP_BIAS] != NULL;
    for (int d = 0; d < 2; d++) {
        conv.kernel[d] = w->kernel[d];
        conv.stride[d] = stride;
    }
    if (conv.groups < 1 || !set_padding(&conv, how, st.shape))
        return;
    if (how == SAME && s->tensorflow && stride == 1)
        return; /* SAME_LAST is the same */
    if (how == SAME_LAST && is_even_padding(&conv) && !s->tensorflow)
        return;
    pay_for_padding(&st, s, how, &conv);
    if (stride > 1)
        st.cost += st.strided++ ? 0 : STRIDED;
    if (push(s, &st, &conv))
        connect(s, i + 1, st);
}

static void place_convs(search *s, int i, const state *st)
{
    const dp_weighted *w = s->layer[i];
    const bool point = w->kernel[0] == 1 && w->kernel[1] == 1;
    const int n = s->spec.n_layers;
    for (int stride = 1; stride <= (point ? 1 : 2); stride++)
        for (padding how = VALID; how < (point ? SAME : PADDINGS); how++) {
            place_conv(s, i, *st, how, stride);
            s->spec.n_layers = n;
        }
    if (w->kernel[0] == w->kernel[1] && w->kernel[0] > 3) /* patches */
        place_conv(s, i, *st, VALID, w->kernel[0]);
    s->spec.n_layers = n;
}

/* Append layer i and what follows. */
static void place(search *s, int i, state st)
{
    const dp_weighted *w = s->layer[i];
    dp_layer layer = dp_op_get(w->kind)->defaults;
    layer.kind = w->kind;
    if (w->kind != DP_OP_BN)
        st.acted = st.pooled = false;
    else if (strstr(w->group->tensor[DP_RUNNING_MEAN]->name, "moving_"))
        layer.value = 1e-3f; /* the default of Keras, whose word this is */
    switch (w->kind) {
    case DP_OP_CONV:
        if (!st.flat)
            place_convs(s, i, &st);
        return;
    case DP_OP_DENSE:
        layer.out = w->out;
        layer.bias = w->group->tensor[DP_BIAS] != NULL;
        if (st.shape.c == w->in && push(s, &st, &layer))
            connect(s, i + 1, st);
        return;
    default:
        if (st.shape.c == w->out && push(s, &st, &layer))
            connect(s, i + 1, st);
        return;
    }
}

/* ---- what lies between -------------------------------------------------------------------- */

/* Poolings: kernel, stride, and padding before and after. */
static const struct pooling {
    int kernel, stride, before, after, cost;
} poolings[] = {
    { 2, 2, 0, 0, 0 },           { 2, 2, 0, 1, ODD_POOLING },
    { 3, 2, 0, 0, ODD_POOLING }, { 3, 2, 1, 1, ODD_POOLING },
    { 3, 3, 0, 0, ODD_POOLING }, { 4, 4, 0, 0, ODD_POOLING + 1 },
    { 2, 1, 0, 0, ODD_POOLING },
};

static bool push_pool(search *s, state *st, const struct pooling *p)
{
    dp_layer pool = { .kind = DP_OP_MAXPOOL };
    if (p->after > p->before && st->shape.h % 2 == 0)
        return false; /* the padding does nothing */
    for (int d = 0; d < 2; d++) {
        pool.kernel[d] = p->kernel;
        pool.stride[d] = p->stride;
        pool.pad[d] = p->before;
        pool.pad[d + 2] = p->after;
    }
    return push(s, st, &pool);
}

/* Whether layer i takes a vector where its input is an image. */
static bool flattens(const search *s, int i, const state *st)
{
    const dp_weighted *w = s->layer[i];
    return !st->flat &&
           (w->kind == DP_OP_DENSE || (w->kind == DP_OP_BN && w->out != st->shape.c));
}

/* Whether layer i is the second half of a separable convolution, which nothing but a function
 * divides. */
static bool is_pointwise(const search *s, int i)
{
    int before = i - 1;
    while (before > 0 && s->layer[before]->kind == DP_OP_BN)
        before--;
    return before > 0 && s->layer[before]->kind == DP_OP_CONV &&
           s->layer[before]->in == 1 && s->layer[i]->kind == DP_OP_CONV &&
           s->layer[i]->kernel[0] == 1 && s->layer[i]->kernel[1] == 1;
}

/* Go on with layer i, if the cost allows it. `left` layers of a gap are still unexplained. */
static void arrive(search *s, int i, state st, int left)
{
    const bool image = !st.flat;
    const bool flatten = flattens(s, i, &st);
    if (left > 0 && image)
        st.cost += flatten && st.pooled ? DROPOUT * left : FILLED_GAP * left;
    if (is_pointwise(s, i)) {
        st.cost += st.pooled ? UNEVEN_POOLING : 0;
    } else if (image && s->layer[i]->kind != DP_OP_BN && i > 0 && left == UNKNOWN &&
               !st.averaged) {
        st.pattern = st.pattern << 1 | st.pooled;
        st.free = (unsigned)dp_min_int((int)st.free + 1, MAX_BITS);
    }
    if (st.cost > s->limit || s->visits++ > MAX_VISITS)
        return;
    if (!flatten || push_flatten(s, &st))
        place(s, i, st);
}

/* Pool the image before layer i, in every way. */
static void try_pools(search *s, int i, const state *st, int left)
{
    const int n = s->spec.n_layers;
    for (unsigned p = 0; p < DP_COUNT(poolings); p++) {
        state next = *st;
        next.pooled = true;
        next.cost += st->pools & 1u << p ? 0 : poolings[p].cost;
        next.pools |= 1u << p;
        if (next.cost <= s->limit && push_pool(s, &next, &poolings[p]))
            arrive(s, i, next, left);
        s->spec.n_layers = n;
    }
    state mean = *st;
    mean.cost += i == s->n - 1 ? MEAN_AT_END : MEAN_BEFORE_MORE;
    if (flattens(s, i, st) && st->shape.h * st->shape.w > 1 &&
        s->layer[i]->in == st->shape.c && push_plain(s, &mean, DP_OP_GLOBAL_AVGPOOL)) {
        mean.averaged = mean.pooled = true;
        arrive(s, i, mean, left);
    }
    s->spec.n_layers = n;
}

/* `room` layers lie before layer i, besides a flatten; put a function there if `act`. */
static void fill(search *s, int i, state st, bool act, int room)
{
    const int n = s->spec.n_layers;
    const bool norm = s->layer[i]->kind == DP_OP_BN;
    if (act && !push_plain(s, &st, DP_OP_RELU))
        return;
    st.acted = st.acted || act;
    const int left = room == UNKNOWN ? UNKNOWN : room - act;
    const int acted = s->spec.n_layers;
    arrive(s, i, st, left);
    s->spec.n_layers = acted;
    if (!st.flat && !st.pooled && (room == UNKNOWN ? !norm : left > 0))
        try_pools(s, i, &st, left == UNKNOWN ? UNKNOWN : left - 1);
    s->spec.n_layers = n;
}

/* The layers without weights between layer i − 1 and layer i, and then layer i. */
static void connect(search *s, int i, state st)
{
    if (i == s->n) {
        finish(s, st);
        return;
    }
    const bool norm = s->layer[i]->kind == DP_OP_BN;
    const int gap = s->gap[i];
    int room = gap == UNKNOWN ? UNKNOWN : gap - flattens(s, i, &st);
    if (gap != UNKNOWN && room < 0) {
        room = 0;
        st.cost += FILLED_GAP;
    }
    if (room == UNKNOWN && norm && !st.acted) {
        const bool last = i == s->n - 1;
        fill(s, i, st, !last && s->side[i] > 0, room);
        return;
    }
    fill(s, i, st, !st.acted && room != 0, room);
    if (!st.acted && room == 1 && !st.flat) {
        st.cost += NO_FUNCTION;
        fill(s, i, st, false, room);
    }
}

/* What precedes the first layer: nothing, a flatten, or pooling of the input. */
static void start(search *s, int doubt)
{
    state st = { .shape = { 1, DP_SIDE, DP_SIDE }, .acted = true, .cost = doubt };
    const bool dense = s->layer[0]->kind == DP_OP_DENSE;
    const bool gap = s->gap[0] > 0 && !dense;
    s->spec = (dp_spec){ .n_layers = 0 };
    state plain = st;
    plain.cost += gap ? 2 : 0;
    arrive(s, 0, plain, 0);
    st.cost += gap || dense ? POOLED_INPUT_IN_GAP : POOLED_INPUT;
    for (int k = 2; k <= 4; k += 2) {
        const struct pooling p = { k, k, 0, 0, 0 };
        state pooled = st;
        s->spec.n_layers = 0;
        if (push_pool(s, &pooled, &p))
            arrive(s, 0, pooled, 0);
    }
}

dp_code dp_chain_search(dp_chain_choices *out, const dp_weighted_list *list,
                        const dp_layer_order *order, const dp_axis_order *axes,
                        int within, dp_err *err)
{
    static const int limits[] = { 2, 5, 9, 14 };
    search *s = calloc(1, sizeof *s);
    if (!s)
        return dp_fail(err, DP_NOMEM, "out of memory");
    s->out = out;
    s->n = list->n;
    s->tensorflow = axes->tensorflow;
    for (int i = 0; i < s->n; i++)
        s->layer[i] = &list->layer[order->index[i]];
    measure_gaps(s);
    dp_code code = DP_OK;
    for (int i = 1; i < s->n && !code; i++)
        code = find_side_of_norm(&s->side[i], s->layer[i], s->layer[i - 1], err);
    for (size_t i = 0; i < DP_COUNT(limits) && s->visits <= MAX_VISITS && !code; i++) {
        s->limit = limits[i];
        start(s, order->doubt);
        if (out->n > 0 && out->choice[0].cost + within <= s->limit)
            break;
    }
    free(s);
    return code;
}
