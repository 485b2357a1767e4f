/* `predict --listen`: one process that answers many clients on a socket.
 *
 * One loop waits for all sockets. What has arrived is answered in rounds: each client that has a
 * line contributes records in turn, the threads fill a batch each, predict it and format its
 * answers, and the loop sends them. So no client waits for more than a round, however much the
 * others send. */
#ifndef DP_TUI_PREDICT_SERVER_H
#define DP_TUI_PREDICT_SERVER_H

#include "tui/cli/talk.h"
#include "tui/predict/answer.h"
#include "tui/predict/listener.h"

#include <sys/types.h>

enum {
    DP_SERVER_CLIENTS_MOST = 65536,
    DP_SERVER_LINE_LEAST = 4096,
    DP_SERVER_LINE_MOST = 10 << 20,
    DP_SERVER_TIMEOUT_MOST = 86400,
};

typedef struct dp_server_options {
    const char
        *path;   /* of the socket, or "systemd": dp_listener_open; NULL: do not serve */
    mode_t mode; /* permissions of the socket */
    int max_clients; /* more of them wait until one leaves */
    int max_line;    /* bytes */
    int timeout;     /* seconds without a whole line, or with answers that are not taken,
                         after which a client is closed */
} dp_server_options;

#define DP_SERVER_DEFAULTS                                                               \
    {                                                                                    \
        .mode = 0600, .max_clients = 512, .max_line = 256 << 10, .timeout = 60           \
    }

typedef struct dp_server_job {
    dp_talk *talk;
    const dp_model *model;
    dp_answer_options answer;
    dp_server_options options;
    dp_listener listener; /* closed at the end, also after an error */
    int stop_fd;          /* of dp_interrupt_watch_all */
    int threads;          /* the most to use; ≤ 0: one per core */
} dp_server_job;

/* Serve until SIGINT, SIGTERM or SIGHUP. Then answer what was received, and return DP_OK after the
 * others, DP_INTERRUPTED after SIGINT. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_server_run(const dp_server_job *job, dp_err *err);

#endif
