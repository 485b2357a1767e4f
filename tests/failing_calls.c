#include "config.h"

/* The fortified functions cannot be replaced. */
#undef _FORTIFY_SOURCE

#include "tests/failing_calls.h"

#if DP_FAILING_CALLS
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static failing_calls chosen;
static bool counting;
static int calls;

void failing_calls_begin(failing_calls which)
{
    chosen = which;
    calls = 0;
    counting = true;
}

int failing_calls_end(void)
{
    counting = false;
    return calls;
}

/* Whether the call that begins is one of the chosen. */
static bool is_chosen(void)
{
    const int call = calls;
    calls += counting;
    return counting && call >= chosen.first && call <= chosen.last;
}

static bool must_fail(void)
{
    if (!is_chosen() || !chosen.error)
        return false;
    errno = chosen.error;
    return true;
}

/* What is left of n bytes: −1 if the call fails. */
static ssize_t must_take(size_t n)
{
    if (!is_chosen())
        return (ssize_t)n;
    errno = chosen.error;
    return chosen.error ? -1 : (ssize_t)n / 2;
}

int flock(int fd, int operation)
{
    if (counting && chosen.flocked)
        chosen.flocked();
    return must_fail() ? -1 : (int)syscall(SYS_flock, fd, operation);
}

int fstat(int fd, struct stat *st)
{
    return must_fail() ? -1 : fstatat(fd, "", st, AT_EMPTY_PATH);
}

int ftruncate(int fd, off_t size)
{
    return must_fail() ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

int fchmod(int fd, mode_t mode)
{
    return must_fail() ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

ssize_t pread(int fd, void *to, size_t n, off_t at)
{
    const ssize_t taken = must_take(n);
    return taken < 0 ? -1 : syscall(SYS_pread64, fd, to, (size_t)taken, at);
}

/* What pread becomes if the compiler knows the room but not n. */
ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t room);
ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t room)
{
    if (n > room)
        abort();
    return pread(fd, to, n, at);
}

ssize_t write(int fd, const void *from, size_t n)
{
    const ssize_t taken = must_take(n);
    return taken < 0 ? -1 : syscall(SYS_write, fd, from, (size_t)taken);
}

/* The descriptor is closed even then, as on Linux. */
int close(int fd)
{
    const bool fails = must_fail();
    const int result = (int)syscall(SYS_close, fd);
    if (!fails)
        return result;
    errno = chosen.error;
    return -1;
}
#endif
