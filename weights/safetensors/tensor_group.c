#include "config.h"

#include "weights/safetensors/tensor_group.h"

#include "weights/safetensors/tensor_name.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dp_dims_format(char text[DP_DIMS_TEXT], const uint64_t *dim, int rank)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < rank && used < DP_DIMS_TEXT; i++)
        used += (size_t)snprintf(text + used, DP_DIMS_TEXT - used, "%s%" PRIu64,
                                 i ? "," : "[", dim[i]);
    if (used < DP_DIMS_TEXT)
        snprintf(text + used, DP_DIMS_TEXT - used, rank ? "]" : "[]");
}

/* ---- grouping ------------------------------------------------------------------------ */

static dp_tensor_group *find_group(dp_tensor_groups *all, const char *layer)
{
    for (int i = 0; i < all->n; i++)
        if (strcmp(all->group[i].layer, layer) == 0)
            return &all->group[i];
    dp_tensor_group *g = &all->group[all->n++];
    *g = (dp_tensor_group){ 0 };
    strcpy(g->layer, layer);
    return g;
}

static bool is_float(dp_dtype dtype)
{
    return dtype == DP_F64 || dtype == DP_F32 || dtype == DP_F16 || dtype == DP_BF16;
}

/* "net[2][0]" and "net[2][1]": weights and biases as a pair without names, as JAX stores it. */
static bool read_pair(dp_tensor_name *out, const dp_st_tensor *t)
{
    int place;
    size_t end;
    if (!dp_tensor_name_place(&place, &end, t->name) || end < 2 || place > 1 ||
        (place == 0) != (t->rank > 1))
        return false;
    *out = (dp_tensor_name){ .role = place == 0 ? DP_WEIGHT : DP_BIAS };
    memcpy(out->layer, t->name, end - 1); /* without the separator */
    return true;
}

static dp_code add_tensor(dp_tensor_groups *all, const dp_st_tensor *t, dp_err *err)
{
    dp_tensor_name name;
    if (!dp_tensor_name_parse(&name, t->name) && !read_pair(&name, t))
        return dp_fail(err, DP_MODEL,
                       "tensor '%s': unknown role (not a weight or bias, nor a batch "
                       "norm's gamma, beta, mean or variance)",
                       t->name);
    if (name.counter)
        return DP_OK;
    if (!is_float(t->dtype))
        return dp_fail(err, DP_MODEL,
                       "tensor '%s': its values are integers (%s) without a known scale; "
                       "save the network with float weights",
                       t->name, dp_dtype_name(t->dtype));
    dp_tensor_group *g = find_group(all, name.layer);
    const dp_st_tensor **slot = name.length ? &g->length : &g->tensor[name.role];
    if (*slot)
        return dp_fail(err, DP_MODEL, "tensors '%s' and '%s': the same layer and role",
                       (*slot)->name, t->name);
    *slot = t;
    return DP_OK;
}

/* A group with running statistics is a batch norm: its weight is gamma, its bias beta. */
static void resolve_batch_norm(dp_tensor_group *g)
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

/* The lengths of a weight norm: one for each row of the weights' first axis. */
static dp_code check_weight_norm(const dp_tensor_group *g, dp_err *err)
{
    const dp_st_tensor *w = g->tensor[DP_WEIGHT];
    if (!g->length || (w && w->rank > 0 && w->dim[0] == g->length->count))
        return DP_OK;
    return dp_fail(err, DP_MODEL,
                   "tensor '%s': a weight norm needs one length for each row of its "
                   "weights; remove the weight norm before saving",
                   g->length->name);
}

dp_code dp_tensor_groups_collect(dp_tensor_groups *out, const dp_safetensors *st,
                                 dp_err *err)
{
    out->n = 0;
    out->by_name = true;
    for (int i = 0; i < st->n_tensors; i++) {
        dp_code code = add_tensor(out, &st->tensor[i], err);
        if (code)
            return code;
        const dp_st_tensor *before = &st->tensor[i > 0 ? i - 1 : 0];
        bool sorted = i == 0 || before->dtype != st->tensor[i].dtype ||
                      strcmp(before->name, st->tensor[i].name) < 0;
        out->by_name = out->by_name && sorted;
    }
    for (int i = 0; i < out->n; i++) {
        dp_code code = check_weight_norm(&out->group[i], err);
        if (code)
            return code;
        resolve_batch_norm(&out->group[i]);
    }
    return DP_OK;
}

/* ---- values -------------------------------------------------------------------------- */

/* Scale each row to its length. */
static void stretch_rows(float *row, const float *length, size_t n, size_t width)
{
    for (size_t i = 0; i < n; i++, row += width) {
        double squares = 0;
        for (size_t k = 0; k < width; k++)
            squares += (double)row[k] * (double)row[k];
        const double scale = squares > 0 ? (double)length[i] / sqrt(squares) : 0;
        for (size_t k = 0; k < width; k++)
            row[k] = (float)((double)row[k] * scale);
    }
}

dp_code dp_tensor_group_floats(float *out, const dp_tensor_group *g, dp_role role,
                               dp_err *err)
{
    const dp_st_tensor *t = g->tensor[role];
    dp_code code = dp_st_tensor_floats(out, t, err);
    if (code || role != DP_WEIGHT || !g->length || t->count == 0)
        return code;
    const size_t n = g->length->count;
    float *length = malloc(n * sizeof *length);
    if (!length)
        return dp_fail(err, DP_NOMEM, "out of memory");
    code = dp_st_tensor_floats(length, g->length, err);
    if (!code)
        stretch_rows(out, length, n, t->count / n);
    free(length);
    return code;
}
