#include "config.h"

#include "weights/io/fsio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const char *dp_fsio_basename(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

dp_code dp_fsio_make_parents(const char *path, dp_err *err)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(parent, sizeof parent, "%.*s", slash ? (int)(slash - path) : 0, path);
    if (!*parent || mkdir(parent, 0777) == 0 || errno == EEXIST)
        return DP_OK;
    if (errno != ENOENT)
        return dp_fail(err, DP_IO, "%s: %s", parent, strerror(errno));
    dp_code code = dp_fsio_make_parents(parent, err);
    if (!code && mkdir(parent, 0777) != 0 && errno != EEXIST)
        code = dp_fail(err, DP_IO, "%s: %s", parent, strerror(errno));
    return code;
}

bool dp_fsio_is_same(int fd, const char *path)
{
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && stat(path, &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Open a regular file of at most max_size bytes for reading. Without O_NONBLOCK, opening
 * a named pipe would wait for a writer. */
static dp_code open_regular(int *fd, size_t *size, const char *path, size_t max_size,
                            dp_err *err)
{
    struct stat st;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return dp_fail(err, DP_IO, "%s: %s", path, strerror(errno));
    dp_code code = DP_OK;
    if (fstat(*fd, &st) != 0)
        code = dp_fail(err, DP_IO, "%s: %s", path, strerror(errno));
    else if (S_ISDIR(st.st_mode))
        code = dp_fail(err, DP_IO, "%s: is a directory", path);
    else if (!S_ISREG(st.st_mode))
        code = dp_fail(err, DP_IO, "%s: not a regular file", path);
    else if ((uintmax_t)st.st_size > max_size)
        code = dp_fail(err, DP_IO, "%s: %ju bytes, more than the limit of %zu", path,
                       (uintmax_t)st.st_size, max_size);
    if (code)
        close(*fd);
    else
        *size = (size_t)st.st_size;
    return code;
}

static bool read_fully(int fd, unsigned char *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = read(fd, data + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? EIO : errno; /* the file shrank while it was read */
            return false;
        }
        done += (size_t)n;
    }
    return true;
}

dp_code dp_fsio_read(unsigned char **data, size_t *size, const char *path,
                     size_t max_size, dp_err *err)
{
    int fd;
    size_t n = 0;
    dp_code code = open_regular(&fd, &n, path, max_size, err);
    if (code)
        return code;
    unsigned char *bytes = malloc(n ? n : 1);
    if (!bytes)
        code = dp_fail(err, DP_NOMEM, "%s: no memory for %zu bytes", path, n);
    else if (!read_fully(fd, bytes, n))
        code = dp_fail(err, DP_IO, "%s: %s", path, strerror(errno));
    close(fd);
    if (code) {
        free(bytes);
        return code;
    }
    *data = bytes;
    *size = n;
    return DP_OK;
}

bool dp_fsio_write_fully(int fd, const void *data, size_t size)
{
    const unsigned char *byte = data;
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, byte + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* Resolve the path to write to: follow symbolic links to a regular file, or accept a new
 * path. Without this, the rename would replace a link or a device by a regular file. */
static dp_code find_target(char target[PATH_MAX], const char *path, dp_err *err)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
        if (realpath(path, target))
            return DP_OK;
        return dp_fail(err, DP_IO, "%s: %s", path, strerror(errno));
    }
    if (lstat(path, &st) == 0)
        return dp_fail(err, DP_IO, "%s: %s", path,
                       S_ISDIR(st.st_mode) ? "is a directory" : "not a regular file");
    if (strlen(path) >= PATH_MAX)
        return dp_fail(err, DP_IO, "%s: %s", path, strerror(ENAMETOOLONG));
    strcpy(target, path);
    return DP_OK;
}

/* Whether an open file is a regular one of this user, known by this path alone. */
static bool is_own_file(int fd, const char *path)
{
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino &&
           S_ISREG(opened.st_mode) && opened.st_uid == geteuid() && opened.st_nlink == 1;
}

/* Open target.digitpad-part, locked and empty. What a writer that was killed has left there is used
 * again, so that it does not pile up. −1 if another process writes it, or if it is not ours. */
static int open_part(char path[PATH_MAX], const char *target)
{
    if (snprintf(path, PATH_MAX, "%s.digitpad-part", target) >= PATH_MAX)
        return -1;
    const int fd =
        open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && is_own_file(fd, path) &&
        ftruncate(fd, 0) == 0)
        return fd;
    if (fd >= 0 && errno != EWOULDBLOCK && is_own_file(fd, path))
        unlink(path); /* files cannot be locked here */
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Open a temporary file beside target; −1 with errno. */
static int open_temporary(char path[PATH_MAX], const char *target)
{
    const int fd = open_part(path, target);
    if (fd >= 0)
        return fd;
    if (snprintf(path, PATH_MAX, "%s.XXXXXX", target) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return mkostemp(path, O_CLOEXEC);
}

/* Write the temporary file and rename it to target. False with errno on failure. */
static bool finish_write(int fd, const char *temporary, const char *target,
                         const void *data, size_t size)
{
    /* The temporary file is private; give it the mode of an ordinary new file. */
    mode_t mask = umask(0);
    umask(mask);
    return fchmod(fd, 0666 & ~mask) == 0 && dp_fsio_write_fully(fd, data, size) &&
           fsync(fd) == 0 && rename(temporary, target) == 0;
}

dp_code dp_fsio_write(const char *path, const void *data, size_t size, dp_err *err)
{
    char target[PATH_MAX], temporary[PATH_MAX];
    dp_code code = find_target(target, path, err);
    if (code)
        return code;
    const int fd = open_temporary(temporary, target);
    if (fd < 0)
        return dp_fail(err, DP_IO, "%s: %s", path, strerror(errno));
    if (!finish_write(fd, temporary, target, data, size)) {
        code = dp_fail(err, DP_IO, "%s: %s", path, strerror(errno));
        unlink(temporary);
    }
    close(fd); /* and unlock it; what was written is on the disk already */
    return code;
}
