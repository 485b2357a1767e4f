#include "config.h"

#include "weights/match.h"

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
    uint64_t dim[4];
    param_dims(dim, p);
    return t->rank == p->rank &&
           memcmp(t->dim, dim, (size_t)p->rank * sizeof dim[0]) == 0;
}

/* ---- files of our own -------------------------------------------------------------- */

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
        return dp_fail(err, DP_MODEL, "tensor '%s' has shape %s, the chain asks for %s",
                       name, have, want);
    }
    return dp_st_tensor_floats(params + p->offset, t, err);
}

/* The first tensor that no parameter of the chain is called. */
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

/* ---- files of elsewhere ------------------------------------------------------------ */

/* Tensors whose names share everything before the last dot. */
typedef struct group {
    char prefix[DP_ST_MAX_NAME + 1];
    const dp_st_tensor *tensor[DP_ROLE_COUNT];
    bool taken;
} group;

typedef struct matcher {
    group group[DP_ST_MAX_TENSORS]; /* in order of offset */
    int n_groups;
    bool transposed; /* dense weights are [in, out] */
} matcher;

/* What other programs call the arrays of a layer. Of a batch norm, gamma is often
 * "weight" and beta "bias": add_tensor settles that once the whole group is known. */
static const struct {
    const char *name;
    dp_role role;
} role_names[] = {
    {"weight", DP_WEIGHT},
    {"kernel", DP_WEIGHT},
    {"bias", DP_BIAS},
    {"gamma", DP_GAMMA},
    {"scale", DP_GAMMA},
    {"beta", DP_BETA},
    {"running_mean", DP_RUNNING_MEAN},
    {"moving_mean", DP_RUNNING_MEAN},
    {"running_var", DP_RUNNING_VAR},
    {"moving_variance", DP_RUNNING_VAR},
};

static group *find_group(matcher *m, const char *prefix)
{
    for (int i = 0; i < m->n_groups; i++)
        if (strcmp(m->group[i].prefix, prefix) == 0)
            return &m->group[i];
    group *g = &m->group[m->n_groups++];
    strcpy(g->prefix, prefix);
    return g;
}

static dp_code add_tensor(matcher *m, const dp_st_tensor *t, dp_err *err)
{
    char prefix[DP_ST_MAX_NAME + 1] = "";
    const char *dot = strrchr(t->name, '.');
    const char *last = dot ? dot + 1 : t->name;
    if (dot)
        memcpy(prefix, t->name, (size_t)(dot - t->name));
    if (strcmp(last, "num_batches_tracked") == 0)
        return DP_OK; /* a counter of the trainer */
    for (size_t i = 0; i < sizeof role_names / sizeof role_names[0]; i++) {
        if (strcmp(last, role_names[i].name) != 0)
            continue;
        const dp_st_tensor **slot = &find_group(m, prefix)->tensor[role_names[i].role];
        if (*slot)
            return dp_fail(err, DP_MODEL, "tensors '%s' and '%s' mean the same",
                           (*slot)->name, t->name);
        *slot = t;
        return DP_OK;
    }
    return dp_fail(err, DP_MODEL, "tensor '%s': do not know what it is", t->name);
}

/* A group with running statistics is a batch norm: its weight is gamma, its bias beta. */
static void settle_group(group *g)
{
    static const dp_role pairs[][2] = {{DP_WEIGHT, DP_GAMMA}, {DP_BIAS, DP_BETA}};
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

static bool is_dense_weight(const dp_param *p)
{
    return p->role == DP_WEIGHT && p->rank == 2;
}

static bool fits_transposed(const dp_st_tensor *t, const dp_param *p)
{
    return is_dense_weight(p) && t->rank == 2 && t->dim[0] == (uint64_t)p->dim[1] &&
           t->dim[1] == (uint64_t)p->dim[0];
}

/* The parameters of one layer stand together in the layout: [*first, *first + *n). */
static void layer_params(const dp_param **first, int *n, const dp_params *layout,
                         int layer)
{
    *n = 0;
    for (int i = 0; i < layout->n; i++)
        if (layout->param[i].layer == layer && (*n)++ == 0)
            *first = &layout->param[i];
}

static bool fits(const group *g, const dp_param *first, int n)
{
    int tensors = 0;
    for (int role = 0; role < DP_ROLE_COUNT; role++)
        tensors += g->tensor[role] != NULL;
    if (tensors != n)
        return false;
    for (int i = 0; i < n; i++) {
        const dp_st_tensor *t = g->tensor[first[i].role];
        if (!t || !(same_shape(t, &first[i]) || fits_transposed(t, &first[i])))
            return false;
    }
    return true;
}

/* "block.2.conv" comes before "block.10.conv" although writers that sort by letters store
 * it later: names that differ in their numbers only are ordered by these. */
static bool numbers_precede(const char *a, const char *b)
{
    while (*a && *b) {
        char *a_end, *b_end;
        unsigned long long i = strtoull(a, &a_end, 10), k = strtoull(b, &b_end, 10);
        bool numbers = *a >= '0' && *a <= '9' && *b >= '0' && *b <= '9';
        if (!numbers && *a != *b)
            return false;
        if (numbers && i != k)
            return i < k;
        a = numbers ? a_end : a + 1;
        b = numbers ? b_end : b + 1;
    }
    return false;
}

static group *choose_group(matcher *m, const dp_param *first, int n)
{
    group *best = NULL;
    for (int i = 0; i < m->n_groups; i++) {
        group *g = &m->group[i];
        if (!g->taken && fits(g, first, n) &&
            (!best || numbers_precede(g->prefix, best->prefix)))
            best = g;
    }
    return best;
}

/* [in, out] → [out, in] */
static dp_code transpose_floats(float *out, const dp_param *p, dp_err *err)
{
    size_t rows = (size_t)p->dim[0], columns = (size_t)p->dim[1];
    float *copy = malloc(p->count * sizeof *copy);
    if (!copy)
        return dp_fail(err, DP_NOMEM, "out of memory");
    memcpy(copy, out, p->count * sizeof *copy);
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++)
            out[i * columns + k] = copy[k * rows + i];
    free(copy);
    return DP_OK;
}

static dp_code take_group(float *params, const matcher *m, group *g,
                          const dp_param *first, int n, dp_err *err)
{
    g->taken = true;
    for (int i = 0; i < n; i++) {
        const dp_param *p = &first[i];
        const dp_st_tensor *t = g->tensor[p->role];
        dp_code code = dp_st_tensor_floats(params + p->offset, t, err);
        bool square = same_shape(t, p) && fits_transposed(t, p);
        if (!code && is_dense_weight(p) && (square ? m->transposed : !same_shape(t, p)))
            code = transpose_floats(params + p->offset, p, err);
        if (code)
            return code;
    }
    return DP_OK;
}

/* Square weights look the same either way: the others of the file tell. */
static void find_orientation(matcher *m, const dp_params *layout)
{
    for (int i = 0; i < layout->n; i++)
        for (int k = 0; k < m->n_groups; k++) {
            const dp_st_tensor *t = m->group[k].tensor[DP_WEIGHT];
            const dp_param *p = &layout->param[i];
            if (t && fits_transposed(t, p) && !same_shape(t, p))
                m->transposed = true;
        }
}

static dp_code missing_group(const dp_param *first, int n, dp_err *err)
{
    char want[SHAPE_TEXT], roles[SHAPE_TEXT] = "";
    uint64_t dim[4];
    size_t used = 0;
    param_dims(dim, first);
    format_dims(want, dim, first->rank);
    for (int i = 0; i < n && used < sizeof roles; i++)
        used += (size_t)snprintf(roles + used, sizeof roles - used, "%s%s", i ? ", " : "",
                                 dp_role_name(first[i].role));
    return dp_fail(err, DP_MODEL,
                   "layer %d: no tensors fit it (wanted: %s; the first of shape %s)%s",
                   first->layer, roles, want,
                   n == 2 && first[1].role == DP_BIAS ? "; bias=0 where it has no bias"
                                                      : "");
}

static dp_code match_layers(float *params, matcher *m, const dp_spec *spec,
                            const dp_params *layout, dp_err *err)
{
    for (int layer = 0; layer < spec->n_layers; layer++) {
        const dp_param *first = NULL;
        int n;
        layer_params(&first, &n, layout, layer);
        if (n == 0)
            continue;
        group *g = choose_group(m, first, n);
        dp_code code =
            g ? take_group(params, m, g, first, n, err) : missing_group(first, n, err);
        if (code)
            return code;
    }
    for (int i = 0; i < m->n_groups; i++)
        if (!m->group[i].taken)
            return dp_fail(err, DP_MODEL,
                           "tensors '%s.*' belong to no layer of the chain",
                           m->group[i].prefix);
    return DP_OK;
}

dp_code dp_match_foreign(float *params, const dp_spec *spec, const dp_params *layout,
                         const dp_safetensors *st, dp_err *err)
{
    matcher *m = calloc(1, sizeof *m);
    if (!m)
        return dp_fail(err, DP_NOMEM, "out of memory");
    dp_code code = DP_OK;
    for (int i = 0; i < st->n_tensors && !code; i++)
        code = add_tensor(m, &st->tensor[i], err);
    for (int i = 0; i < m->n_groups; i++)
        settle_group(&m->group[i]);
    find_orientation(m, layout);
    if (!code)
        code = match_layers(params, m, spec, layout, err);
    free(m);
    return code;
}
