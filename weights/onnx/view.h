/* How a tensor of the graph lies in an activation of the chain.
 *
 * The engine keeps activations as channels × height × width. A graph may see the same numbers
 * as [N,C,H,W], as [N,H,W,C], flattened in either order, or with dimensions of one added
 * anywhere. A view says which axis stands where; transposing and reshaping change the view
 * and leave the numbers in their place. */
#ifndef DP_WEIGHTS_ONNX_VIEW_H
#define DP_WEIGHTS_ONNX_VIEW_H

#include "weights/onnx/tensor.h"

enum dp_axis { DP_AXIS_N, DP_AXIS_C, DP_AXIS_H, DP_AXIS_W, DP_AXES };

/* The axes longer than one, in the order of the tensor's elements. Several may have been
 * merged into one dimension; a dimension of one holds none. */
typedef struct dp_onnx_view {
    dp_onnx_dims dims;
    int64_t size[DP_AXES];
    int n_axes;
    int axis[DP_AXES]; /* in row-major order */
    int at[DP_AXES];   /* the dimension that axis[k] is part of, not falling with k */
} dp_onnx_view;

/* A view of axes of these sizes, each a dimension of its own, in the order of `axes`
 * ("NCHW", "NC"); axes left out have size one. */
dp_onnx_view dp_onnx_view_plain(const char *axes, const int64_t size[DP_AXES]);

/* See the same elements, in the same order, as other dimensions. False where their number
 * differs or a dimension would cut an axis in two. */
bool dp_onnx_view_reshape(dp_onnx_view *view, const dp_onnx_dims *dims);

/* Reorder the dimensions: new dimension d is old dimension perm[d]. */
void dp_onnx_view_transpose(dp_onnx_view *view, const int perm[DP_ONNX_MAX_RANK]);

/* Whether both see the same elements at the same place. */
bool dp_onnx_view_same(const dp_onnx_view *a, const dp_onnx_view *b);

/* Whether the dimensions are just those of `axes`, in that order: "NCHW". */
bool dp_onnx_view_is(const dp_onnx_view *view, const char *axes);

/* Whether dimension d holds this axis and nothing else, or is one as the axis is. */
bool dp_onnx_view_dim_is(const dp_onnx_view *view, int d, enum dp_axis axis);

/* The index in dimension d of the element at these coordinates. */
int64_t dp_onnx_view_index(const dp_onnx_view *view, int d, const int64_t at[DP_AXES]);

#endif
