/* How inference runs a folded chain: as few steps. A conv runs with the function and the 2 × 2
 * max pooling around it as one, a dense layer with its function; the weights of both are
 * packed once. Whatever else there is runs as its op. Images pass between convs with their
 * channels together and the zeros that the next one wants around them. */
#ifndef DP_ENGINE_INFER_F32_PLAN_H
#define DP_ENGINE_INFER_F32_PLAN_H

#include "engine/net/params.h"

typedef enum dp_step_kind {
    DP_STEP_OP,      /* one layer, as in training */
    DP_STEP_TO_NHWC, /* channels are laid together */
    DP_STEP_TO_NCHW, /* and apart again */
    DP_STEP_CONV,
    DP_STEP_WINOGRAD, /* a conv with fewer multiplications */
    DP_STEP_DENSE,
} dp_step_kind;

/* How one image lies in memory. With its channels apart it is a plain [c, h, w]. */
typedef struct dp_image_layout {
    dp_shape shape;
    bool
        nhwc; /* channel c of pixel (i, j) at ((top + i) * cols + left + j) * pixel + c */
    int pixel;
    int top, left, rows, cols; /* rows and cols count the zeros around it */
} dp_image_layout;

/* Floats that it takes. */
size_t dp_image_layout_size(const dp_image_layout *view);

typedef struct dp_step {
    dp_step_kind kind;
    int layer, n_layers; /* of the chain */
    dp_image_layout in, out;
    dp_conv conv; /* of conv and winograd; its tap once packed */
    dp_epilogue epilogue;
    const float *packed;
} dp_step;

typedef struct dp_plan {
    const dp_spec *spec;
    const dp_params *layout;
    const dp_kernels *kernels;
    const float *params; /* the caller's, once packed */
    int n_steps;         /* 0 where the chain computes nothing */
    dp_step step[2 * DP_MAX_LAYERS + 1];
} dp_plan;

/* Plan a chain for `kernels`. spec and layout must outlive the plan. */
void dp_plan_make(dp_plan *out, const dp_spec *spec, const dp_params *layout,
                  const dp_kernels *kernels);

/* Arrange the weights, params: [layout->count], in `block`: dp_plan_packed_size floats on a
 * cache line. Both must outlive the plan. */
size_t dp_plan_packed_size(const dp_plan *plan);
void dp_plan_pack(dp_plan *plan, const float *params, float *block);

/* Whether y may be x. */
bool dp_step_in_place(const dp_plan *plan, int i);

/* Multiply-accumulates of one image. */
size_t dp_step_macs(const dp_plan *plan, int i);

/* Floats of scratch for n images. */
size_t dp_step_scratch(const dp_plan *plan, int i, int n);

/* Run step i on n images, x: [n, in] → y: [n, out] as its views say, where y was zeroed
 * before its first use. A conv, a winograd or a dense step may be run as `parts`, each by a
 * thread with a scratch of its own; other steps are done by part 0. */
void dp_step_run(const dp_plan *plan, int i, int n, const float *x, float *y,
                 float *scratch, int part, int parts);

#endif
