#include "config.h"

#include "weights/data/samples.h"

#include "weights/data/strokes_json.h"
#include "weights/io/fsio.h"
#include "weights/io/json_memory.h"
#include "weights/io/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILE = 256 << 20 };

dp_code dp_samples_path(char out[PATH_MAX], dp_err *err)
{
    return dp_paths_data(out, "samples.ndjson", err);
}

static dp_code fail_io(const char *path, dp_err *err)
{
    return dp_fail(err, DP_IO, "%s: %s", path, strerror(errno));
}

/* ---- locking ----------------------------------------------------------------------- */

/* Open the file for appending, with an exclusive lock. A process that deletes a line
 * replaces the file, so the lock may be on a file that no longer has the name: then open
 * it again. */
static dp_code open_locked(int *out, const char *path, int flags, dp_err *err)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | flags, 0600);
        if (fd < 0)
            return fail_io(path, err);
        int locked;
        while ((locked = flock(fd, LOCK_EX)) != 0 && errno == EINTR)
            ;
        if (locked == 0 && dp_fsio_is_same(fd, path)) {
            *out = fd;
            return DP_OK;
        }
        int reason = errno;
        close(fd);
        errno = reason;
        if (locked != 0)
            return fail_io(path, err);
    }
}

/* ---- appending --------------------------------------------------------------------- */

/* Through a descriptor: a sandbox refuses chmod. False with errno. */
static bool make_private(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = fd >= 0 && fchmod(fd, 0700) == 0;
    if (fd >= 0)
        close(fd);
    return done;
}

/* Create the folder, readable by the user alone, if the file does not exist yet. */
static dp_code make_folder(const char *path, dp_err *err)
{
    char folder[PATH_MAX];
    dp_code code = dp_fsio_make_parents(path, err);
    const char *slash = strrchr(path, '/');
    if (code || !slash)
        return code;
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    return access(path, F_OK) == 0 || make_private(folder) ? DP_OK : fail_io(folder, err);
}

/* {"label":7,"time":"…","strokes":…} with a newline before and after it. */
static char *line_of(const dp_strokes *strokes, int label, time_t when)
{
    char stamp[32], head[64];
    struct tm utc;
    char *body = dp_strokes_json_write(strokes);
    if (!body)
        return NULL;
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &utc));
    int n = snprintf(head, sizeof head, "\n{\"label\":%d,\"time\":\"%s\",", label, stamp);
    size_t size = (size_t)n + strlen(body) + 1;
    char *line = malloc(size + 1);
    if (line)
        snprintf(line, size + 1, "%s%s\n", head, body + 1);
    free(body);
    return line;
}

/* Write a line in a single write, so that lines of other processes cannot come in
 * between, and completely or not at all. line[-1] is a newline, too. */
static dp_code write_line(int fd, const char *path, const char *line, dp_err *err)
{
    struct stat before;
    char last = '\n';
    size_t size = strlen(line);
    if (fstat(fd, &before) != 0 ||
        (before.st_size > 0 && pread(fd, &last, 1, before.st_size - 1) != 1))
        return fail_io(path, err);
    if (last != '\n') /* the last line is incomplete: begin a new one */
        line--, size++;
    ssize_t n = write(fd, line, size);
    if (n == (ssize_t)size)
        return DP_OK;
    if (n >= 0)
        errno = ENOSPC;
    dp_code code = fail_io(path, err);
    if (n > 0 && ftruncate(fd, before.st_size) != 0)
        return fail_io(path, err);
    return code;
}

dp_code dp_samples_append(char **line, const char *path, const dp_strokes *strokes,
                          int label, time_t when, dp_err *err)
{
    int fd = -1;
    char *text = line_of(strokes, label, when);
    if (!text)
        return dp_fail(err, DP_NOMEM, "no memory for a sample");
    dp_code code = make_folder(path, err);
    if (!code)
        code = open_locked(&fd, path, O_CREAT, err);
    if (!code) {
        code = write_line(fd, path, text + 1, err);
        if (close(fd) != 0 && !code)
            code = fail_io(path, err);
    }
    if (code) {
        free(text);
        return code;
    }
    memmove(text, text + 1, strlen(text));
    *line = text;
    return DP_OK;
}

/* ---- deleting ---------------------------------------------------------------------- */

/* Whether the file has a line at an offset. */
static bool has_line(int fd, off_t at, const char *line)
{
    char part[4096];
    size_t left = strlen(line);
    while (left > 0) {
        const size_t n = left < sizeof part ? left : sizeof part;
        if (pread(fd, part, n, at) != (ssize_t)n || memcmp(part, line, n) != 0)
            return false;
        left -= n;
        line += n;
        at += (off_t)n;
    }
    return true;
}

dp_code dp_samples_withdraw(const char *path, const char *line, dp_err *err)
{
    int fd = -1;
    struct stat st;
    size_t size = strlen(line);
    dp_code code = open_locked(&fd, path, 0, err);
    if (code)
        return code;
    off_t at = fstat(fd, &st) == 0 ? st.st_size - (off_t)size : -1;
    if (at < 0 || !has_line(fd, at, line))
        code = dp_fail(err, DP_INPUT, "%s: the last line has changed", path);
    else if (ftruncate(fd, at) != 0)
        code = fail_io(path, err);
    close(fd);
    return code;
}

static dp_code write_without(const char *path, const dp_samples *s, int n, dp_err *err)
{
    const dp_sample *out = &s->sample[n - 1], *last = &s->sample[s->n - 1];
    size_t total = last->offset + last->size, after = out->offset + out->size;
    memmove(s->text + out->offset, s->text + after, total - after);
    mode_t mask = umask(077);
    dp_code code = dp_fsio_write(path, s->text, total - out->size, err);
    umask(mask);
    return code;
}

dp_code dp_samples_remove(const char *path, int n, dp_err *err)
{
    int fd = -1;
    dp_samples s = { 0 };
    dp_code code = open_locked(&fd, path, 0, err);
    if (code)
        return code;
    code = dp_samples_read(&s, path, err);
    if (!code && (n < 1 || n > s.n))
        code = dp_fail(err, DP_INPUT, "%s: there is no sample %d; the last is %d", path,
                       n, s.n);
    if (!code)
        code = write_without(path, &s, n, err);
    dp_samples_clear(&s);
    close(fd);
    return code;
}

/* ---- reading ----------------------------------------------------------------------- */

/* Parse a line. A malformed one gets the label −1, so that it can be removed. */
static dp_code parse(dp_sample *out, const char *line, size_t size, dp_err *err)
{
    json_error_t where;
    json_t *root = dp_json_load(line, size, &where);
    if (!root && dp_json_error_is_memory(&where))
        return dp_fail(err, DP_NOMEM, "no memory for a sample");
    const json_t *label = json_object_get(root, "label");
    const char *when = json_string_value(json_object_get(root, "time"));
    json_int_t digit = json_integer_value(label);
    dp_code code = DP_INPUT;
    if (json_is_integer(label) && digit >= 0 && digit <= 9)
        code = dp_strokes_json_from(&out->strokes, root, NULL);
    out->label = code == DP_OK ? (int)digit : -1;
    snprintf(out->time, sizeof out->time, "%s", when ? when : "");
    json_decref(root);
    return code == DP_NOMEM ? dp_fail(err, code, "no memory for a sample") : DP_OK;
}

static int count_lines(const char *text, size_t size)
{
    int n = 0;
    for (size_t i = 0; i < size && n <= DP_SAMPLES_MAX; i++)
        n += text[i] == '\n' || i == size - 1;
    return n;
}

static dp_code parse_all(dp_samples *s, size_t size, dp_err *err)
{
    dp_code code = DP_OK;
    for (size_t at = 0; at < size && !code; s->n++) {
        dp_sample *sample = &s->sample[s->n];
        const char *newline = memchr(s->text + at, '\n', size - at);
        sample->offset = at;
        sample->size = newline ? (size_t)(newline - s->text) + 1 - at : size - at;
        code = parse(sample, s->text + at, sample->size, err);
        s->n_good += sample->label >= 0;
        at += sample->size;
    }
    return code;
}

dp_code dp_samples_read(dp_samples *out, const char *path, dp_err *err)
{
    unsigned char *data;
    size_t size;
    dp_samples s = { 0 };
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        *out = s;
        return DP_OK;
    }
    dp_code code = dp_fsio_read(&data, &size, path, MAX_FILE, err);
    if (code)
        return code;
    s.text = (char *)data;
    int lines = count_lines(s.text, size);
    if (lines > DP_SAMPLES_MAX)
        code = dp_fail(err, DP_IO, "%s: more than %d samples", path, DP_SAMPLES_MAX);
    else if (!(s.sample = calloc((size_t)lines + 1, sizeof *s.sample)))
        code = dp_fail(err, DP_NOMEM, "no memory for %d samples", lines);
    else
        code = parse_all(&s, size, err);
    if (code)
        dp_samples_clear(&s);
    else
        *out = s;
    return code;
}

void dp_samples_clear(dp_samples *s)
{
    for (int i = 0; i < s->n; i++)
        dp_strokes_clear(&s->sample[i].strokes);
    free(s->sample);
    free(s->text);
    *s = (dp_samples){ 0 };
}
