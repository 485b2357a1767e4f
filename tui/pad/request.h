/* What an event asks of the loop (draw/loop.c), because it needs the terminal, the file system or
 * another process. */
#ifndef DP_TUI_PAD_REQUEST_H
#define DP_TUI_PAD_REQUEST_H

typedef enum dp_request {
    DP_REQUEST_NONE,
    DP_REQUEST_QUIT,
    DP_REQUEST_ACCEPT,    /* with --once: end with an answer */
    DP_REQUEST_CANCEL,    /* with --once: end without one */
    DP_REQUEST_INTERRUPT, /* as SIGINT, which a terminal's keyboard protocol bypasses */
    DP_REQUEST_SAVE,
    DP_REQUEST_COPY, /* the number that the drawing is read as */
    DP_REQUEST_REDRAW,
    DP_REQUEST_NEXT_INK,
    DP_REQUEST_SUSPEND,
    DP_REQUEST_FETCH, /* the model that is selected in app->menu */
    DP_REQUEST_STOP_FETCHING,
    DP_REQUEST_KEEP_SAMPLE,     /* the drawing, labelled app->sample_label */
    DP_REQUEST_WITHDRAW_SAMPLE, /* the sample that was kept last */
    DP_REQUEST_TRAIN,
    DP_REQUEST_STOP_TRAINING,
} dp_request;

#endif
