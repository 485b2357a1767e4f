/* The chains that a sequence of layers with weights admits: which functions, poolings, paddings
 * and strides, none of which a file records, fit between them. */
#ifndef DP_WEIGHTS_SAFETENSORS_CHAIN_SEARCH_H
#define DP_WEIGHTS_SAFETENSORS_CHAIN_SEARCH_H

#include "weights/safetensors/layer_order.h"

/* How unusual a chain is, with all its parts, against others that fit the same file. */
typedef struct dp_chain_choice {
    dp_spec spec;
    int cost;
} dp_chain_choice;

enum { DP_MAX_CHOICES = 16 };

typedef struct dp_chain_choices {
    int n;
    dp_chain_choice choice[DP_MAX_CHOICES]; /* the most usual first; no two are equal */
} dp_chain_choices;

/* Add the chains that fit this order of layers to *out, which keeps the most usual ones: the best
 * one and those that cost at most `within` more. Of their shapes only the first is set.
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_chain_search(dp_chain_choices *out, const dp_weighted_list *list,
                                      const dp_layer_order *order,
                                      const dp_axis_order *axes, int within, dp_err *err);

#endif
