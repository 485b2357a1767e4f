#include "config.h"

#include "weights/store/network_model.h"

#include "engine/core/decimal.h"
#include "weights/store/network_trust.h"

#include <math.h>
#include <stdio.h>

dp_code dp_network_model(dp_model **out, const dp_network *network, const char *name,
                         const dp_kernels *kernels, dp_err *err)
{
    dp_model_info info = { .norm = network->norm,
                           .norm_assumed = !network->norm_known,
                           .scores = dp_network_scores(network),
                           .newer_opset = network->newer_opset,
                           .accuracy = (float)dp_network_test_accuracy(network) };
    snprintf(info.name, sizeof info.name, "%s", name);
    if (network->spec_guessed)
        dp_spec_format(info.arch_assumed, sizeof info.arch_assumed, &network->spec);
    dp_code code = dp_network_trust(&info.trust, network, err);
    if (code)
        return code;
    if (network->quant)
        return dp_model_create_int8(out, network->quant, &info, kernels, err);
    return dp_model_create(out, &network->spec, network->params, &info, kernels, err);
}
