/* Making a model that runs from a network. */
#ifndef DP_WEIGHTS_STORE_NETWORK_MODEL_H
#define DP_WEIGHTS_STORE_NETWORK_MODEL_H

#include "engine/infer/model.h"
#include "weights/network/network.h"

/* Create a model called `name`; kernels NULL: the best for this machine. Its rejection
 * threshold is the metadata entry "digitpad.reject", its accuracy the figure after "test=" in
 * "digitpad.accuracy". The network may be cleared afterwards. Errors as for dp_model_create,
 * and DP_MODEL if the threshold is not a number. */
DP_MUST_CHECK dp_code dp_network_model(dp_model **out, const dp_network *network,
                                       const char *name, const dp_kernels *kernels,
                                       dp_err *err);

#endif
