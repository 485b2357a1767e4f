#include "config.h"

#include "engine/infer/f32_plan.h"

#include "engine/core/arena.h"
#include "engine/core/arith.h"
#include "engine/layers/conv_winograd.h"
#include "engine/layers/window.h"

#include <string.h>

/* ---- fusion ---------------------------------------------------------------------- */

/* Layer i of the chain; past the end, a layer that is never fused. */
static const dp_layer *layer_at(const dp_f32_plan *plan, int i)
{
    static const dp_layer none = { .kind = DP_OP_FLATTEN };
    return i < plan->spec->n_layers ? &plan->spec->layer[i] : &none;
}

/* Fuse layer i into the epilogue if it is an activation. Returns the number of layers that
 * are fused: 0 or 1. */
static int fuse_activation(dp_epilogue *epilogue, const dp_f32_plan *plan, int i)
{
    const dp_layer *next = layer_at(plan, i);
    const dp_act act = dp_op_get(next->kind)->act;
    if (act == DP_ACT_NONE)
        return 0;
    epilogue->act = act;
    epilogue->parameter = next->value;
    return 1;
}

static bool is_maxpool2(const dp_layer *layer)
{
    return layer->kind == DP_OP_MAXPOOL && dp_window_two_by_two(layer);
}

/* conv [activation] [maxpool 2], or conv maxpool 2 [activation] */
static void fuse_after_conv(dp_f32_step *s, const dp_f32_plan *plan)
{
    dp_conv *c = &s->conv;
    s->n_layers += fuse_activation(&c->epilogue, plan, s->layer + s->n_layers);
    if (!is_maxpool2(layer_at(plan, s->layer + s->n_layers)))
        return;
    c->pool = true;
    c->pool_first = s->n_layers == 1;
    s->n_layers++;
    if (c->pool_first)
        s->n_layers += fuse_activation(&c->epilogue, plan, s->layer + s->n_layers);
}

/* ---- convolutions ---------------------------------------------------------------- */

/* Whether layer i is a convolution with a step of its own kind. */
static bool is_conv(const dp_f32_plan *plan, int i)
{
    const dp_layer *layer = layer_at(plan, i);
    return layer->kind == DP_OP_CONV && layer->groups == 1;
}

/* The step of the convolution that begins with layer i, except for its layouts. */
static dp_f32_step conv_at(const dp_f32_plan *plan, int i)
{
    const dp_layer *layer = layer_at(plan, i);
    const dp_shape in = plan->spec->shape[i], sums = plan->spec->shape[i + 1];
    const bool winograd = dp_winograd_fits(layer) && in.c >= DP_WINOGRAD_INFER_CHANNELS;
    dp_f32_step s = { .layer = i, .n_layers = 1 };
    s.kind = winograd ? DP_F32_WINOGRAD : DP_F32_CONV;
    fuse_after_conv(&s, plan);
    s.conv.in = in.c;
    s.conv.out = sums.c;
    s.conv.h = s.conv.pool ? sums.h / 2 * 2 : sums.h;
    s.conv.w = s.conv.pool ? sums.w / 2 * 2 : sums.w;
    s.conv.k = in.c * layer->kernel[0] * layer->kernel[1];
    return s;
}

size_t dp_image_layout_size(const dp_image_layout *image)
{
    if (!image->nhwc)
        return dp_shape_count(image->shape);
    return (size_t)image->rows * (size_t)image->cols * (size_t)image->pixel;
}

static dp_image_layout nchw(dp_shape shape)
{
    return (dp_image_layout){ .shape = shape };
}

/* NHWC with the padding that convolution s reads. */
static dp_image_layout conv_input(const dp_f32_plan *plan, const dp_f32_step *s,
                                  int pixel)
{
    const int *pad = layer_at(plan, s->layer)->pad;
    const dp_shape shape = plan->spec->shape[s->layer];
    dp_image_layout image = {
        .shape = shape,
        .nhwc = true,
        .pixel = pixel,
        .top = pad[0],
        .left = pad[1],
        .rows = shape.h + pad[0] + pad[2],
        .cols = shape.w + pad[1] + pad[3],
    };
    if (s->kind == DP_F32_WINOGRAD) {
        /* Winograd computes 2 × 2 outputs at a time, from 4 × 4 inputs. */
        image.rows = dp_max_int(image.rows, dp_round_up_int(s->conv.h, 2) + 2);
        image.cols = dp_max_int(image.cols, dp_round_up_int(s->conv.w, 2) + 2);
    }
    return image;
}

/* NHWC; if the next step is a convolution too, with the padding that it reads. */
static dp_image_layout conv_output(const dp_f32_plan *plan, const dp_f32_step *s)
{
    const int next = s->layer + s->n_layers;
    const int pixel = dp_round_up_int(s->conv.out, plan->kernels->tile_cols);
    const dp_shape shape = plan->spec->shape[next];
    if (is_conv(plan, next)) {
        const dp_f32_step reader = conv_at(plan, next);
        return conv_input(plan, &reader, pixel);
    }
    return (dp_image_layout){
        .shape = shape, .nhwc = true, .pixel = pixel, .rows = shape.h, .cols = shape.w
    };
}

/* ---- steps ----------------------------------------------------------------------- */

/* Append a step that reads the image, and make the image its output. */
static void add_step(dp_f32_plan *plan, dp_image_layout *image, dp_f32_step s)
{
    s.in = *image;
    *image = s.out;
    plan->step[plan->n_steps++] = s;
}

/* Convert the image to NCHW unless it is already. */
static void ensure_nchw(dp_f32_plan *plan, int layer, dp_image_layout *image)
{
    if (image->nhwc)
        add_step(plan, image,
                 (dp_f32_step){
                     .kind = DP_F32_TO_NCHW, .layer = layer, .out = nchw(image->shape) });
}

/* Convert an NCHW image for convolution s. With one channel or one pixel, and without
 * padding, the two layouts are the same. */
static void convert_for(dp_f32_plan *plan, const dp_f32_step *s, dp_image_layout *image)
{
    const int unit = s->kind == DP_F32_WINOGRAD ? plan->kernels->tile_cols : 1;
    const dp_shape shape = image->shape;
    const dp_image_layout wanted = conv_input(plan, s, dp_round_up_int(shape.c, unit));
    const bool flat = shape.c == 1 || shape.h * shape.w == 1;
    if (flat && dp_image_layout_size(&wanted) == dp_image_layout_size(image))
        *image = wanted;
    else
        add_step(
            plan, image,
            (dp_f32_step){ .kind = DP_F32_TO_NHWC, .layer = s->layer, .out = wanted });
}

static void add_conv(dp_f32_plan *plan, int i, dp_image_layout *image)
{
    const int *stride = layer_at(plan, i)->stride;
    dp_f32_step s = conv_at(plan, i);
    if (!image->nhwc)
        convert_for(plan, &s, image);
    s.out = conv_output(plan, &s);
    s.conv.x_pixel = (ptrdiff_t)stride[1] * image->pixel;
    s.conv.x_row = (ptrdiff_t)stride[0] * image->cols * image->pixel;
    s.conv.y_pixel = s.out.pixel;
    s.conv.y_row = (ptrdiff_t)s.out.cols * s.out.pixel;
    add_step(plan, image, s);
}

static void add_dense(dp_f32_plan *plan, int i, dp_image_layout *image)
{
    dp_f32_step s = { .kind = DP_F32_DENSE, .layer = i };
    s.n_layers = 1 + fuse_activation(&s.epilogue, plan, i + 1);
    s.out = nchw(plan->spec->shape[i + s.n_layers]);
    add_step(plan, image, s);
}

static void add_op(dp_f32_plan *plan, int i, dp_image_layout *image)
{
    const dp_image_layout out = nchw(plan->spec->shape[i + 1]);
    add_step(plan, image,
             (dp_f32_step){ .kind = DP_F32_OP, .layer = i, .n_layers = 1, .out = out });
}

/* Add the step that begins with layer i; returns how many layers it computes. */
static int add_layers(dp_f32_plan *plan, int i, dp_image_layout *image)
{
    if (is_conv(plan, i)) {
        add_conv(plan, i, image);
        return plan->step[plan->n_steps - 1].n_layers;
    }
    ensure_nchw(plan, i, image);
    switch (layer_at(plan, i)->kind) {
    case DP_OP_FLATTEN: /* NCHW is flat already */
        image->shape = plan->spec->shape[i + 1];
        return 1;
    case DP_OP_DENSE:
        add_dense(plan, i, image);
        break;
    default:
        add_op(plan, i, image);
    }
    return plan->step[plan->n_steps - 1].n_layers;
}

void dp_f32_plan_make(dp_f32_plan *out, const dp_spec *spec, const dp_params *layout,
                      const dp_kernels *kernels)
{
    *out = (dp_f32_plan){ .spec = spec, .layout = layout, .kernels = kernels };
    dp_image_layout image = nchw(spec->shape[0]);
    for (int i = 0; i < spec->n_layers;)
        i += add_layers(out, i, &image);
    ensure_nchw(out, spec->n_layers, &image);
}

/* ---- weights --------------------------------------------------------------------- */

dp_op_call dp_f32_plan_call(const dp_f32_plan *plan, const dp_f32_step *s, int n)
{
    dp_op_call call = { .n = n, .kernels = plan->kernels, .packed = s->packed };
    dp_params_bind(&call, plan->spec, plan->layout, s->layer, plan->params, NULL);
    return call;
}

/* The packed arrays of a step. */
typedef struct packing {
    float *weight;
    float *bias; /* for CONV and WINOGRAD: padded to whole tiles */
    int *tap;    /* for CONV */
} packing;

static size_t weight_size(const dp_f32_plan *plan, const dp_f32_step *s)
{
    if (s->n_layers == 0)
        return 0;
    if (s->kind == DP_F32_CONV)
        return plan->kernels->packed_b_size(s->conv.k, s->conv.out);
    if (s->kind == DP_F32_WINOGRAD)
        return plan->kernels->winograd_size(s->conv.in, s->conv.out);
    const dp_op_call call = dp_f32_plan_call(plan, s, 1);
    const dp_op *op = dp_op_get(call.layer->kind);
    return op->packed ? op->packed(&call) : 0;
}

static void place_packing(packing *p, const dp_f32_plan *plan, const dp_f32_step *s,
                          dp_arena *arena)
{
    const bool by_tap = s->kind == DP_F32_CONV;
    const bool has_bias = by_tap || s->kind == DP_F32_WINOGRAD;
    p->weight = dp_arena_take(arena, weight_size(plan, s) * sizeof *p->weight);
    p->bias = dp_arena_take(arena, has_bias ? (size_t)s->out.pixel * sizeof *p->bias : 0);
    p->tap = dp_arena_take(arena, by_tap ? (size_t)s->conv.k * sizeof *p->tap : 0);
}

size_t dp_f32_plan_packed_size(const dp_f32_plan *plan)
{
    packing p;
    dp_arena arena = { 0 };
    for (int i = 0; i < plan->n_steps; i++)
        place_packing(&p, plan, &plan->step[i], &arena);
    return arena.used / sizeof(float);
}

/* The offset of each factor of a sum, in the order (ky, kx, channel). `row`, `column` and
 * `channel` are the distances between neighbours in an array. */
static void list_factors(int *at, const dp_layer *layer, int channels, int row,
                         int column, int channel)
{
    for (int ky = 0; ky < layer->kernel[0]; ky++)
        for (int kx = 0; kx < layer->kernel[1]; kx++)
            for (int c = 0; c < channels; c++)
                *at++ = ky * row + kx * column + c * channel;
}

static void pack_conv(dp_f32_step *s, const packing *p, const dp_op_call *call)
{
    const dp_layer *layer = call->layer;
    const int width = layer->kernel[1], size = layer->kernel[0] * width;
    const int in = s->conv.in, k = s->conv.k;
    list_factors(p->tap, layer, in, width, 1, size);
    const dp_mat by_tap = { .p = call->param[DP_WEIGHT], .row = p->tap, .cs = k };
    call->kernels->pack_b(p->weight, k, s->conv.out, by_tap);
    list_factors(p->tap, layer, in, layer->dilation[0] * s->in.cols * s->in.pixel,
                 layer->dilation[1] * s->in.pixel, 1);
    s->conv.tap = p->tap;
}

static void pack_step(dp_f32_plan *plan, dp_f32_step *s, const packing *p)
{
    const dp_op_call call = dp_f32_plan_call(plan, s, 1);
    const float *bias = call.param[DP_BIAS];
    s->packed = p->weight;
    if (s->kind != DP_F32_CONV && s->kind != DP_F32_WINOGRAD) {
        s->epilogue.bias = bias;
        dp_op_get(call.layer->kind)->pack(&call, p->weight);
        return;
    }
    memset(p->bias, 0, (size_t)s->out.pixel * sizeof *p->bias);
    if (bias)
        memcpy(p->bias, bias, (size_t)s->conv.out * sizeof *p->bias);
    s->conv.epilogue.bias = p->bias;
    if (s->kind == DP_F32_CONV)
        pack_conv(s, p, &call);
    else
        plan->kernels->pack_winograd(p->weight, s->conv.in, s->conv.out,
                                     call.param[DP_WEIGHT]);
}

void dp_f32_plan_pack(dp_f32_plan *plan, const float *params, float *block)
{
    plan->params = params;
    dp_arena arena = dp_arena_over(block);
    for (int i = 0; i < plan->n_steps; i++) {
        packing p;
        place_packing(&p, plan, &plan->step[i], &arena);
        if (weight_size(plan, &plan->step[i]) > 0)
            pack_step(plan, &plan->step[i], &p);
    }
}
