#include "config.h"

#include "weights/store/hub_stage.h"

#include "weights/io/fsio.h"
#include "weights/io/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Temporary files are called ETAG.PID-N.digitpad and are all in blobs, where sweep() finds
 * them. */
#define SUFFIX ".digitpad"

enum { STALE_SECONDS = 24 * 60 * 60 };

static dp_code fail_errno(const char *path, dp_err *err)
{
    return dp_fail(err, DP_IO, "%s: %s", path, strerror(errno));
}

/* ---- directories ----------------------------------------------------------------------- */

/* Flush the directory, which holds a rename. Some file systems do not support this. */
static dp_code sync_parent(const char *path, dp_err *err)
{
    char directory[PATH_MAX];
    snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(path, '/') - path), path);
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(directory, err);
    dp_code code = DP_OK;
    if (fsync(fd) != 0 && errno != EINVAL)
        code = fail_errno(directory, err);
    close(fd);
    return code;
}

static dp_code make_temporary_name(char out[PATH_MAX], const dp_hub_stage *s, dp_err *err)
{
    static unsigned counter;
    return dp_paths_format(out, err, "%s.%ld-%u" SUFFIX, s->blob, (long)getpid(),
                           counter++);
}

/* ---- sweeping and locking -------------------------------------------------------------- */

static bool is_temporary(const char *name)
{
    size_t n = strlen(name), suffix = sizeof SUFFIX - 1;
    return n > suffix && strcmp(name + n - suffix, SUFFIX) == 0;
}

/* Remove the temporary files of this content, whose processes must be dead because we hold
 * the lock, and stale ones of other contents. */
static void sweep(const dp_hub_stage *s)
{
    char path[PATH_MAX];
    if (dp_paths_format(path, NULL, "%s/blobs", s->repo) != DP_OK)
        return;
    DIR *directory = opendir(path);
    time_t now = time(NULL);
    for (const struct dirent *e; directory && (e = readdir(directory));) {
        struct stat st;
        bool ours = s->lock >= 0 && strncmp(e->d_name, s->etag, strlen(s->etag)) == 0;
        if (is_temporary(e->d_name) &&
            fstatat(dirfd(directory), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            (ours || now - st.st_mtime > STALE_SECONDS))
            unlinkat(dirfd(directory), e->d_name, 0);
    }
    if (directory)
        closedir(directory);
}

/* Without file locks the download goes on; temporary names are unique anyway. */
static dp_code take_lock(dp_hub_stage *s, const dp_hub_ref *ref, dp_err *err)
{
    char locks[PATH_MAX], path[PATH_MAX];
    dp_code code = dp_paths_format(locks, err, "%s/.locks", s->cache);
    if (!code)
        code = dp_hub_cache_path(path, locks, ref->repo, s->etag, err);
    if (!code && strlen(path) + sizeof ".lock" > sizeof path)
        code = dp_fail(err, DP_IO, "%s: %s", path, strerror(ENAMETOOLONG));
    if (!code)
        code = dp_fsio_make_parents(path, err);
    if (code)
        return code;
    strcat(path, ".lock");
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (s->lock < 0)
        return fail_errno(path, err);
    if (flock(s->lock, LOCK_EX) == 0)
        return DP_OK;
    if (errno == EINTR)
        return dp_fail(err, DP_INTERRUPTED,
                       "interrupted while waiting for another download");
    close(s->lock);
    s->lock = -1;
    return DP_OK;
}

/* Mark the directory as a cache for backup programs. */
static dp_code write_tag(dp_hub_stage *s, dp_err *err);

static dp_code open_stage(dp_hub_stage *s, const char *cache, const dp_hub_ref *ref,
                          const char *etag, dp_err *err)
{
    dp_code code = dp_paths_format(s->cache, err, "%s", cache);
    if (!code)
        code = dp_hub_cache_path(s->repo, cache, ref->repo, NULL, err);
    if (!code)
        code = dp_paths_format(s->blob, err, "%s/blobs/%s", s->repo, etag);
    if (!code)
        code = dp_fsio_make_parents(s->blob, err);
    if (code)
        return code;
    s->etag = strrchr(s->blob, '/') + 1;
    code = take_lock(s, ref, err);
    if (code)
        return code;
    sweep(s);
    return write_tag(s, err);
}

dp_code dp_hub_stage_open(dp_hub_stage *out, const char *cache, const dp_hub_ref *ref,
                          const char *etag, dp_err *err)
{
    out->lock = out->fd = -1;
    out->links = !dp_paths_flag("HF_HUB_DISABLE_SYMLINKS");
    dp_code code = open_stage(out, cache, ref, etag, err);
    if (code)
        dp_hub_stage_close(out);
    return code;
}

void dp_hub_stage_close(dp_hub_stage *s)
{
    if (s->fd >= 0) {
        close(s->fd);
        unlink(s->temporary);
    }
    if (s->lock >= 0)
        close(s->lock);
    s->lock = s->fd = -1;
}

/* ---- the content ----------------------------------------------------------------------- */

bool dp_hub_stage_have(const dp_hub_stage *s)
{
    dp_hub_entry entry = { 0 };
    unsigned char *data;
    size_t size;
    strcpy(entry.path, s->blob);
    strcpy(entry.etag, s->etag);
    if (access(s->blob, F_OK) != 0 ||
        dp_hub_cache_read(&data, &size, &entry, NULL, NULL) != DP_OK)
        return false;
    free(data);
    return true;
}

/* Create a temporary file, which must not exist. */
static dp_code create_temporary(int *fd, char path[PATH_MAX], const dp_hub_stage *s,
                                dp_err *err)
{
    dp_code code = make_temporary_name(path, s, err);
    if (code)
        return code;
    *fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    return *fd < 0 ? fail_errno(path, err) : DP_OK;
}

dp_code dp_hub_stage_begin(dp_hub_stage *s, dp_err *err)
{
    if (s->fd < 0)
        return create_temporary(&s->fd, s->temporary, s, err);
    if (ftruncate(s->fd, 0) != 0 || lseek(s->fd, 0, SEEK_SET) != 0)
        return fail_errno(s->temporary, err);
    return DP_OK;
}

static dp_code write_all(int fd, const char *path, const void *data, size_t size,
                         dp_err *err)
{
    for (const char *p = data; size > 0;) {
        ssize_t n = write(fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(path, err);
        p += n;
        size -= (size_t)n;
    }
    return DP_OK;
}

dp_code dp_hub_stage_write(dp_hub_stage *s, const void *data, size_t size, dp_err *err)
{
    return write_all(s->fd, s->temporary, data, size, err);
}

/* Flush, close and rename the temporary file. It is removed if that fails. */
static dp_code commit_file(int fd, const char *temporary, const char *target, dp_err *err)
{
    dp_code code = DP_OK;
    if (fsync(fd) != 0)
        code = fail_errno(temporary, err);
    if (close(fd) != 0 && !code)
        code = fail_errno(temporary, err);
    if (!code && rename(temporary, target) != 0)
        code = fail_errno(target, err);
    if (code)
        unlink(temporary);
    return code ? code : sync_parent(target, err);
}

dp_code dp_hub_stage_commit(dp_hub_stage *s, dp_err *err)
{
    int fd = s->fd;
    s->fd = -1;
    return commit_file(fd, s->temporary, s->blob, err);
}

/* ---- its names ------------------------------------------------------------------------- */

/* Write a small file atomically. */
static dp_code write_text(dp_hub_stage *s, const char *path, const char *text,
                          dp_err *err)
{
    char temporary[PATH_MAX];
    int fd;
    dp_code code = dp_fsio_make_parents(path, err);
    if (!code)
        code = create_temporary(&fd, temporary, s, err);
    if (code)
        return code;
    code = write_all(fd, temporary, text, strlen(text), err);
    if (!code)
        return commit_file(fd, temporary, path, err);
    close(fd);
    unlink(temporary);
    return code;
}

static dp_code write_tag(dp_hub_stage *s, dp_err *err)
{
    char path[PATH_MAX];
    dp_code code = dp_paths_format(path, err, "%s/CACHEDIR.TAG", s->cache);
    if (code || access(path, F_OK) == 0)
        return code;
    return write_text(s, path,
                      "Signature: 8a477f597d28d172789f06886806bc55\n"
                      "# This directory is a cache of the Hugging Face Hub.\n"
                      "# See https://bford.info/cachedir/\n",
                      err);
}

/* Write the commit of a branch or tag to refs/REVISION. */
static dp_code write_ref(dp_hub_stage *s, const char *revision, const char *commit,
                         dp_err *err)
{
    char path[PATH_MAX];
    if (strcmp(revision, commit) == 0)
        return DP_OK;
    dp_code code = dp_paths_format(path, err, "%s/refs/%s", s->repo, revision);
    return code ? code : write_text(s, path, commit, err);
}

/* The link's target: "../../blobs/ETAG", with one more ".." for each directory in `file`. */
static dp_code format_target(char out[PATH_MAX], const char *file, const char *etag,
                             dp_err *err)
{
    char up[3 * DP_HUB_MAX_FILE] = "";
    for (const char *slash = file; (slash = strchr(slash, '/')); slash++)
        strcat(up, "../");
    return dp_paths_format(out, err, "%s../../blobs/%s", up, etag);
}

/* Copy the blob, for a file system that has neither symbolic nor hard links. */
static dp_code copy_blob(dp_hub_stage *s, const char *path, dp_err *err)
{
    unsigned char *data;
    size_t size;
    dp_code code = dp_fsio_read(&data, &size, s->blob, SIZE_MAX, err);
    if (code)
        return code;
    code = dp_hub_stage_begin(s, err);
    if (!code)
        code = dp_hub_stage_write(s, data, size, err);
    free(data);
    if (code)
        return code;
    int fd = s->fd;
    s->fd = -1;
    return commit_file(fd, s->temporary, path, err);
}

/* Give the blob another name, and replace an existing one atomically. */
static dp_code name_blob(dp_hub_stage *s, const char *path, const char *target,
                         dp_err *err)
{
    char temporary[PATH_MAX];
    dp_code code = make_temporary_name(temporary, s, err);
    if (code)
        return code;
    if (!(s->links && symlink(target, temporary) == 0) && link(s->blob, temporary) != 0)
        return copy_blob(s, path, err);
    if (rename(temporary, path) != 0)
        code = fail_errno(path, err);
    unlink(temporary); /* rename does nothing if both are hard links to the same file */
    return code ? code : sync_parent(path, err);
}

dp_code dp_hub_stage_publish(dp_hub_stage *s, const dp_hub_ref *ref, const char *commit,
                             dp_err *err)
{
    char path[PATH_MAX], target[PATH_MAX];
    dp_code code =
        dp_paths_format(path, err, "%s/snapshots/%s/%s", s->repo, commit, ref->file);
    if (!code)
        code = dp_fsio_make_parents(path, err);
    if (!code)
        code = format_target(target, ref->file, s->etag, err);
    if (!code)
        code = name_blob(s, path, target, err);
    /* The ref comes last: until then the revision still means the previous file. */
    return code ? code : write_ref(s, ref->revision, commit, err);
}
