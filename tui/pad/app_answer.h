/* The network's answer to the drawing on the pad: getting it, and what to show of it. */
#ifndef DP_TUI_PAD_APP_ANSWER_H
#define DP_TUI_PAD_APP_ANSWER_H

#include "tui/pad/app.h"

/* Run the network if the reading is stale. Returns whether it was. */
bool dp_app_predict(dp_app *app);

/* Use a moment in which nothing else is due for one piece of work: try a model of the menu, or
 * open the network that second opinions come from, and mark the reading as stale if that may add
 * one. Returns whether there is something new to show; if so, there may be more to do. */
bool dp_app_use_idle_time(dp_app *app);

/* What the reading amounts to. */
typedef enum dp_verdict {
    DP_VERDICT_BLANK,
    DP_VERDICT_KEEP_DRAWING, /* too little ink */
    DP_VERDICT_NOT_A_DIGIT,  /* never during a stroke, which may still become one */
    DP_VERDICT_DIGIT,
} dp_verdict;
dp_verdict dp_app_verdict(const dp_app *app);

/* The view of the network that is shown. Never DP_INSPECTOR_DEFAULT. */
dp_inspector dp_app_inspector(const dp_app *app);

/* Whether that view has a rectangle of its own. DP_INSPECTOR_WHY colours the ink instead. */
bool dp_app_inspects_beside(const dp_app *app);

#endif
