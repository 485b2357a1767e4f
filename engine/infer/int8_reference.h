/* What an 8-bit network computes, as plainly as it can be said: layer by layer, channel by
 * channel, straight from the quantised weights. The kernels must agree bit for bit; nobody
 * optimises this. */
#ifndef DP_ENGINE_INFER_INT8_REFERENCE_H
#define DP_ENGINE_INFER_INT8_REFERENCE_H

#include "engine/quant/quant.h"

/* Bytes of scratch for one image. */
size_t dp_int8_oracle_scratch(const dp_quant *q);

/* x: [c, h, w] in 8 bits → y: what leaves layer q->last, [c, h, w]. */
void dp_int8_oracle(const dp_quant *q, const uint8_t *x, uint8_t *scratch, float *y);

#endif
