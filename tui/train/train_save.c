#include "config.h"

#include "tui/train/train_save.h"

#include "engine/core/arith.h"
#include "weights/model/model_write.h"
#include "weights/store/network_trust.h"

#include <stdlib.h>
#include <string.h>

/* Make a network of a chain and a copy of its parameters. */
static dp_code make_network(dp_network *out, const dp_spec *spec, const float *params,
                            dp_err *err)
{
    dp_params layout;
    dp_code code = dp_params_layout(&layout, spec, err);
    if (code)
        return code;
    *out = (dp_network){ .spec = *spec, .norm = DP_NORM_UNIT, .norm_known = true };
    out->params = malloc(layout.count * sizeof *out->params);
    if (!out->params)
        return dp_fail(err, DP_NOMEM, "no memory for the network");
    memcpy(out->params, params, layout.count * sizeof *out->params);
    return DP_OK;
}

static dp_code add_meta(dp_network *network, const dp_train_meta *meta, dp_err *err)
{
    const struct {
        const char *key, *value;
    } pair[] = {
        { "digitpad.train", meta->train },
        { "digitpad.accuracy", meta->accuracy },
        { "digitpad.temperature", meta->temperature },
        { DP_NETWORK_TRUST_KEY, meta->trust },
        { DP_TRAIN_CREDIT_KEY, meta->credit },
    };
    dp_code code = DP_OK;
    for (size_t i = 0; i < DP_COUNT(pair) && !code; i++)
        if (pair[i].value)
            code = dp_network_add_meta(network, pair[i].key, pair[i].value, err);
    return code;
}

dp_code dp_train_save(const char *path, const dp_spec *spec, const float *params,
                      const dp_train_meta *meta, dp_err *err)
{
    dp_network network = { 0 };
    dp_code code = make_network(&network, spec, params, err);
    if (!code)
        code = add_meta(&network, meta, err);
    if (!code)
        code = dp_model_write(path, &network, err);
    dp_network_clear(&network);
    return code;
}

dp_code dp_train_save_check(const char *path, const dp_spec *spec, const float *params,
                            dp_err *err)
{
    dp_network network = { 0 };
    dp_code code = make_network(&network, spec, params, err);
    if (!code)
        code = dp_model_write_check(path, &network, err);
    dp_network_clear(&network);
    return code;
}
