#include "config.h"

#include "tui/predict/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- from systemd ------------------------------------------------------------------- */

/* The number in a variable; −1 if it is not set. */
static long number_of(const char *variable)
{
    const char *text = getenv(variable);
    return text ? strtol(text, NULL, 10) : -1;
}

static bool is_listening(int fd)
{
    int type = 0, listening = 0;
    socklen_t size = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_STREAM &&
           getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
}

static dp_code take_from_systemd(dp_listener *out, dp_err *err)
{
    enum { FIRST = 3 };
    if (number_of("LISTEN_PID") != (long)getpid() || number_of("LISTEN_FDS") < 1)
        return dp_fail(
            err, DP_USAGE,
            "systemd passed no socket; start digitpad.socket, or give the path "
            "of a new one (./systemd for that name)");
    if (number_of("LISTEN_FDS") > 1 || !is_listening(FIRST))
        return dp_fail(err, DP_USAGE,
                       "systemd must pass one stream socket that listens; in the socket "
                       "unit, set one ListenStream= and Accept=no");
    fcntl(FIRST, F_SETFL, O_NONBLOCK);
    fcntl(FIRST, F_SETFD, FD_CLOEXEC);
    *out = (dp_listener){ .fd = FIRST };
    return DP_OK;
}

/* ---- in the file system -------------------------------------------------------------- */

static dp_code set_address(struct sockaddr_un *out, const char *path, dp_err *err)
{
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (*path == '\0' || strlen(path) >= sizeof out->sun_path)
        return dp_fail(err, DP_USAGE, "%zu bytes; the path of a socket has 1 to %zu",
                       strlen(path), sizeof out->sun_path - 1);
    strcpy(out->sun_path, path);
    return DP_OK;
}

/* Lock the folder of the socket, so that two processes do not replace one at the same time. The
 * descriptor holds the lock; −1 if the folder cannot be locked. */
static int lock_folder(const char *path)
{
    char copy[sizeof((struct sockaddr_un *)0)->sun_path];
    strcpy(copy, path);
    const int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0)
        flock(folder, LOCK_EX);
    return folder;
}

/* Remove the file of a socket that nobody listens on. */
static dp_code remove_stale(const struct sockaddr_un *address, dp_err *err)
{
    struct stat st;
    if (lstat(address->sun_path, &st) != 0)
        return DP_OK;
    if (!S_ISSOCK(st.st_mode))
        return dp_fail(err, DP_IO, "exists and is not a socket; choose another path");
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return dp_fail(err, DP_IO, "%s", strerror(errno));
    const int failed = connect(probe, (const struct sockaddr *)address, sizeof *address);
    const bool stale = failed && errno == ECONNREFUSED;
    close(probe);
    if (!stale)
        return dp_fail(err, DP_IO, "another process listens on it; choose another path");
    return unlink(address->sun_path) == 0 ? DP_OK
                                          : dp_fail(err, DP_IO, "%s", strerror(errno));
}

static dp_code bind_and_listen(dp_listener *out, const struct sockaddr_un *address,
                               mode_t mode, dp_err *err)
{
    struct stat st;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const mode_t mask = umask(~mode & 0777);
    const bool bound =
        fd >= 0 && bind(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    const int why = errno;
    umask(mask);
    if (!bound || listen(fd, SOMAXCONN) != 0 || lstat(address->sun_path, &st) != 0) {
        dp_fail(err, DP_IO, "%s", strerror(bound ? errno : why));
        if (bound)
            unlink(address->sun_path);
        if (fd >= 0)
            close(fd);
        return DP_IO;
    }
    *out = (dp_listener){ .fd = fd, .device = st.st_dev, .inode = st.st_ino };
    return DP_OK;
}

static dp_code make(dp_listener *out, const char *path, mode_t mode, dp_err *err)
{
    struct sockaddr_un address;
    dp_code code = set_address(&address, path, err);
    if (code != DP_OK)
        return code;
    const int folder = lock_folder(path);
    code = remove_stale(&address, err);
    if (code == DP_OK)
        code = bind_and_listen(out, &address, mode, err);
    if (code == DP_OK)
        out->path = path;
    if (folder >= 0)
        close(folder);
    return code;
}

/* ---- any socket ------------------------------------------------------------------------ */

dp_code dp_listener_open(dp_listener *out, const char *path, mode_t mode, dp_err *err)
{
    dp_code code = strcmp(path, DP_LISTENER_SYSTEMD) == 0 ? take_from_systemd(out, err)
                                                          : make(out, path, mode, err);
    return code == DP_OK ? DP_OK : dp_fail_in(err, code, "--listen: %s", path);
}

void dp_listener_close(const dp_listener *l)
{
    struct stat st;
    const int folder = l->path ? lock_folder(l->path) : -1;
    if (l->path && lstat(l->path, &st) == 0 && st.st_dev == l->device &&
        st.st_ino == l->inode)
        unlink(l->path);
    close(l->fd);
    if (folder >= 0)
        close(folder);
}

int dp_listener_accept(const dp_listener *l)
{
    return accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
