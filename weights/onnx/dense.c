/* Dense layers: MatMul and Gemm with stored weights. */
#include "config.h"

#include "weights/onnx/activation.h"
#include "weights/onnx/operators.h"

#include <inttypes.h>

/* A matrix in memory: element (i, j) is scale · f[i * row_stride + j * column_stride]. */
typedef struct matrix {
    const float *f;
    int64_t rows;
    size_t row_stride, column_stride;
    double scale;
} matrix;

/* Add a dense layer with the weights m: [out, in]. Along `in`, m has the view's element order
 * in dimension d; the engine's order is channel, height, width. */
static dp_code add_dense(dp_onnx_run *run, const dp_onnx_view *view, int d,
                         const matrix *m, dp_err *err)
{
    const int64_t *size = view->size, out = m->rows;
    float *to;
    dp_code code;
    if (out < 1 || out > DP_MAX_PARAMS)
        return dp_fail(err, DP_MODEL, "%" PRId64 " outputs; 1 to %d are allowed", out,
                       DP_MAX_PARAMS);
    if ((code = dp_chain_flatten(&run->chain, err)) ||
        (code = dp_chain_add(&run->chain,
                             &(dp_layer){ .kind = DP_OP_DENSE, .out = (int)out }, err)) ||
        (code = dp_chain_params(
             &to, &run->chain,
             (size_t)(out * size[DP_AXIS_C] * size[DP_AXIS_H] * size[DP_AXIS_W]), err)))
        return code;
    int64_t at[DP_AXES] = { 0 };
    for (int64_t o = 0; o < out; o++)
        for (at[DP_AXIS_C] = 0; at[DP_AXIS_C] < size[DP_AXIS_C]; at[DP_AXIS_C]++)
            for (at[DP_AXIS_H] = 0; at[DP_AXIS_H] < size[DP_AXIS_H]; at[DP_AXIS_H]++)
                for (at[DP_AXIS_W] = 0; at[DP_AXIS_W] < size[DP_AXIS_W];
                     at[DP_AXIS_W]++) {
                    size_t i = (size_t)dp_onnx_view_index(view, d, at);
                    float f = m->f[(size_t)o * m->row_stride + i * m->column_stride];
                    *to++ = (float)(m->scale * (double)f);
                }
    return DP_OK;
}

/* The view after a dense layer over dimension d. DP_MODEL if d does not hold all elements of
 * an image. */
static dp_code dense_view(dp_onnx_view *out, const dp_onnx_view *view, int d,
                          int64_t features, int64_t outputs, dp_err *err)
{
    char shape[96];
    bool whole = true;
    for (int k = 0; k < view->n_axes; k++)
        whole = whole && (view->axis[k] == DP_AXIS_N) == (view->at[k] != d);
    if (!whole || view->dims.dim[d] != features)
        return dp_fail(err, DP_MODEL,
                       "input %s does not match weights for %" PRId64
                       " features; it must have one flat row per image",
                       dp_onnx_dims_text(shape, sizeof shape, &view->dims), features);
    *out = (dp_onnx_view){ .dims = view->dims, .size = { view->size[0], outputs, 1, 1 } };
    out->dims.dim[d] = outputs;
    for (int e = 0; e < view->dims.rank; e++) {
        int axis = e == d ? DP_AXIS_C : DP_AXIS_N;
        if (out->dims.dim[e] > 1) {
            out->axis[out->n_axes] = axis;
            out->at[out->n_axes++] = e;
        }
    }
    return DP_OK;
}

/* A row of features times a matrix [in, out], or a matrix [out, in] times a column. */
static dp_code lower_matmul(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    bool column = dp_onnx_input(run, node, 0)->kind == DP_STATE_CONSTANT;
    dp_state *in = dp_onnx_input(run, node, column);
    const dp_onnx_tensor *w;
    dp_onnx_view after;
    dp_code code;
    if ((code = dp_onnx_weights(&w, run, node, !column, 2, err)) ||
        (code = dp_onnx_flush(run, in, err)))
        return code;
    size_t columns = (size_t)w->dims.dim[1];
    int64_t out = w->dims.dim[!column], features = w->dims.dim[column];
    int d = in->view.dims.rank - (column ? 2 : 1);
    if (d < 0)
        return dp_fail(err, DP_MODEL, "the input has too few dimensions");
    matrix m = { w->f, out, column ? columns : 1, column ? 1 : columns, 1 };
    if ((code = dense_view(&after, &in->view, d, features, out, err)) ||
        (code = add_dense(run, &in->view, d, &m, err)))
        return code;
    dp_onnx_note_scales(run, w);
    dp_onnx_give_activation(run, node, &after);
    return DP_OK;
}

/* C of Gemm, which must broadcast to a single row of outputs. */
static dp_code add_gemm_bias(dp_onnx_run *run, const dp_onnx_node *node, int64_t out,
                             dp_err *err)
{
    const double beta = (double)dp_onnx_attr_float(node, "beta", 1);
    const dp_onnx_tensor *c;
    float *to;
    dp_code code = dp_onnx_constant(&c, run, node, 2, err);
    if (code)
        return code;
    const dp_onnx_dims *dims = &c->dims;
    bool row =
        dims->rank == 0 || dims->rank == 1 || (dims->rank == 2 && dims->dim[0] == 1);
    if (!c->f || !row || (c->count != 1 && c->count != (size_t)out))
        return dp_fail(err, DP_MODEL, "%zu biases for %" PRId64 " outputs", c->count,
                       out);
    run->chain.spec.layer[run->chain.spec.n_layers - 1].bias = true;
    if ((code = dp_chain_params(&to, &run->chain, (size_t)out, err)))
        return code;
    for (int64_t o = 0; o < out; o++)
        to[o] = (float)(beta * (double)c->f[c->count == 1 ? 0 : o]);
    return DP_OK;
}

static dp_code lower_gemm(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in = dp_onnx_input(run, node, 0);
    const dp_onnx_tensor *w;
    dp_onnx_view after;
    dp_code code;
    if (in->kind != DP_STATE_ACTIVATION || in->view.dims.rank != 2 ||
        dp_onnx_attr_int(node, "transA", 0))
        return dp_fail(err, DP_MODEL, "the first input must have one flat row per image");
    if ((code = dp_onnx_weights(&w, run, node, 1, 2, err)) ||
        (code = dp_onnx_flush(run, in, err)))
        return code;
    bool transposed = dp_onnx_attr_int(node, "transB", 0) != 0;
    size_t columns = (size_t)w->dims.dim[1];
    int64_t out = w->dims.dim[!transposed], features = w->dims.dim[transposed];
    matrix m = { w->f, out, transposed ? columns : 1, transposed ? 1 : columns,
                 (double)dp_onnx_attr_float(node, "alpha", 1) };
    if ((code = dense_view(&after, &in->view, 1, features, out, err)) ||
        (code = add_dense(run, &in->view, 1, &m, err)))
        return code;
    dp_onnx_note_scales(run, w);
    if (dp_onnx_input(run, node, 2) && (code = add_gemm_bias(run, node, out, err)))
        return code;
    dp_onnx_give_activation(run, node, &after);
    return DP_OK;
}

const dp_onnx_op dp_onnx_dense_ops[] = {
    { "MatMul", 2, NULL, lower_matmul },
    { "Gemm", 2, NULL, lower_gemm },
    { NULL, 0, NULL, NULL },
};
