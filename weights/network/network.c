#include "config.h"

#include "weights/network/network.h"

#include "engine/core/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void dp_network_clear(dp_network *network)
{
    for (int i = 0; i < network->n_meta; i++) {
        free(network->meta[i].key);
        free(network->meta[i].value);
    }
    free(network->params);
    dp_quant_unref(network->quant);
    *network = (dp_network){ 0 };
}

dp_code dp_network_add_meta(dp_network *network, const char *key, const char *value,
                            dp_err *err)
{
    if (network->n_meta == DP_NETWORK_MAX_META)
        return DP_OK;
    dp_network_meta pair = { strdup(key), strdup(value) };
    if (!pair.key || !pair.value) {
        free(pair.key);
        free(pair.value);
        return dp_fail(err, DP_NOMEM, "out of memory");
    }
    network->meta[network->n_meta++] = pair;
    return DP_OK;
}

dp_code dp_network_dequantise(dp_network *network, dp_err *err)
{
    const size_t n = network->quant->layout.count;
    network->params = malloc(n * sizeof *network->params);
    if (!network->params)
        return dp_fail(err, DP_NOMEM, "no memory for %zu parameters", n);
    dp_quant_floats(network->params, network->quant);
    return DP_OK;
}

const char *dp_network_get_meta(const dp_network *network, const char *key)
{
    for (int i = 0; i < network->n_meta; i++)
        if (strcmp(network->meta[i].key, key) == 0)
            return network->meta[i].value;
    return NULL;
}

dp_scores dp_network_scores(const dp_network *network)
{
    const char *scores = dp_network_get_meta(network, DP_NETWORK_SCORES_KEY);
    if (scores && strcmp(scores, DP_NETWORK_SCORES_RANKS) == 0)
        return DP_SCORES_RANKS;
    if ((scores && strcmp(scores, DP_NETWORK_SCORES_LOGITS) == 0) ||
        dp_network_get_meta(network, "digitpad.train"))
        return DP_SCORES_LOGITS;
    return dp_scores_of(&network->spec);
}

double dp_network_test_accuracy(const dp_network *network)
{
    static const char key[] = "test=";
    const char *text = dp_network_get_meta(network, "digitpad.accuracy");
    double value = (double)NAN;
    while (text && strncmp(text, key, sizeof key - 1) != 0) {
        text = strchr(text, ' ');
        text = text ? text + 1 : NULL;
    }
    if (!text)
        return value;
    text += sizeof key - 1;
    return dp_decimal_parse(&value, text, strcspn(text, " ")) ? value : (double)NAN;
}
