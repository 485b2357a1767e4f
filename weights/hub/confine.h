/* Confines digitpad-hub: it may change the cache, and the folder of data sets if it fetches one, ask
 * for names and connect to the Hub, and nothing else (weights/sandbox/sandbox.h). */
#ifndef DP_WEIGHTS_HUB_CONFINE_H
#define DP_WEIGHTS_HUB_CONFINE_H

#include "weights/hub/endpoint.h"

/* Make the cache folder, and with `data` that of data sets, if the network may be used, and enter the sandbox. DP_IO if one cannot be
 * made, or if a sandbox is required and the system has none. */
DP_MUST_CHECK dp_code dp_hub_confine(const dp_endpoint *endpoint, bool data, dp_err *err);

#endif
