#include "config.h"

#include "tui/draw/export.h"

#include "tui/draw/clipboard.h"
#include "tui/pad/app_answer.h"
#include "tui/pad/save.h"

#include <stdio.h>
#include <unistd.h>

/* Save the strokes in a new file, whose name is stored. */
static dp_code save_new(char name[DP_ERRANDS_NAME], dp_errands *errands,
                        const dp_strokes *strokes, dp_err *err)
{
    int fd;
    dp_code code = dp_errands_create(&fd, name, errands, err);
    if (code)
        return code;
    code = dp_save_strokes(fd, name, strokes, err);
    close(fd);
    if (code)
        dp_errands_discard(errands);
    return code;
}

void dp_export_save(dp_app *app, const char *path, dp_errands *errands)
{
    char name[DP_ERRANDS_NAME];
    dp_err err;
    const dp_strokes *strokes = dp_history_strokes(&app->history);
    if (strokes->n_strokes == 0) {
        dp_app_set_message(app, true, "nothing drawn yet; nothing saved");
        return;
    }
    dp_code code = path ? dp_save_drawing(path, strokes, &app->canvas, &err)
                        : save_new(name, errands, strokes, &err);
    if (code)
        dp_app_set_message(app, true, "%s", err.msg);
    else
        dp_app_set_message(app, false, "saved as %s", path ? path : name);
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
