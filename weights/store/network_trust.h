/* The rule of trust in a network's metadata: the entry "digitpad.trust" with the text
 * "bias=-12.4 evidence=2.6 odds=0.12 least=1.04". */
#ifndef DP_WEIGHTS_STORE_NETWORK_TRUST_H
#define DP_WEIGHTS_STORE_NETWORK_TRUST_H

#include "engine/infer/prediction.h"
#include "weights/network/network.h"

#define DP_NETWORK_TRUST_KEY "digitpad.trust"
enum { DP_NETWORK_TRUST_TEXT = 256 }; /* bytes */

/* Write the text of a rule whose numbers are finite. */
void dp_network_trust_format(char text[DP_NETWORK_TRUST_TEXT], const dp_trust_rule *rule);

/* Read the rule of a network. Without the entry it is DP_TRUST_CONFIDENCE, but files of
 * version 0.1 have "digitpad.reject", the least evidence. DP_MODEL if a number is missing. */
DP_MUST_CHECK dp_code dp_network_trust(dp_trust_rule *out, const dp_network *network,
                                       dp_err *err);

#endif
