#include "config.h"

#include "weights/safetensors/match.h"

#include "weights/safetensors/axis_order.h"
#include "weights/safetensors/tensor_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        char have[DP_DIMS_TEXT], want[DP_DIMS_TEXT];
        uint64_t dim[4];
        param_dims(dim, p);
        dp_dims_format(have, t->dim, t->rank);
        dp_dims_format(want, dim, p->rank);
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

/* ---- files from other frameworks ------------------------------------------------------ */

typedef struct matcher {
    const dp_spec *spec;
    const dp_params *layout;
    dp_tensor_groups all;
    bool taken[DP_ST_MAX_TENSORS]; /* [i]: a layer has taken group i */
} matcher;

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
static void four_dims(size_t dim[DP_AXES], const dp_spec *spec, const dp_param *p)
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

static const int *axes_of(const dp_axis_order *c, const dp_param *p)
{
    return p->rank == 4 ? c->conv : c->dense;
}

static bool fits_array(const dp_st_tensor *t, const dp_param *p, const dp_axis_order *c)
{
    if (p->rank == 1) { /* [n], or [1,n] from a framework that keeps rows */
        bool row = t->rank >= 1 && t->count == p->count;
        for (int d = 0; row && d < t->rank; d++)
            row = t->dim[d] == 1 || t->dim[d] == t->count;
        return row;
    }
    bool fits = t->rank == p->rank;
    for (int d = 0; fits && d < p->rank; d++) {
        fits = t->dim[dp_axis_of(c, p->rank, d)] == (uint64_t)p->dim[d];
    }
    return fits;
}

/* Copy [out, in, height, width] from the axis order of the file. */
static void permute(float *out, const float *in, const size_t dim[DP_AXES],
                    const int axes[DP_AXES])
{
    size_t stride[DP_AXES], step = 1;
    for (int at = DP_AXES - 1; at >= 0; at--)
        for (int d = 0; d < DP_AXES; d++)
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

static bool fits(const dp_tensor_group *g, wanted want, const dp_axis_order *c)
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

/* The index of the first group that fits, or −1. *rival is another one if nothing tells which
 * comes first, else NULL. */
static int choose_group(const dp_tensor_group **rival, const matcher *m, wanted want,
                        const dp_axis_order *c)
{
    const dp_tensor_group *group = m->all.group;
    int best = -1;
    *rival = NULL;
    for (int i = 0; i < m->all.n; i++)
        if (!m->taken[i] && fits(&group[i], want, c) &&
            (best < 0 || dp_tensor_name_precedes(group[i].layer, group[best].layer)))
            best = i;
    for (int i = 0; best >= 0 && m->all.by_name && i < m->all.n; i++)
        if (i != best && !m->taken[i] && fits(&group[i], want, c) &&
            !dp_tensor_name_precedes(group[best].layer, group[i].layer))
            *rival = &group[i];
    return best;
}

static dp_code take_array(float *params, const dp_spec *spec, const dp_param *p,
                          const dp_tensor_group *g, const dp_axis_order *c, dp_err *err)
{
    size_t dim[DP_AXES];
    if (!g->tensor[p->role]) {
        for (size_t i = 0; i < p->count; i++)
            params[p->offset + i] = p->role == DP_GAMMA;
        return DP_OK;
    }
    float *values = malloc(p->count * sizeof *values);
    if (!values)
        return dp_fail(err, DP_NOMEM, "out of memory");
    dp_code code = dp_tensor_group_floats(values, g, p->role, err);
    four_dims(dim, spec, p);
    if (!code)
        permute(params + p->offset, values, dim, axes_of(c, p));
    free(values);
    return code;
}

/* Add "weight [128,784]" to a list. */
static void describe(char *text, size_t size, dp_role role, const uint64_t *dim, int rank)
{
    char shape[DP_DIMS_TEXT];
    size_t used = strlen(text);
    dp_dims_format(shape, dim, rank);
    snprintf(text + used, size - used, "%s%s %.32s", used ? ", " : "", dp_role_name(role),
             shape);
}

/* The first unused group whose main tensor has the rank that the layer needs. */
static const dp_tensor_group *nearest_group(const matcher *m, wanted want)
{
    dp_role role = want.param[0].role == DP_WEIGHT ? DP_WEIGHT : DP_RUNNING_MEAN;
    for (int i = 0; i < m->all.n; i++) {
        const dp_st_tensor *t = m->all.group[i].tensor[role];
        if (!m->taken[i] && t && t->rank == want.param[0].rank)
            return &m->all.group[i];
    }
    return NULL;
}

/* Name the layer, the tensors that it needs and the most similar group in the file. */
static dp_code fail_missing(const matcher *m, wanted want, dp_err *err)
{
    char needs[DP_DIMS_TEXT] = "", has[DP_DIMS_TEXT] = "";
    const dp_tensor_group *near = nearest_group(m, want);
    for (int i = 0; i < want.n; i++) {
        uint64_t dim[DP_AXES];
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

static dp_code match_layer(float *params, matcher *m, wanted want, const dp_axis_order *c,
                           dp_err *err)
{
    const dp_tensor_group *rival;
    const int i = choose_group(&rival, m, want, c);
    if (i < 0)
        return fail_missing(m, want, err);
    const dp_tensor_group *g = &m->all.group[i];
    if (rival)
        return dp_fail(
            err, DP_MODEL,
            "layer %d: both '%.48s' and '%.48s' fit; number their names in the order of "
            "the layers",
            want.param[0].layer, g->layer, rival->layer);
    m->taken[i] = true;
    dp_code code = DP_OK;
    for (int k = 0; k < want.n && !code; k++)
        code = take_array(params, m->spec, &want.param[k], g, c, err);
    return code;
}

/* ---- the whole file ------------------------------------------------------------------ */

/* On failure *layer is the layer that could not be matched. */
static dp_code match_layers(int *layer, float *params, matcher *m, const dp_axis_order *c,
                            dp_err *err)
{
    memset(m->taken, 0, sizeof m->taken);
    for (*layer = 0; *layer < m->spec->n_layers; ++*layer) {
        wanted want = layer_params(m->layout, *layer);
        dp_code code = want.n ? match_layer(params, m, want, c, err) : DP_OK;
        if (code)
            return code;
    }
    for (int i = 0; i < m->all.n; i++)
        if (!m->taken[i])
            return dp_fail(err, DP_MODEL,
                           "tensors '%s.*' belong to no layer of the chain",
                           m->all.group[i].layer);
    return DP_OK;
}

/* Use the first order of axes that fits. If none does, report the failure of the one that
 * matched the most layers. Without memory for one, no other may be used in its place. */
static dp_code try_axis_orders(float *params, matcher *m, dp_err *err)
{
    int farthest = -1;
    dp_code result = DP_OK;
    const dp_axis_order *orders[DP_AXIS_ORDERS];
    dp_axis_orders(orders, &m->all);
    for (int i = 0; i < DP_AXIS_ORDERS; i++) {
        int layer;
        dp_err reason;
        dp_code code = match_layers(&layer, params, m, orders[i], &reason);
        if (!code)
            return DP_OK;
        if (code == DP_NOMEM)
            return dp_fail(err, code, "%s", reason.msg);
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
    dp_code code = dp_tensor_groups_collect(&m->all, st, err);
    if (!code)
        code = try_axis_orders(params, m, err);
    free(m);
    return code;
}
