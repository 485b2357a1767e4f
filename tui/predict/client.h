/* A client of `predict --listen`: lines of JSON come in, a line of answer goes out for each
 * record, in order.
 *
 * A client is either being read or being written to: as long as it has not taken all of its
 * answers, nothing more is read from it. So it holds at most one line, the bytes that came with
 * it, and the answers of one turn. */
#ifndef DP_TUI_PREDICT_CLIENT_H
#define DP_TUI_PREDICT_CLIENT_H

#include "tui/predict/batch.h"

typedef struct dp_client {
    int fd;
    size_t max_line; /* bytes, without the newline */

    dp_text in;     /* what was received; */
    size_t taken;   /* of it, bytes that are answered, */
    size_t scanned; /* bytes after them in which a newline was looked for, */
    size_t line;    /* and the size of the next line with its newline; 0: none is there */
    uint64_t bytes; /* received before `in` */
    bool at_end;    /* nothing more comes */
    bool discarding; /* up to the end of a line that is too long */
    dp_source *source;
    dp_reader *reader; /* of the line that is being answered, or NULL */
    uint64_t records;  /* read so far */

    dp_text out;      /* answers; */
    size_t sent;      /* of them, bytes that were sent */
    uint64_t answers; /* formatted so far */
    dp_code failed;   /* DP_IO: the connection is broken; DP_NOMEM: memory was short */
    int64_t deadline; /* ms of dp_clock_ms, for the server */
} dp_client;

/* A client of this connected socket, which it then owns; it must not block. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_client_create(dp_client **out, int fd, size_t max_line, dp_err *err);
void dp_client_free(dp_client *c); /* closes the socket; NULL is allowed */

/* Receive what has arrived. Call it if the client has neither a line nor answers to take. */
void dp_client_receive(dp_client *c);

/* Nothing more is received from now on; what was received without a newline is a line. */
void dp_client_end(dp_client *c);

/* Whether something received can be answered now; whether answers are left to send; whether
 * nothing is left to do. */
bool dp_client_is_ready(const dp_client *c);
bool dp_client_is_sending(const dp_client *c);
bool dp_client_is_done(const dp_client *c);

/* Add the next record to a batch that is not full. False if the rest of what was received has
 * none. A line that is too long or malformed adds an error. */
bool dp_client_add(dp_client *c, dp_batch *b);

/* Add an error in place of the line that is only partly there. */
void dp_client_add_error(dp_client *c, dp_batch *b, const char *why);

/* Append answer i of a predicted batch; then send as much as the socket takes. SIGPIPE must be
 * ignored. */
void dp_client_answer(dp_client *c, const dp_batch *b, int i);
void dp_client_send(dp_client *c);

#endif
