#include "config.h"

#include "weights/sandbox/aide.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- messages with a descriptor (unix(7), SCM_RIGHTS) --------------------------------------- */

typedef union control {
    struct cmsghdr header; /* for its alignment */
    char space[CMSG_SPACE(sizeof(int))];
} control;

static bool send_message(int socket, const dp_aide_message *m)
{
    control c = { 0 };
    struct iovec bytes = { (void *)(uintptr_t)m->data, m->size };
    struct msghdr header = { .msg_iov = &bytes, .msg_iovlen = 1 };
    if (m->fd >= 0) {
        header.msg_control = c.space;
        header.msg_controllen = sizeof c.space;
        struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof m->fd);
        memcpy(CMSG_DATA(rights), &m->fd, sizeof m->fd);
    }
    return sendmsg(socket, &header, MSG_NOSIGNAL) == (ssize_t)m->size;
}

/* False at the end of the connection. */
static bool receive_message(int socket, dp_aide_message *m)
{
    control c = { 0 };
    struct iovec bytes = { m->data, sizeof m->data };
    struct msghdr header = { .msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = c.space,
                             .msg_controllen = sizeof c.space };
    ssize_t n;
    while ((n = recvmsg(socket, &header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        ;
    if (n <= 0)
        return false;
    const struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    m->size = (size_t)n;
    m->fd = -1;
    if (rights && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS)
        memcpy(&m->fd, CMSG_DATA(rights), sizeof m->fd);
    return true;
}

/* ---- the aide --------------------------------------------------------------------------- */

/* The terminal's signals are for the process that asks, which ends the connection. */
static void ignore_signals(void)
{
    static const int signals[] = { SIGINT,  SIGTERM,  SIGHUP, SIGQUIT,
                                   SIGTSTP, SIGWINCH, SIGPIPE };
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_IGN);
}

static void serve(int socket, dp_aide_handler *handler, void *context)
{
    dp_aide_message m;
    ignore_signals();
    while (receive_message(socket, &m)) {
        const int given = m.fd;
        handler(context, &m);
        if (!send_message(socket, &m))
            break;
        if (given >= 0)
            close(given);
        if (m.fd >= 0 && m.fd != given)
            close(m.fd);
    }
    m = (dp_aide_message){ .fd = -1 };
    handler(context, &m);
}

dp_code dp_aide_start(dp_aide *out, dp_aide_handler *handler, void *context, dp_err *err)
{
    int end[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) != 0)
        return dp_fail(err, DP_IO, "socketpair: %s", strerror(errno));
    const pid_t pid = fork();
    if (pid == 0) {
        close(end[0]);
        serve(end[1], handler, context);
        _exit(0);
    }
    close(end[1]);
    out->socket = end[0];
    out->pid = pid;
    if (pid > 0)
        return DP_OK;
    close(end[0]);
    return dp_fail(err, DP_IO, "fork: %s", strerror(errno));
}

/* Closing alone would not end the connection if another process had the socket open. */
void dp_aide_end(dp_aide *a)
{
    shutdown(a->socket, SHUT_RDWR);
    close(a->socket);
    while (waitpid(a->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

dp_code dp_aide_ask(const dp_aide *a, dp_aide_message *m, dp_err *err)
{
    if (send_message(a->socket, m) && receive_message(a->socket, m))
        return DP_OK;
    return dp_fail(err, DP_IO, "the process that starts helpers has ended");
}
