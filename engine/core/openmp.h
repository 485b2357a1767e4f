/* How many threads a piece of work gets, and which is which. */
#ifndef DP_ENGINE_CORE_OPENMP_H
#define DP_ENGINE_CORE_OPENMP_H

/* Threads to use where `asked` for so many; ≤ 0 leaves it to OpenMP. 1 in a build without
 * OpenMP. */
int dp_threads(int asked);

/* The calling thread's number within its parallel region: 0, 1, … */
int dp_thread(void);

#endif
