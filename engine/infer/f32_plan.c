#include "config.h"

#include "engine/infer/f32_plan.h"

#include "engine/core/arena.h"
#include "engine/core/arith.h"
#include "engine/layers/conv_winograd.h"

#include <string.h>

/* ---- fusion ---------------------------------------------------------------------- */

/* Layer i of the chain; past the end, a layer that is never fused. */
static const dp_layer *layer_at(const dp_plan *plan, int i)
{
    static const dp_layer none = { .kind = DP_OP_FLATTEN };
    return i < plan->spec->n_layers ? &plan->spec->layer[i] : &none;
}

/* Fuse the next layer into the step if it is an activation. */
static bool fuse_activation(dp_step *s, const dp_plan *plan)
{
    const dp_layer *next = layer_at(plan, s->layer + s->n_layers);
    const dp_act act = dp_op_get(next->kind)->act;
    if (act == DP_ACT_NONE)
        return false;
    s->epilogue.act = act;
    s->epilogue.slope = next->value;
    s->n_layers++;
    return true;
}

static bool is_maxpool2(const dp_layer *layer)
{
    static const int none[4], two[2] = { 2, 2 };
    return layer->kind == DP_OP_MAXPOOL && !memcmp(layer->kernel, two, sizeof two) &&
           !memcmp(layer->stride, two, sizeof two) &&
           !memcmp(layer->pad, none, sizeof none);
}

/* conv [activation] [maxpool 2], or conv maxpool 2 [activation] */
static void fuse_after_conv(dp_step *s, const dp_plan *plan)
{
    const bool activated = fuse_activation(s, plan);
    if (!is_maxpool2(layer_at(plan, s->layer + s->n_layers)))
        return;
    s->n_layers++;
    s->conv.pool = true;
    s->conv.pool_first = !activated;
    if (!activated)
        fuse_activation(s, plan);
}

/* ---- layouts --------------------------------------------------------------------- */

static dp_image_layout nchw(dp_shape shape)
{
    return (dp_image_layout){ .shape = shape };
}

static dp_image_layout nhwc(dp_shape shape, int pixel)
{
    return (dp_image_layout){
        .shape = shape,
        .nhwc = true,
        .pixel = pixel,
        .rows = shape.h,
        .cols = shape.w,
    };
}

size_t dp_image_layout_size(const dp_image_layout *image)
{
    if (!image->nhwc)
        return dp_shape_count(image->shape);
    return (size_t)image->rows * (size_t)image->cols * (size_t)image->pixel;
}

/* Add the padding of a convolution to the layout of its input. */
static void add_padding(dp_image_layout *image, const dp_step *s, const dp_layer *layer)
{
    const dp_conv *c = &s->conv;
    image->top = layer->pad[0];
    image->left = layer->pad[1];
    image->rows += layer->pad[0] + layer->pad[2];
    image->cols += layer->pad[1] + layer->pad[3];
    if (s->kind != DP_STEP_WINOGRAD)
        return;
    /* Winograd computes 2 × 2 outputs at a time, from 4 × 4 inputs. */
    const int rows = dp_round_up_int(c->h, 2) + 2, cols = dp_round_up_int(c->w, 2) + 2;
    image->rows = image->rows < rows ? rows : image->rows;
    image->cols = image->cols < cols ? cols : image->cols;
}

/* ---- steps ----------------------------------------------------------------------- */

static dp_step *add_step(dp_plan *plan, dp_step_kind kind, int layer, int n_layers,
                         const dp_image_layout *in)
{
    dp_step *s = &plan->step[plan->n_steps++];
    *s = (dp_step){ .kind = kind, .layer = layer, .n_layers = n_layers, .in = *in };
    return s;
}

/* Convert the image to NCHW unless it is already. */
static void ensure_nchw(dp_plan *plan, int layer, dp_image_layout *image)
{
    if (!image->nhwc)
        return;
    dp_step *s = add_step(plan, DP_STEP_TO_NCHW, layer, 0, image);
    *image = s->out = nchw(image->shape);
}

/* Bring the input of convolution s into NHWC with its padding. If the image is NHWC
 * already, the step before wrote it, and writes it with the padding; otherwise a new step
 * converts it. */
static void prepare_input(dp_plan *plan, dp_step *s, dp_image_layout *image)
{
    const dp_layer *layer = layer_at(plan, s->layer);
    if (image->nhwc) {
        dp_step *before = &plan->step[plan->n_steps - 1];
        add_padding(&before->out, s, layer);
        *image = before->out;
        return;
    }
    const int unit = s->kind == DP_STEP_WINOGRAD ? plan->kernels->tile_cols : 1;
    dp_image_layout padded = nhwc(image->shape, dp_round_up_int(image->shape.c, unit));
    add_padding(&padded, s, layer);
    const bool flat = image->shape.c == 1 || image->shape.h * image->shape.w == 1;
    /* With one channel or one pixel, and no padding, NHWC and NCHW are the same. */
    if (!flat || dp_image_layout_size(&padded) != dp_image_layout_size(image))
        add_step(plan, DP_STEP_TO_NHWC, s->layer, 0, image)->out = padded;
    *image = padded;
}

static void add_conv(dp_plan *plan, int i, dp_image_layout *image)
{
    const dp_layer *layer = layer_at(plan, i);
    const dp_shape sums = plan->spec->shape[i + 1];
    dp_step s = { .layer = i, .n_layers = 1 };
    const bool winograd =
        dp_winograd_fits(layer) && image->shape.c >= DP_WINOGRAD_INFER_CHANNELS;
    s.kind = winograd ? DP_STEP_WINOGRAD : DP_STEP_CONV;
    fuse_after_conv(&s, plan);
    s.conv.in = image->shape.c;
    s.conv.out = sums.c;
    s.conv.h = s.conv.pool ? sums.h / 2 * 2 : sums.h;
    s.conv.w = s.conv.pool ? sums.w / 2 * 2 : sums.w;
    s.conv.k = image->shape.c * layer->kernel[0] * layer->kernel[1];
    s.conv.epilogue = s.epilogue;
    prepare_input(plan, &s, image);
    s.in = *image;
    s.conv.x_pixel = (ptrdiff_t)layer->stride[1] * image->pixel;
    s.conv.x_row = (ptrdiff_t)layer->stride[0] * image->cols * image->pixel;
    s.out = nhwc(plan->spec->shape[i + s.n_layers],
                 dp_round_up_int(sums.c, plan->kernels->tile_cols));
    plan->step[plan->n_steps++] = s;
    *image = s.out;
}

static void add_dense(dp_plan *plan, int i, dp_image_layout *image)
{
    dp_step *s = add_step(plan, DP_STEP_DENSE, i, 1, image);
    fuse_activation(s, plan);
    *image = s->out = nchw(plan->spec->shape[i + s->n_layers]);
}

static void add_op(dp_plan *plan, int i, dp_image_layout *image)
{
    dp_step *s = add_step(plan, DP_STEP_OP, i, 1, image);
    *image = s->out = nchw(plan->spec->shape[i + 1]);
}

/* Add the step that begins with layer i; returns how many layers it computes. */
static int add_layers(dp_plan *plan, int i, dp_image_layout *image)
{
    const dp_layer *layer = layer_at(plan, i);
    if (layer->kind == DP_OP_CONV && layer->groups == 1) {
        add_conv(plan, i, image);
        return plan->step[plan->n_steps - 1].n_layers;
    }
    ensure_nchw(plan, i, image);
    if (layer->kind == DP_OP_FLATTEN) { /* NCHW is flat already */
        image->shape = plan->spec->shape[i + 1];
        return 1;
    }
    if (layer->kind == DP_OP_DENSE)
        add_dense(plan, i, image);
    else
        add_op(plan, i, image);
    return plan->step[plan->n_steps - 1].n_layers;
}

void dp_plan_make(dp_plan *out, const dp_spec *spec, const dp_params *layout,
                  const dp_kernels *kernels)
{
    *out = (dp_plan){ .spec = spec, .layout = layout, .kernels = kernels };
    dp_image_layout image = nchw(spec->shape[0]);
    for (int i = 0; i < spec->n_layers;)
        i += add_layers(out, i, &image);
    ensure_nchw(out, spec->n_layers, &image);
    /* The output of a convolution has got its padding from the step after it. */
    for (int i = 0; i < out->n_steps; i++) {
        dp_step *s = &out->step[i];
        s->conv.y_pixel = s->out.pixel;
        s->conv.y_row = (ptrdiff_t)s->out.cols * s->out.pixel;
    }
}

/* ---- weights --------------------------------------------------------------------- */

static void bind(dp_op_call *call, const dp_plan *plan, const dp_step *s, int n)
{
    *call = (dp_op_call){ .n = n, .kernels = plan->kernels, .packed = s->packed };
    dp_params_bind(call, plan->spec, plan->layout, s->layer, plan->params, NULL);
}

/* The packed arrays of a step. */
typedef struct packing {
    float *weight;
    float *bias; /* for CONV and WINOGRAD: padded to whole tiles */
    int *tap;    /* for CONV */
} packing;

static size_t weight_size(const dp_plan *plan, const dp_step *s)
{
    const dp_kernels *kernels = plan->kernels;
    dp_op_call call;
    switch (s->kind) {
    case DP_STEP_CONV:
        return kernels->packed_b_size(s->conv.k, s->conv.out);
    case DP_STEP_WINOGRAD:
        return kernels->winograd_size(s->conv.in, s->conv.out);
    case DP_STEP_DENSE:
    case DP_STEP_OP:
        bind(&call, plan, s, 1);
        return dp_op_get(call.layer->kind)->packed
                   ? dp_op_get(call.layer->kind)->packed(&call)
                   : 0;
    default:
        return 0;
    }
}

static void place_packing(packing *p, const dp_plan *plan, const dp_step *s,
                          dp_arena *arena)
{
    const bool is_conv = s->kind == DP_STEP_CONV;
    const bool has_bias = is_conv || s->kind == DP_STEP_WINOGRAD;
    p->weight = dp_arena_take(arena, weight_size(plan, s) * sizeof *p->weight);
    p->bias = dp_arena_take(arena, has_bias ? (size_t)s->out.pixel * sizeof *p->bias : 0);
    p->tap = dp_arena_take(arena, is_conv ? (size_t)s->conv.k * sizeof *p->tap : 0);
}

size_t dp_plan_packed_size(const dp_plan *plan)
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

static void pack_conv(dp_step *s, const packing *p, const dp_op_call *call)
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

static void pack_step(dp_plan *plan, dp_step *s, const packing *p)
{
    dp_op_call call;
    bind(&call, plan, s, 1);
    s->epilogue.bias = call.param[DP_BIAS];
    if (s->kind == DP_STEP_CONV || s->kind == DP_STEP_WINOGRAD) {
        memset(p->bias, 0, (size_t)s->out.pixel * sizeof *p->bias);
        if (call.param[DP_BIAS])
            memcpy(p->bias, call.param[DP_BIAS], (size_t)s->conv.out * sizeof *p->bias);
        s->conv.epilogue.bias = p->bias;
    }
    if (s->kind == DP_STEP_CONV)
        pack_conv(s, p, &call);
    else if (s->kind == DP_STEP_WINOGRAD)
        plan->kernels->pack_winograd(p->weight, s->conv.in, s->conv.out,
                                     call.param[DP_WEIGHT]);
    else
        dp_op_get(call.layer->kind)->pack(&call, p->weight);
    s->packed = p->weight;
}

void dp_plan_pack(dp_plan *plan, const float *params, float *block)
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

/* ---- running --------------------------------------------------------------------- */

bool dp_step_in_place(const dp_plan *plan, int i)
{
    const dp_step *s = &plan->step[i];
    return s->kind == DP_STEP_OP && dp_op_get(layer_at(plan, s->layer)->kind)->in_place;
}

size_t dp_step_macs(const dp_plan *plan, int i)
{
    const dp_step *s = &plan->step[i];
    const dp_layer *layer = layer_at(plan, s->layer);
    const dp_op *op = dp_op_get(layer->kind);
    if (s->n_layers == 0 || !op->macs)
        return 0;
    return op->macs(layer, plan->spec->shape[s->layer], plan->spec->shape[s->layer + 1]);
}

size_t dp_step_scratch(const dp_plan *plan, int i, int n)
{
    const dp_step *s = &plan->step[i];
    if (s->kind == DP_STEP_WINOGRAD)
        return plan->kernels->winograd_scratch(s->conv.in);
    if (s->kind != DP_STEP_OP)
        return 0;
    dp_op_call call;
    bind(&call, plan, s, n);
    const dp_op *op = dp_op_get(call.layer->kind);
    return op->scratch ? op->scratch(&call) : 0;
}

/* The offset of the first pixel, past the padding. */
static size_t origin(const dp_image_layout *image)
{
    return ((size_t)image->top * (size_t)image->cols + (size_t)image->left) *
           (size_t)image->pixel;
}

static void image_to_nhwc(const dp_plan *plan, const dp_step *s, const float *x, float *y)
{
    const dp_shape in = s->in.shape;
    y += origin(&s->out);
    for (int i = 0; i < in.h; i++, x += in.w, y += s->out.cols * s->out.pixel)
        if (in.c == 1 && s->out.pixel == 1)
            memcpy(y, x, (size_t)in.w * sizeof *x);
        else
            plan->kernels->transpose(y, s->out.pixel, x, in.h * in.w, in.c, in.w);
}

static void image_to_nchw(const dp_plan *plan, const dp_step *s, const float *x, float *y)
{
    const dp_shape in = s->in.shape;
    plan->kernels->transpose(y, in.h * in.w, x, s->in.pixel, in.h * in.w, in.c);
}

static void run_image(const dp_plan *plan, const dp_step *s, const float *x, float *y,
                      float *scratch, int part, int parts)
{
    const dp_kernels *kernels = plan->kernels;
    switch (s->kind) {
    case DP_STEP_TO_NHWC:
        image_to_nhwc(plan, s, x, y);
        break;
    case DP_STEP_TO_NCHW:
        image_to_nchw(plan, s, x, y);
        break;
    case DP_STEP_CONV:
        kernels->conv(&s->conv, s->packed, x, y + origin(&s->out),
                      (dp_part){ part, parts });
        break;
    default:
        kernels->winograd(&s->conv, s->packed, x, y + origin(&s->out),
                          (dp_part){ part, parts }, scratch);
    }
}

/* Each part computes whole tiles of columns. */
static void run_dense(const dp_plan *plan, const dp_step *s, int n, const float *x,
                      float *y, int part, int parts)
{
    const dp_kernels *kernels = plan->kernels;
    const int in = s->in.shape.c, out = s->out.shape.c, unit = kernels->tile_cols;
    const int tiles = dp_ceil_div_int(out, unit);
    const int first = tiles * part / parts * unit;
    const int end = part + 1 == parts ? out : tiles * (part + 1) / parts * unit;
    if (first >= end)
        return;
    dp_epilogue epilogue = s->epilogue;
    if (epilogue.bias)
        epilogue.bias += first;
    const dp_gemm product = {
        .m = n,
        .n = end - first,
        .k = in,
        .a = { .p = x, .rs = in, .cs = 1 },
        .c = y + first,
        .ldc = out,
    };
    kernels->gemm_packed(&product, s->packed + (size_t)first * (size_t)in, &epilogue);
}

void dp_step_run(const dp_plan *plan, int i, int n, const float *x, float *y,
                 float *scratch, int part, int parts)
{
    const dp_step *s = &plan->step[i];
    if (s->kind < DP_STEP_CONV && part > 0)
        return;
    if (s->kind == DP_STEP_DENSE) {
        run_dense(plan, s, n, x, y, part, parts);
    } else if (s->kind == DP_STEP_OP) {
        dp_op_call call;
        bind(&call, plan, s, n);
        call.scratch = scratch;
        dp_op_get(call.layer->kind)->forward(&call, x, y);
    } else {
        const size_t in = dp_image_layout_size(&s->in),
                     out = dp_image_layout_size(&s->out);
        for (int image = 0; image < n; image++, x += in, y += out)
            run_image(plan, s, x, y, scratch, part, parts);
    }
}
