/* Networks with random parameters, for tests. */
#ifndef DP_TESTS_UNIT_CHAIN_H
#define DP_TESTS_UNIT_CHAIN_H

#include "engine/infer/model.h"
#include "engine/core/rng.h"
#include "tests/unit/unit.h"

#include <math.h>

typedef struct chain {
    dp_spec spec;
    dp_params layout;
    float *params;
} chain;

/* A network with random parameters that keep its activations near 1. Running variances
 * are positive. Free it with chain_clear. */
static inline chain chain_make(const char *text, dp_shape in)
{
    chain c;
    dp_err err;
    if (dp_spec_parse(&c.spec, text, in, &err) != DP_OK)
        ck_abort_msg("%s", err.msg);
    ck_assert_int_eq(dp_params_layout(&c.layout, &c.spec, NULL), DP_OK);
    c.params = calloc(c.layout.count + 1, sizeof *c.params);
    dp_rng rng = dp_rng_stream(1, 2, 3);
    for (int i = 0; i < c.layout.n; i++) {
        const dp_param *param = &c.layout.param[i];
        size_t fan_in = 1;
        for (int d = 1; d < param->rank; d++)
            fan_in *= (size_t)param->dim[d];
        const float size = 1.7f / (float)(fan_in > 1 ? fan_in / 2 : 1);
        for (size_t j = 0; j < param->count; j++)
            c.params[param->offset + j] = param->role == DP_RUNNING_VAR
                                              ? dp_rng_range(&rng, 0.5f, 2)
                                              : dp_rng_range(&rng, -size, size);
    }
    return c;
}

/* A model of the network; the caller unrefs it. */
static inline dp_model *chain_model(const chain *c, const dp_kernels *kernels)
{
    const dp_model_info info = { .name = "test",
                                 .norm = DP_NORM_UNIT,
                                 .trust = DP_TRUST_CONFIDENCE };
    dp_model *model;
    dp_err err;
    if (dp_model_create(&model, &c->spec, c->params, &info, kernels, &err) != DP_OK)
        ck_abort_msg("%s", err.msg);
    return model;
}

static inline void chain_clear(chain *c)
{
    free(c->params);
}

#endif
