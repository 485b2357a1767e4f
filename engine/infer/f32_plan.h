/* The execution plan of a folded chain. A convolution is fused with the activation and
 * the 2×2 max pooling after it, a dense layer with its activation, and the weights of
 * both are packed once. Every other layer is a step of its own. Between convolutions,
 * images are NHWC and already padded for the next one. */
#ifndef DP_ENGINE_INFER_F32_PLAN_H
#define DP_ENGINE_INFER_F32_PLAN_H

#include "engine/infer/executor.h"
#include "engine/net/params.h"

typedef enum dp_f32_kind {
    DP_F32_OP,      /* one layer, by its dp_op as in training */
    DP_F32_TO_NHWC, /* transpose, and add the padding of the next convolution */
    DP_F32_TO_NCHW,
    DP_F32_CONV, /* this one and those below are divisible */
    DP_F32_WINOGRAD,
    DP_F32_DENSE,
} dp_f32_kind;

/* The memory layout of one image: NCHW, a plain [c, h, w], or NHWC with padding. The
 * fields after `nhwc` are set for NHWC only. Channel c of pixel (i, j) is at ((top + i) ·
 * cols + left + j) · pixel + c. */
typedef struct dp_image_layout {
    dp_shape shape;
    bool nhwc;
    int pixel;      /* floats from one pixel to the next; at least shape.c */
    int top, left;  /* padding above and to the left, in pixels */
    int rows, cols; /* height and width with padding */
} dp_image_layout;

/* The size of an image in floats, with its padding. */
size_t dp_image_layout_size(const dp_image_layout *image);

typedef struct dp_f32_step {
    dp_f32_kind kind;
    int layer,
        n_layers; /* the layers of the chain that this step computes; 0 layers if it
                            changes the layout of the input of `layer` */
    dp_image_layout in, out;
    dp_conv conv;         /* of CONV and WINOGRAD; tap and bias are set by packing */
    dp_epilogue epilogue; /* of DENSE; likewise */
    const float *packed;  /* the weights; NULL until they are packed */
} dp_f32_step;

typedef struct dp_f32_plan {
    const dp_spec *spec;
    const dp_params *layout;
    const dp_kernels *kernels;
    const float *params; /* owned by the caller of dp_f32_plan_pack */
    int n_steps;         /* 0 if the output of the chain is its input */
    dp_f32_step step[DP_MAX_STEPS];
} dp_f32_plan;

/* Plan a folded chain for these kernels. spec and layout must outlive the plan. */
void dp_f32_plan_make(dp_f32_plan *out, const dp_spec *spec, const dp_params *layout,
                      const dp_kernels *kernels);

/* Pack the weights of params: [layout->count] into `block`: [dp_f32_plan_packed_size],
 * aligned to a cache line. Both arrays must outlive the plan. */
size_t dp_f32_plan_packed_size(const dp_f32_plan *plan);
void dp_f32_plan_pack(dp_f32_plan *plan, const float *params, float *block);

/* The call that runs the layer of a step on n images by its dp_op, without scratch. */
dp_op_call dp_f32_plan_call(const dp_f32_plan *plan, const dp_f32_step *s, int n);

#endif
