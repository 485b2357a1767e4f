/* Both ends of an 8-bit network where it has floats: normalised input, and the layers after
 * the last one with weights. */
#ifndef DP_ENGINE_INFER_INT8_FLOATS_H
#define DP_ENGINE_INFER_INT8_FLOATS_H

#include "engine/infer/executor.h"
#include "engine/quant/quant.h"

/* A normalised value as an input of the first layer. */
uint8_t dp_int8_from_float(const dp_quant_layer *first, float x);

/* The number of layers after q->last. */
int dp_int8_count_floats(const dp_quant *q);

/* The input of layer q->last + 1 + i. */
dp_activation dp_int8_float_activation(const dp_quant *q, int i);

/* Run that layer on n images, x → y. */
void dp_int8_run_floats(const dp_quant *q, int i, int n, const float *x, float *y);

#endif
