/* Makes a system call of the program fail, by replacing its function in the C library: flock, fstat,
 * ftruncate, fchmod, pread, write and close. Needs glibc on Linux, and a build without sanitizers, which
 * replace some as well. What the C library itself calls is not replaced. */
#ifndef DP_TESTS_FAILING_CALLS_H
#define DP_TESTS_FAILING_CALLS_H

#include <stdlib.h> /* defines __GLIBC__ */

#if defined __GLIBC__ && defined __linux__ && !defined DP_SANITIZED
#define DP_FAILING_CALLS 1
#else
#define DP_FAILING_CALLS 0
#endif

typedef struct failing_calls {
    int first, last; /* calls first to last fail, counted from 0 */
    int error; /* errno; 0: pread and write do half of their work, and no other call fails */
    void (*flocked)(void); /* NULL, or called before each flock */
} failing_calls;

/* From now on, calls fail. */
void failing_calls_begin(failing_calls which);

/* No call fails from now on. Returns how many there were. */
int failing_calls_end(void);

#endif
