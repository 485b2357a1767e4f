#include "config.h"

#include "engine/core/thread_pool.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/* Seconds. */
static const double helper_patience = 100e-6; /* before it sleeps */
static const double caller_patience = 20e-6;
static const double shortest_rest = 2e-3, longest_rest = 100e-3; /* from late helpers */

typedef struct helper {
    dp_thread_pool *pool;
    int thread; /* its number */
    pthread_t id;
} helper;

struct dp_thread_pool {
    int threads;
    bool started;
    helper *helper; /* [threads − 1] */

    /* The work at hand. Only who has claimed a piece may look: until that is done, the caller
     * does not change it. */
    dp_thread_pool_piece *piece;
    void *context;
    int n;
    alignas(64) atomic_int left; /* pieces that nobody has claimed */
    alignas(64) atomic_int done;

    double rest, resting_until;
    atomic_int sleepers;
    atomic_bool caller_sleeps;
    bool closing; /* under the lock */
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

/* ---- pieces -------------------------------------------------------------------------- */

/* Claim a piece and do it. False where none is left. */
static bool do_piece(dp_thread_pool *p, int thread)
{
    int left = atomic_load_explicit(&p->left, memory_order_relaxed);
    do
        if (left == 0)
            return false;
    while (!atomic_compare_exchange_weak(&p->left, &left, left - 1));
    const int n = p->n;
    p->piece(p->context, n - left, thread);
    if (atomic_fetch_add(&p->done, 1) + 1 == n && atomic_load(&p->caller_sleeps)) {
        pthread_mutex_lock(&p->lock);
        pthread_cond_signal(&p->finished);
        pthread_mutex_unlock(&p->lock);
    }
    return true;
}

/* ---- helpers ------------------------------------------------------------------------- */

/* Whether *value becomes something else than `unwanted` before `deadline`. */
static bool spin(atomic_int *value, int unwanted, double deadline)
{
    do
        for (int i = 0; i < 32; i++) {
            if (atomic_load_explicit(value, memory_order_relaxed) != unwanted)
                return true;
            relax();
        }
    while (now() < deadline);
    return false;
}

/* False when the pool closes. */
static bool sleep_until_work(dp_thread_pool *p)
{
    pthread_mutex_lock(&p->lock);
    atomic_fetch_add(&p->sleepers, 1);
    while (atomic_load(&p->left) == 0 && !p->closing)
        pthread_cond_wait(&p->work, &p->lock);
    atomic_fetch_sub(&p->sleepers, 1);
    const bool closing = p->closing;
    pthread_mutex_unlock(&p->lock);
    return !closing;
}

static void *help(void *context)
{
    const helper *h = context;
    do
        while (do_piece(h->pool, h->thread))
            ;
    while (spin(&h->pool->left, 0, now() + helper_patience) || sleep_until_work(h->pool));
    return NULL;
}

/* Fewer where the system refuses. */
static void start_helpers(dp_thread_pool *p)
{
    for (int i = 0; i < p->threads - 1; i++) {
        p->helper[i] = (helper){ .pool = p, .thread = i + 1 };
        if (pthread_create(&p->helper[i].id, NULL, help, &p->helper[i]) != 0)
            p->threads = i + 1;
    }
    p->started = true;
}

/* ---- the caller ---------------------------------------------------------------------- */

static void publish(dp_thread_pool *p, int n, dp_thread_pool_piece *piece, void *context)
{
    p->piece = piece;
    p->context = context;
    p->n = n;
    atomic_store(&p->done, 0);
    atomic_store(&p->left, n);
    if (atomic_load(&p->sleepers) == 0)
        return;
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
}

static void sleep_until_done(dp_thread_pool *p)
{
    pthread_mutex_lock(&p->lock);
    atomic_store(&p->caller_sleeps, true);
    while (atomic_load(&p->done) < p->n)
        pthread_cond_wait(&p->finished, &p->lock);
    atomic_store(&p->caller_sleeps, false);
    pthread_mutex_unlock(&p->lock);
}

/* A helper that takes longer for its last piece than the caller has taken since `begin` for all
 * of its own is not running. Each rest is twice as long as the one before, until a helper has
 * been in time. */
static void wait_until_done(dp_thread_pool *p, double begin)
{
    const double idle_since = now();
    int done;
    while ((done = atomic_load(&p->done)) < p->n)
        if (!spin(&p->done, done, idle_since + caller_patience))
            sleep_until_done(p);
    const double end = now();
    const bool late = end - idle_since > idle_since - begin + caller_patience;
    if (late)
        p->resting_until = end + p->rest;
    p->rest = late ? 2 * p->rest : shortest_rest;
    p->rest = p->rest > longest_rest ? longest_rest : p->rest;
}

static void do_alone(int n, dp_thread_pool_piece *piece, void *context)
{
    for (int i = 0; i < n; i++)
        piece(context, i, 0);
}

bool dp_thread_pool_rests(const dp_thread_pool *p)
{
    return p->threads == 1 || now() < p->resting_until;
}

void dp_thread_pool_run(dp_thread_pool *p, int n, dp_thread_pool_piece *piece,
                        void *context)
{
    if (n == 1 || dp_thread_pool_rests(p)) {
        do_alone(n, piece, context);
        return;
    }
    const double begin = now();
    if (!p->started)
        start_helpers(p);
    publish(p, n, piece, context);
    while (do_piece(p, 0))
        ;
    if (atomic_load(&p->done) < n)
        wait_until_done(p, begin);
}

/* ---- creation ------------------------------------------------------------------------ */

dp_thread_pool *dp_thread_pool_create(int threads)
{
    dp_thread_pool *p = aligned_alloc(alignof(dp_thread_pool), sizeof *p);
    if (!p)
        return NULL;
    *p = (dp_thread_pool){ .threads = threads, .rest = shortest_rest };
    p->helper = calloc((size_t)threads, sizeof *p->helper);
    if (!p->helper) {
        free(p);
        return NULL;
    }
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->finished, NULL);
    return p;
}

void dp_thread_pool_free(dp_thread_pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; p->started && i < p->threads - 1; i++)
        pthread_join(p->helper[i].id, NULL);
    pthread_cond_destroy(&p->finished);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    free(p->helper);
    free(p);
}
