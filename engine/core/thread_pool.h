/* A thread pool for one caller. Work is cut into pieces. The caller works through the
 * pieces itself, workers that are awake take some of them, and the caller waits only for
 * pieces that a worker has already begun. A worker that is not scheduled therefore costs
 * nothing, whereas an OpenMP region would wait for it. After a worker has lost its
 * processor in the middle of a piece, the pool runs without workers for a while.
 *
 * A worker without work spins for a moment, too short to disturb other programs, then
 * sleeps. */
#ifndef DP_ENGINE_CORE_THREAD_POOL_H
#define DP_ENGINE_CORE_THREAD_POOL_H

#include <stdbool.h>

typedef struct dp_thread_pool dp_thread_pool;

/* A pool of `threads` ≥ 1 threads including the caller. Workers start when they are first
 * needed, fewer if the system refuses. NULL if memory is short. */
dp_thread_pool *dp_thread_pool_create(int threads);
void dp_thread_pool_free(dp_thread_pool *pool);

/* Do piece i. `thread` is the number of the thread that runs it: 0 for the caller, 1 …
 * threads − 1 for workers. */
typedef void dp_thread_pool_piece(void *context, int i, int thread);

/* True while the pool runs without workers: do not bother to cut work into pieces. */
bool dp_thread_pool_rests(const dp_thread_pool *pool);

/* Do pieces 0 … n − 1, each once, in any order. Returns when all are done. Only one
 * thread may call this at a time. */
void dp_thread_pool_run(dp_thread_pool *pool, int n, dp_thread_pool_piece *piece,
                        void *context);

#endif
