/* Networks that first pool their image, as dense layers that see all pixels, for formats
 * without pooling. */
#ifndef DP_WEIGHTS_MODEL_UNPOOL_H
#define DP_WEIGHTS_MODEL_UNPOOL_H

#include "engine/net/params.h"

/* If a chain begins with an average pooling whose windows tile the image, and a dense layer
 * follows, drop the pooling: each weight becomes one for every pixel of its window, divided by
 * their number. *params: [layout->count], from malloc, is replaced; other chains stay as they
 * are. DP_MODEL if there are too many weights then, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_unpool(dp_spec *spec, dp_params *layout, float **params, dp_err *err);

#endif
