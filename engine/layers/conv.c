/* conv: cross-correlation of [c, h, w] with W: [out, c / groups, kh, kw], plus b: [out].
 * Each image is one matrix product (conv_im2col.h); in training, convolutions that
 * suit it use Winograd's algorithm (conv_winograd.h). */
#include "config.h"

#include "engine/layers/layer_table.h"

#include "engine/core/arena.h"
#include "engine/core/arith.h"
#include "engine/layers/conv_im2col.h"
#include "engine/layers/conv_winograd.h"

#include <stdint.h>
#include <string.h>

/* ---- shapes ------------------------------------------------------------------------ */

static dp_im2col_geometry geometry(const dp_layer *layer, dp_shape in)
{
    dp_im2col_geometry g = { .in = in, .spread = { 1, 1 } };
    memcpy(g.kernel, layer->kernel, sizeof g.kernel);
    memcpy(g.stride, layer->stride, sizeof g.stride);
    memcpy(g.dilation, layer->dilation, sizeof g.dilation);
    memcpy(g.pad, layer->pad, sizeof g.pad);
    return g;
}

/* The geometry of the convolution that computes dx from dy: the transposed one, on dy
 * with zeros in the positions that the stride skipped. Its kernel is the same, rotated by
 * 180°. */
static dp_im2col_geometry grad_geometry(const dp_layer *layer, dp_shape in, dp_shape out)
{
    dp_im2col_geometry g = { .in = out, .stride = { 1, 1 }, .dilation = { 1, 1 } };
    const int in_size[2] = { in.h, in.w }, out_size[2] = { out.h, out.w };
    for (int d = 0; d < 2; d++) {
        const int kernel = layer->kernel[d], stride = layer->stride[d];
        g.kernel[d] = kernel;
        g.spread[d] = stride;
        g.pad[d] = kernel - 1 - layer->pad[d];
        g.pad[d + 2] = in_size[d] - 1 - (out_size[d] - 1) * stride + layer->pad[d];
    }
    return g;
}

static dp_code infer(dp_shape *out, const dp_layer *layer, dp_shape in, dp_err *err)
{
    if (in.c % layer->groups || layer->out % layer->groups)
        return dp_fail(err, DP_USAGE, "%d groups do not divide %d and %d channels",
                       layer->groups, in.c, layer->out);
    for (int d = 0; d < 4; d++)
        if (layer->pad[d] > (layer->kernel[d % 2] - 1) * layer->dilation[d % 2])
            return dp_fail(err, DP_USAGE, "the padding is as large as the kernel");
    dp_im2col_geometry g = geometry(layer, in);
    dp_im2col plan;
    dp_code code = dp_im2col_plan(&plan, &g, dp_kernels_at(0), err);
    if (code != DP_OK)
        return code;
    if ((double)plan.cols * layer->out > DP_MAX_LAYOUT)
        return dp_fail(err, DP_USAGE, "the output with its padding is too large");
    *out = (dp_shape){ layer->out, plan.out[0], plan.out[1] };
    return DP_OK;
}

static int params(dp_param out[DP_ROLE_COUNT], const dp_layer *layer, dp_shape in)
{
    out[0] = (dp_param){ .role = DP_WEIGHT,
                         .rank = 4,
                         .dim = { layer->out, in.c / layer->groups, layer->kernel[0],
                                  layer->kernel[1] } };
    out[1] = (dp_param){ .role = DP_BIAS, .rank = 1, .dim = { layer->out } };
    return layer->bias ? 2 : 1;
}

/* Weights per output channel: the depth of the product. */
static int depth(const dp_layer *layer, dp_shape in)
{
    return in.c / layer->groups * layer->kernel[0] * layer->kernel[1];
}

static size_t macs(const dp_layer *layer, dp_shape in, dp_shape out)
{
    return dp_shape_count(out) * (size_t)depth(layer, in);
}

static dp_im2col plan_for(const dp_op_call *call, const dp_im2col_geometry *g)
{
    dp_im2col plan = { 0 };
    /* This cannot fail: infer has accepted the layer. */
    dp_code code = dp_im2col_plan(&plan, g, call->kernels, NULL);
    (void)code;
    return plan;
}

static dp_im2col forward_plan(const dp_op_call *call)
{
    dp_im2col_geometry g = geometry(call->layer, call->in);
    return plan_for(call, &g);
}

static dp_im2col grad_plan(const dp_op_call *call)
{
    dp_im2col_geometry g = grad_geometry(call->layer, call->in, call->out);
    return plan_for(call, &g);
}

/* ---- Winograd, in training --------------------------------------------------------- */

static dp_winograd forward_filter(const dp_op_call *call)
{
    const int *pad = call->layer->pad;
    return (dp_winograd){ call->kernels, call->in, call->out, pad[0], pad[1] };
}

static dp_winograd grad_filter(const dp_op_call *call)
{
    const int *pad = call->layer->pad;
    return (dp_winograd){ call->kernels, call->out, call->in, 2 - pad[0], 2 - pad[1] };
}

/* Whether this call uses Winograd's algorithm instead of im2col. For inference
 * infer/f32_plan.c decides. */
static bool by_winograd(const dp_op_call *call)
{
    return call->training && dp_winograd_fits(call->layer) &&
           call->in.c >= DP_WINOGRAD_TRAIN_CHANNELS &&
           call->out.c >= DP_WINOGRAD_TRAIN_CHANNELS;
}

/* ---- packed weights ---------------------------------------------------------------- */

/* Packed weights of the forward product, one group after the other, and the starts of its
 * im2col rows; in training also those of the product that computes dx. Winograd needs no
 * rows. */
typedef struct packing {
    float *weight, *grad_weight;
    int *row, *grad_row;
} packing;

static int grad_depth(const dp_op_call *call)
{
    return call->layer->out * call->layer->kernel[0] * call->layer->kernel[1];
}

static void place_winograd(packing *p, const dp_op_call *call, dp_arena *arena)
{
    const dp_winograd forward = forward_filter(call), grad = grad_filter(call);
    p->weight = dp_arena_take(arena, dp_winograd_packed(&forward) * sizeof(float));
    if (call->training)
        p->grad_weight = dp_arena_take(arena, dp_winograd_packed(&grad) * sizeof(float));
}

static void place_packing(packing *p, const dp_op_call *call, dp_arena *arena)
{
    *p = (packing){ 0 };
    if (by_winograd(call)) {
        place_winograd(p, call, arena);
        return;
    }
    const size_t k = (size_t)depth(call->layer, call->in);
    p->weight = dp_arena_take(arena, k * (size_t)call->out.c * sizeof *p->weight);
    p->row = dp_arena_take(arena, k * sizeof *p->row);
    if (!call->training)
        return;
    const size_t grad_k = (size_t)grad_depth(call), weights = grad_k * (size_t)call->in.c;
    p->grad_weight = dp_arena_take(arena, weights * sizeof *p->grad_weight);
    p->grad_row = dp_arena_take(arena, grad_k * sizeof *p->grad_row);
}

/* The floats that an arena has counted. */
static size_t floats_of(const dp_arena *counted)
{
    return counted->used / sizeof(float);
}

static size_t packed(const dp_op_call *call)
{
    packing p;
    dp_arena arena = { 0 };
    place_packing(&p, call, &arena);
    return floats_of(&arena);
}

/* Pack the weights of the product for dx: element (input channel, (output channel, tap)).
 * Taps keep their order; the im2col rows of dy are in mirrored order instead. */
static void pack_grad(const dp_op_call *call, const packing *p)
{
    if (by_winograd(call)) {
        const dp_winograd filter = grad_filter(call);
        dp_winograd_pack(&filter, p->grad_weight, call->param[DP_WEIGHT], NULL, true);
        return;
    }
    const int in = call->in.c, out = call->layer->out;
    const int taps = call->layer->kernel[0] * call->layer->kernel[1];
    int *row = p->grad_row;
    for (int o = 0; o < out; o++)
        for (int t = 0; t < taps; t++)
            row[o * taps + t] = o * in * taps + t;
    const dp_mat by_tap = { .p = call->param[DP_WEIGHT], .row = row, .cs = taps };
    call->kernels->pack_a(p->grad_weight, in, grad_depth(call), by_tap);
    dp_im2col plan = grad_plan(call);
    dp_im2col_rows(row, &plan, out, true);
}

static void pack_forward(const dp_op_call *call, const packing *p)
{
    const int k = depth(call->layer, call->in), groups = call->layer->groups;
    const int m = call->layer->out / groups;
    if (by_winograd(call)) {
        const dp_winograd filter = forward_filter(call);
        dp_winograd_pack(&filter, p->weight, call->param[DP_WEIGHT], call->param[DP_BIAS],
                         false);
        return;
    }
    const dp_im2col plan = forward_plan(call);
    dp_im2col_rows(p->row, &plan, call->in.c / groups, false);
    for (int g = 0; g < groups; g++) {
        const ptrdiff_t first = (ptrdiff_t)g * m * k;
        const dp_mat transposed = { .p = call->param[DP_WEIGHT] + first,
                                    .rs = 1,
                                    .cs = k };
        call->kernels->pack_a(p->weight + first, m, k, transposed);
    }
}

static void pack(const dp_op_call *call, float *to)
{
    packing p;
    dp_arena arena = dp_arena_over(to);
    place_packing(&p, call, &arena);
    pack_forward(call, &p);
    if (call->training)
        pack_grad(call, &p);
}

/* ---- scratch ----------------------------------------------------------------------- */

typedef struct workspace {
    float *packed;       /* if the caller has not packed the weights */
    float *image, *wide; /* forward: x in the im2col layout; the product */
    float *dy_by_pixel;  /* [cols, padded_out]: dy transposed */
    float *dw;           /* [depth, padded_out]: dW transposed */
    float *gemm;
    float *dy_image, *dx_wide; /* dy in the im2col layout; the product */
    float *winograd;           /* Winograd: used instead of everything except `packed` */
} workspace;

/* Output channels, rounded up to whole tiles. */
static size_t padded_out(const dp_op_call *call)
{
    return dp_round_up((size_t)call->out.c, (size_t)call->kernels->tile_cols);
}

/* Enough for the forward pass, for dx and for the weight gradient. */
static size_t winograd_room(const dp_op_call *call)
{
    const dp_winograd forward = forward_filter(call), grad = grad_filter(call);
    const size_t there = dp_winograd_scratch(&forward);
    const size_t back = dp_winograd_scratch(&grad);
    const size_t weights = dp_winograd_grad_scratch(&forward);
    return dp_max_size(dp_max_size(there, back), weights);
}

static float *take(dp_arena *arena, size_t n_floats)
{
    return dp_arena_take(arena, n_floats * sizeof(float));
}

static void place_workspace(workspace *w, const dp_op_call *call, dp_arena *arena)
{
    if (!call->packed)
        w->packed = take(arena, packed(call));
    if (by_winograd(call)) {
        w->winograd = take(arena, winograd_room(call));
        return;
    }
    const dp_im2col plan = forward_plan(call);
    w->image = take(arena, plan.size);
    w->wide = take(arena, (size_t)call->out.c * (size_t)plan.padded_cols);
    if (!call->training)
        return;
    const size_t out = padded_out(call);
    w->dy_by_pixel = take(arena, (size_t)plan.cols * out);
    w->dw = take(arena, (size_t)depth(call->layer, call->in) * out);
    w->gemm = take(arena, call->kernels->gemm_scratch(plan.cols, (int)out));
    const dp_im2col grad = grad_plan(call);
    w->dy_image = take(arena, grad.size);
    w->dx_wide = take(arena, (size_t)call->in.c * (size_t)grad.padded_cols);
}

static size_t scratch(const dp_op_call *call)
{
    workspace w;
    dp_arena arena = { 0 };
    place_workspace(&w, call, &arena);
    return floats_of(&arena);
}

static workspace workspace_of(const dp_op_call *call)
{
    workspace w;
    dp_arena arena = dp_arena_over(call->scratch);
    place_workspace(&w, call, &arena);
    return w;
}

/* The packed weights of a call, in call->packed or in scratch. */
static packing packing_of(const dp_op_call *call, const workspace *w)
{
    packing p;
    /* The cast drops const: `packing` is also used to write, but the caller's weights are
     * only read. */
    dp_arena arena =
        dp_arena_over(call->packed ? (float *)(uintptr_t)call->packed : w->packed);
    place_packing(&p, call, &arena);
    return p;
}

/* ---- forward ----------------------------------------------------------------------- */

static void forward_image(const dp_op_call *call, const dp_im2col *plan, const packing *p,
                          const workspace *w, const float *x, float *y)
{
    const int groups = call->layer->groups, m = call->out.c / groups;
    const int k = depth(call->layer, call->in);
    const float *bias = call->param[DP_BIAS];
    dp_im2col_image(w->image, plan, x);
    for (int g = 0; g < groups; g++) {
        const ptrdiff_t channel = (ptrdiff_t)g * (call->in.c / groups) * plan->channel;
        const dp_gemm product = {
            .m = m,
            .n = plan->padded_cols,
            .k = k,
            .b = { .p = w->image + channel, .cs = 1, .row = p->row },
            .c = w->wide + (ptrdiff_t)g * m * plan->padded_cols,
            .ldc = plan->padded_cols,
        };
        call->kernels->gemm_packed_a(&product, p->weight + (ptrdiff_t)g * m * k,
                                     bias ? bias + g * m : NULL);
    }
    dp_im2col_crop(y, plan, call->out.c, w->wide);
}

static void run_filter(const dp_winograd *filter, int n, const float *packed,
                       const float *x, float *y, float *scratch)
{
    dp_winograd_prepare(filter, scratch);
    for (int i = 0; i < n; i++)
        dp_winograd_run(filter, packed, x + (size_t)i * dp_shape_count(filter->in),
                        y + (size_t)i * dp_shape_count(filter->out), scratch);
}

static void forward(const dp_op_call *call, const float *x, float *y)
{
    const workspace w = workspace_of(call);
    const packing p = packing_of(call, &w);
    if (!call->packed)
        pack_forward(call, &p);
    if (by_winograd(call)) {
        const dp_winograd filter = forward_filter(call);
        run_filter(&filter, call->n, p.weight, x, y, w.winograd);
        return;
    }
    const dp_im2col plan = forward_plan(call);
    dp_im2col_clear(w.image, &plan);
    for (int i = 0; i < call->n; i++)
        forward_image(call, &plan, &p, &w, x + (size_t)i * dp_shape_count(call->in),
                      y + (size_t)i * dp_shape_count(call->out));
}

/* ---- backward ---------------------------------------------------------------------- */

/* dy: [out, oh, ow] → to: [cols, padded_out]. The positions between two output rows stay
 * zero. */
static void transpose_dy(const dp_op_call *call, const dp_im2col *plan, float *to,
                         const float *dy)
{
    const ptrdiff_t step = (ptrdiff_t)padded_out(call);
    const int h = call->out.h, w = call->out.w;
    for (int y = 0; y < h; y++)
        call->kernels->transpose(to + y * plan->row * step, step, dy + y * w, h * w,
                                 call->out.c, w);
}

/* grad += dwᵀ */
static void add_weight_grad(const dp_op_call *call, const float *dw)
{
    const int k = depth(call->layer, call->in);
    const size_t step = padded_out(call);
    float *grad = call->grad[DP_WEIGHT];
    for (int o = 0; o < call->out.c; o++)
        for (int l = 0; l < k; l++)
            *grad++ += dw[(size_t)l * step + (size_t)o];
}

static void add_bias_grad(const dp_op_call *call, const float *dy)
{
    const size_t pixels = (size_t)call->out.h * (size_t)call->out.w;
    for (int i = 0; i < call->n; i++)
        for (int o = 0; o < call->out.c; o++, dy += pixels)
            call->grad[DP_BIAS][o] += (float)call->kernels->sum(dy, pixels);
}

/* dW = Σ over images of (x in the im2col layout)·dyᵀ, summed in w->dw. */
static void backward_weights(const dp_op_call *call, const packing *p, const workspace *w,
                             const float *x, const float *dy)
{
    if (by_winograd(call)) {
        const dp_winograd filter = forward_filter(call);
        dp_winograd_grad(&filter, call->n, x, dy, call->grad[DP_WEIGHT], w->winograd);
        return;
    }
    const dp_im2col plan = forward_plan(call);
    const int k = depth(call->layer, call->in), cols = (int)padded_out(call);
    const dp_gemm product = {
        .m = k,
        .n = cols,
        .k = plan.cols,
        .a = { .p = w->image, .row = p->row, .cs = 1 },
        .b = { .p = w->dy_by_pixel, .rs = cols, .cs = 1 },
        .c = w->dw,
        .ldc = cols,
    };
    if (!call->packed)
        dp_im2col_rows(p->row, &plan, call->in.c, false);
    dp_im2col_clear(w->image, &plan);
    memset(w->dy_by_pixel, 0, (size_t)plan.cols * (size_t)cols * sizeof(float));
    for (int i = 0; i < call->n; i++) {
        dp_im2col_image(w->image, &plan, x + (size_t)i * dp_shape_count(call->in));
        transpose_dy(call, &plan, w->dy_by_pixel,
                     dy + (size_t)i * dp_shape_count(call->out));
        call->kernels->gemm(&product, i > 0, w->gemm);
    }
    add_weight_grad(call, w->dw);
}

static void backward_data(const dp_op_call *call, const packing *p, const workspace *w,
                          const float *dy, float *dx)
{
    if (by_winograd(call)) {
        const dp_winograd filter = grad_filter(call);
        run_filter(&filter, call->n, p->grad_weight, dy, dx, w->winograd);
        return;
    }
    const dp_im2col plan = grad_plan(call);
    const dp_gemm product = {
        .m = call->in.c,
        .n = plan.padded_cols,
        .k = grad_depth(call),
        .b = { .p = w->dy_image, .cs = 1, .row = p->grad_row },
        .c = w->dx_wide,
        .ldc = plan.padded_cols,
    };
    dp_im2col_clear(w->dy_image, &plan);
    for (int i = 0; i < call->n; i++) {
        dp_im2col_image(w->dy_image, &plan, dy + (size_t)i * dp_shape_count(call->out));
        call->kernels->gemm_packed_a(&product, p->grad_weight, NULL);
        dp_im2col_crop(dx + (size_t)i * dp_shape_count(call->in), &plan, call->in.c,
                       w->dx_wide);
    }
}

static void backward(const dp_op_call *call, const float *x, const float *y,
                     const float *dy, float *dx)
{
    (void)y;
    const workspace w = workspace_of(call);
    const packing p = packing_of(call, &w);
    if (call->grad[DP_WEIGHT])
        backward_weights(call, &p, &w, x, dy);
    if (call->grad[DP_BIAS])
        add_bias_grad(call, dy);
    if (!dx)
        return;
    if (!call->packed)
        pack_grad(call, &p);
    backward_data(call, &p, &w, dy, dx);
}

static dp_code check_trainable(const dp_layer *layer, dp_err *err)
{
    if (layer->groups > 1)
        return dp_fail(err, DP_USAGE, "cannot be trained with groups");
    if (layer->dilation[0] > 1 || layer->dilation[1] > 1)
        return dp_fail(err, DP_USAGE, "cannot be trained with dilation");
    return DP_OK;
}

const dp_op dp_op_conv = {
    .name = "conv",
    .argument = { DP_FIELD_OUT, DP_FIELD_KERNEL },
    .option = { DP_FIELD_STRIDE, DP_FIELD_PAD, DP_FIELD_DILATION, DP_FIELD_GROUPS,
                DP_FIELD_BIAS },
    .defaults = { .stride = { 1, 1 }, .dilation = { 1, 1 }, .groups = 1, .bias = true },
    .infer = infer,
    .params = params,
    .macs = macs,
    .scratch = scratch,
    .packed = packed,
    .pack = pack,
    .forward = forward,
    .backward = backward,
    .check_trainable = check_trainable,
    .quant = DP_QUANT_WEIGHTS,
    .onnx = "Conv",
    .linear = true,
};
