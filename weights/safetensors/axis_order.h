/* The orders in which frameworks store the axes of weights. Here every array is treated as
 * [out, in, height, width]: a dense layer on a flattened image is a convolution whose kernel
 * has the size of the image, and a batch norm's arrays after the flatten are a single row. */
#ifndef DP_WEIGHTS_SAFETENSORS_AXIS_ORDER_H
#define DP_WEIGHTS_SAFETENSORS_AXIS_ORDER_H

#include "weights/safetensors/tensor_group.h"

enum { DP_AXES = 4, DP_AXIS_ORDERS = 4 };

/* Axis d of ours is axis conv[d] or dense[d] of the file. */
typedef struct dp_axis_order {
    int conv[DP_AXES], dense[DP_AXES];
    bool tensorflow; /* "same" padding is that of TensorFlow: the odd pixel comes last */
} dp_axis_order;

/* All orders, for a file with these groups: the one that the names of its tensors suggest
 * comes first ("kernel" is a word of Flax and Keras). */
void dp_axis_orders(const dp_axis_order *out[DP_AXIS_ORDERS],
                    const dp_tensor_groups *groups);

/* The dimension of the file's tensor that holds axis d, 0 … rank − 1, of a weight of rank 2 or
 * 4. */
int dp_axis_of(const dp_axis_order *order, int rank, int d);

#endif
