/* Finding what a model's file does not record, on labelled images: its chain, its input scale, or
 * both. */
#ifndef DP_TUI_EVAL_EVAL_SEARCH_H
#define DP_TUI_EVAL_EVAL_SEARCH_H

#include "engine/synth/mixture.h"
#include "tui/cli/talk.h"
#include "weights/network/network.h"

enum {
    DP_SEARCH_CHAINS = 16,
    DP_SEARCH_IMAGES = 1000, /* the most that are read; a few hundred are enough */
};

/* Where to search. */
typedef struct dp_eval_search_job {
    dp_network
        *network; /* [n] one set of weights in the chains that fit, the usual first */
    int n;
    bool chain, norm; /* vary these */
    dp_dataset images;
    int threads;
    dp_talk *talk; /* for details */
} dp_eval_search_job;

/* Try combinations of chain and norm. *out is the index of the best network, whose chain and norm
 * are set to the best ones; *tried counts the combinations. The measure is the cross-entropy of
 * the labels; most combinations are dropped after a few images, and a less usual one must be
 * better by more than chance. DP_MODEL, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_eval_search(int *out, int *tried, const dp_eval_search_job *job,
                                     dp_err *err);

#endif
