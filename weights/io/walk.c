#include "config.h"

#include "weights/io/walk.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A folder that is being read. */
typedef struct level {
    struct dirent **name; /* [n], owned from `next` on */
    int n, next;
    size_t length; /* of its path, with a slash at the end */
} level;

struct dp_walk {
    char path[PATH_MAX];
    level level[DP_WALK_MAX_DEPTH];
    int depth; /* levels in use */
};

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Enter the folder w->path, whose length is given. */
static dp_code enter(dp_walk *w, size_t length, dp_err *err)
{
    if (w->depth == DP_WALK_MAX_DEPTH)
        return dp_fail(err, DP_IO, "more than %d folders deep", DP_WALK_MAX_DEPTH);
    level *l = &w->level[w->depth];
    const int n = scandir(w->path, &l->name, NULL, by_bytes);
    if (n < 0 && errno == ENOMEM)
        return dp_fail(err, DP_NOMEM, "no memory for the names of a folder");
    if (n < 0)
        return dp_fail(err, DP_IO, "%s", strerror(errno));
    l->n = n;
    l->next = 0;
    l->length = length;
    if (w->path[length - 1] != '/')
        w->path[l->length++] = '/';
    w->depth++;
    return DP_OK;
}

static void leave(dp_walk *w)
{
    level *l = &w->level[--w->depth];
    for (int i = l->next; i < l->n; i++)
        free(l->name[i]);
    free(l->name);
}

dp_code dp_walk_open(dp_walk **out, const char *folder, dp_err *err)
{
    const size_t length = strlen(folder);
    if (length == 0 || length + 1 >= PATH_MAX)
        return dp_fail(err, DP_IO, "%s", strerror(length ? ENAMETOOLONG : ENOENT));
    dp_walk *w = calloc(1, sizeof *w);
    if (!w)
        return dp_fail(err, DP_NOMEM, "no memory to read a folder");
    memcpy(w->path, folder, length + 1);
    dp_code code = enter(w, length, err);
    if (code != DP_OK)
        dp_walk_close(w);
    else
        *out = w;
    return code;
}

void dp_walk_close(dp_walk *w)
{
    if (!w)
        return;
    while (w->depth > 0)
        leave(w);
    free(w);
}

/* Append the next name to w->path. Its length is *length; 0 if it is too long. */
static void take_name(dp_walk *w, size_t *length, bool *hidden)
{
    level *l = &w->level[w->depth - 1];
    struct dirent *entry = l->name[l->next++];
    const int n =
        snprintf(w->path + l->length, sizeof w->path - l->length, "%s", entry->d_name);
    /* A folder needs one more byte, for a slash. */
    *length = l->length + (size_t)n + 1 < sizeof w->path ? l->length + (size_t)n : 0;
    *hidden = entry->d_name[0] == '.';
    free(entry);
}

/* Whether the name that was taken is a file; a folder is entered. */
static dp_code visit(bool *is_file, dp_walk *w, size_t length, dp_err *err)
{
    struct stat own, target;
    if (length == 0)
        return dp_fail(err, DP_IO, "%s", strerror(ENAMETOOLONG));
    if (lstat(w->path, &own) != 0)
        return dp_fail(err, DP_IO, "%s", strerror(errno));
    if (S_ISDIR(own.st_mode))
        return enter(w, length, err);
    const bool link = S_ISLNK(own.st_mode);
    *is_file = link ? stat(w->path, &target) != 0 || S_ISREG(target.st_mode)
                    : S_ISREG(own.st_mode);
    return DP_OK;
}

dp_code dp_walk_next(const char **path, dp_walk *w, dp_err *err)
{
    bool is_file = false;
    while (w->depth > 0 && !is_file) {
        size_t length;
        bool hidden;
        if (w->level[w->depth - 1].next == w->level[w->depth - 1].n) {
            leave(w);
            continue;
        }
        take_name(w, &length, &hidden);
        dp_code code = hidden ? DP_OK : visit(&is_file, w, length, err);
        if (code != DP_OK)
            return code;
    }
    *path = is_file ? w->path : NULL;
    return DP_OK;
}

const char *dp_walk_path(const dp_walk *w)
{
    return w->path;
}
