#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "weights/io/fsio.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[300]; /* of the current case */

static const char *path_of(const char *name)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int count_entries(void)
{
    int n = 0;
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    for (const struct dirent *e; (e = readdir(dir));)
        n += e->d_name[0] != '.';
    closedir(dir);
    return n;
}

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "%s/XXXXXX", tempdir());
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void expect_content(const char *path, const char *text)
{
    unsigned char *data;
    size_t size;
    dp_err err;
    ck_assert_msg(dp_fsio_read(&data, &size, path, 1 << 20, &err) == DP_OK, "%s",
                  err.msg);
    ck_assert_uint_eq(size, strlen(text));
    ck_assert_mem_eq(data, text, size);
    free(data);
}

static dp_code write_text(const char *path, const char *text, dp_err *err)
{
    return dp_fsio_write(path, text, strlen(text), err);
}

START_TEST(written_files_are_read_back)
{
    make_folder();
    dp_err err;
    ck_assert_int_eq(write_text(path_of("a"), "first", &err), DP_OK);
    expect_content(path_of("a"), "first");
    ck_assert_int_eq(write_text(path_of("a"), "", &err), DP_OK);
    expect_content(path_of("a"), "");
    ck_assert_int_eq(count_entries(), 1);
}
END_TEST

START_TEST(new_files_follow_the_umask)
{
    make_folder();
    struct stat st;
    mode_t old = umask(027);
    ck_assert_int_eq(write_text(path_of("a"), "x", NULL), DP_OK);
    umask(old);
    ck_assert_int_eq(stat(path_of("a"), &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0640);
}
END_TEST

START_TEST(a_failed_write_leaves_the_old_file)
{
    make_folder();
    dp_err err;
    struct rlimit old;
    ck_assert_int_eq(write_text(path_of("a"), "old", &err), DP_OK);
    getrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_IGN); /* so that the write fails instead */
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 2, old.rlim_max });
    dp_code code = write_text(path_of("a"), "new content", &err);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_DFL);
    ck_assert_int_eq(code, DP_IO);
    ck_assert_msg(strstr(err.msg, "File too large") != NULL, "%s", err.msg);
    expect_content(path_of("a"), "old");
    ck_assert_int_eq(count_entries(), 1);
}
END_TEST

/* A file beside the target, with text in it. */
static int leave(const char *name, const char *text)
{
    const int fd = open(path_of(name), O_RDWR | O_CREAT, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert(dp_fsio_write_fully(fd, text, strlen(text)));
    return fd;
}

START_TEST(what_a_killed_writer_has_left_is_used_up)
{
    make_folder();
    dp_err err;
    close(leave("a.digitpad-part", "longer than the new content"));
    ck_assert_int_eq(write_text(path_of("a"), "new", &err), DP_OK);
    expect_content(path_of("a"), "new");
    ck_assert_int_eq(count_entries(), 1);
}
END_TEST

START_TEST(what_another_writer_writes_stays_its_own)
{
    make_folder();
    dp_err err;
    const int other = leave("a.digitpad-part", "half");
    ck_assert_int_eq(flock(other, LOCK_EX), 0);
    ck_assert_int_eq(write_text(path_of("a"), "mine", &err), DP_OK);
    close(other);
    expect_content(path_of("a"), "mine");
    expect_content(path_of("a.digitpad-part"), "half");
    ck_assert_int_eq(count_entries(), 2);
}
END_TEST

START_TEST(a_link_in_place_of_the_temporary_file_is_not_followed)
{
    make_folder();
    dp_err err;
    close(leave("victim", "safe"));
    ck_assert_int_eq(symlink("victim", path_of("a.digitpad-part")), 0);
    ck_assert_int_eq(write_text(path_of("a"), "mine", &err), DP_OK);
    close(leave("other", "safe"));
    char second[PATH_MAX];
    strcpy(second, path_of("other"));
    ck_assert_int_eq(link(second, path_of("b.digitpad-part")), 0);
    ck_assert_int_eq(write_text(path_of("b"), "mine", &err), DP_OK);
    expect_content(path_of("a"), "mine");
    expect_content(path_of("b"), "mine");
    expect_content(path_of("victim"), "safe");
    expect_content(path_of("other"), "safe");
}
END_TEST

START_TEST(links_are_followed)
{
    make_folder();
    dp_err err;
    struct stat st;
    char target[PATH_MAX];
    strcpy(target, path_of("target"));
    ck_assert_int_eq(write_text(target, "old", &err), DP_OK);
    ck_assert_int_eq(symlink(target, path_of("link")), 0);
    ck_assert_int_eq(write_text(path_of("link"), "new", &err), DP_OK);
    ck_assert_int_eq(lstat(path_of("link"), &st), 0);
    ck_assert(S_ISLNK(st.st_mode));
    expect_content(target, "new");
}
END_TEST

START_TEST(only_files_are_replaced)
{
    make_folder();
    dp_err err;
    struct stat st;
    ck_assert_int_eq(write_text(folder, "x", &err), DP_IO);
    ck_assert_msg(strstr(err.msg, "is a directory") != NULL, "%s", err.msg);
    ck_assert_int_eq(symlink("nowhere", path_of("dangling")), 0);
    ck_assert_int_eq(write_text(path_of("dangling"), "x", &err), DP_IO);
    ck_assert_int_eq(mkfifo(path_of("fifo"), 0600), 0);
    ck_assert_int_eq(write_text(path_of("fifo"), "x", &err), DP_IO);
    ck_assert_msg(strstr(err.msg, "not a regular file") != NULL, "%s", err.msg);
    ck_assert_int_eq(stat(path_of("fifo"), &st), 0);
    ck_assert(S_ISFIFO(st.st_mode));
    ck_assert_int_eq(write_text(path_of("no/such/folder"), "x", &err), DP_IO);
    ck_assert_int_eq(write_text("", "x", &err), DP_IO);
}
END_TEST

START_TEST(reading_is_bounded_and_names_the_path)
{
    make_folder();
    unsigned char *data = NULL;
    size_t size = 7;
    dp_err err;
    ck_assert_int_eq(write_text(path_of("a"), "12345", &err), DP_OK);
    ck_assert_int_eq(dp_fsio_read(&data, &size, path_of("a"), 4, &err), DP_IO);
    ck_assert_msg(strstr(err.msg, "5 bytes, more than the limit of 4"), "%s", err.msg);
    ck_assert_int_eq(dp_fsio_read(&data, &size, folder, 4, &err), DP_IO);
    ck_assert_msg(strstr(err.msg, "is a directory") != NULL, "%s", err.msg);
    ck_assert_int_eq(dp_fsio_read(&data, &size, "/dev/null", 4, &err), DP_IO);
    ck_assert_str_eq(err.msg, "/dev/null: not a regular file");
    ck_assert_int_eq(dp_fsio_read(&data, &size, path_of("none"), 4, &err), DP_IO);
    ck_assert_msg(strstr(err.msg, "/none: No such file") != NULL, "%s", err.msg);
    ck_assert_ptr_null(data);
    ck_assert_uint_eq(size, 7);
    ck_assert_int_eq(dp_fsio_read(&data, &size, path_of("a"), 5, &err), DP_OK);
    free(data);
}
END_TEST

START_TEST(the_basename_follows_the_last_slash)
{
    ck_assert_str_eq(dp_fsio_basename("a/b/c.x"), "c.x");
    ck_assert_str_eq(dp_fsio_basename("c.x"), "c.x");
    ck_assert_str_eq(dp_fsio_basename("a/"), "");
}
END_TEST

UNIT_MAIN("fsio", written_files_are_read_back, new_files_follow_the_umask,
          a_failed_write_leaves_the_old_file, what_a_killed_writer_has_left_is_used_up,
          what_another_writer_writes_stays_its_own,
          a_link_in_place_of_the_temporary_file_is_not_followed, links_are_followed,
          only_files_are_replaced, reading_is_bounded_and_names_the_path,
          the_basename_follows_the_last_slash)
