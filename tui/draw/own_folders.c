#include "config.h"

#include "tui/draw/own_folders.h"

#include "weights/io/fsio.h"
#include "weights/io/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

typedef dp_code find_path(char path[PATH_MAX], const char *file, dp_err *err);

/* Lock a folder. Another pad may remove it before it is locked: then the name leads to another one
 * or to none. False if that is so. */
static bool lock(int *out, const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *out = -1;
    if (fd < 0)
        return errno != ENOENT;
    while (flock(fd, LOCK_SH) != 0 && errno == EINTR)
        ;
    if (dp_fsio_is_same(fd, path)) {
        *out = fd;
        return true;
    }
    close(fd);
    return false;
}

/* Whether there is a folder i that is none of those before it: variables may name one twice. */
static bool is_another(const dp_own_folders *f, int i)
{
    bool another = f->path[i][0] != '\0';
    for (int k = 0; k < i; k++)
        another = another && strcmp(f->path[i], f->path[k]) != 0;
    return another;
}

static void hold(dp_own_folders *f, int i, find_path *find)
{
    f->lock[i] = -1;
    if (find(f->path[i], "", NULL))
        f->path[i][0] = '\0';
    bool held = !is_another(f, i);
    while (!held && dp_fsio_make_parents(f->path[i], NULL) == DP_OK)
        held = lock(&f->lock[i], f->path[i]);
}

void dp_own_folders_hold(dp_own_folders *out)
{
    static find_path *const find[DP_OWN_FOLDERS] = { dp_paths_data, dp_paths_state,
                                                     dp_paths_cache };
    for (int i = 0; i < DP_OWN_FOLDERS; i++)
        hold(out, i, find[i]);
}

void dp_own_folders_release(dp_own_folders *f)
{
    for (int i = 0; i < DP_OWN_FOLDERS; i++) {
        if (f->lock[i] < 0)
            continue;
        if (flock(f->lock[i], LOCK_EX | LOCK_NB) == 0 &&
            dp_fsio_is_same(f->lock[i], f->path[i]))
            rmdir(f->path[i]);
        close(f->lock[i]);
        f->lock[i] = -1;
    }
}
