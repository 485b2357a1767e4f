#include "config.h"

#include "weights/hub/stop.h"

#include "engine/core/arith.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static volatile sig_atomic_t asked;

static void on_signal(int number)
{
    (void)number;
    asked = 1;
}

void dp_stop_on_signals(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action = { .sa_handler = on_signal };
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < DP_COUNT(numbers); i++)
        sigaction(numbers[i], &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    /* Exceeding a file size limit then fails with EFBIG, like a full disk. */
    sigaction(SIGXFSZ, &action, NULL);
}

void dp_stop(void)
{
    asked = 1;
}

bool dp_stop_asked(void)
{
    return asked != 0;
}

bool dp_stop_sleep(double seconds)
{
    /* In short steps: a signal between the test and nanosleep is noticed after the step. */
    while (seconds > 0 && !asked) {
        double step = seconds < 0.1 ? seconds : 0.1;
        struct timespec t = { .tv_nsec = (long)(step * 1e9) };
        nanosleep(&t, NULL);
        seconds -= step;
    }
    return !asked;
}
