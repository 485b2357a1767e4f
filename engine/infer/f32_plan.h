/* The execution plan of a folded chain. A convolution is fused with the activation and
 * the 2×2 max pooling after it, a dense layer with its activation, and the weights of
 * both are packed once. Every other layer is a step of its own. Between convolutions,
 * images are NHWC and already padded for the next one. */
#ifndef DP_ENGINE_INFER_F32_PLAN_H
#define DP_ENGINE_INFER_F32_PLAN_H

#include "engine/net/params.h"

typedef enum dp_step_kind {
    DP_STEP_OP,      /* one layer, by its dp_op as in training */
    DP_STEP_TO_NHWC, /* transpose, and add the padding of the next convolution */
    DP_STEP_TO_NCHW,
    DP_STEP_CONV, /* this one and those below can be shared between threads */
    DP_STEP_WINOGRAD,
    DP_STEP_DENSE,
} dp_step_kind;

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

typedef struct dp_step {
    dp_step_kind kind;
    int layer, n_layers; /* the layers of the chain that this step computes */
    dp_image_layout in, out;
    dp_conv conv; /* for CONV and WINOGRAD; `tap` is set when the weights are packed */
    dp_epilogue epilogue;
    const float *packed; /* the weights; NULL until they are packed */
} dp_step;

typedef struct dp_plan {
    const dp_spec *spec;
    const dp_params *layout;
    const dp_kernels *kernels;
    const float *params; /* owned by the caller of dp_plan_pack */
    int n_steps;         /* 0 if the output of the chain is its input */
    dp_step step[2 * DP_MAX_LAYERS + 1];
} dp_plan;

/* Plan a folded chain for these kernels. spec and layout must outlive the plan. */
void dp_plan_make(dp_plan *out, const dp_spec *spec, const dp_params *layout,
                  const dp_kernels *kernels);

/* Pack the weights of params: [layout->count] into `block`: [dp_plan_packed_size],
 * aligned to a cache line. Both arrays must outlive the plan. */
size_t dp_plan_packed_size(const dp_plan *plan);
void dp_plan_pack(dp_plan *plan, const float *params, float *block);

/* Whether step i can write its output over its input. */
bool dp_step_in_place(const dp_plan *plan, int i);

/* Multiply-accumulates of step i for one image. */
size_t dp_step_macs(const dp_plan *plan, int i);

/* Floats of scratch that step i needs for n images. */
size_t dp_step_scratch(const dp_plan *plan, int i, int n);

/* Run step i on n images, x: [n, in] → y: [n, out], in the layouts of the step. Before
 * its first use y must be zeroed: steps write no padding. Convolutions and dense layers
 * can be divided into `parts`, each run by a thread with its own scratch; part 0 does all
 * of any other step. */
void dp_step_run(const dp_plan *plan, int i, int n, const float *x, float *y,
                 float *scratch, int part, int parts);

#endif
