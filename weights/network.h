/* A network as a file gives it: chain, parameters and input scale, before it is packed for
 * a machine. What every reader makes, every writer takes and dp_model_create runs. */
#ifndef DP_WEIGHTS_NETWORK_H
#define DP_WEIGHTS_NETWORK_H

#include "engine/model.h"

typedef struct dp_network {
    dp_spec spec;
    float *params; /* as dp_params_layout orders them; owned, to be freed with free() */
    dp_norm norm;
    bool norm_known; /* false: the file does not say how pixels are scaled */
} dp_network;

#endif
