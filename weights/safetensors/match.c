#include "config.h"

#include "weights/safetensors/match.h"

#include "engine/core/arith.h"
#include "weights/safetensors/tensor_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHAPE_TEXT = 128 };

/* "[32,1,3,3]", cut to fit. */
static void format_dims(char text[SHAPE_TEXT], const uint64_t *dim, int rank)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < rank && used < SHAPE_TEXT; i++)
        used += (size_t)snprintf(text + used, SHAPE_TEXT - used, "%s%" PRIu64,
                                 i ? "," : "[", dim[i]);
    if (used < SHAPE_TEXT)
        snprintf(text + used, SHAPE_TEXT - used, rank ? "]" : "[]");
}

static void param_dims(uint64_t dim[4], const dp_param *p)
{
    for (int i = 0; i < p->rank; i++)
        dim[i] = (uint64_t)p->dim[i];
}

static bool same_shape(const dp_st_tensor *t, const dp_param *p)
{
    bool same = t->rank == p->rank;
    for (int d = 0; same && d < p->rank; d++)
        same = t->dim[d] == (uint64_t)p->dim[d];
    return same;
}

/* ---- digitpad's own files ---------------------------------------------------------- */

static dp_code match_one(float *params, const dp_param *p, const dp_safetensors *st,
                         dp_err *err)
{
    char name[DP_ST_MAX_NAME + 1];
    snprintf(name, sizeof name, "%d.%s", p->layer, dp_role_name(p->role));
    const dp_st_tensor *t = dp_safetensors_find(st, name);
    if (!t)
        return dp_fail(err, DP_MODEL, "tensor '%s' is missing", name);
    if (!same_shape(t, p)) {
        char have[SHAPE_TEXT], want[SHAPE_TEXT];
        uint64_t dim[4];
        param_dims(dim, p);
        format_dims(have, t->dim, t->rank);
        format_dims(want, dim, p->rank);
        return dp_fail(err, DP_MODEL, "tensor '%s': shape is %s, not %s as in the chain",
                       name, have, want);
    }
    return dp_st_tensor_floats(params + p->offset, t, err);
}

/* The first tensor whose name is not that of a parameter. */
static const dp_st_tensor *find_stray(const dp_params *layout, const dp_safetensors *st)
{
    for (int i = 0; i < st->n_tensors; i++) {
        bool known = false;
        for (int k = 0; k < layout->n && !known; k++) {
            char name[DP_ST_MAX_NAME + 1];
            snprintf(name, sizeof name, "%d.%s", layout->param[k].layer,
                     dp_role_name(layout->param[k].role));
            known = strcmp(name, st->tensor[i].name) == 0;
        }
        if (!known)
            return &st->tensor[i];
    }
    return NULL;
}

dp_code dp_match_own(float *params, const dp_params *layout, const dp_safetensors *st,
                     dp_err *err)
{
    for (int i = 0; i < layout->n; i++) {
        dp_code code = match_one(params, &layout->param[i], st, err);
        if (code)
            return code;
    }
    const dp_st_tensor *stray = find_stray(layout, st);
    if (stray)
        return dp_fail(err, DP_MODEL, "tensor '%s' belongs to no layer of the chain",
                       stray->name);
    return DP_OK;
}

/* ---- files from other frameworks: groups of tensors ---------------------------------- */

/* The tensors of one layer. */
typedef struct group {
    char layer[DP_ST_MAX_NAME + 1];
    const dp_st_tensor *tensor[DP_ROLE_COUNT];
    bool taken;
} group;

typedef struct matcher {
    const dp_spec *spec;
    const dp_params *layout;
    group group[DP_ST_MAX_TENSORS]; /* in the order of their first tensors' offsets */
    int n_groups;
    bool
        by_name; /* the tensors of each type are sorted by name: their order means nothing */
} matcher;

static group *find_group(matcher *m, const char *layer)
{
    for (int i = 0; i < m->n_groups; i++)
        if (strcmp(m->group[i].layer, layer) == 0)
            return &m->group[i];
    group *g = &m->group[m->n_groups++];
    strcpy(g->layer, layer);
    return g;
}

static dp_code add_tensor(matcher *m, const dp_st_tensor *t, dp_err *err)
{
    dp_tensor_name name;
    if (!dp_tensor_name_parse(&name, t->name))
        return dp_fail(err, DP_MODEL,
                       "tensor '%s': unknown role (not a weight or bias, nor a batch "
                       "norm's gamma, beta, mean or variance)",
                       t->name);
    if (name.counter)
        return DP_OK;
    const dp_st_tensor **slot = &find_group(m, name.layer)->tensor[name.role];
    if (*slot)
        return dp_fail(err, DP_MODEL, "tensors '%s' and '%s': the same layer and role",
                       (*slot)->name, t->name);
    *slot = t;
    return DP_OK;
}

/* A group with running statistics is a batch norm: its weight is gamma, its bias beta. */
static void resolve_batch_norm(group *g)
{
    static const dp_role pairs[][2] = { { DP_WEIGHT, DP_GAMMA }, { DP_BIAS, DP_BETA } };
    if (!g->tensor[DP_RUNNING_MEAN])
        return;
    for (int i = 0; i < 2; i++) {
        const dp_st_tensor **from = &g->tensor[pairs[i][0]],
                           **to = &g->tensor[pairs[i][1]];
        if (*from && !*to) {
            *to = *from;
            *from = NULL;
        }
    }
}

static dp_code collect_groups(matcher *m, const dp_safetensors *st, dp_err *err)
{
    m->by_name = true;
    for (int i = 0; i < st->n_tensors; i++) {
        dp_code code = add_tensor(m, &st->tensor[i], err);
        if (code)
            return code;
        const dp_st_tensor *before = &st->tensor[i > 0 ? i - 1 : 0];
        bool sorted = i == 0 || before->dtype != st->tensor[i].dtype ||
                      strcmp(before->name, st->tensor[i].name) < 0;
        m->by_name = m->by_name && sorted;
    }
    for (int i = 0; i < m->n_groups; i++)
        resolve_batch_norm(&m->group[i]);
    return DP_OK;
}

/* ---- the order of axes --------------------------------------------------------------- */

/* Every array is treated as [out, in, height, width]: a dense layer on a flattened image is a
 * convolution whose kernel has the size of the image, and a batch norm's arrays after the
 * flatten are a single row. Frameworks store the four axes in the orders below: axis d of
 * ours is axis conv[d] or dense[d] of the file. */
enum { AXES = 4 };

typedef struct convention {
    int conv[AXES], dense[AXES];
} convention;

static const convention conventions[] = {
    { { 0, 1, 2, 3 }, { 0, 1, 2, 3 } }, /* PyTorch, Candle, tinygrad: [out, in] */
    { { 0, 1, 2, 3 }, { 3, 0, 1, 2 } }, /* Burn: [in, out] */
    { { 0, 3, 1, 2 }, { 0, 3, 1, 2 } }, /* MLX: channels last */
    { { 3, 2, 0, 1 }, { 3, 2, 0, 1 } }, /* Flax, Keras: channels last, [in, out] */
};

/* The image that was flattened into the layer's input; n×1×1 if there was none. */
static dp_shape flattened(const dp_spec *spec, int layer)
{
    for (int i = layer - 1; i >= 0; i--) {
        if (spec->layer[i].kind == DP_OP_FLATTEN)
            return spec->shape[i];
        if (spec->layer[i].kind == DP_OP_DENSE)
            break;
    }
    return spec->shape[layer];
}

/* The parameter as [out, in, height, width]. */
static void four_dims(size_t dim[AXES], const dp_spec *spec, const dp_param *p)
{
    const dp_shape in = spec->shape[p->layer];
    dp_shape image = { p->rank == 1 ? p->dim[0] : p->dim[1], 1, 1 };
    bool row =
        p->rank == 2 || (spec->layer[p->layer].kind == DP_OP_BN && in.h * in.w == 1);
    if (row)
        image = flattened(spec, p->layer);
    dim[0] = p->rank == 1 ? 1 : (size_t)p->dim[0];
    dim[1] = (size_t)image.c;
    dim[2] = p->rank == 4 ? (size_t)p->dim[2] : (size_t)image.h;
    dim[3] = p->rank == 4 ? (size_t)p->dim[3] : (size_t)image.w;
}

static const int *axes_of(const convention *c, const dp_param *p)
{
    return p->rank == 4 ? c->conv : c->dense;
}

static bool fits_array(const dp_st_tensor *t, const dp_param *p, const convention *c)
{
    if (p->rank == 1) { /* [n], or [1,n] from a framework that keeps rows */
        bool row = t->rank >= 1 && t->count == p->count;
        for (int d = 0; row && d < t->rank; d++)
            row = t->dim[d] == 1 || t->dim[d] == t->count;
        return row;
    }
    bool fits = t->rank == p->rank;
    for (int d = 0; fits && d < p->rank; d++) {
        int at = p->rank == 4 ? c->conv[d] : c->dense[0] == 0 ? d : 1 - d;
        fits = t->dim[at] == (uint64_t)p->dim[d];
    }
    return fits;
}

/* Copy [out, in, height, width] from the axis order of the file. */
static void permute(float *out, const float *in, const size_t dim[AXES],
                    const int axes[AXES])
{
    size_t stride[AXES], step = 1;
    for (int at = AXES - 1; at >= 0; at--)
        for (int d = 0; d < AXES; d++)
            if (axes[d] == at) {
                stride[d] = step;
                step *= dim[d];
            }
    for (size_t o = 0; o < dim[0]; o++)
        for (size_t i = 0; i < dim[1]; i++)
            for (size_t h = 0; h < dim[2]; h++)
                for (size_t w = 0; w < dim[3]; w++)
                    *out++ =
                        in[o * stride[0] + i * stride[1] + h * stride[2] + w * stride[3]];
}

/* ---- one layer ----------------------------------------------------------------------- */

/* The parameters of one layer, consecutive in the layout. */
typedef struct wanted {
    const dp_param *param;
    int n;
} wanted;

static wanted layer_params(const dp_params *layout, int layer)
{
    wanted want = { NULL, 0 };
    for (int i = 0; i < layout->n; i++)
        if (layout->param[i].layer == layer && want.n++ == 0)
            want.param = &layout->param[i];
    return want;
}

/* A missing bias or beta is 0, a missing gamma 1. */
static bool is_optional(dp_role role)
{
    return role == DP_BIAS || role == DP_GAMMA || role == DP_BETA;
}

static bool fits(const group *g, wanted want, const convention *c)
{
    int tensors = 0, used = 0;
    for (int role = 0; role < DP_ROLE_COUNT; role++)
        tensors += g->tensor[role] != NULL;
    for (int i = 0; i < want.n; i++) {
        const dp_st_tensor *t = g->tensor[want.param[i].role];
        if (t ? !fits_array(t, &want.param[i], c) : !is_optional(want.param[i].role))
            return false;
        used += t != NULL;
    }
    return used == tensors;
}

/* The first group that fits. *rival is another one if nothing tells which comes first, else
 * NULL. */
static group *choose_group(const group **rival, matcher *m, wanted want,
                           const convention *c)
{
    group *best = NULL;
    *rival = NULL;
    for (int i = 0; i < m->n_groups; i++) {
        group *g = &m->group[i];
        if (!g->taken && fits(g, want, c) &&
            (!best || dp_tensor_name_precedes(g->layer, best->layer)))
            best = g;
    }
    for (int i = 0; best && m->by_name && i < m->n_groups; i++) {
        const group *g = &m->group[i];
        if (g != best && !g->taken && fits(g, want, c) &&
            !dp_tensor_name_precedes(best->layer, g->layer))
            *rival = g;
    }
    return best;
}

static dp_code take_array(float *params, const dp_spec *spec, const dp_param *p,
                          const dp_st_tensor *t, const convention *c, dp_err *err)
{
    size_t dim[AXES];
    if (!t) {
        for (size_t i = 0; i < p->count; i++)
            params[p->offset + i] = p->role == DP_GAMMA;
        return DP_OK;
    }
    float *values = malloc(p->count * sizeof *values);
    if (!values)
        return dp_fail(err, DP_NOMEM, "out of memory");
    dp_code code = dp_st_tensor_floats(values, t, err);
    four_dims(dim, spec, p);
    if (!code)
        permute(params + p->offset, values, dim, axes_of(c, p));
    free(values);
    return code;
}

/* Add "weight [128,784]" to a list. */
static void describe(char *text, size_t size, dp_role role, const uint64_t *dim, int rank)
{
    char shape[SHAPE_TEXT];
    size_t used = strlen(text);
    format_dims(shape, dim, rank);
    snprintf(text + used, size - used, "%s%s %.32s", used ? ", " : "", dp_role_name(role),
             shape);
}

/* The first unused group whose main tensor has the rank that the layer needs. */
static const group *nearest_group(const matcher *m, wanted want)
{
    dp_role role = want.param[0].role == DP_WEIGHT ? DP_WEIGHT : DP_RUNNING_MEAN;
    for (int i = 0; i < m->n_groups; i++) {
        const dp_st_tensor *t = m->group[i].tensor[role];
        if (!m->group[i].taken && t && t->rank == want.param[0].rank)
            return &m->group[i];
    }
    return NULL;
}

/* Name the layer, the tensors that it needs and the most similar group in the file. */
static dp_code fail_missing(const matcher *m, wanted want, dp_err *err)
{
    char needs[SHAPE_TEXT] = "", has[SHAPE_TEXT] = "";
    const group *near = nearest_group(m, want);
    for (int i = 0; i < want.n; i++) {
        uint64_t dim[AXES];
        param_dims(dim, &want.param[i]);
        describe(needs, sizeof needs, want.param[i].role, dim, want.param[i].rank);
    }
    for (int role = 0; near && role < DP_ROLE_COUNT; role++) {
        const dp_st_tensor *t = near->tensor[role];
        if (t)
            describe(has, sizeof has, (dp_role)role, t->dim, t->rank);
    }
    if (!near)
        return dp_fail(err, DP_MODEL, "layer %d: no tensors are left for its %s",
                       want.param[0].layer, needs);
    return dp_fail(err, DP_MODEL, "layer %d: no tensors fit its %s; '%.48s' has %s",
                   want.param[0].layer, needs, near->layer, has);
}

static dp_code match_layer(float *params, matcher *m, wanted want, const convention *c,
                           dp_err *err)
{
    const group *rival;
    group *g = choose_group(&rival, m, want, c);
    if (!g)
        return fail_missing(m, want, err);
    if (rival)
        return dp_fail(
            err, DP_MODEL,
            "layer %d: both '%.48s' and '%.48s' fit; number their names in the order of "
            "the layers",
            want.param[0].layer, g->layer, rival->layer);
    g->taken = true;
    dp_code code = DP_OK;
    for (int i = 0; i < want.n && !code; i++)
        code = take_array(params, m->spec, &want.param[i], g->tensor[want.param[i].role],
                          c, err);
    return code;
}

/* ---- the whole file ------------------------------------------------------------------ */

/* On failure *layer is the layer that could not be matched. */
static dp_code match_layers(int *layer, float *params, matcher *m, const convention *c,
                            dp_err *err)
{
    for (int i = 0; i < m->n_groups; i++)
        m->group[i].taken = false;
    for (*layer = 0; *layer < m->spec->n_layers; ++*layer) {
        wanted want = layer_params(m->layout, *layer);
        dp_code code = want.n ? match_layer(params, m, want, c, err) : DP_OK;
        if (code)
            return code;
    }
    for (int i = 0; i < m->n_groups; i++)
        if (!m->group[i].taken)
            return dp_fail(err, DP_MODEL,
                           "tensors '%s.*' belong to no layer of the chain",
                           m->group[i].layer);
    return DP_OK;
}

/* Use the first convention that fits. If none does, report the failure of the one that
 * matched the most layers. */
static dp_code try_conventions(float *params, matcher *m, dp_err *err)
{
    int farthest = -1;
    dp_code result = DP_OK;
    for (size_t i = 0; i < DP_COUNT(conventions); i++) {
        int layer;
        dp_err reason;
        dp_code code = match_layers(&layer, params, m, &conventions[i], &reason);
        if (!code)
            return DP_OK;
        if (layer > farthest) {
            farthest = layer;
            result = dp_fail(err, code, "%s", reason.msg);
        }
    }
    return result;
}

dp_code dp_match_foreign(float *params, const dp_spec *spec, const dp_params *layout,
                         const dp_safetensors *st, dp_err *err)
{
    matcher *m = calloc(1, sizeof *m);
    if (!m)
        return dp_fail(err, DP_NOMEM, "out of memory");
    m->spec = spec;
    m->layout = layout;
    dp_code code = collect_groups(m, st, err);
    if (!code)
        code = try_conventions(params, m, err);
    free(m);
    return code;
}
