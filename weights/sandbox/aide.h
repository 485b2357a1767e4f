/* A process that stays outside the sandbox of this one and does the few things for it that a sandbox
 * forbids, such as starting a helper program: separation of privileges, as in OpenSSH. It is
 * forked before the sandbox is entered, reads no foreign bytes but the requests, and its handler
 * must check these as if an attacker had written them. */
#ifndef DP_WEIGHTS_SANDBOX_AIDE_H
#define DP_WEIGHTS_SANDBOX_AIDE_H

#include "engine/core/err.h"

#include <stddef.h>
#include <sys/types.h>

enum { DP_AIDE_MESSAGE = 1024 };

/* A request or an answer, with a file descriptor if fd ≥ 0. */
typedef struct dp_aide_message {
    size_t size;
    int fd;
    unsigned char data[DP_AIDE_MESSAGE];
} dp_aide_message;

/* Runs in the aide: replace a request by its answer. The descriptors of both are closed after. */
typedef void dp_aide_handler(void *context, dp_aide_message *m);

typedef struct dp_aide {
    int socket;
    pid_t pid;
} dp_aide;

/* Fork an aide; call it before there are other threads. It ends when dp_aide_end or the end of this
 * process closes the connection; `handler` gets a last message, of size 0. DP_IO. */
DP_MUST_CHECK dp_code dp_aide_start(dp_aide *out, dp_aide_handler *handler, void *context,
                                    dp_err *err);
void dp_aide_end(dp_aide *a); /* waits for its end */

/* Send a request and wait for its answer, which replaces it; the caller owns its fd. DP_IO if the
 * aide has ended. */
DP_MUST_CHECK dp_code dp_aide_ask(const dp_aide *a, dp_aide_message *m, dp_err *err);

#endif
