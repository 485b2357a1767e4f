/* Making a model that runs from a network. */
#ifndef DP_WEIGHTS_STORE_NETWORK_MODEL_H
#define DP_WEIGHTS_STORE_NETWORK_MODEL_H

#include "engine/infer/model.h"
#include "weights/network/network.h"

/* Create a model called `name`; kernels NULL: the best for this machine. Its rule
 * of trust is that of its metadata (network_trust.h), its accuracy the figure after "test=" in
 * "digitpad.accuracy". The network may be cleared afterwards. Errors as for dp_model_create
 * and dp_network_trust. */
DP_MUST_CHECK dp_code dp_network_model(dp_model **out, const dp_network *network,
                                       const char *name, const dp_kernels *kernels,
                                       dp_err *err);

/* The same without a copy of the parameters: the model takes them from the network. */
DP_MUST_CHECK dp_code dp_network_to_model(dp_model **out, dp_network *network,
                                          const char *name, const dp_kernels *kernels,
                                          dp_err *err);

#endif
