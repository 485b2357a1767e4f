#include "config.h"

#include "weights/hubrun.h"

#include "weights/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HELPER "digitpad-hub"

enum { MAX_LINE = 8192 };

struct dp_hubrun {
    pid_t pid;
    int fd;
    bool at_end;
    size_t used;
    char buffer[MAX_LINE];
};

/* ---- finding it ------------------------------------------------------------------------ */

/* DIGITPAD_HUB, else beside the program (in a build tree), else where it is installed, even
 * if the whole installation was moved. */
static dp_code find_helper(char out[PATH_MAX], dp_err *err)
{
    char own[PATH_MAX];
    const char *named = dp_paths_variable("DIGITPAD_HUB");
    if (named)
        return dp_paths_format(out, err, "%s", named);
    if (dp_paths_program(own) &&
        ((!dp_paths_format(out, NULL, "%s/" HELPER, own) && access(out, X_OK) == 0) ||
         (!dp_paths_format(out, NULL, "%s/../libexec/" HELPER, own) &&
          access(out, X_OK) == 0)))
        return DP_OK;
    if (access(DP_LIBEXECDIR "/" HELPER, X_OK) == 0)
        return dp_paths_format(out, err, "%s", DP_LIBEXECDIR "/" HELPER);
    return dp_fail(err, DP_NETWORK,
                   "cannot use the Hub: %s is not installed (digitpad was built without "
                   "it, or it is not in %s)",
                   HELPER, DP_LIBEXECDIR);
}

/* ---- starting it ----------------------------------------------------------------------- */

static int spawn_helper(pid_t *pid, const char *path, char *const argv[], int output,
                        bool quiet)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (quiet)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY,
                                         0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int result = posix_spawn(pid, path, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

static dp_code start(dp_hubrun *run, char **argv, bool quiet, dp_err *err)
{
    char path[PATH_MAX];
    int ends[2];
    dp_code code = find_helper(path, err);
    if (code)
        return code;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return dp_fail(err, DP_IO, "pipe: %s", strerror(errno));
    argv[0] = path;
    int result = spawn_helper(&run->pid, path, argv, ends[1], quiet);
    close(ends[1]);
    if (result) {
        close(ends[0]);
        return dp_fail(err, DP_NETWORK, "%s: %s", path, strerror(result));
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    run->fd = ends[0];
    return DP_OK;
}

dp_code dp_hubrun_start(dp_hubrun **out, const char *const *models, int n, bool offline,
                        bool quiet, dp_err *err)
{
    dp_hubrun *run = calloc(1, sizeof *run);
    char **argv = calloc((size_t)n + 4, sizeof *argv);
    int used = 1;
    if (argv && offline)
        argv[used++] = (char *)"--offline";
    if (argv)
        argv[used++] = (char *)"--";
    for (int i = 0; argv && i < n; i++)
        argv[used++] = (char *)models[i];
    dp_code code = run && argv ? start(run, argv, quiet, err)
                               : dp_fail(err, DP_NOMEM, "no memory to start " HELPER);
    free(argv);
    if (code)
        free(run);
    else
        *out = run;
    return code;
}

/* ---- listening to it ------------------------------------------------------------------- */

int dp_hubrun_fd(const dp_hubrun *run)
{
    return run->fd;
}

static dp_code code_named(const char *name)
{
    for (int code = DP_OK; code <= DP_INTERNAL; code++)
        if (strcmp(dp_code_name((dp_code)code), name) == 0)
            return (dp_code)code;
    return DP_INTERNAL;
}

static bool kind_named(dp_hub_kind *out, const char *name)
{
    static const char *const names[] = { "start", "progress", "warning", "done",
                                         "error" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (dp_hub_kind)i;
            return true;
        }
    return false;
}

/* Read one line; false where it is none of the helper's. */
static bool parse_event(dp_hub_event *out, const char *line, size_t size)
{
    const char *kind = "", *model = "", *code = "internal error", *message = "";
    json_int_t done = 0, total = 0;
    int cached = 0;
    json_t *json = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
    bool ok = json &&
              json_unpack(json, "{s:s, s:s, s?s, s?s, s?I, s?I, s?b}", "event", &kind,
                          "model", &model, "code", &code, "message", &message, "done",
                          &done, "total", &total, "cached", &cached) == 0 &&
              kind_named(&out->kind, kind);
    if (ok) {
        snprintf(out->model, sizeof out->model, "%s", model);
        out->done = done;
        out->total = total;
        out->cached = cached;
        dp_fail(&out->err, out->kind == DP_HUB_ERROR ? code_named(code) : DP_OK, "%s",
                message);
    }
    json_decref(json);
    return ok;
}

/* Take the first whole line out of the buffer; false where there is none. */
static bool next_line(dp_hub_event *out, dp_hubrun *run)
{
    const char *newline;
    while ((newline = memchr(run->buffer, '\n', run->used))) {
        size_t size = (size_t)(newline - run->buffer);
        bool ok = parse_event(out, run->buffer, size);
        run->used -= size + 1;
        memmove(run->buffer, newline + 1, run->used);
        if (ok)
            return true;
    }
    return false;
}

bool dp_hubrun_next(dp_hub_event *out, dp_hubrun *run)
{
    while (!next_line(out, run)) {
        if (run->used == sizeof run->buffer)
            run->used = 0; /* no line of the helper is that long */
        ssize_t n = run->at_end ? 0
                                : read(run->fd, run->buffer + run->used,
                                       sizeof run->buffer - run->used);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (n <= 0) {
            run->at_end = true;
            *out = (dp_hub_event){ .kind = DP_HUB_END };
            return true;
        }
        run->used += (size_t)n;
    }
    return true;
}

bool dp_hubrun_wait(dp_hub_event *out, dp_hubrun *run)
{
    struct pollfd ready = { .fd = run->fd, .events = POLLIN };
    while (!dp_hubrun_next(out, run))
        if (poll(&ready, 1, -1) < 0)
            return false;
    return true;
}

void dp_hubrun_free(dp_hubrun *run)
{
    if (!run)
        return;
    close(run->fd);
    kill(run->pid, SIGTERM);
    while (waitpid(run->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    free(run);
}
