#include "config.h"

#include "weights/store/network_model.h"

#include "engine/core/decimal.h"
#include "weights/store/network_trust.h"

#include <math.h>
#include <stdio.h>

static dp_code describe(dp_model_info *out, const dp_network *network, const char *name,
                        dp_err *err)
{
    *out = (dp_model_info){ .norm = network->norm,
                            .norm_assumed = !network->norm_known,
                            .scores = dp_network_scores(network),
                            .newer_opset = network->newer_opset,
                            .accuracy = (float)dp_network_test_accuracy(network) };
    snprintf(out->name, sizeof out->name, "%s", name);
    if (network->spec_guessed)
        dp_spec_format(out->arch_assumed, sizeof out->arch_assumed, &network->spec);
    return dp_network_trust(&out->trust, network, err);
}

dp_code dp_network_model(dp_model **out, const dp_network *network, const char *name,
                         const dp_kernels *kernels, dp_err *err)
{
    dp_model_info info;
    dp_code code = describe(&info, network, name, err);
    if (code)
        return code;
    if (network->quant)
        return dp_model_create_int8(out, network->quant, &info, kernels, err);
    return dp_model_create(out, &network->spec, network->params, &info, kernels, err);
}

dp_code dp_network_to_model(dp_model **out, dp_network *network, const char *name,
                            const dp_kernels *kernels, dp_err *err)
{
    dp_model_info info;
    if (network->quant) /* shared, not copied */
        return dp_network_model(out, network, name, kernels, err);
    dp_code code = describe(&info, network, name, err);
    if (code)
        return code;
    return dp_model_adopt(out, &network->spec, &network->params, &info, kernels, err);
}
