/* The sentence for an answer of the Hub that is not the file. */
#ifndef DP_WEIGHTS_HUB_REFUSAL_H
#define DP_WEIGHTS_HUB_REFUSAL_H

#include "weights/hub/http.h"

/* Describe a reply whose status is an error. Returns DP_NETWORK. */
dp_code dp_refusal(const dp_reply *reply, const dp_endpoint *settings,
                   const dp_hub_ref *ref, dp_err *err);

/* Describe content that is a web page or a Git LFS pointer, by how it begins; DP_OK where it
 * is neither. */
DP_MUST_CHECK dp_code dp_refusal_content(const char *head, size_t size, dp_err *err);

#endif
