#include "config.h"

#include "engine/core/team.h"

#include "engine/core/openmp.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

/* In seconds. */
static const double longest_spin = 50e-6;                     /* before a thread sleeps */
static const double shortest_rest = 2e-3, longest_rest = 0.1; /* without helpers */

/* The pieces that one thread prefers. */
typedef struct share {
    alignas(64) atomic_int left; /* not yet claimed */
} share;

struct dp_team {
    int threads;
    share share[DP_TEAM_MOST]; /* [threads] */

    /* The current work. A thread reads it only after it has claimed a piece: the leader
     * does not change it before every claimed piece is done. */
    dp_team_piece *piece;
    void *context;
    int n;
    alignas(64) atomic_int done; /* pieces */
    alignas(64) atomic_int call; /* calls of dp_team_share; −1: the leader has finished */

    double rest;          /* seconds that the next rest lasts */
    double resting_until; /* a time of now() */
    atomic_int sleepers;  /* helpers */
    atomic_bool leader_sleeps;
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

/* Spin until *value differs from `old`. False if it still does not after longest_spin. */
static bool spin(atomic_int *value, int old)
{
    const double deadline = now() + longest_spin;
    do
        for (int i = 0; i < 32; i++) {
            if (atomic_load(value) != old)
                return true;
            relax();
        }
    while (now() < deadline);
    return false;
}

/* ---- pieces ------------------------------------------------------------------------ */

/* The first piece of a share of n pieces. */
static int first_piece(const dp_team *team, int n, int of)
{
    return (int)((long)n * of / team->threads);
}

/* Claim a piece of a share and do it. False if none is left. */
static bool do_piece(dp_team *team, int of, int thread)
{
    atomic_int *left = &team->share[of].left;
    int claimed = atomic_load(left);
    do
        if (claimed == 0)
            return false;
    while (!atomic_compare_exchange_weak(left, &claimed, claimed - 1));
    const int n = team->n;
    team->piece(team->context, first_piece(team, n, of) + claimed - 1, thread);
    if (atomic_fetch_add(&team->done, 1) + 1 == n && atomic_load(&team->leader_sleeps)) {
        pthread_mutex_lock(&team->lock);
        pthread_cond_signal(&team->finished);
        pthread_mutex_unlock(&team->lock);
    }
    return true;
}

/* Do the pieces of the thread's own share, then those that other threads have left. */
static void do_pieces(dp_team *team, int thread)
{
    for (int i = 0; i < team->threads; i++)
        while (do_piece(team, (thread + i) % team->threads, thread))
            ;
}

/* ---- helpers ----------------------------------------------------------------------- */

static void sleep_until_call(dp_team *team, int last)
{
    pthread_mutex_lock(&team->lock);
    atomic_fetch_add(&team->sleepers, 1);
    while (atomic_load(&team->call) == last)
        pthread_cond_wait(&team->work, &team->lock);
    atomic_fetch_sub(&team->sleepers, 1);
    pthread_mutex_unlock(&team->lock);
}

static void help(dp_team *team, int thread)
{
    for (int call; (call = atomic_load(&team->call)) >= 0;) {
        do_pieces(team, thread);
        if (!spin(&team->call, call))
            sleep_until_call(team, call);
    }
}

/* ---- the leader -------------------------------------------------------------------- */

/* Start a call, and wake the helpers that sleep. */
static void publish(dp_team *team, int call)
{
    atomic_store(&team->call, call);
    if (atomic_load(&team->sleepers) == 0)
        return;
    pthread_mutex_lock(&team->lock);
    pthread_cond_broadcast(&team->work);
    pthread_mutex_unlock(&team->lock);
}

static void sleep_until_done(dp_team *team)
{
    pthread_mutex_lock(&team->lock);
    atomic_store(&team->leader_sleeps, true);
    while (atomic_load(&team->done) < team->n)
        pthread_cond_wait(&team->finished, &team->lock);
    atomic_store(&team->leader_sleeps, false);
    pthread_mutex_unlock(&team->lock);
}

/* The leader began its pieces at `begin` and has none left. If a helper needs longer for
 * its last piece than the leader needed for all of its own, that helper has lost its
 * processor: the helpers rest. Each rest is twice as long as the one before, until a
 * helper is in time again. */
static void wait_until_done(dp_team *team, double begin)
{
    const double idle_since = now();
    int done;
    while ((done = atomic_load(&team->done)) < team->n)
        if (!spin(&team->done, done))
            sleep_until_done(team);
    const double end = now();
    const bool late = end - idle_since > idle_since - begin + longest_spin;
    if (late)
        team->resting_until = end + team->rest;
    team->rest = late ? 2 * team->rest : shortest_rest;
    team->rest = team->rest > longest_rest ? longest_rest : team->rest;
}

void dp_team_share(dp_team *team, int n, dp_team_piece *piece, void *context)
{
    const double begin = now();
    if (n == 1 || team->threads == 1 || begin < team->resting_until) {
        for (int i = 0; i < n; i++)
            piece(context, i, 0);
        return;
    }
    team->piece = piece;
    team->context = context;
    team->n = n;
    atomic_store(&team->done, 0);
    for (int i = 0; i < team->threads; i++)
        atomic_store(&team->share[i].left,
                     first_piece(team, n, i + 1) - first_piece(team, n, i));
    publish(team, atomic_load(&team->call) + 1);
    do_pieces(team, 0);
    if (atomic_load(&team->done) < n)
        wait_until_done(team, begin);
}

void dp_team_run(int threads, dp_team_lead *lead, void *context)
{
    dp_team team = {
        .threads = threads < DP_TEAM_MOST ? threads : DP_TEAM_MOST,
        .rest = shortest_rest,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .work = PTHREAD_COND_INITIALIZER,
        .finished = PTHREAD_COND_INITIALIZER,
    };
#pragma omp parallel num_threads(team.threads)
    if (dp_thread() == 0) {
        lead(&team, context);
        publish(&team, -1);
    } else {
        help(&team, dp_thread());
    }
}
