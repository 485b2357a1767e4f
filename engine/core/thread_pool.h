/* Threads that help with work that is cut into pieces. Whoever has the work does the pieces
 * itself; helpers that are awake take some off its hands, and only for pieces that one of them
 * has begun does it wait. So a helper that the system leaves no processor costs nothing, where
 * a parallel region would wait for it; after one that has lost its processor in the midst of
 * a piece, the pool does without helpers for a while.
 *
 * Helpers wait for more work on their processors for a moment, too short for others to notice,
 * and then sleep. */
#ifndef DP_ENGINE_CORE_THREAD_POOL_H
#define DP_ENGINE_CORE_THREAD_POOL_H

#include <stdbool.h>

typedef struct dp_thread_pool dp_thread_pool;

/* A pool of `threads` threads, counting the caller's; the others start when they are first
 * needed, as far as the system allows. NULL where memory is short. */
dp_thread_pool *dp_thread_pool_create(int threads);
void dp_thread_pool_free(dp_thread_pool *p);

/* Piece i of n. Each thread has a number of its own below `threads`; the caller's is 0. */
typedef void dp_thread_pool_piece(void *context, int i, int thread);

/* Whether it does without helpers for now, so that cutting work up would be in vain. */
bool dp_thread_pool_rests(const dp_thread_pool *p);

/* Do pieces 0 … n − 1, each once, in any order, and return when all are done. One caller at a
 * time. */
void dp_thread_pool_run(dp_thread_pool *p, int n, dp_thread_pool_piece *piece,
                        void *context);

#endif
