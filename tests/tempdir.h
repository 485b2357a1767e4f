/* A temporary folder of the test program, in TMPDIR or /tmp. It is created before main
 * and removed with its content when the program exits, even if cases fail. Forked
 * processes do not remove it. */
#ifndef DP_TESTS_TEMPDIR_H
#define DP_TESTS_TEMPDIR_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static char tempdir_path[256];
static pid_t tempdir_owner;

/* Valid until the program ends, without a slash at its end. */
static inline const char *tempdir(void)
{
    return tempdir_path;
}

static int tempdir_remove_one(const char *path, const struct stat *st, int type,
                              struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static void tempdir_remove(void)
{
    if (getpid() == tempdir_owner &&
        nftw(tempdir_path, tempdir_remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
        perror(tempdir_path);
}

__attribute__((constructor)) static void tempdir_make(void)
{
    const char *parent = getenv("TMPDIR");
    int length = snprintf(tempdir_path, sizeof tempdir_path, "%s/digitpad-test.XXXXXX",
                          parent && *parent ? parent : "/tmp");
    if (length >= (int)sizeof tempdir_path || !mkdtemp(tempdir_path)) {
        perror("TMPDIR");
        exit(99);
    }
    tempdir_owner = getpid();
    atexit(tempdir_remove);
}

#endif
