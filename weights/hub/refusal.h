/* Error messages for replies of the Hub that are not the file. */
#ifndef DP_WEIGHTS_HUB_REFUSAL_H
#define DP_WEIGHTS_HUB_REFUSAL_H

#include "weights/hub/http.h"

/* Describe a reply whose status is an error. Returns DP_NETWORK. */
dp_code dp_refusal(const dp_reply *reply, const dp_endpoint *endpoint,
                   const dp_hub_ref *ref, dp_err *err);

/* Describe content that is a web page or a Git LFS pointer, recognised by its first bytes.
 * DP_OK if it is neither, else DP_NETWORK. */
DP_MUST_CHECK dp_code dp_refusal_content(const char *head, size_t size, dp_err *err);

#endif
