#include "config.h"

#include "engine/train/init.h"

#include "engine/core/rng.h"

#include <math.h>

/* Each array has its own random stream, so that it does not depend on the sizes of the
 * layers before it. */
static void draw_weights(float *weight, const dp_param *param, uint64_t seed)
{
    static const uint64_t purpose = UINT64_C(0x696e6974); /* "init" */
    dp_rng rng = dp_rng_stream(seed, purpose, (uint64_t)param->layer);
    size_t fan_in = param->count / (size_t)param->dim[0];
    float deviation = sqrtf(2.0f / (float)fan_in);
    for (size_t i = 0; i < param->count; i++)
        weight[i] = deviation * dp_rng_normal(&rng);
}

void dp_init_params(float *params, const dp_params *layout, uint64_t seed)
{
    for (int i = 0; i < layout->n; i++) {
        const dp_param *param = &layout->param[i];
        float *p = params + param->offset;
        if (param->role == DP_WEIGHT) {
            draw_weights(p, param, seed);
            continue;
        }
        bool one = param->role == DP_GAMMA || param->role == DP_RUNNING_VAR;
        for (size_t k = 0; k < param->count; k++)
            p[k] = one ? 1 : 0;
    }
}
