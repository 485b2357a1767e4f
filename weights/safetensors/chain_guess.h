/* The chain of a file from another framework, inferred from the names and shapes of its tensors. */
#ifndef DP_WEIGHTS_SAFETENSORS_CHAIN_GUESS_H
#define DP_WEIGHTS_SAFETENSORS_CHAIN_GUESS_H

#include "weights/safetensors/chain_search.h"

/* Find the chains that fit; their shapes are inferred. Functions are taken to be relu, pooling to
 * be maxpool. `within` is as for dp_chain_search. DP_MODEL if no chain fits; it says why.
 * DP_NOMEM. */
enum { DP_GUESS_USUAL = 1, DP_GUESS_UNUSUAL = 5 };
DP_MUST_CHECK dp_code dp_chain_guess(dp_chain_choices *out, const dp_safetensors *st,
                                     int within, dp_err *err);

/* The one chain that a person would assume. DP_MODEL offers the chains if several are as usual;
 * otherwise as for dp_chain_guess. */
DP_MUST_CHECK dp_code dp_chain_guess_one(dp_chain_choice *out, const dp_safetensors *st,
                                         dp_err *err);

#endif
