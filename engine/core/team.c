#include "config.h"

#include "engine/core/team.h"

#include "engine/core/arith.h"
#include "engine/core/openmp.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

/* In seconds. */
static const double longest_spin = 100e-6;                  /* before a thread sleeps */
static const double shortest_rest = 0.01, longest_rest = 1; /* of the helpers */
static const double most_gain = 5e-3;                       /* and the largest loss */

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

    atomic_llong
        worked;  /* nanoseconds of processor time of helpers since the last call */
    double gain; /* seconds by which the helpers helped, in recent calls */
    double rest; /* seconds that the next rest lasts */
    double resting_until; /* a time */
    atomic_int sleepers;  /* helpers */
    atomic_bool leader_sleeps;
    pthread_mutex_t lock;
    pthread_cond_t work, finished;
};

/* In nanoseconds. */
static long long read_clock(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* In seconds. */
static double now(void)
{
    return 1e-9 * (double)read_clock(CLOCK_MONOTONIC);
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

/* How many of n pieces are in a share: pieces share, share + threads, … */
static int share_size(const dp_team *team, int n, int i)
{
    return (n - i + team->threads - 1) / team->threads;
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
    const int round = share_size(team, n, of) - claimed;
    team->piece(team->context, of + round * team->threads, thread);
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
        const long long begin = read_clock(CLOCK_THREAD_CPUTIME_ID);
        do_pieces(team, thread);
        atomic_fetch_add(&team->worked, read_clock(CLOCK_THREAD_CPUTIME_ID) - begin);
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

static void wait_until_done(dp_team *team)
{
    int done;
    while ((done = atomic_load(&team->done)) < team->n)
        if (!spin(&team->done, done))
            sleep_until_done(team);
}

/* The leader waited for this time. Helpers that lose their processor again and again cost
 * more time than they save: let them rest, each time twice as long, until they are of use
 * again. */
static void weigh_helpers(dp_team *team, double waited)
{
    const double worked = 1e-9 * (double)atomic_exchange(&team->worked, 0);
    team->gain += worked - waited;
    if (team->gain > most_gain) {
        team->gain = most_gain;
        team->rest = shortest_rest;
    } else if (team->gain < -most_gain) {
        team->gain = 0;
        team->resting_until = now() + team->rest;
        team->rest = team->rest < longest_rest ? 2 * team->rest : longest_rest;
    }
}

void dp_team_share(dp_team *team, int n, dp_team_piece *piece, void *context)
{
    if (n <= 1 || team->threads == 1 || now() < team->resting_until) {
        for (int i = 0; i < n; i++)
            piece(context, i, 0);
        return;
    }
    team->piece = piece;
    team->context = context;
    team->n = n;
    atomic_store(&team->done, 0);
    for (int i = 0; i < team->threads; i++)
        atomic_store(&team->share[i].left, share_size(team, n, i));
    publish(team, atomic_load(&team->call) + 1);
    do_pieces(team, 0);
    const double idle_since = now();
    wait_until_done(team);
    weigh_helpers(team, now() - idle_since);
}

/* The arguments of dp_team_run, for its threads. */
typedef struct members {
    dp_team *team;
    dp_team_lead *lead;
    void *context;
} members;

static void run_member(void *context, int thread)
{
    const members *m = context;
    if (thread > 0) {
        help(m->team, thread);
    } else {
        m->lead(m->team, m->context);
        publish(m->team, -1);
    }
}

void dp_team_run(int threads, dp_team_lead *lead, void *context)
{
    dp_team team = {
        .threads = dp_clamp_int(threads, 1, DP_TEAM_MOST),
        .rest = shortest_rest,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .work = PTHREAD_COND_INITIALIZER,
        .finished = PTHREAD_COND_INITIALIZER,
    };
    members m = { &team, lead, context };
    dp_parallel(team.threads, run_member, &m);
}
