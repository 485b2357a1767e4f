/* From the network of a file to a model that runs. */
#ifndef DP_WEIGHTS_STORE_NETWORK_MODEL_H
#define DP_WEIGHTS_STORE_NETWORK_MODEL_H

#include "engine/infer/model.h"
#include "weights/network/network.h"

/* The network ready to run, called `name`. kernels NULL: the best. It rejects what
 * has less evidence than metadata "digitpad.reject" asks for. Errors as those of
 * dp_model_create, and DP_MODEL where that is no number. */
DP_MUST_CHECK dp_code dp_network_model(dp_model **out, const dp_network *network,
                                       const char *name, const dp_kernels *kernels,
                                       dp_err *err);

#endif
