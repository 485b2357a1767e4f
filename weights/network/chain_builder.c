#include "config.h"

#include "weights/network/chain_builder.h"

#include <stdlib.h>
#include <string.h>

void dp_chain_init(dp_chain *chain, dp_shape input)
{
    *chain = (dp_chain){ .spec = { .shape = { input } } };
}

void dp_chain_clear(dp_chain *chain)
{
    free(chain->params);
    *chain = (dp_chain){ 0 };
}

dp_shape dp_chain_shape(const dp_chain *chain)
{
    return chain->spec.shape[chain->spec.n_layers];
}

dp_code dp_chain_add(dp_chain *chain, const dp_layer *layer, dp_err *err)
{
    if (chain->spec.n_layers == DP_MAX_LAYERS)
        return dp_fail(err, DP_MODEL, "the network has more than %d layers",
                       DP_MAX_LAYERS);
    chain->spec.layer[chain->spec.n_layers++] = *layer;
    chain->last = chain->n_params;
    if (dp_spec_infer(&chain->spec, err) == DP_OK)
        return DP_OK;
    return dp_err_recode(err, DP_MODEL); /* the file's mistake, not the user's */
}

dp_code dp_chain_add_plain(dp_chain *chain, dp_op_kind kind, dp_err *err)
{
    return dp_chain_add(chain, &(dp_layer){ .kind = kind }, err);
}

dp_code dp_chain_params(float **out, dp_chain *chain, size_t n, dp_err *err)
{
    if (n > DP_MAX_PARAMS - chain->n_params)
        return dp_fail(err, DP_MODEL, "the network has more than %d parameters",
                       DP_MAX_PARAMS);
    size_t need = chain->n_params + n;
    if (need > chain->capacity) {
        float *grown = realloc(chain->params, need * sizeof *grown);
        if (!grown)
            return dp_fail(err, DP_NOMEM, "out of memory");
        chain->params = grown;
        chain->capacity = need;
    }
    *out = chain->params + chain->n_params;
    memset(*out, 0, n * sizeof **out);
    chain->n_params = need;
    return DP_OK;
}

dp_code dp_chain_flatten(dp_chain *chain, dp_err *err)
{
    dp_shape shape = dp_chain_shape(chain);
    return shape.h * shape.w == 1 ? DP_OK : dp_chain_add_plain(chain, DP_OP_FLATTEN, err);
}

/* Whether an affine map of n channels can be merged into the last layer. */
static bool takes_affine(const dp_chain *chain, int n)
{
    if (chain->spec.n_layers == 0)
        return false;
    const dp_layer *last = &chain->spec.layer[chain->spec.n_layers - 1];
    return last->kind == DP_OP_BN || (dp_op_get(last->kind)->linear && last->out == n);
}

static dp_code merge(dp_chain *chain, const float *scale, const float *shift, size_t n,
                     dp_err *err)
{
    dp_layer *last = &chain->spec.layer[chain->spec.n_layers - 1];
    float *added;
    if (last->kind != DP_OP_BN && !last->bias) {
        dp_code code = dp_chain_params(&added, chain, n, err);
        if (code)
            return code;
        last->bias = true;
    }
    /* The parameters are n rows of weights (for a bn: gamma, one value a row), then n biases
     * (beta); a bn's statistics follow and stay as they are. */
    float *weight = chain->params + chain->last;
    size_t row = last->kind == DP_OP_BN ? 1 : (chain->n_params - chain->last) / n - 1;
    float *bias = weight + n * row;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < row; k++)
            weight[i * row + k] *= scale[i];
        bias[i] = (float)((double)bias[i] * (double)scale[i] + (double)shift[i]);
    }
    return DP_OK;
}

/* A bn with mean 0, variance 1 and eps 0: only gamma and beta have an effect. */
static dp_code append(dp_chain *chain, const float *scale, const float *shift, size_t n,
                      dp_err *err)
{
    float *params;
    dp_code code = dp_chain_add_plain(chain, DP_OP_BN, err);
    if (!code)
        code = dp_chain_params(&params, chain, 4 * n, err);
    if (code)
        return code;
    memcpy(params, scale, n * sizeof *params);
    memcpy(params + n, shift, n * sizeof *params);
    for (size_t i = 3 * n; i < 4 * n; i++)
        params[i] = 1;
    return DP_OK;
}

dp_code dp_chain_affine(dp_chain *chain, const float *scale, const float *shift, int n,
                        dp_err *err)
{
    return takes_affine(chain, n) ? merge(chain, scale, shift, (size_t)n, err)
                                  : append(chain, scale, shift, (size_t)n, err);
}
