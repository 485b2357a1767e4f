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

/* The latter of "validation=0.9962 test=0.9960"; NAN without it. */
static float read_accuracy(const char *text)
{
    const char *test = text ? strstr(text, "test=") : NULL;
    double value;
    if (!test)
        return NAN;
    test += strlen("test=");
    return dp_decimal_parse(&value, test, strcspn(test, " ")) ? (float)value : NAN;
}

dp_code dp_network_model(dp_model **out, const dp_network *network, const char *name,
                         const dp_kernels *kernels, dp_err *err)
{
    const char *reject = dp_network_get_meta(network, "digitpad.reject");
    const char *accuracy = dp_network_get_meta(network, "digitpad.accuracy");
    dp_model_info info = { .norm = network->norm,
                           .norm_assumed = !network->norm_known,
                           .accuracy = read_accuracy(accuracy) };
    snprintf(info.name, sizeof info.name, "%s", name);
    dp_code code = read_reject(&info.reject, reject, err);
    if (code)
        return code;
    if (network->quant)
        return dp_model_create_int8(out, network->quant, &info, kernels, err);
    return dp_model_create(out, &network->spec, network->params, &info, kernels, err);
}
