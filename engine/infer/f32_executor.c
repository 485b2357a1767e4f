/* The executor of float networks. */
#include "config.h"

#include "engine/infer/executor.h"

#include "engine/core/arith.h"
#include "engine/infer/f32_plan.h"

#include <string.h>

/* ---- properties ------------------------------------------------------------------ */

static int count_steps(const void *plan)
{
    return ((const dp_f32_plan *)plan)->n_steps;
}

static const dp_f32_step *step_at(const void *plan, int i)
{
    return &((const dp_f32_plan *)plan)->step[i];
}

static dp_activation activation(const void *plan, int i)
{
    return (dp_activation){
        .bytes = dp_image_layout_size(&step_at(plan, i)->in) * sizeof(float),
    };
}

static dp_step_traits traits(const void *plan, int i)
{
    const dp_spec *spec = ((const dp_f32_plan *)plan)->spec;
    const dp_f32_step *s = step_at(plan, i);
    dp_step_traits t = { .dense = s->kind == DP_F32_DENSE,
                         .divisible = s->kind >= DP_F32_CONV };
    if (s->n_layers == 0)
        return t;
    const dp_layer *layer = &spec->layer[s->layer];
    const dp_op *op = dp_op_get(layer->kind);
    t.in_place = s->kind == DP_F32_OP && op->in_place;
    if (op->macs)
        t.macs = op->macs(layer, spec->shape[s->layer], spec->shape[s->layer + 1]);
    return t;
}

static size_t scratch(const void *plan, int i, int n)
{
    const dp_f32_plan *p = plan;
    const dp_f32_step *s = step_at(plan, i);
    size_t floats = 0;
    if (s->kind == DP_F32_WINOGRAD)
        floats = p->kernels->winograd_scratch(s->conv.in);
    if (s->kind == DP_F32_OP) {
        const dp_op_call call = dp_f32_plan_call(p, s, n);
        const dp_op *op = dp_op_get(call.layer->kind);
        floats = op->scratch ? op->scratch(&call) : 0;
    }
    return floats * sizeof(float);
}

/* ---- input ----------------------------------------------------------------------- */

static const void *borrow(const void *plan, const dp_model_input *in)
{
    (void)plan;
    return in->x;
}

static void load(const void *plan, const dp_model_input *in, int n, void *to)
{
    const dp_f32_plan *p = plan;
    const size_t count = (size_t)n * dp_shape_count(p->spec->shape[0]);
    float *x = to;
    if (in->x)
        memcpy(x, in->x, count * sizeof *x);
    else
        for (size_t i = 0; i < count; i++)
            x[i] = in->norm[in->pixels[i]];
}

/* ---- steps ----------------------------------------------------------------------- */

/* The offset of the first pixel, past the padding. */
static size_t origin(const dp_image_layout *image)
{
    return ((size_t)image->top * (size_t)image->cols + (size_t)image->left) *
           (size_t)image->pixel;
}

static void image_to_nhwc(const dp_kernels *kernels, const dp_f32_step *s, const float *x,
                          float *y)
{
    const dp_shape in = s->in.shape;
    y += origin(&s->out);
    for (int i = 0; i < in.h; i++, x += in.w, y += s->out.cols * s->out.pixel)
        if (in.c == 1 && s->out.pixel == 1)
            memcpy(y, x, (size_t)in.w * sizeof *x);
        else
            kernels->transpose(y, s->out.pixel, x, in.h * in.w, in.c, in.w);
}

static void image_to_nchw(const dp_kernels *kernels, const dp_f32_step *s, const float *x,
                          float *y)
{
    const dp_shape in = s->in.shape;
    kernels->transpose(y, in.h * in.w, x, s->in.pixel, in.h * in.w, in.c);
}

static void run_image(const dp_step_call *call, const float *x, float *y)
{
    const dp_f32_step *s = step_at(call->plan, call->step);
    const dp_kernels *kernels = ((const dp_f32_plan *)call->plan)->kernels;
    switch (s->kind) {
    case DP_F32_TO_NHWC:
        image_to_nhwc(kernels, s, x, y);
        break;
    case DP_F32_TO_NCHW:
        image_to_nchw(kernels, s, x, y);
        break;
    case DP_F32_CONV:
        kernels->conv(&s->conv, s->packed, x, y + origin(&s->out), call->part);
        break;
    default:
        kernels->winograd(&s->conv, s->packed, x, y + origin(&s->out), call->part,
                          call->scratch);
    }
}

/* Each part computes whole tiles of columns. */
static void run_dense(const dp_step_call *call)
{
    const dp_f32_step *s = step_at(call->plan, call->step);
    const dp_kernels *kernels = ((const dp_f32_plan *)call->plan)->kernels;
    const dp_part part = call->part;
    const int in = s->in.shape.c, out = s->out.shape.c, unit = kernels->tile_cols;
    const int tiles = dp_ceil_div_int(out, unit);
    const int first = tiles * part.index / part.count * unit;
    const int end = dp_min_int(tiles * (part.index + 1) / part.count * unit, out);
    if (first >= end)
        return;
    dp_epilogue epilogue = s->epilogue;
    if (epilogue.bias)
        epilogue.bias += first;
    const dp_gemm product = {
        .m = call->n,
        .n = end - first,
        .k = in,
        .a = { .p = call->x, .rs = in, .cs = 1 },
        .c = (float *)call->y + first,
        .ldc = out,
    };
    kernels->gemm_packed(&product, s->packed + (size_t)first * (size_t)in, &epilogue);
}

static void run_op(const dp_step_call *call)
{
    dp_op_call op_call =
        dp_f32_plan_call(call->plan, step_at(call->plan, call->step), call->n);
    op_call.scratch = call->scratch;
    dp_op_get(op_call.layer->kind)->forward(&op_call, call->x, call->y);
}

static void run(const dp_step_call *call)
{
    const dp_f32_step *s = step_at(call->plan, call->step);
    if (s->kind == DP_F32_DENSE) {
        run_dense(call);
    } else if (s->kind == DP_F32_OP) {
        run_op(call);
    } else {
        const size_t in = dp_image_layout_size(&s->in),
                     out = dp_image_layout_size(&s->out);
        const float *x = call->x;
        float *y = call->y;
        for (int i = 0; i < call->n; i++, x += in, y += out)
            run_image(call, x, y);
    }
}

const dp_executor dp_f32_executor = {
    .head_bytes = 1 << 18,
    .tile_bytes = 1 << 24,
    .macs_per_ms = 100000000,
    .count_steps = count_steps,
    .activation = activation,
    .traits = traits,
    .scratch = scratch,
    .borrow = borrow,
    .load = load,
    .run = run,
};
