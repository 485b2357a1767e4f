/* The number of OpenMP threads, and which one is running. */
#ifndef DP_ENGINE_CORE_OPENMP_H
#define DP_ENGINE_CORE_OPENMP_H

/* The number of threads to use: `asked`, or OpenMP's default if asked ≤ 0. Always 1 in a
 * build without OpenMP. */
int dp_threads(int asked);

/* The number of the calling thread in its parallel region, from 0. */
int dp_thread(void);

#endif
