/* The initial parameters of a network. */
#ifndef DP_ENGINE_TRAIN_INIT_H
#define DP_ENGINE_TRAIN_INIT_H

#include "engine/net/params.h"

#include <stdint.h>

/* Fill params [layout->count]: weights normal with variance 2 / fan-in (He et al. 2015),
 * batch norm as the identity, biases 0. The same seed gives the same parameters. */
void dp_init_params(float *params, const dp_params *layout, uint64_t seed);

#endif
