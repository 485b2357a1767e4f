#include "config.h"

#include "weights/onnx/graph/view.h"

#include <string.h>

static enum dp_axis axis_of(char letter)
{
    return (enum dp_axis)(strchr("NCHW", letter) - "NCHW");
}

dp_onnx_view dp_onnx_view_plain(const char *axes, const int64_t size[DP_AXES])
{
    dp_onnx_view view = { .size = { 1, 1, 1, 1 } };
    for (const char *letter = axes; *letter; letter++) {
        enum dp_axis axis = axis_of(*letter);
        view.size[axis] = size[axis];
        if (size[axis] > 1) {
            view.axis[view.n_axes] = (int)axis;
            view.at[view.n_axes++] = view.dims.rank;
        }
        view.dims.dim[view.dims.rank++] = size[axis];
    }
    return view;
}

bool dp_onnx_view_reshape(dp_onnx_view *view, const dp_onnx_dims *dims)
{
    dp_onnx_view next = *view;
    next.dims = *dims;
    int k = 0;
    for (int d = 0; d < dims->rank; d++) {
        int64_t filled = 1;
        for (; filled < dims->dim[d] && k < view->n_axes; k++) {
            filled *= view->size[view->axis[k]];
            next.at[k] = d;
        }
        if (filled != dims->dim[d])
            return false;
    }
    if (k < view->n_axes)
        return false;
    *view = next;
    return true;
}

void dp_onnx_view_transpose(dp_onnx_view *view, const int perm[DP_ONNX_MAX_RANK])
{
    dp_onnx_view next = *view;
    next.n_axes = 0;
    for (int d = 0; d < view->dims.rank; d++) {
        next.dims.dim[d] = view->dims.dim[perm[d]];
        for (int k = 0; k < view->n_axes; k++)
            if (view->at[k] == perm[d]) {
                next.axis[next.n_axes] = view->axis[k];
                next.at[next.n_axes++] = d;
            }
    }
    *view = next;
}

bool dp_onnx_view_dim_is(const dp_onnx_view *view, int d, enum dp_axis axis)
{
    for (int k = 0; k < view->n_axes; k++)
        if ((view->at[k] == d) != (view->axis[k] == (int)axis))
            return false;
    return true;
}

bool dp_onnx_view_is(const dp_onnx_view *view, const char *axes)
{
    if (view->dims.rank != (int)strlen(axes))
        return false;
    for (int d = 0; d < view->dims.rank; d++)
        if (!dp_onnx_view_dim_is(view, d, axis_of(axes[d])))
            return false;
    return true;
}

bool dp_onnx_view_same(const dp_onnx_view *a, const dp_onnx_view *b)
{
    bool same = a->dims.rank == b->dims.rank && a->n_axes == b->n_axes;
    for (int d = 0; same && d < a->dims.rank; d++)
        same = a->dims.dim[d] == b->dims.dim[d];
    for (int k = 0; same && k < a->n_axes; k++)
        same = a->axis[k] == b->axis[k] && a->at[k] == b->at[k];
    return same;
}

int64_t dp_onnx_view_index(const dp_onnx_view *view, int d, const int64_t at[DP_AXES])
{
    int64_t index = 0;
    for (int k = 0; k < view->n_axes; k++)
        if (view->at[k] == d)
            index = index * view->size[view->axis[k]] + at[view->axis[k]];
    return index;
}
