/* One model from the Hub to the cache. */
#ifndef DP_WEIGHTS_HUB_FETCH_H
#define DP_WEIGHTS_HUB_FETCH_H

#include "weights/hub/http.h"

/* Have the file of a model (a registry name or "hf:…") in the cache, intact, and say so in
 * events. A revision that is a commit needs no network once it is there; a branch or tag is
 * looked up, and if that fails the copy in the cache does, with a warning. *http is created
 * when it is first needed and is the caller's. DP_USAGE, DP_NETWORK, DP_MODEL (what came is
 * no model), DP_IO, DP_INTERRUPTED; the cache is as it was then. */
dp_code dp_fetch(dp_http **http, const dp_endpoint *settings, const char *model);

#endif
