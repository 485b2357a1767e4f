#include "config.h"

#include "engine/core/thread_pool.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/* In seconds. */
static const double worker_spin = 100e-6; /* before a worker sleeps */
static const double caller_spin = 20e-6;  /* before the caller sleeps */
static const double shortest_rest = 2e-3, longest_rest = 100e-3; /* without workers */

typedef struct worker {
    dp_thread_pool *pool;
    int thread; /* 1 … */
    pthread_t id;
} worker;

struct dp_thread_pool {
    int threads;
    bool started;
    worker *worker; /* [threads − 1] */

    /* The current work. A thread reads it only after it has claimed a piece: the caller
     * does not change it before every claimed piece is done. */
    dp_thread_pool_piece *piece;
    void *context;
    int n;
    alignas(64) atomic_int left; /* pieces not yet claimed */
    alignas(64) atomic_int done; /* pieces finished */

    double rest;          /* seconds that the next rest lasts */
    double resting_until; /* a time of now() */
    atomic_int sleepers;
    atomic_bool caller_sleeps;
    bool closing; /* guarded by lock */
    pthread_mutex_t lock;
    pthread_cond_t work, finished;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void relax(void)
{
#if defined __x86_64__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

/* ---- pieces ------------------------------------------------------------------------ */

/* Claim a piece and do it. False if none is left. */
static bool do_piece(dp_thread_pool *pool, int thread)
{
    int left = atomic_load_explicit(&pool->left, memory_order_relaxed);
    do
        if (left == 0)
            return false;
    while (!atomic_compare_exchange_weak(&pool->left, &left, left - 1));
    const int n = pool->n;
    pool->piece(pool->context, n - left, thread);
    if (atomic_fetch_add(&pool->done, 1) + 1 == n && atomic_load(&pool->caller_sleeps)) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_signal(&pool->finished);
        pthread_mutex_unlock(&pool->lock);
    }
    return true;
}

/* ---- workers ----------------------------------------------------------------------- */

/* Spin until *value differs from `old`. False if it still does not at `deadline`. */
static bool spin(atomic_int *value, int old, double deadline)
{
    do
        for (int i = 0; i < 32; i++) {
            if (atomic_load_explicit(value, memory_order_relaxed) != old)
                return true;
            relax();
        }
    while (now() < deadline);
    return false;
}

/* False if the pool is closing. */
static bool sleep_until_work(dp_thread_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->sleepers, 1);
    while (atomic_load(&pool->left) == 0 && !pool->closing)
        pthread_cond_wait(&pool->work, &pool->lock);
    atomic_fetch_sub(&pool->sleepers, 1);
    const bool closing = pool->closing;
    pthread_mutex_unlock(&pool->lock);
    return !closing;
}

static void *work_loop(void *context)
{
    const worker *w = context;
    do
        while (do_piece(w->pool, w->thread))
            ;
    while (spin(&w->pool->left, 0, now() + worker_spin) || sleep_until_work(w->pool));
    return NULL;
}

/* Start the workers, or as many as the system allows. */
static void start_workers(dp_thread_pool *pool)
{
    for (int i = 0; i < pool->threads - 1; i++) {
        pool->worker[i] = (worker){ .pool = pool, .thread = i + 1 };
        if (pthread_create(&pool->worker[i].id, NULL, work_loop, &pool->worker[i]) != 0)
            pool->threads = i + 1;
    }
    pool->started = true;
}

/* ---- the caller -------------------------------------------------------------------- */

static void publish(dp_thread_pool *pool, int n, dp_thread_pool_piece *piece,
                    void *context)
{
    pool->piece = piece;
    pool->context = context;
    pool->n = n;
    atomic_store(&pool->done, 0);
    atomic_store(&pool->left, n);
    if (atomic_load(&pool->sleepers) == 0)
        return;
    pthread_mutex_lock(&pool->lock);
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
}

static void sleep_until_done(dp_thread_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->caller_sleeps, true);
    while (atomic_load(&pool->done) < pool->n)
        pthread_cond_wait(&pool->finished, &pool->lock);
    atomic_store(&pool->caller_sleeps, false);
    pthread_mutex_unlock(&pool->lock);
}

/* The caller began its pieces at `begin` and has none left. If a worker needs longer for
 * its last piece than the caller needed for all of its own, that worker has lost its
 * processor: the pool rests. Each rest is twice as long as the one before, until a worker
 * is in time again. */
static void wait_until_done(dp_thread_pool *pool, double begin)
{
    const double idle_since = now();
    int done;
    while ((done = atomic_load(&pool->done)) < pool->n)
        if (!spin(&pool->done, done, idle_since + caller_spin))
            sleep_until_done(pool);
    const double end = now();
    const bool late = end - idle_since > idle_since - begin + caller_spin;
    if (late)
        pool->resting_until = end + pool->rest;
    pool->rest = late ? 2 * pool->rest : shortest_rest;
    pool->rest = pool->rest > longest_rest ? longest_rest : pool->rest;
}

bool dp_thread_pool_rests(const dp_thread_pool *pool)
{
    return pool->threads == 1 || now() < pool->resting_until;
}

void dp_thread_pool_run(dp_thread_pool *pool, int n, dp_thread_pool_piece *piece,
                        void *context)
{
    if (n == 1 || dp_thread_pool_rests(pool)) {
        for (int i = 0; i < n; i++)
            piece(context, i, 0);
        return;
    }
    const double begin = now();
    if (!pool->started)
        start_workers(pool);
    publish(pool, n, piece, context);
    while (do_piece(pool, 0))
        ;
    if (atomic_load(&pool->done) < n)
        wait_until_done(pool, begin);
}

/* ---- creation ---------------------------------------------------------------------- */

dp_thread_pool *dp_thread_pool_create(int threads)
{
    dp_thread_pool *pool = aligned_alloc(alignof(dp_thread_pool), sizeof *pool);
    if (!pool)
        return NULL;
    *pool = (dp_thread_pool){ .threads = threads, .rest = shortest_rest };
    pool->worker = calloc((size_t)threads, sizeof *pool->worker);
    if (!pool->worker) {
        free(pool);
        return NULL;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->finished, NULL);
    return pool;
}

void dp_thread_pool_free(dp_thread_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; pool->started && i < pool->threads - 1; i++)
        pthread_join(pool->worker[i].id, NULL);
    pthread_cond_destroy(&pool->finished);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool->worker);
    free(pool);
}
