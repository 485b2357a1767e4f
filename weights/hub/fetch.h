/* Fetching one model from the Hub into the cache. */
#ifndef DP_WEIGHTS_HUB_FETCH_H
#define DP_WEIGHTS_HUB_FETCH_H

#include "weights/hub/http.h"

/* Make sure that the file of a model (a registry name or "hf:…") is in the cache and intact,
 * and report that in events. A cached file of a commit needs no network. For a branch or a tag
 * the Hub is asked; if it does not answer, a cached file is used, with a warning. *http, NULL
 * at first, is created on demand and freed by the caller. DP_USAGE, DP_NETWORK, DP_MODEL (the
 * file is not a model), DP_IO, DP_INTERRUPTED; the cache is unchanged then. */
dp_code dp_fetch(dp_http **http, const dp_endpoint *endpoint, const char *model);

#endif
