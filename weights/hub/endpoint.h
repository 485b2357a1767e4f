/* The settings of the Hub, from the environment variables of the Hugging Face tools. */
#ifndef DP_WEIGHTS_HUB_ENDPOINT_H
#define DP_WEIGHTS_HUB_ENDPOINT_H

#include "weights/hub/url.h"

#include <limits.h>

enum { DP_ENDPOINT_MAX = 2048, DP_TOKEN_MAX = 512 };

typedef struct dp_endpoint {
    char cache[PATH_MAX];
    char url[DP_ENDPOINT_MAX + 1]; /* HF_ENDPOINT, without a trailing slash */
    dp_origin origin;              /* of url */
    char token[DP_TOKEN_MAX + 1];  /* a word of printable ASCII; "" for none */
    long head_timeout;             /* seconds; HF_HUB_ETAG_TIMEOUT */
    long stall_timeout;            /* seconds; HF_HUB_DOWNLOAD_TIMEOUT */
    double
        first_wait; /* seconds before the second attempt; doubled before each further one */
    bool offline;   /* HF_HUB_OFFLINE: open no socket */
} dp_endpoint;

/* Read the environment. DP_NETWORK or DP_IO names the variable whose value is not valid. */
DP_MUST_CHECK dp_code dp_endpoint_read(dp_endpoint *out, dp_err *err);

#endif
