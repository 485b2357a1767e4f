/* dense: y = x·Wᵀ + b, with W: [out, in]. */
#include "config.h"

#include "engine/layers/layer_table.h"

#include "engine/core/arith.h"

static dp_code infer(dp_shape *out, const dp_layer *layer, dp_shape in, dp_err *err)
{
    if (in.h != 1 || in.w != 1)
        return dp_fail(err, DP_USAGE,
                       "the input is %d x %d x %d values; put a flatten before", in.c,
                       in.h, in.w);
    *out = (dp_shape){ layer->out, 1, 1 };
    return DP_OK;
}

static int params(dp_param out[DP_ROLE_COUNT], const dp_layer *layer, dp_shape in)
{
    out[0] = (dp_param){ .role = DP_WEIGHT, .rank = 2, .dim = { layer->out, in.c } };
    out[1] = (dp_param){ .role = DP_BIAS, .rank = 1, .dim = { layer->out } };
    return layer->bias ? 2 : 1;
}

static size_t macs(const dp_layer *layer, dp_shape in, dp_shape out)
{
    (void)layer;
    return (size_t)in.c * (size_t)out.c;
}

static size_t packed(const dp_op_call *call)
{
    return call->kernels->packed_b_size(call->in.c, call->out.c);
}

static void pack(const dp_op_call *call, float *to)
{
    const int in = call->in.c, out = call->out.c;
    const dp_mat transposed = { .p = call->param[DP_WEIGHT], .rs = 1, .cs = in };
    call->kernels->pack_b(to, in, out, transposed);
}

static size_t scratch(const dp_op_call *call)
{
    const dp_kernels *kernels = call->kernels;
    size_t forward = call->packed ? 0 : packed(call);
    size_t backward = 0;
    if (call->training)
        backward = kernels->gemm_scratch(dp_max_int(call->n, call->out.c), call->in.c);
    return dp_max_size(forward, backward);
}

static void forward(const dp_op_call *call, const float *x, float *y)
{
    const int in = call->in.c, out = call->out.c;
    const float *weights = call->packed;
    if (!weights) {
        pack(call, call->scratch);
        weights = call->scratch;
    }
    const dp_epilogue epilogue = { .bias = call->param[DP_BIAS] };
    const dp_gemm product = {
        .m = call->n,
        .n = out,
        .k = in,
        .a = { .p = x, .rs = in, .cs = 1 },
        .c = y,
        .ldc = out,
    };
    call->kernels->gemm_packed(&product, weights, &epilogue);
}

static void add_bias_grad(const dp_op_call *call, const float *dy)
{
    float *db = call->grad[DP_BIAS];
    const int out = call->out.c;
    for (int i = 0; i < call->n; i++, dy += out)
        for (int j = 0; j < out; j++)
            db[j] += dy[j];
}

static void backward(const dp_op_call *call, const float *x, const float *y,
                     const float *dy, float *dx)
{
    (void)y;
    const int n = call->n, in = call->in.c, out = call->out.c;
    const dp_gemm weight_grad = {
        .m = out,
        .n = in,
        .k = n,
        .a = { .p = dy, .rs = 1, .cs = out },
        .b = { .p = x, .rs = in, .cs = 1 },
        .c = call->grad[DP_WEIGHT],
        .ldc = in,
    };
    const dp_gemm x_grad = {
        .m = n,
        .n = in,
        .k = out,
        .a = { .p = dy, .rs = out, .cs = 1 },
        .b = { .p = call->param[DP_WEIGHT], .rs = in, .cs = 1 },
        .c = dx,
        .ldc = in,
    };
    if (call->grad[DP_WEIGHT])
        call->kernels->gemm(&weight_grad, true, call->scratch);
    if (call->grad[DP_BIAS])
        add_bias_grad(call, dy);
    if (dx)
        call->kernels->gemm(&x_grad, false, call->scratch);
}

const dp_op dp_op_dense = {
    .name = "dense",
    .argument = { DP_FIELD_OUT },
    .option = { DP_FIELD_BIAS },
    .defaults = { .bias = true },
    .infer = infer,
    .params = params,
    .macs = macs,
    .scratch = scratch,
    .packed = packed,
    .pack = pack,
    .forward = forward,
    .backward = backward,
    .quant = DP_QUANT_WEIGHTS,
    .linear = true,
};
