/* Operators that exporters apply to shapes and stored weights. Their inputs are constants, or
 * they use only the shape of an activation. */
#include "config.h"

#include "weights/onnx/operators.h"

#include <inttypes.h>
#include <string.h>

/* The elements of a result; one of the two is NULL. */
typedef struct elements {
    float *f;
    int64_t *i;
} elements;

/* Copy element `from` of `in` to element `to`. */
static void copy_element(elements *out, size_t to, const dp_onnx_tensor *in, size_t from)
{
    if (out->f)
        out->f[to] = in->f[from];
    else
        out->i[to] = in->i[from];
}

/* A new constant result: floats if `in` has floats, else integers. */
static dp_code give_like(elements *out, dp_onnx_run *run, const dp_onnx_node *node,
                         const dp_onnx_tensor *in, const dp_onnx_dims *dims, dp_err *err)
{
    *out = (elements){ NULL, NULL };
    return in->f ? dp_onnx_give_floats(&out->f, run, node, dims, err)
                 : dp_onnx_give_ints(&out->i, run, node, dims, err);
}

/* ---- Constant, ConstantOfShape, Shape ------------------------------------------------ */

static dp_code compute_constant(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    static const char *const names[] = { "value",        "value_float", "value_int",
                                         "value_floats", "value_ints",  NULL };
    const Onnx__AttributeProto *a = NULL;
    int form = -1;
    while (!a && names[form + 1])
        a = dp_onnx_attr(node, names[++form]);
    if (a && form == 0 && a->t) {
        dp_onnx_tensor t;
        dp_code code = dp_onnx_tensor_load(&t, run->memory, a->t, err);
        if (!code)
            dp_onnx_give_constant(run, node, &t);
        return code;
    }
    if (!a || form == 0)
        return dp_fail(err, DP_MODEL, "no value of a supported type");
    bool list = form >= 3, floats = form == 1 || form == 3;
    size_t n = !list ? 1 : floats ? a->n_floats : a->n_ints;
    dp_onnx_tensor t = {
        .dims = { .rank = list, .dim = { (int64_t)n } },
        .count = n,
        .f = !floats ? NULL
             : list  ? a->floats
                     : &a->f,
        .i = floats ? NULL
             : list ? a->ints
                    : &a->i,
    };
    dp_onnx_give_constant(run, node, &t);
    return n ? DP_OK : dp_fail(err, DP_MODEL, "empty value");
}

static dp_code compute_constant_of_shape(dp_onnx_run *run, const dp_onnx_node *node,
                                         dp_err *err)
{
    const Onnx__AttributeProto *a = dp_onnx_attr(node, "value");
    const float zero = 0;
    dp_onnx_tensor value = { .count = 1, .f = &zero };
    dp_onnx_ints shape;
    elements out;
    dp_code code = dp_onnx_get_ints(&shape, run, node, "shape", 0, err);
    if (!code && a && a->t)
        code = dp_onnx_tensor_load(&value, run->memory, a->t, err);
    if (code)
        return code;
    if (value.count != 1)
        return dp_fail(err, DP_MODEL, "value is not a single number");
    dp_onnx_dims dims = { .rank = shape.n };
    memcpy(dims.dim, shape.at, sizeof dims.dim);
    code = give_like(&out, run, node, &value, &dims, err);
    const int64_t count = dp_onnx_dims_count(&dims);
    for (int64_t k = 0; k < count && !code; k++)
        copy_element(&out, (size_t)k, &value, 0);
    return code;
}

static dp_code do_shape(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_state *in = dp_onnx_input(run, node, 0);
    const dp_onnx_dims *dims =
        in->kind == DP_STATE_CONSTANT ? &in->tensor.dims : &in->view.dims;
    int64_t start = dp_onnx_attr_int(node, "start", 0);
    int64_t end = dp_onnx_attr_int(node, "end", dims->rank), *i;
    start += start < 0 ? dims->rank : 0;
    end += end < 0 ? dims->rank : 0;
    if (start < 0 || end > dims->rank || start > end)
        return dp_fail(err, DP_MODEL, "start or end is out of range for rank %d",
                       dims->rank);
    dp_code code =
        dp_onnx_give_ints(&i, run, node, &(dp_onnx_dims){ 1, { end - start } }, err);
    for (int64_t d = start; d < end && !code; d++)
        i[d - start] = dims->dim[d];
    return code;
}

/* ---- Gather, Slice, Concat, ReduceProd ----------------------------------------------- */

static dp_code compute_gather(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *in = &dp_onnx_input(run, node, 0)->tensor;
    const dp_onnx_tensor *index = &dp_onnx_input(run, node, 1)->tensor;
    size_t outer, inner;
    int axis;
    elements out;
    dp_code code =
        dp_onnx_axis(&axis, dp_onnx_attr_int(node, "axis", 0), in->dims.rank, err);
    if (code)
        return code;
    if (!index->i || in->dims.rank + index->dims.rank - 1 > DP_ONNX_MAX_RANK)
        return dp_fail(err, DP_MODEL,
                       "indices must be integers; the result's rank "
                       "must be at most %d",
                       DP_ONNX_MAX_RANK);
    dp_onnx_dims dims = { 0 };
    for (int d = 0; d < in->dims.rank; d++) {
        if (d != axis)
            dims.dim[dims.rank++] = in->dims.dim[d];
        for (int k = 0; d == axis && k < index->dims.rank; k++)
            dims.dim[dims.rank++] = index->dims.dim[k];
    }
    dp_onnx_dims_around(&outer, &inner, &in->dims, axis);
    if ((code = give_like(&out, run, node, in, &dims, err)))
        return code;
    const int64_t extent = in->dims.dim[axis];
    for (size_t o = 0, to = 0; o < outer; o++)
        for (size_t k = 0; k < index->count; k++) {
            int64_t at = index->i[k] < 0 ? index->i[k] + extent : index->i[k];
            if (at < 0 || at >= extent)
                return dp_fail(err, DP_MODEL,
                               "index %" PRId64 " is out of range for %" PRId64
                               " elements",
                               index->i[k], extent);
            for (size_t j = 0; j < inner; j++)
                copy_element(&out, to++, in,
                             (o * (size_t)extent + (size_t)at) * inner + j);
        }
    return DP_OK;
}

/* The indices that Slice takes along one dimension: first, first + step, … */
typedef struct range {
    int64_t first, step, count;
} range;

/* A start or end as an index: negative ones count from the end, and the result is limited to
 * [low, high]. */
static int64_t clamp_place(int64_t place, int64_t extent, int64_t low, int64_t high)
{
    place += place < 0 ? extent : 0;
    return place < low ? low : place > high ? high : place;
}

static dp_code make_range(range *out, int64_t start, int64_t end, int64_t step,
                          int64_t extent, dp_err *err)
{
    if (step == 0 || step < -DP_ONNX_MAX_COUNT || step > DP_ONNX_MAX_COUNT)
        return dp_fail(err, DP_MODEL, "step %" PRId64 " is zero or too large", step);
    bool back = step < 0;
    int64_t low = back ? -1 : 0, high = back ? extent - 1 : extent;
    /* Backwards, an end of −extent − 1 or less includes element 0. */
    int64_t first = clamp_place(start, extent, low, high);
    int64_t last = clamp_place(end, extent, low, high);
    int64_t span = back ? first - last : last - first, size = back ? -step : step;
    *out = (range){ first, step, span > 0 ? (span + size - 1) / size : 0 };
    return DP_OK;
}

/* The ranges of all dimensions, and the shape that they make. */
static dp_code get_ranges(range ranges[DP_ONNX_MAX_RANK], dp_onnx_dims *dims,
                          const dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_onnx_ints start, end, axes, step;
    dp_code code;
    if ((code = dp_onnx_get_ints(&start, run, node, "starts", 1, err)) ||
        (code = dp_onnx_get_ints(&end, run, node, "ends", 2, err)) ||
        (code = dp_onnx_get_ints(&axes, run, node, "axes", 3, err)) ||
        (code = dp_onnx_get_ints(&step, run, node, "steps", 4, err)))
        return code;
    if (start.n < 0 || end.n != start.n || (axes.n >= 0 && axes.n != start.n) ||
        (step.n >= 0 && step.n != start.n))
        return dp_fail(err, DP_MODEL, "starts, ends, axes and steps differ in length");
    for (int d = 0; d < dims->rank; d++)
        ranges[d] = (range){ 0, 1, dims->dim[d] };
    for (int k = 0; k < start.n && !code; k++) {
        int d = 0;
        code = dp_onnx_axis(&d, axes.n >= 0 ? axes.at[k] : k, dims->rank, err);
        if (!code)
            code = make_range(&ranges[d], start.at[k], end.at[k],
                              step.n >= 0 ? step.at[k] : 1, dims->dim[d], err);
    }
    for (int d = 0; d < dims->rank && !code; d++)
        dims->dim[d] = ranges[d].count;
    return code;
}

static dp_code compute_slice(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *in = &dp_onnx_input(run, node, 0)->tensor;
    range ranges[DP_ONNX_MAX_RANK];
    dp_onnx_dims dims = in->dims;
    elements out;
    dp_code code = get_ranges(ranges, &dims, run, node, err);
    if (!code)
        code = give_like(&out, run, node, in, &dims, err);
    const int64_t count = dp_onnx_dims_count(&dims);
    for (int64_t k = 0; k < count && !code; k++) {
        int64_t rest = k, from = 0, stride = 1;
        for (int d = dims.rank - 1; d >= 0; d--) {
            from += (ranges[d].first + rest % dims.dim[d] * ranges[d].step) * stride;
            rest /= dims.dim[d];
            stride *= in->dims.dim[d];
        }
        copy_element(&out, (size_t)k, in, (size_t)from);
    }
    return code;
}

/* The shape of all inputs joined along the axis. */
static dp_code concat_dims(dp_onnx_dims *dims, int *axis, const dp_onnx_run *run,
                           const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *first = &dp_onnx_input(run, node, 0)->tensor;
    int64_t stated = dp_onnx_attr_int(node, "axis", run->graph->opset < 4 ? 1 : 0);
    dp_code code = dp_onnx_axis(axis, stated, first->dims.rank, err);
    *dims = first->dims;
    for (int k = 1; k < node->n_inputs && !code; k++) {
        const dp_state *in = dp_onnx_input(run, node, k);
        bool fits = in && in->tensor.dims.rank == dims->rank &&
                    (in->tensor.f != NULL) == (first->f != NULL);
        for (int d = 0; d < dims->rank && fits; d++)
            fits = d == *axis || in->tensor.dims.dim[d] == dims->dim[d];
        if (!fits)
            return dp_fail(err, DP_MODEL, "input %d does not match the first input", k);
        /* No overflow: a node has few inputs, and each dimension is bounded. */
        dims->dim[*axis] += in->tensor.dims.dim[*axis];
    }
    return code;
}

static dp_code compute_concat(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *first = &dp_onnx_input(run, node, 0)->tensor;
    dp_onnx_dims dims;
    int axis;
    elements out;
    size_t outer, inner, to = 0;
    dp_code code = concat_dims(&dims, &axis, run, node, err);
    if (!code)
        code = give_like(&out, run, node, first, &dims, err);
    if (code)
        return code;
    dp_onnx_dims_around(&outer, &inner, &dims, axis);
    for (size_t o = 0; o < outer; o++)
        for (int k = 0; k < node->n_inputs; k++) {
            const dp_onnx_tensor *in = &dp_onnx_input(run, node, k)->tensor;
            size_t block = (size_t)in->dims.dim[axis] * inner;
            for (size_t j = 0; j < block; j++)
                copy_element(&out, to++, in, o * block + j);
        }
    return DP_OK;
}

/* The product of a shape. Keras flattens with it. */
static dp_code compute_product(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *in = &dp_onnx_input(run, node, 0)->tensor;
    bool keep = dp_onnx_attr_int(node, "keepdims", 1) != 0;
    int64_t *out, product = 1;
    if (!in->i || in->dims.rank != 1)
        return dp_fail(err, DP_MODEL, "supported on shapes only");
    for (size_t k = 0; k < in->count; k++)
        if (__builtin_mul_overflow(product, in->i[k], &product))
            return dp_fail(err, DP_MODEL, "the product is too large");
    dp_code code =
        dp_onnx_give_ints(&out, run, node, &(dp_onnx_dims){ keep, { 1 } }, err);
    if (!code)
        out[0] = product;
    return code;
}

const dp_onnx_op dp_onnx_constant_ops[] = {
    { "Constant", 0, compute_constant, NULL },
    { "ConstantOfShape", 1, compute_constant_of_shape, NULL },
    { "Shape", 1, do_shape, do_shape },
    { "Gather", 2, compute_gather, NULL },
    { "Slice", 1, compute_slice, NULL },
    { "Concat", 1, compute_concat, NULL },
    { "ReduceProd", 1, compute_product, NULL },
    { NULL, 0, NULL, NULL },
};
