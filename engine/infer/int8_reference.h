/* The reference implementation of 8-bit networks: layer by layer, channel by channel,
 * straight from the quantised weights. It is never optimised. The kernels must agree bit
 * for bit. */
#ifndef DP_ENGINE_INFER_INT8_REFERENCE_H
#define DP_ENGINE_INFER_INT8_REFERENCE_H

#include "engine/quant/quant.h"

/* Bytes of scratch for one image. */
size_t dp_int8_reference_scratch(const dp_quant *q);

/* Run one image, x: [c, h, w] bytes → y: [c, h, w] floats, the output of layer
 * q->last. */
void dp_int8_reference(const dp_quant *q, const uint8_t *x, uint8_t *scratch, float *y);

#endif
