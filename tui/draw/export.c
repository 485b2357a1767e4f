#include "config.h"

#include "tui/draw/export.h"

#include "tui/draw/clipboard.h"
#include "tui/pad/app_answer.h"
#include "tui/pad/save.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Make a file name from the time that no file has yet. */
static void make_file_name(char *name, size_t size)
{
    char stamp[32];
    time_t now = time(NULL);
    strftime(stamp, sizeof stamp, "digit-%Y%m%d-%H%M%S", localtime(&now));
    snprintf(name, size, "%s.ndjson", stamp);
    for (int i = 2; access(name, F_OK) == 0 && i < 1000; i++)
        snprintf(name, size, "%s-%d.ndjson", stamp, i);
}

void dp_export_save(dp_app *app, const char *path)
{
    char name[64];
    if (!path) {
        make_file_name(name, sizeof name);
        path = name;
    }
    dp_err err;
    const dp_strokes *strokes = dp_history_strokes(&app->history);
    if (strokes->n_strokes == 0)
        dp_app_set_message(app, true, "nothing drawn yet; nothing saved");
    else if (dp_save_drawing(path, strokes, &app->canvas, &err) != DP_OK)
        dp_app_set_message(app, true, "%s", err.msg);
    else
        dp_app_set_message(app, false, "saved as %s", path);
}

/* Copy the number. The terminal does not say whether it has taken it. */
void dp_export_copy(dp_app *app, int out, bool has_clipboard)
{
    char text[DP_SEGMENTS_MAX + 1], sequence[DP_CLIPBOARD_SIZE];
    const dp_between between = dp_clipboard_between();
    if (dp_app_verdict(app) != DP_VERDICT_DIGIT) {
        dp_app_set_message(app, false, "no digit to copy");
        return;
    }
    dp_segmentation_text(text, &app->reading.number);
    const size_t n = dp_clipboard_copy(sequence, text, between);
    if (!has_clipboard || write(out, sequence, n) != (ssize_t)n)
        dp_app_set_message(app, true, "this terminal has no clipboard for programs");
    else if (between == DP_BETWEEN_TMUX)
        dp_app_set_message(app, false,
                           "copied %s, if tmux allows it: set -g set-clipboard on", text);
    else
        dp_app_set_message(app, false, "copied %s, if the terminal lets programs copy",
                           text);
}
