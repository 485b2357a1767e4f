#include "config.h"

#include "weights/io/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int spawn(pid_t *pid, const char *path, char *const argv[], int output, bool quiet)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (quiet)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY,
                                         0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int result = posix_spawn(pid, path, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

dp_code dp_child_start(dp_child *child, const char *path, char *const argv[], bool quiet,
                       dp_err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return dp_fail(err, DP_IO, "pipe: %s", strerror(errno));
    pid_t pid;
    int result = spawn(&pid, path, argv, ends[1], quiet);
    close(ends[1]);
    if (result) {
        close(ends[0]);
        return dp_fail(err, DP_IO, "%s: %s", path, strerror(result));
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    dp_child_adopt(child, ends[0], NULL, NULL, 0);
    child->pid = pid;
    return DP_OK;
}

void dp_child_adopt(dp_child *child, int fd, dp_child_ender *ender, void *context, int id)
{
    child->pid = id;
    child->ender = ender;
    child->context = context;
    child->fd = fd;
    child->at_end = false;
    child->used = child->taken = 0;
}

/* Take the first line from the buffer. False if the buffer has no whole line. */
static bool buffered_line(const char **line, size_t *size, dp_child *child)
{
    child->used -= child->taken;
    memmove(child->buffer, child->buffer + child->taken, child->used);
    child->taken = 0;
    const char *newline = memchr(child->buffer, '\n', child->used);
    if (!newline)
        return false;
    *line = child->buffer;
    *size = (size_t)(newline - child->buffer);
    child->taken = *size + 1;
    return true;
}

bool dp_child_line(const char **line, size_t *size, dp_child *child)
{
    while (!buffered_line(line, size, child)) {
        if (child->used == sizeof child->buffer)
            child->used = 0; /* the line is too long */
        ssize_t n = child->at_end ? 0
                                  : read(child->fd, child->buffer + child->used,
                                         sizeof child->buffer - child->used);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (n <= 0) {
            child->at_end = true;
            return false;
        }
        child->used += (size_t)n;
    }
    return true;
}

bool dp_child_end(dp_child *child)
{
    int status = -1;
    pid_t pid;
    close(child->fd);
    if (child->ender)
        return child->ender(child->context, child->pid, !child->at_end);
    if (!child->at_end)
        kill(child->pid, SIGTERM);
    while ((pid = waitpid(child->pid, &status, 0)) < 0 && errno == EINTR)
        ;
    return pid == child->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
