/* A network as a file gives it: chain, parameters, input scale and metadata, before it is
 * packed for a machine. What every reader makes, every writer takes and a model is made of. */
#ifndef DP_WEIGHTS_NETWORK_NETWORK_H
#define DP_WEIGHTS_NETWORK_NETWORK_H

#include "engine/quant/quant.h"

#include <stdbool.h>
#include <stddef.h>

/* What a file says about itself, as text. */
typedef struct dp_network_meta {
    char *key, *value;
} dp_network_meta;

enum { DP_NETWORK_MAX_META = 64 };

typedef struct dp_network {
    dp_spec spec;
    float *params; /* as dp_params_layout orders them */
    const dp_quant
        *quant; /* of a network in 8 bits, else NULL; then spec and norm are its
                              own, and params its weights as floats */
    dp_norm norm;
    bool norm_known; /* false: nothing says how pixels are scaled; norm is a guess then */
    int n_meta;
    dp_network_meta meta[DP_NETWORK_MAX_META];
} dp_network;

/* Free what the network owns; it is zero then. */
void dp_network_clear(dp_network *network);

/* Copy a pair into the metadata. Pairs past the maximum are left out, since metadata of
 * files of elsewhere does nothing. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_network_add_meta(dp_network *network, const char *key,
                                          const char *value, dp_err *err);

/* Fill params of a network in 8 bits. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_network_dequantise(dp_network *network, dp_err *err);

/* NULL where there is none. */
const char *dp_network_get_meta(const dp_network *network, const char *key);

#endif
