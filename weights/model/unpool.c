#include "config.h"

#include "weights/model/unpool.h"

#include "weights/network/chain_builder.h"

#include <stdlib.h>
#include <string.h>

static bool tiles(const dp_layer *pool, dp_shape in)
{
    const int *kernel = pool->kernel, *stride = pool->stride, *pad = pool->pad;
    return pool->kind == DP_OP_AVGPOOL && stride[0] == kernel[0] &&
           stride[1] == kernel[1] && !pad[0] && !pad[1] && !pad[2] && !pad[3] &&
           in.h % kernel[0] == 0 && in.w % kernel[1] == 0;
}

/* The index of the dense layer that follows the pooling; 0 without one. */
static int pooled_layer(const dp_spec *spec)
{
    if (spec->n_layers < 2 || !tiles(&spec->layer[0], spec->shape[0]))
        return 0;
    const int i = spec->layer[1].kind == DP_OP_FLATTEN ? 2 : 1;
    return i < spec->n_layers && spec->layer[i].kind == DP_OP_DENSE ? i : 0;
}

/* The weights of one output: to [c, h, w], from [c, h / k, w / l] for windows of k × l. */
static void spread(float *to, const float *from, dp_shape image, const dp_layer *pool)
{
    const int high = pool->kernel[0], wide = pool->kernel[1], across = image.w / wide;
    for (int row = 0; row < image.c * image.h; row++)
        for (int x = 0; x < image.w; x++)
            *to++ = from[row / high * across + x / wide] / (float)(high * wide);
}

/* Append layer i, whose parameters are from: [n]. */
static dp_code add_layer(dp_chain *chain, const dp_spec *spec, int i, const float *from,
                         size_t n, dp_err *err)
{
    float *to;
    dp_code code = dp_chain_add(chain, &spec->layer[i], err);
    if (!code && n > 0)
        code = dp_chain_params(&to, chain, n, err);
    if (!code && n > 0)
        memcpy(to, from, n * sizeof *to);
    return code;
}

static dp_code add_pooled(dp_chain *chain, const dp_spec *spec, int i, const float *from,
                          dp_err *err)
{
    const dp_shape image = spec->shape[0];
    const size_t pixels = dp_shape_count(image), in = dp_shape_count(spec->shape[1]);
    const size_t out = (size_t)spec->layer[i].out, biases = spec->layer[i].bias ? out : 0;
    float *to;
    dp_code code = dp_chain_flatten(chain, err);
    if (!code)
        code = dp_chain_add(chain, &spec->layer[i], err);
    if (!code)
        code = dp_chain_params(&to, chain, out * pixels + biases, err);
    if (code)
        return code;
    for (size_t o = 0; o < out; o++)
        spread(to + o * pixels, from + o * in, image, &spec->layer[0]);
    memcpy(to + out * pixels, from + out * in, biases * sizeof *to);
    return DP_OK;
}

dp_code dp_unpool(dp_spec *spec, dp_params *layout, float **params, dp_err *err)
{
    const int pooled = pooled_layer(spec);
    const float *from = *params;
    dp_chain chain;
    if (!pooled)
        return DP_OK;
    dp_chain_init(&chain, spec->shape[0]);
    dp_code code = add_pooled(&chain, spec, pooled, from, err);
    from += dp_params_of_layer(layout, pooled);
    for (int i = pooled + 1; i < spec->n_layers && !code; i++) {
        const size_t n = dp_params_of_layer(layout, i);
        code = add_layer(&chain, spec, i, from, n, err);
        from += n;
    }
    if (!code)
        code = dp_params_layout(layout, &chain.spec, err);
    if (code) {
        dp_chain_clear(&chain);
        return code;
    }
    free(*params);
    *spec = chain.spec;
    *params = chain.params;
    return DP_OK;
}
