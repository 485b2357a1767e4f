/* How a tensor of the graph corresponds to an activation of the chain.
 *
 * The engine stores activations as channels × height × width. A graph may use the same
 * elements as [N,C,H,W], as [N,H,W,C], flattened in either order, or with additional
 * dimensions of size 1. A view maps the axes N, C, H and W to the dimensions of the graph's
 * tensor, so that Transpose and Reshape change the view and no element moves. */
#ifndef DP_WEIGHTS_ONNX_VIEW_H
#define DP_WEIGHTS_ONNX_VIEW_H

#include "weights/onnx/graph/tensor.h"

enum dp_axis { DP_AXIS_N, DP_AXIS_C, DP_AXIS_H, DP_AXIS_W, DP_AXES };

/* axis[0 … n_axes) are the axes of a size above 1 in row-major order. A dimension may hold
 * several of them; a dimension of size 1 holds none. */
typedef struct dp_onnx_view {
    dp_onnx_dims dims;
    int64_t size[DP_AXES]; /* by enum dp_axis */
    int n_axes;
    int axis[DP_AXES];
    int at[DP_AXES]; /* the dimension that holds axis[k]; does not decrease with k */
} dp_onnx_view;

/* A view with one dimension for each letter of `axes` ("NCHW", "NC") in this order; the other
 * axes have size 1. */
dp_onnx_view dp_onnx_view_plain(const char *axes, const int64_t size[DP_AXES]);

/* Change the dimensions and keep the elements in their order. False if the number of elements
 * differs or if an axis would be split between two dimensions. */
bool dp_onnx_view_reshape(dp_onnx_view *view, const dp_onnx_dims *dims);

/* Permute the dimensions: new dimension d is old dimension perm[d]. */
void dp_onnx_view_transpose(dp_onnx_view *view, const int perm[DP_ONNX_MAX_RANK]);

/* Whether both views have the same elements at the same indices. */
bool dp_onnx_view_same(const dp_onnx_view *a, const dp_onnx_view *b);

/* Whether the dimensions are exactly the axes of `axes` ("NCHW"), in this order. */
bool dp_onnx_view_is(const dp_onnx_view *view, const char *axes);

/* Whether dimension d holds this axis and no other, or both have size 1. */
bool dp_onnx_view_dim_is(const dp_onnx_view *view, int d, enum dp_axis axis);

/* The index along dimension d of the element at the coordinates at[N, C, H, W]. */
int64_t dp_onnx_view_index(const dp_onnx_view *view, int d, const int64_t at[DP_AXES]);

#endif
