/* Where the rows of an 8-bit product lie in its input, and the order of its weights that
 * follows from that. */
#ifndef DP_ENGINE_INFER_INT8_PACK_H
#define DP_ENGINE_INFER_INT8_PACK_H

#include "engine/infer/int8_steps.h"

/* A row is read in taps[0] · taps[1] pieces of contiguous bytes. A tap is one position of
 * the kernel or, if these are adjacent, a line of positions: those of all pixels that the
 * row computes. */
typedef struct dp_int8_geometry {
    int taps[2]; /* down and across the kernel */
    int size;    /* bytes of a tap */
    int groups;  /* of a tap */
    int depth;   /* weights of an output channel */
} dp_int8_geometry;

/* The geometry of a DENSE or CONV step; s->pixels is set. */
dp_int8_geometry dp_int8_geometry_of(const dp_int8_step *s, const dp_quant *q);

/* Whether a row may compute several pixels: their bytes must be adjacent. */
bool dp_int8_has_lines(const dp_int8_step *s, const dp_quant *q);

/* The lane of output channel o of pixel `pixel` of a row. */
int dp_int8_lane(const dp_int8_step *s, int pixel, int o);

/* A block of a grouped convolution reads a span of input channels: those of all groups
 * that the block's output channels are in. This is the first one of `channels`; `size` is
 * that of the span. */
int dp_int8_channel_start(const dp_layer *layer, int channels, int size, int block);

/* Write group_at of the product. */
void dp_int8_place_groups(int *group_at, const dp_int8_step *s, const dp_quant *q);

/* Write the weights of the product to zeros. */
void dp_int8_pack(int8_t *to, const dp_int8_step *s, const dp_quant *q);

#endif
