/* The variants of a chain that its weights admit: other functions, mean for max pooling, batch
 * norms on the other side of a function. All have the same parameters in the same order. */
#ifndef DP_TUI_EVAL_CHAIN_VARIANT_H
#define DP_TUI_EVAL_CHAIN_VARIANT_H

#include "engine/net/spec.h"

enum { DP_MAX_FUNCTIONS = 40 };

/* What a chain can have in place of a relu: every activation of the layer table, with a few
 * slopes. Entry 0 is relu; the last one, with the kind of a flatten, stands for nothing at all.
 * Returns their number. */
int dp_chain_functions(dp_layer out[DP_MAX_FUNCTIONS]);

typedef enum dp_site_kind {
    DP_SITE_FUNCTION, /* a relu of the chain */
    DP_SITE_POOL,     /* a maxpool */
    DP_SITE_NORM,     /* a bn and the function beside it */
} dp_site_kind;

/* A place at which variants differ. */
typedef struct dp_chain_site {
    dp_site_kind kind;
    int layer;   /* of a norm: the first of the two */
    bool vector; /* the layer has features, not an image */
} dp_chain_site;

typedef struct dp_chain_sites {
    int n;
    dp_chain_site site[2 * DP_MAX_LAYERS];
} dp_chain_sites;

void dp_chain_sites_find(dp_chain_sites *out, const dp_spec *spec);

/* The choices at a site: functions, or as in the chain (0) and the other way (1). */
int dp_chain_site_choices(const dp_chain_site *site, int n_functions);

/* Write the variant with choice[i] at site i. DP_USAGE if its layers do not fit. */
DP_MUST_CHECK dp_code dp_chain_variant(dp_spec *out, const dp_spec *spec,
                                       const dp_chain_sites *sites,
                                       const unsigned char *choice, dp_err *err);

#endif
