/* OpenMP: the number of threads, and a function on each of them. */
#ifndef DP_ENGINE_CORE_OPENMP_H
#define DP_ENGINE_CORE_OPENMP_H

/* The number of threads to use: `asked`, or OpenMP's default if asked ≤ 0. Always 1 in a
 * build without OpenMP. */
int dp_threads(int asked);

/* Call run(context, thread) on at most `threads` threads at the same time, once on each.
 * The threads are numbered from 0, the caller. Returns when all calls have returned. */
void dp_parallel(int threads, void (*run)(void *context, int thread), void *context);

#endif
