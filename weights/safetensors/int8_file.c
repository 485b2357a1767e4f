#include "config.h"

#include "weights/safetensors/int8_file.h"

#include <stdio.h>
#include <string.h>

/* ---- writing ------------------------------------------------------------------------- */

static void add(dp_st_out *out, int *n, int layer, const char *role, dp_dtype dtype,
                const void *data)
{
    dp_st_out *t = &out[(*n)++];
    *t = (dp_st_out){ .dtype = dtype, .count = 1, .data = data };
    snprintf(t->name, sizeof t->name, "%d.%s", layer, role);
}

static void set_dims(dp_st_out *t, int rank, const int *dim)
{
    t->rank = rank;
    for (int d = 0; d < rank; d++) {
        t->dim[d] = dim[d];
        t->count *= (size_t)dim[d];
    }
}

/* Tensors with four-byte elements come first, so that all of them are aligned. */
static void add_words(dp_st_out *out, int *n, const dp_quant *q)
{
    for (int i = 0; i <= q->last; i++) {
        const dp_quant_layer *l = &q->layer[i];
        const int *channels = &q->spec.layer[i].out;
        if (!dp_op_get(q->spec.layer[i].kind)->keeps_scale)
            add(out, n, i, "in_scale", DP_F32, &l->in_scale);
        if (!l->weight)
            continue;
        add(out, n, i, "scale", DP_F32, l->scale);
        set_dims(&out[*n - 1], 1, channels);
        add(out, n, i, "bias", DP_I32, l->bias);
        set_dims(&out[*n - 1], 1, channels);
    }
}

static void add_bytes(dp_st_out *out, int *n, uint8_t zero[DP_MAX_LAYERS],
                      const dp_quant *q)
{
    for (int i = 0; i < q->layout.n; i++) {
        const dp_param *p = &q->layout.param[i];
        if (p->role != DP_WEIGHT)
            continue;
        add(out, n, p->layer, "weight", DP_I8, q->layer[p->layer].weight);
        set_dims(&out[*n - 1], p->rank, p->dim);
    }
    for (int i = 0; i <= q->last; i++) {
        zero[i] = (uint8_t)q->layer[i].in_zero;
        if (!dp_op_get(q->spec.layer[i].kind)->keeps_scale)
            add(out, n, i, "in_zero", DP_U8, &zero[i]);
    }
}

int dp_int8_file_list(dp_st_out out[DP_INT8_FILE_TENSORS], uint8_t zero[DP_MAX_LAYERS],
                      const dp_quant *q)
{
    int n = 0;
    add_words(out, &n, q);
    add_bytes(out, &n, zero, q);
    return n;
}

/* ---- reading ------------------------------------------------------------------------- */

typedef struct reader {
    const dp_safetensors *st;
    int layer;                    /* the one being read */
    bool used[DP_ST_MAX_TENSORS]; /* belongs to a layer; the others are strays */
} reader;

/* Find the tensor "LAYER.ROLE" and check its shape. */
static dp_code find_tensor(const dp_st_tensor **out, reader *r, const char *role,
                           int rank, const int *dim, dp_err *err)
{
    char name[DP_ST_MAX_NAME + 1];
    snprintf(name, sizeof name, "%d.%s", r->layer, role);
    const dp_st_tensor *t = dp_safetensors_find(r->st, name);
    if (!t)
        return dp_fail(err, DP_MODEL, "tensor '%s' is missing", name);
    bool fits = t->rank == rank;
    for (int d = 0; d < rank && fits; d++)
        fits = t->dim[d] == (uint64_t)dim[d];
    if (!fits)
        return dp_fail(err, DP_MODEL, "tensor '%s': its shape does not match the chain",
                       name);
    r->used[t - r->st->tensor] = true;
    *out = t;
    return DP_OK;
}

static dp_code check_type(const dp_st_tensor *t, dp_dtype dtype, dp_err *err)
{
    if (t->dtype == dtype)
        return DP_OK;
    return dp_fail(err, DP_MODEL, "tensor '%s': dtype is %s, not %s", t->name,
                   dp_dtype_name(t->dtype), dp_dtype_name(dtype));
}

static int32_t load_int(const unsigned char *p)
{
    const uint32_t bits = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
                          (uint32_t)p[3] << 24;
    return (int32_t)bits;
}

static dp_code read_weights(dp_quant *q, reader *r, const dp_param *p, dp_err *err)
{
    dp_quant_layer *l = &q->layer[p->layer];
    const dp_st_tensor *weight, *scale, *bias;
    dp_code code;
    r->layer = p->layer;
    if ((code = find_tensor(&weight, r, "weight", p->rank, p->dim, err)) ||
        (code = check_type(weight, DP_I8, err)) ||
        (code = find_tensor(&scale, r, "scale", 1, p->dim, err)) ||
        (code = check_type(scale, DP_F32, err)) ||
        (code = find_tensor(&bias, r, "bias", 1, p->dim, err)) ||
        (code = check_type(bias, DP_I32, err)) ||
        (code = dp_st_tensor_floats(l->scale, scale, err)))
        return code;
    memcpy(l->weight, weight->data, weight->count);
    for (size_t o = 0; o < bias->count; o++)
        l->bias[o] = load_int(bias->data + 4 * o);
    return DP_OK;
}

static dp_code read_input(dp_quant *q, reader *r, int layer, dp_err *err)
{
    dp_quant_layer *l = &q->layer[layer];
    const dp_st_tensor *scale, *zero;
    dp_code code;
    r->layer = layer;
    if ((code = find_tensor(&scale, r, "in_scale", 0, NULL, err)) ||
        (code = check_type(scale, DP_F32, err)) ||
        (code = dp_st_tensor_floats(&l->in_scale, scale, err)) ||
        (code = find_tensor(&zero, r, "in_zero", 0, NULL, err)))
        return code;
    if (zero->dtype == DP_I32)
        l->in_zero = load_int(zero->data);
    else if ((code = check_type(zero, DP_U8, err)) == DP_OK)
        l->in_zero = zero->data[0];
    return code;
}

static dp_code check_strays(const reader *r, dp_err *err)
{
    for (int i = 0; i < r->st->n_tensors; i++)
        if (!r->used[i])
            return dp_fail(err, DP_MODEL, "tensor '%s' belongs to no layer of the chain",
                           r->st->tensor[i].name);
    return DP_OK;
}

static dp_code fill(dp_quant *q, const dp_safetensors *st, dp_err *err)
{
    reader r = { .st = st };
    dp_code code = DP_OK;
    for (int i = 0; i < q->layout.n && !code; i++)
        if (q->layout.param[i].role == DP_WEIGHT)
            code = read_weights(q, &r, &q->layout.param[i], err);
    for (int i = 0; i <= q->last && !code; i++)
        if (!dp_op_get(q->spec.layer[i].kind)->keeps_scale)
            code = read_input(q, &r, i, err);
    if (!code)
        code = check_strays(&r, err);
    return code ? code : dp_quant_finish(q, err);
}

dp_code dp_int8_file_read(dp_quant **out, const dp_spec *spec, dp_norm norm,
                          const dp_safetensors *st, dp_err *err)
{
    dp_quant *q;
    dp_code code = dp_quant_create(&q, spec, norm, err);
    if (code)
        return code;
    code = fill(q, st, err);
    if (code)
        dp_quant_unref(q);
    else
        *out = q;
    return code;
}
