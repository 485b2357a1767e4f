/* The pipeline of `predict`: from files and streams to answers on stdout, in constant
 * memory.
 *
 * Each thread repeats: read a batch, predict it, write its answers. One thread reads at a
 * time, and a batch is written after all batches read before it. Reading, predicting and
 * writing thus overlap, and the answers keep the order of the inputs. If reading would
 * have to wait for more input, the inputs read so far are answered first. */
#ifndef DP_TUI_PREDICT_PIPELINE_H
#define DP_TUI_PREDICT_PIPELINE_H

#include "tui/cli/talk.h"
#include "tui/predict/batch.h"
#include "tui/predict/inputs.h"
#include "tui/predict/slice.h"

typedef struct dp_pipeline_job {
    dp_talk *talk; /* for complaints about bad inputs, and for progress */
    const dp_model *model;
    dp_answer_options answer;
    dp_inputs_options inputs;
    dp_slice slice;     /* the records to answer; the others are read, but only counted */
    const char *format; /* input format, as for dp_reader_create */
    const char *label_column; /* as for dp_reader_label_column */
    bool transpose;           /* as for dp_reader_transpose */
    bool fail_fast;           /* stop at the first bad input */
    int threads;              /* the most to use; ≤ 0: one per core */
} dp_pipeline_job;

typedef struct dp_pipeline_result {
    int readable;                           /* number of files read to their end */
    uint64_t records;                       /* met, answered or not */
    uint64_t inputs, bad, blanks, rejected; /* answered */
    dp_code fatal; /* the reported error that stopped the run early, or DP_OK */
} dp_pipeline_result;

/* Answer the inputs on stdout. The header of a format precedes record 0. DP_NOMEM; if
 * the answers themselves need more memory than there is, the last ones are missing then. */
DP_MUST_CHECK
dp_code dp_pipeline_run(dp_pipeline_result *out, const dp_pipeline_job *job, dp_err *err);

#endif
