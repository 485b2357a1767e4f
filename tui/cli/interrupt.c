#include "config.h"

#include "tui/cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted; /* the signal, or 0 */
static int wake[2] = { -1, -1 };          /* a pipe that wakes a poll */

static void on_interrupt(int signal)
{
    const int error = errno;
    interrupted = signal;
    if (wake[1] >= 0)
        (void)!write(wake[1], "", 1);
    errno = error;
}

static void watch(int signal)
{
    struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

void dp_interrupt_watch(void)
{
    watch(SIGINT);
}

bool dp_interrupt_came(void)
{
    return interrupted;
}

dp_code dp_interrupt_watch_all(int *fd, dp_err *err)
{
    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
        return dp_fail(err, DP_IO, "pipe: %s", strerror(errno));
    watch(SIGINT);
    watch(SIGTERM);
    watch(SIGHUP);
    *fd = wake[0];
    return DP_OK;
}

int dp_interrupt_signal(void)
{
    return interrupted;
}
