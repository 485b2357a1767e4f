#include "config.h"

#include "weights/store/hub_cache.h"

#include "weights/io/fsio.h"
#include "weights/io/paths.h"
#include "weights/safetensors/safetensors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- finding --------------------------------------------------------------------------- */

dp_code dp_hub_cache_path(char out[PATH_MAX], const char *cache, const char *repo,
                          const char *more, dp_err *err)
{
    size_t owner = strcspn(repo, "/");
    return dp_paths_format(out, err, "%s/models--%.*s--%s%s%s", cache, (int)owner, repo,
                           repo + owner + 1, more ? "/" : "", more ? more : "");
}

bool dp_hub_cache_commit(char out[DP_HUB_COMMIT + 1], const char *cache,
                         const dp_hub_ref *ref)
{
    char more[sizeof "refs/" + DP_HUB_MAX_REVISION], path[PATH_MAX];
    unsigned char *text;
    size_t size;
    snprintf(more, sizeof more, "refs/%s", ref->revision);
    if (dp_hub_cache_path(path, cache, ref->repo, more, NULL) == DP_OK &&
        dp_fsio_read(&text, &size, path, PATH_MAX, NULL) == DP_OK) {
        char commit[DP_HUB_COMMIT + 2]; /* one byte more, so that a longer text is seen */
        size -= size > 0 && text[size - 1] == '\n';
        snprintf(commit, sizeof commit, "%.*s", (int)size, (const char *)text);
        free(text);
        if (dp_hub_ref_is_commit(commit)) {
            strcpy(out, commit);
            return true;
        }
    }
    if (!dp_hub_ref_is_commit(ref->revision))
        return false;
    strcpy(out, ref->revision);
    return true;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Find the blob that is the same file as the snapshot's, through a symbolic or a hard link.
 * Its name is the hash that the content must have. */
static bool find_blob(dp_hub_entry *entry, const char *blobs, const struct stat *wanted)
{
    DIR *directory = opendir(blobs);
    bool found = false;
    for (const struct dirent *e; directory && !found && (e = readdir(directory));) {
        struct stat st;
        if (dp_digest_valid(e->d_name) &&
            fstatat(dirfd(directory), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            same_file(&st, wanted) &&
            dp_paths_format(entry->blob, NULL, "%s/%s", blobs, e->d_name) == DP_OK) {
            strcpy(entry->etag, e->d_name);
            found = true;
        }
    }
    if (directory)
        closedir(directory);
    return found;
}

bool dp_hub_cache_find(dp_hub_entry *out, const char *cache, const dp_hub_ref *ref)
{
    char commit[DP_HUB_COMMIT + 1], blobs[PATH_MAX];
    char more[sizeof "snapshots//" + DP_HUB_COMMIT + DP_HUB_MAX_FILE];
    struct stat st;
    if (!dp_hub_cache_commit(commit, cache, ref))
        return false;
    snprintf(more, sizeof more, "snapshots/%s/%s", commit, ref->file);
    if (dp_hub_cache_path(out->path, cache, ref->repo, more, NULL) ||
        dp_hub_cache_path(blobs, cache, ref->repo, "blobs", NULL) ||
        stat(out->path, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    out->blob[0] = out->etag[0] = '\0';
    find_blob(out, blobs, &st);
    return true;
}

/* ---- verifying ------------------------------------------------------------------------- */

/* Rename the damaged content, so that it can still be examined, and remove its valid names. False
 * if it is still there, as in a read-only cache. */
static bool set_aside(const dp_hub_entry *entry)
{
    const char *content = entry->blob[0] ? entry->blob : entry->path;
    char aside[PATH_MAX];
    bool gone = dp_paths_format(aside, NULL, "%s.damaged", content) == DP_OK &&
                rename(content, aside) == 0;
    gone = gone || unlink(content) == 0;
    if (content != entry->path)
        unlink(entry->path);
    return gone;
}

dp_code dp_hub_cache_read(unsigned char **data, size_t *size, const dp_hub_entry *entry,
                          const char *sha256, dp_err *err)
{
    unsigned char *bytes;
    size_t n;
    dp_code code = dp_fsio_read(&bytes, &n, entry->path, DP_ST_MAX_FILE, err);
    if (code)
        return code;
    bool known = sha256 && strcmp(sha256, entry->etag) == 0;
    if ((entry->etag[0] && !dp_digest_check(entry->etag, bytes, n)) ||
        (sha256 && !known && !dp_digest_check(sha256, bytes, n))) {
        free(bytes);
        return dp_fail(err, DP_MODEL, "%s: the content does not match its hash; %s",
                       entry->path,
                       set_aside(entry) ? "set aside as .damaged"
                                        : "it cannot be set aside, remove it");
    }
    *data = bytes;
    *size = n;
    return DP_OK;
}

/* ---- removing -------------------------------------------------------------------------- */

/* Whether the directory tree contains the same file as `wanted`. */
static bool leads_to(const char *path, const struct stat *wanted)
{
    DIR *directory = opendir(path);
    bool found = false;
    for (const struct dirent *e; directory && !found && (e = readdir(directory));) {
        char child[PATH_MAX];
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            dp_paths_format(child, NULL, "%s/%s", path, e->d_name) ||
            stat(child, &st) != 0)
            continue;
        found = S_ISDIR(st.st_mode) ? leads_to(child, wanted) : same_file(&st, wanted);
    }
    if (directory)
        closedir(directory);
    return found;
}

/* Remove the parent directories of `path` while they are empty, up to and including `last`. */
static void remove_empty(char *path, const char *last)
{
    for (char *slash; strlen(path) > strlen(last) && (slash = strrchr(path, '/'));) {
        *slash = '\0';
        if (rmdir(path) != 0)
            return;
    }
}

dp_code dp_hub_cache_remove(const char *cache, const dp_hub_ref *ref, dp_err *err)
{
    dp_hub_entry entry;
    struct stat st;
    char snapshots[PATH_MAX];
    if (!dp_hub_cache_find(&entry, cache, ref) || stat(entry.path, &st) != 0)
        return dp_fail(err, DP_MODEL, "%s: not in the cache", ref->file);
    dp_code code = dp_hub_cache_path(snapshots, cache, ref->repo, "snapshots", err);
    if (code)
        return code;
    if (unlink(entry.path) != 0)
        return dp_fail(err, DP_IO, "%s: %s", entry.path, strerror(errno));
    if (entry.blob[0] && !leads_to(snapshots, &st) && unlink(entry.blob) != 0)
        return dp_fail(err, DP_IO, "%s: %s", entry.blob, strerror(errno));
    remove_empty(entry.path, snapshots);
    return DP_OK;
}
