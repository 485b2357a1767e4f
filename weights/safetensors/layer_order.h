/* The layers of a file from another framework that have weights, and the orders in which they can
 * follow one another. */
#ifndef DP_WEIGHTS_SAFETENSORS_LAYER_ORDER_H
#define DP_WEIGHTS_SAFETENSORS_LAYER_ORDER_H

#include "weights/safetensors/axis_order.h"

typedef struct dp_weighted {
    const dp_tensor_group *group;
    dp_op_kind kind; /* DP_OP_CONV, DP_OP_DENSE or DP_OP_BN */
    int out, in;     /* conv: in is that of one group; bn: out is all that it has */
    int kernel[2];   /* conv: height, width */
} dp_weighted;

typedef struct dp_weighted_list {
    int n;
    dp_weighted layer[DP_MAX_LAYERS]; /* in the order of the groups */
    bool by_name; /* as in dp_tensor_groups: their order means nothing */
} dp_weighted_list;

/* Read kinds and sizes off the shapes, with the axes in this order. False if a bias does not
 * fit its weights. DP_MODEL if a group is no such layer, or if there are too many. */
DP_MUST_CHECK dp_code dp_weighted_list_make(dp_weighted_list *out, bool *fits,
                                            const dp_tensor_groups *groups,
                                            const dp_axis_order *axes, dp_err *err);

typedef struct dp_layer_order {
    int index
        [DP_MAX_LAYERS]; /* into the list, from the input of the network to its output */
    int doubt;           /* 0: names or shapes tell it; more: less likely */
} dp_layer_order;

enum { DP_MAX_ORDERS = 16 };

/* Write every order in which each layer accepts the output of the one before, for images of one
 * channel, and which the names allow. Returns their number; DP_MAX_ORDERS may mean that
 * there are more. */
int dp_layer_orders_find(dp_layer_order out[DP_MAX_ORDERS], const dp_weighted_list *list);

/* How many groups a conv of this kind has if its input has so many channels; 0: it does not
 * accept them. */
int dp_weighted_groups(const dp_weighted *conv, int channels);

#endif
