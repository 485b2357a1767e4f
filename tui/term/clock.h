/* The monotonic clock. */
#ifndef DP_TUI_TERM_CLOCK_H
#define DP_TUI_TERM_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since some time in the past. */
static inline int64_t dp_clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#endif
