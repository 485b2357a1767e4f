/* Opening the model of `digitpad eval`, and completing what its file does not record. */
#ifndef DP_TUI_EVAL_EVAL_OPEN_H
#define DP_TUI_EVAL_EVAL_OPEN_H

#include "tui/eval/eval.h"
#include "tui/eval/eval_search.h"
#include "weights/store/store.h"

/* What the user asks for. */
typedef struct dp_eval_request {
    const char *model;
    dp_network_file_options options;
    bool search_chain, search_norm; /* if the file does not state it */
} dp_eval_request;

/* The file as the chains that fit it: one, unless the chain is searched for. */
typedef struct dp_eval_source {
    dp_network network[DP_SEARCH_CHAINS];
    int n;
    bool search_chain, search_norm; /* there is something to search for */
} dp_eval_source;

/* Read the file and make e->model of the first chain, with which images are read. Close *out even
 * after a failure. Errors as for dp_open_file, dp_model_read and dp_network_model. */
DP_MUST_CHECK dp_code dp_eval_source_open(dp_eval *e, dp_eval_source *out,
                                          const dp_eval_request *request, dp_err *err);
void dp_eval_source_close(dp_eval_source *source);

/* Call after e->images were read: search, replace e->model by the best one, and note in e where
 * chain and input scale come from. Errors as for dp_eval_search and dp_network_model. */
DP_MUST_CHECK dp_code dp_eval_source_settle(dp_eval *e, dp_eval_source *source,
                                            const dp_eval_request *request, int threads,
                                            dp_err *err);

#endif
