#include "config.h"

#include "engine/infer/int8_floats.h"

#include "engine/layers/op.h"

#include <math.h>

uint8_t dp_int8_from_float(const dp_quant_layer *first, float x)
{
    const float v = rintf(x / first->in_scale) + (float)first->in_zero;
    return (uint8_t)(v > 0 ? v < UINT8_MAX ? v : UINT8_MAX : 0);
}

int dp_int8_count_floats(const dp_quant *q)
{
    return q->spec.n_layers - q->last - 1;
}

dp_activation dp_int8_float_activation(const dp_quant *q, int i)
{
    const dp_shape shape = q->spec.shape[q->last + 1 + i];
    return (dp_activation){ .bytes = dp_shape_count(shape) * sizeof(float) };
}

void dp_int8_run_floats(const dp_quant *q, int i, int n, const float *x, float *y)
{
    const int layer = q->last + 1 + i;
    const dp_op_call call = { .layer = &q->spec.layer[layer],
                              .in = q->spec.shape[layer],
                              .out = q->spec.shape[layer + 1],
                              .n = n,
                              .kernels = dp_kernels_best() };
    dp_op_get(call.layer->kind)->forward(&call, x, y);
}
