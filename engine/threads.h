/* How many threads a piece of work gets. */
#ifndef DP_ENGINE_THREADS_H
#define DP_ENGINE_THREADS_H

/* Threads to use where `asked` for so many; ≤ 0 leaves it to OpenMP. 1 in a build without
 * OpenMP. */
int dp_threads(int asked);

#endif
