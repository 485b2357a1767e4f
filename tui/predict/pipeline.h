/* From files and streams to answers on stdout, without end in constant memory.
 *
 * Each thread goes around: read a batch, predict it, write it. Only one reads at a time, and
 * each writes when those that read before it have written; so reading, predicting and
 * writing overlap, and the answers come in the order of the inputs. A writer that waits for
 * an answer gets it at once. */
#ifndef DP_TUI_PREDICT_PIPELINE_H
#define DP_TUI_PREDICT_PIPELINE_H

#include "tui/predict/batch.h"

typedef struct dp_pipeline_job {
    const dp_model *model;
    dp_answer_options answer;
    const char *format; /* of the inputs, as dp_reader_create takes it */
    char **file;        /* paths; - is standard input */
    int n_files;
    bool fail_fast; /* stop at the first bad input */
    int threads;    /* at most; ≤ 0: one a core */
} dp_pipeline_job;

/* What came of it. */
typedef struct dp_pipeline_result {
    int readable; /* files that could be opened and read to their end */
    uint64_t bad, blanks;
    dp_code fatal; /* what stopped it early, and was complained of; DP_OK: nothing */
} dp_pipeline_result;

/* Answer everything; complaints about inputs go to stderr. DP_NOMEM before the first. */
DP_MUST_CHECK
dp_code dp_pipeline_run(dp_pipeline_result *out, const dp_pipeline_job *job, dp_err *err);

#endif
