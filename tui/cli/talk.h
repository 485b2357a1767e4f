/* What a command says on standard error while it works: errors, warnings, hints, details, and a
 * line that shows its progress. --quiet leaves only the errors; --verbose adds the details. */
#ifndef DP_TUI_CLI_TALK_H
#define DP_TUI_CLI_TALK_H

#include "engine/core/err.h"
#include "tui/cli/progress.h"
#include "tui/cli/repeats.h"

#include <pthread.h>

enum { DP_TALK_HINTS = 8 }; /* different ones in a run */

typedef struct dp_talk {
    const char *command;
    bool quiet, verbose; /* DP_OPTION_QUIET, DP_OPTION_VERBOSE; quiet wins */
    pthread_mutex_t lock;
    dp_progress bar;
    dp_repeats bad; /* errors about inputs */
    int n_hints;
    const char *hint[DP_TALK_HINTS]; /* the formats of those already given */
} dp_talk;

/* The initial value of a dp_talk, in which dp_options_apply then sets quiet and verbose. Do not
 * copy it after that. */
#define DP_TALK(its_command)                                                             \
    {                                                                                    \
        .command = (its_command), .lock = PTHREAD_MUTEX_INITIALIZER                      \
    }

/* All of these may be called by any thread. They erase the line of progress, print one line,
 * "digitpad COMMAND: MESSAGE", and make bytes from outside printable.
 * dp_talk_bad complains about an input and names its source. The first ten messages of a kind
 * are printed, or all of them with --verbose; dp_talk_end counts the others.
 * dp_talk_hint gives each hint, known by its format, once. */
void dp_talk_bad(dp_talk *t, const char *source, const dp_err *err);
void dp_talk_warn(dp_talk *t, const char *fmt, ...) DP_PRINTF(2, 3);
void dp_talk_hint(dp_talk *t, const char *fmt, ...) DP_PRINTF(2, 3);
void dp_talk_detail(dp_talk *t, const char *fmt, ...) DP_PRINTF(2, 3);

/* Show progress from now on, on a terminal and unless --quiet is given; see dp_progress_show. The
 * text is formatted, and made printable. */
void dp_talk_begin_work(dp_talk *t);
void dp_talk_work(dp_talk *t, double done, const char *fmt, ...) DP_PRINTF(3, 4);

/* Erase the progress, for other output to the terminal. */
void dp_talk_end_work(dp_talk *t);

/* Erase the progress, and sum up the messages of dp_talk_bad that were not printed. */
void dp_talk_end(dp_talk *t);

#endif
