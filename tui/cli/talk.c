#include "config.h"

#include "tui/cli/talk.h"

#include "tui/cli/cli.h"
#include "tui/term/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE = 3072 };

/* Print a line after erasing the progress. The caller holds the lock. */
static void say(dp_talk *t, const char *kind, const char *message)
{
    dp_progress_clear(&t->bar);
    dp_cli_complain(t->command, "%s%s", kind, message);
}

DP_PRINTF(3, 0)
static void say_formatted(dp_talk *t, const char *kind, const char *fmt, va_list ap)
{
    char message[MESSAGE];
    vsnprintf(message, sizeof message, fmt, ap);
    pthread_mutex_lock(&t->lock);
    say(t, kind, message);
    pthread_mutex_unlock(&t->lock);
}

void dp_talk_bad(dp_talk *t, const char *source, const dp_err *err)
{
    char message[MESSAGE];
    snprintf(message, sizeof message, "%s: %s", *source ? source : "''", err->msg);
    pthread_mutex_lock(&t->lock);
    if (t->verbose || dp_repeats_add(&t->bad, source, err->msg))
        say(t, "", message);
    pthread_mutex_unlock(&t->lock);
}

void dp_talk_warn(dp_talk *t, const char *fmt, ...)
{
    va_list ap;
    if (t->quiet)
        return;
    va_start(ap, fmt);
    say_formatted(t, "warning: ", fmt, ap);
    va_end(ap);
}

/* Whether a hint is given for the first time. */
static bool is_new_hint(dp_talk *t, const char *fmt)
{
    pthread_mutex_lock(&t->lock);
    bool is_new = t->n_hints < DP_TALK_HINTS;
    for (int i = 0; i < t->n_hints; i++)
        is_new = is_new && strcmp(t->hint[i], fmt) != 0;
    if (is_new)
        t->hint[t->n_hints++] = fmt;
    pthread_mutex_unlock(&t->lock);
    return is_new;
}

void dp_talk_hint(dp_talk *t, const char *fmt, ...)
{
    va_list ap;
    if (t->quiet || !is_new_hint(t, fmt))
        return;
    va_start(ap, fmt);
    say_formatted(t, "hint: ", fmt, ap);
    va_end(ap);
}

void dp_talk_detail(dp_talk *t, const char *fmt, ...)
{
    va_list ap;
    if (!t->verbose || t->quiet)
        return;
    va_start(ap, fmt);
    say_formatted(t, "", fmt, ap);
    va_end(ap);
}

/* ---- progress ---------------------------------------------------------------------- */

void dp_talk_begin_work(dp_talk *t)
{
    pthread_mutex_lock(&t->lock);
    dp_progress_clear(&t->bar);
    dp_progress_begin(&t->bar, stderr);
    t->bar.shown = t->bar.shown && !t->quiet;
    pthread_mutex_unlock(&t->lock);
}

void dp_talk_work(dp_talk *t, double done, const char *fmt, ...)
{
    char text[MESSAGE], safe[MESSAGE];
    va_list ap;
    va_start(ap, fmt);
    pthread_mutex_lock(&t->lock);
    if (dp_progress_is_due(&t->bar)) {
        vsnprintf(text, sizeof text, fmt, ap);
        dp_progress_show(&t->bar, done, dp_out_safe(safe, sizeof safe, text));
    }
    pthread_mutex_unlock(&t->lock);
    va_end(ap);
}

void dp_talk_end_work(dp_talk *t)
{
    pthread_mutex_lock(&t->lock);
    dp_progress_clear(&t->bar);
    t->bar.shown = false;
    pthread_mutex_unlock(&t->lock);
}

void dp_talk_end(dp_talk *t)
{
    char text[DP_REPEATS_TEXT];
    dp_talk_end_work(t);
    for (int i = 0; i < t->bad.n; i++)
        if (dp_repeats_hidden(&t->bad, i) > 0)
            dp_cli_complain(t->command, "%s",
                            dp_repeats_text(text, &t->bad, i, dp_out_utf8()));
    t->bad.n = 0;
}
