#include "config.h"

#include "weights/store/network_model.h"

#include "engine/core/decimal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The rejection threshold; −∞, which rejects nothing, if the metadata has none. */
static dp_code read_reject(float *out, const char *text, dp_err *err)
{
    double value = (double)-INFINITY;
    if (text && !dp_decimal_parse(&value, text, strlen(text)))
        return dp_fail(err, DP_MODEL, "digitpad.reject: '%s' is not a number", text);
    *out = (float)value;
    return DP_OK;
}

dp_code dp_network_model(dp_model **out, const dp_network *network, const char *name,
                         const dp_kernels *kernels, dp_err *err)
{
    const char *reject = dp_network_get_meta(network, "digitpad.reject");
    dp_model_info info = { .norm = network->norm,
                           .norm_assumed = !network->norm_known,
                           .accuracy = (float)dp_network_test_accuracy(network) };
    snprintf(info.name, sizeof info.name, "%s", name);
    dp_code code = read_reject(&info.reject, reject, err);
    if (code)
        return code;
    if (network->quant)
        return dp_model_create_int8(out, network->quant, &info, kernels, err);
    return dp_model_create(out, &network->spec, network->params, &info, kernels, err);
}
