/* The socket on which `predict --listen` waits for clients: one of its own in the file system,
 * or the one that systemd passes (sd_listen_fds(3)). */
#ifndef DP_TUI_PREDICT_LISTENER_H
#define DP_TUI_PREDICT_LISTENER_H

#include "engine/core/err.h"

#include <stdbool.h>

#include <sys/types.h>

#define DP_LISTENER_SYSTEMD "systemd" /* in place of a path */

typedef struct dp_listener {
    int fd;
    const char *path; /* of its file; NULL: systemd's */
    dev_t device;     /* the file, in case that another process replaces it */
    ino_t inode;
} dp_listener;

/* Make a UNIX socket with this path, which must outlive it, and these permissions, and listen
 * on it. A socket that nobody listens on is replaced. DP_USAGE if the path is too long or systemd
 * passed no such socket, DP_IO. */
DP_MUST_CHECK
dp_code dp_listener_open(dp_listener *out, const char *path, mode_t mode, dp_err *err);

/* Stop listening and remove the file. */
void dp_listener_close(const dp_listener *l);

/* The next client: a descriptor that does not block. −1 with errno if none waits. */
int dp_listener_accept(const dp_listener *l);

#endif
