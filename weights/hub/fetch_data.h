/* Fetching a data set into the user's data folder. */
#ifndef DP_WEIGHTS_HUB_FETCH_DATA_H
#define DP_WEIGHTS_HUB_FETCH_DATA_H

#include "weights/hub/http.h"

/* Make sure that the files of a data set (weights/corpora/corpus.h) are here and intact, and
 * report that in events. Each missing file is downloaded from its sources in turn, or only from
 * $DIGITPAD_DATA_MIRROR if that is set, converted in memory, verified, and written at once. *http
 * is as for dp_fetch. DP_USAGE for an unknown data set, DP_NETWORK, DP_IO, DP_NOMEM,
 * DP_INTERRUPTED. */
dp_code dp_fetch_data(dp_http **http, const dp_endpoint *endpoint, const char *name);

#endif
