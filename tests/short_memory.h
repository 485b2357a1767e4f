/* Makes one allocation of the program fail, by replacing malloc and the others. Needs glibc, and a build
 * without sanitizers, which replace them as well. Not for programs whose threads allocate. */
#ifndef DP_TESTS_SHORT_MEMORY_H
#define DP_TESTS_SHORT_MEMORY_H

#include <stdbool.h>
#include <stdlib.h> /* defines __GLIBC__ */

#if defined __GLIBC__ && !defined DP_SANITIZED
#define DP_SHORT_MEMORY 1
#else
#define DP_SHORT_MEMORY 0
#endif

typedef struct short_memory {
    int calls;   /* allocations that were asked for */
    bool failed; /* one of them failed */
    int alive;   /* those that were not freed */
} short_memory;

/* From now on, allocation n fails, counted from 0. */
void short_memory_begin(int n);

/* No allocation fails from now on. */
short_memory short_memory_end(void);

#endif
