#include "config.h"

#include "weights/safetensors/axis_order.h"

#include <string.h>
#include <strings.h>

static const dp_axis_order orders[DP_AXIS_ORDERS] = {
    { { 0, 1, 2, 3 }, { 0, 1, 2, 3 }, false }, /* PyTorch, Candle, tinygrad: [out, in] */
    { { 0, 1, 2, 3 }, { 3, 0, 1, 2 }, false }, /* Burn: [in, out] */
    { { 0, 3, 1, 2 }, { 0, 3, 1, 2 }, false }, /* MLX: channels last */
    { { 3, 2, 0, 1 }, { 3, 2, 0, 1 }, true },  /* Flax, Keras: the same, [in, out] */
};

static bool has_kernels(const dp_tensor_groups *groups)
{
    for (int i = 0; i < groups->n; i++) {
        const dp_st_tensor *t = groups->group[i].tensor[DP_WEIGHT];
        if (t && strstr(t->name, "kernel"))
            return true;
    }
    return false;
}

void dp_axis_orders(const dp_axis_order *out[DP_AXIS_ORDERS],
                    const dp_tensor_groups *groups)
{
    const bool reverse = has_kernels(groups);
    for (int i = 0; i < DP_AXIS_ORDERS; i++)
        out[i] = &orders[reverse ? DP_AXIS_ORDERS - 1 - i : i];
}

int dp_axis_of(const dp_axis_order *order, int rank, int d)
{
    if (rank == DP_AXES)
        return order->conv[d];
    return order->dense[0] == 0 ? d : 1 - d;
}
