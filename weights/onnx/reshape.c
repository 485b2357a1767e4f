/* Operators that keep all elements and change only the shape or the view, for constants and
 * for activations. */
#include "config.h"

#include "weights/onnx/operators.h"

#include <inttypes.h>
#include <math.h>

static const dp_onnx_dims *input_dims(const dp_onnx_run *run, const dp_onnx_node *node)
{
    const dp_state *in = dp_onnx_input(run, node, 0);
    return in->kind == DP_STATE_CONSTANT ? &in->tensor.dims : &in->view.dims;
}

/* Set output 0 to input 0 with these dimensions. */
static dp_code give_reshaped(dp_onnx_run *run, const dp_onnx_node *node,
                             const dp_onnx_dims *dims, dp_err *err)
{
    const dp_state *in = dp_onnx_input(run, node, 0);
    char from[96], to[96];
    if (in->kind == DP_STATE_CONSTANT) {
        dp_onnx_tensor t = in->tensor;
        t.dims = *dims;
        if (dp_onnx_dims_count(dims) == (int64_t)t.count) {
            dp_onnx_give_constant(run, node, &t);
            return DP_OK;
        }
    } else {
        dp_onnx_view view = in->view;
        /* The result of ArgMax is not part of the chain, so its shape does not matter. */
        if (run->ending == DP_END_ARGMAX || dp_onnx_view_reshape(&view, dims)) {
            dp_onnx_give_view(run, node, &view);
            return DP_OK;
        }
    }
    return dp_fail(err, DP_MODEL, "cannot reshape %s to %s",
                   dp_onnx_dims_text(from, sizeof from, input_dims(run, node)),
                   dp_onnx_dims_text(to, sizeof to, dims));
}

/* ---- Reshape, Flatten, Squeeze, Unsqueeze -------------------------------------------- */

static dp_code do_reshape(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_dims *from = input_dims(run, node);
    bool keep_zero = dp_onnx_attr_int(node, "allowzero", 0) != 0;
    dp_onnx_ints shape;
    dp_code code = dp_onnx_get_ints(&shape, run, node, "shape", 1, err);
    if (code)
        return code;
    if (shape.n < 0)
        return dp_fail(err, DP_MODEL, "shape is missing");
    dp_onnx_dims to = { .rank = shape.n };
    int open = -1;
    int64_t total = 1, known = 1;
    for (int d = 0; d < from->rank; d++)
        total *= from->dim[d]; /* no overflow: it is the size of a tensor */
    for (int d = 0; d < shape.n; d++) {
        int64_t n = shape.at[d];
        if (n == 0 && !keep_zero && d < from->rank)
            n = from->dim[d];
        if (n == -1 && open < 0) {
            open = d;
            n = 1;
        }
        if (n < 0 || __builtin_mul_overflow(known, n, &known))
            return dp_fail(err, DP_MODEL, "shape is invalid");
        to.dim[d] = n;
    }
    if (open >= 0 && known > 0)
        to.dim[open] = total / known;
    return give_reshaped(run, node, &to, err);
}

static dp_code do_flatten(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_dims *from = input_dims(run, node);
    int64_t axis = dp_onnx_attr_int(node, "axis", 1);
    if (axis < -from->rank || axis > from->rank)
        return dp_fail(err, DP_MODEL, "axis %" PRId64 " is out of range for rank %d",
                       axis, from->rank);
    if (axis < 0)
        axis += from->rank;
    dp_onnx_dims to = { .rank = 2, .dim = { 1, 1 } };
    for (int d = 0; d < from->rank; d++)
        to.dim[d >= axis] *= from->dim[d];
    return give_reshaped(run, node, &to, err);
}

/* flag[d]: whether the node's axes include dimension d of a tensor of this rank. */
static dp_code get_axes(bool flag[DP_ONNX_MAX_RANK], bool *given, const dp_onnx_run *run,
                        const dp_onnx_node *node, int rank, dp_err *err)
{
    dp_onnx_ints axes;
    dp_code code = dp_onnx_get_ints(&axes, run, node, "axes", 1, err);
    *given = axes.n >= 0;
    for (int d = 0; d < DP_ONNX_MAX_RANK; d++)
        flag[d] = false;
    for (int k = 0; k < axes.n && !code; k++) {
        int d;
        if (!(code = dp_onnx_axis(&d, axes.at[k], rank, err)))
            flag[d] = true;
    }
    return code;
}

static dp_code do_squeeze(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_dims *from = input_dims(run, node);
    bool drop[DP_ONNX_MAX_RANK], given;
    dp_code code = get_axes(drop, &given, run, node, from->rank, err);
    if (code)
        return code;
    dp_onnx_dims to = { 0 };
    for (int d = 0; d < from->rank; d++)
        if (given ? !drop[d] : from->dim[d] != 1)
            to.dim[to.rank++] = from->dim[d];
    return give_reshaped(run, node, &to, err);
}

static dp_code do_unsqueeze(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_dims *from = input_dims(run, node);
    dp_onnx_ints axes;
    bool insert[DP_ONNX_MAX_RANK], given;
    dp_code code = dp_onnx_get_ints(&axes, run, node, "axes", 1, err);
    if (code)
        return code;
    dp_onnx_dims to = { .rank = from->rank + axes.n };
    if (axes.n < 0 || to.rank > DP_ONNX_MAX_RANK)
        return dp_fail(err, DP_MODEL, "axes are missing or too many");
    if ((code = get_axes(insert, &given, run, node, to.rank, err)))
        return code;
    for (int d = 0, k = 0; d < to.rank; d++)
        to.dim[d] = insert[d] || k == from->rank ? 1 : from->dim[k++];
    return give_reshaped(run, node, &to, err);
}

/* ---- Transpose ----------------------------------------------------------------------- */

/* Without perm, the dimensions are reversed. */
static dp_code get_perm(int perm[DP_ONNX_MAX_RANK], const dp_onnx_run *run,
                        const dp_onnx_node *node, int rank, dp_err *err)
{
    dp_onnx_ints given;
    unsigned seen = 0;
    dp_code code = dp_onnx_get_ints(&given, run, node, "perm", -1, err);
    if (code)
        return code;
    for (int d = 0; d < rank; d++)
        perm[d] = rank - 1 - d;
    for (int d = 0; d < given.n; d++) {
        if (given.n != rank || given.at[d] < 0 || given.at[d] >= rank)
            return dp_fail(err, DP_MODEL, "perm does not match rank %d", rank);
        perm[d] = (int)given.at[d];
        seen |= 1u << perm[d];
    }
    if (given.n >= 0 && seen + 1 != 1u << rank)
        return dp_fail(err, DP_MODEL, "perm names a dimension twice");
    return DP_OK;
}

static dp_code compute_transpose(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *in = &dp_onnx_input(run, node, 0)->tensor;
    const int rank = in->dims.rank;
    int perm[DP_ONNX_MAX_RANK];
    size_t stride[DP_ONNX_MAX_RANK], step = 1;
    dp_onnx_dims dims = { .rank = rank };
    float *f = NULL;
    int64_t *i = NULL;
    dp_code code = get_perm(perm, run, node, rank, err);
    if (code)
        return code;
    for (int d = rank - 1; d >= 0; d--) {
        stride[d] = step;
        step *= (size_t)in->dims.dim[d];
    }
    for (int d = 0; d < rank; d++)
        dims.dim[d] = in->dims.dim[perm[d]];
    code = in->f ? dp_onnx_give_floats(&f, run, node, &dims, err)
                 : dp_onnx_give_ints(&i, run, node, &dims, err);
    for (size_t k = 0; k < in->count && !code; k++) {
        size_t rest = k, from = 0;
        for (int d = rank - 1; d >= 0; d--) {
            from += rest % (size_t)dims.dim[d] * stride[perm[d]];
            rest /= (size_t)dims.dim[d];
        }
        if (f)
            f[k] = in->f[from];
        else
            i[k] = in->i[from];
    }
    return code;
}

static dp_code lower_transpose(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_onnx_view view = dp_onnx_input(run, node, 0)->view;
    int perm[DP_ONNX_MAX_RANK];
    dp_code code = get_perm(perm, run, node, view.dims.rank, err);
    if (code)
        return code;
    dp_onnx_view_transpose(&view, perm);
    dp_onnx_give_view(run, node, &view);
    return DP_OK;
}

/* ---- Identity, Dropout, Cast --------------------------------------------------------- */

static dp_code do_identity(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    return give_reshaped(run, node, input_dims(run, node), err);
}

static dp_code lower_dropout(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *training;
    double on = 0;
    if (dp_onnx_input(run, node, 2)) {
        dp_code code = dp_onnx_constant(&training, run, node, 2, err);
        if (code)
            return code;
        if (!dp_onnx_tensor_uniform(training, &on) || on != 0)
            return dp_fail(err, DP_MODEL,
                           "exported in training mode; export for inference");
    }
    return do_identity(run, node, err);
}

/* The target type of Cast. Old files have its name instead of its number. */
static int32_t cast_type(const dp_onnx_node *node)
{
    for (int32_t type = 1; type <= DP_ONNX_BFLOAT16; type++)
        if (dp_onnx_attr_is(node, "to", dp_onnx_type_name(type)))
            return type;
    return (int32_t)dp_onnx_attr_int(node, "to", 0);
}

static dp_code compute_cast(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *in = &dp_onnx_input(run, node, 0)->tensor;
    bool to_float = dp_onnx_type_is_float(cast_type(node));
    float *f = NULL;
    int64_t *i = NULL;
    if (to_float == (in->f != NULL))
        return do_identity(run, node, err);
    dp_code code = to_float ? dp_onnx_give_floats(&f, run, node, &in->dims, err)
                            : dp_onnx_give_ints(&i, run, node, &in->dims, err);
    for (size_t k = 0; k < in->count && !code; k++) {
        if (to_float)
            f[k] = (float)in->i[k];
        else if (fabs((double)in->f[k]) < 1e15)
            i[k] = (int64_t)in->f[k];
        else
            code = dp_fail(err, DP_MODEL, "%g does not fit into an integer",
                           (double)in->f[k]);
    }
    return code;
}

/* A cast between float types is the identity here. A cast to integers would round, so only
 * the result of ArgMax may have one. */
static dp_code lower_cast(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    int32_t type = cast_type(node);
    if (dp_onnx_input(run, node, 0)->quantized)
        return dp_fail(err, DP_MODEL,
                       "the input is quantised; use DequantizeLinear instead");
    if (!dp_onnx_type_is_float(type) && run->ending != DP_END_ARGMAX)
        return dp_fail(err, DP_MODEL, "a cast of the activation to %s is not supported",
                       dp_onnx_type_name(type));
    return do_identity(run, node, err);
}

const dp_onnx_op dp_onnx_shape_ops[] = {
    { "Reshape", 1, do_reshape, do_reshape },
    { "Flatten", 1, do_flatten, do_flatten },
    { "Squeeze", 1, do_squeeze, do_squeeze },
    { "Unsqueeze", 1, do_unsqueeze, do_unsqueeze },
    { "Transpose", 1, compute_transpose, lower_transpose },
    { "Identity", 1, do_identity, do_identity },
    { "Dropout", 1, do_identity, lower_dropout },
    { "Cast", 1, compute_cast, lower_cast },
    { NULL, 0, NULL, NULL },
};
