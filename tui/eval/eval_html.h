/* Parts of the HTML report, appended to its text. */
#ifndef DP_TUI_EVAL_EVAL_HTML_H
#define DP_TUI_EVAL_EVAL_HTML_H

#include "tui/eval/eval.h"
#include "weights/io/text.h"

/* A chart of each sweep axis, and a bar of each situation, if they are measured. */
void dp_eval_html_sweep(dp_text *t, const dp_eval *e);
void dp_eval_html_paper(dp_text *t, const dp_eval *e);

#endif
