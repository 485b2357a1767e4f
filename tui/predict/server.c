#include "config.h"

#include "tui/predict/server.h"

#include "engine/core/arith.h"
#include "engine/core/openmp.h"
#include "engine/core/team.h"
#include "tui/cli/interrupt.h"
#include "tui/predict/client.h"
#include "tui/term/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    CLIENTS_PER_THREAD = 2, /* fewer are not worth another thread */
    GRACE = 5000,           /* ms that clients have to take their answers at the end */
    SPARE_FILES = 32        /* descriptors besides those of clients */
};

/* What one thread at a time fills in a round. */
typedef struct worker {
    dp_batch *batch;
    dp_client *owner[DP_BATCH]; /* of each record in the batch */
} worker;

typedef struct server {
    const dp_server_job *job;
    dp_team *team;
    bool stopping;
    bool no_files; /* accept failed: wait until a client leaves */
    dp_client **client;
    int n_clients, most_clients;
    struct pollfd *poll; /* of the signals, the listener and each client */

    worker *worker;
    int n_workers;
    dp_client **ready;  /* those that this round answers */
    int n_ready, share; /* and how many records each may contribute */
    atomic_int next;    /* of them, the next one to be taken by a worker */
    int first;          /* the client that the next round begins with */

    uint64_t served, answers;
} server;

/* ---- a round --------------------------------------------------------------------------- */

static int64_t deadline(const server *s)
{
    return dp_clock_ms() +
           (s->stopping ? GRACE : s->job->options.timeout * (int64_t)1000);
}

/* Add up to `share` records of a client. */
static void add_records(const server *s, worker *w, dp_client *c)
{
    for (int i = 0; i < s->share && !dp_batch_full(w->batch); i++) {
        const int n = dp_batch_count(w->batch);
        const bool added = dp_client_add(c, w->batch);
        for (int k = n; k < dp_batch_count(w->batch); k++)
            w->owner[k] = c;
        if (!added)
            return;
    }
}

/* Worker number `number` takes one client after the other until its batch is full, and answers
 * them. */
static void run_worker(void *context, int number, int thread)
{
    server *s = context;
    worker *w = &s->worker[number];
    int i;
    (void)thread;
    while (!dp_batch_full(w->batch) && (i = atomic_fetch_add(&s->next, 1)) < s->n_ready)
        add_records(s, w, s->ready[i]);
    dp_batch_predict(w->batch);
    for (i = 0; i < dp_batch_count(w->batch); i++)
        dp_client_answer(w->owner[i], w->batch, i);
    dp_batch_empty(w->batch);
}

static void list_ready(server *s)
{
    s->n_ready = 0;
    for (int i = 0; i < s->n_clients; i++) {
        dp_client *c = s->client[(s->first + i) % s->n_clients];
        if (dp_client_is_ready(c))
            s->ready[s->n_ready++] = c;
    }
}

/* Answer records of all clients that have some. */
static void answer_round(server *s)
{
    list_ready(s);
    if (s->n_ready == 0)
        return;
    const int workers = dp_clamp_int(s->n_ready / CLIENTS_PER_THREAD, 1, s->n_workers);
    s->share = dp_max_int(1, DP_BATCH * workers / s->n_ready);
    s->next = 0;
    if (workers > 1)
        dp_team_share(s->team, workers, run_worker, s);
    else
        run_worker(s, 0, 0);
    s->first = (s->first + dp_min_int(s->next, s->n_ready)) % s->n_clients;
    for (int i = 0; i < s->n_ready; i++) {
        dp_client_send(s->ready[i]);
        s->ready[i]->deadline = deadline(s);
    }
}

/* ---- clients --------------------------------------------------------------------------- */

static void admit(server *s, int fd)
{
    dp_client *c;
    dp_err err;
    const char *header = dp_answer_header(&s->job->answer);
    if (dp_client_create(&c, fd, (size_t)s->job->options.max_line, &err) != DP_OK) {
        dp_talk_hint(s->job->talk, "%s; it is turned away", err.msg);
        close(fd);
        return;
    }
    if (header)
        dp_text_add(&c->out, "%s\n", header);
    if (c->out.failed)
        c->failed = DP_NOMEM;
    dp_client_send(c);
    c->deadline = deadline(s);
    s->client[s->n_clients++] = c;
    s->served++;
    if (s->n_clients == s->most_clients)
        dp_talk_hint(
            s->job->talk,
            "%d clients; others wait until one leaves; --max-clients sets the limit",
            s->n_clients);
}

static void accept_clients(server *s)
{
    while (s->n_clients < s->most_clients) {
        const int fd = dp_listener_accept(&s->job->listener);
        if (fd >= 0) {
            admit(s, fd);
            continue;
        }
        s->no_files = errno != EAGAIN && errno != EINTR && errno != ECONNABORTED;
        if (s->no_files)
            dp_talk_hint(s->job->talk, "accept: %s; clients wait", strerror(errno));
        return;
    }
}

/* Close a client that is late. If it has sent a part of a line, tell it why. */
static void expire(server *s, dp_client *c)
{
    worker *w = &s->worker[0];
    if (!dp_client_is_sending(c) && c->in.size > c->taken) {
        char why[80];
        snprintf(why, sizeof why, "the end of the line did not arrive within %d s",
                 s->job->options.timeout);
        dp_client_add_error(c, w->batch, why);
        dp_batch_predict(w->batch);
        dp_client_answer(c, w->batch, 0);
        dp_batch_empty(w->batch);
        dp_client_send(c);
    }
    c->failed = DP_IO;
}

static void close_clients(server *s)
{
    const int64_t now = dp_clock_ms();
    for (int i = s->n_clients - 1; i >= 0; i--) {
        dp_client *c = s->client[i];
        if (!dp_client_is_ready(c) && !dp_client_is_done(c) && now >= c->deadline)
            expire(s, c);
        if (!dp_client_is_done(c))
            continue;
        if (c->failed == DP_NOMEM)
            dp_talk_hint(s->job->talk, "no memory to answer a client; it is turned away");
        s->answers += c->answers;
        dp_client_free(c);
        s->client[i] = s->client[--s->n_clients];
        s->no_files = false;
    }
}

/* ---- the loop -------------------------------------------------------------------------- */

/* How long to wait, for poll: not at all if something is ready. */
static int wait_time(const server *s)
{
    const int64_t now = dp_clock_ms();
    int64_t wait = INT_MAX;
    for (int i = 0; i < s->n_clients; i++) {
        const int64_t left = s->client[i]->deadline - now;
        if (dp_client_is_ready(s->client[i]) || left <= 0)
            return 0;
        wait = left < wait ? left : wait;
    }
    return s->n_clients > 0 ? (int)wait : -1;
}

static void wait_for_events(server *s)
{
    const bool accepts = !s->stopping && !s->no_files && s->n_clients < s->most_clients;
    s->poll[0] = (struct pollfd){ s->stopping ? -1 : s->job->stop_fd, POLLIN, 0 };
    s->poll[1] = (struct pollfd){ accepts ? s->job->listener.fd : -1, POLLIN, 0 };
    for (int i = 0; i < s->n_clients; i++) {
        const dp_client *c = s->client[i];
        const bool receives = !dp_client_is_ready(c) && !c->at_end;
        s->poll[2 + i] = (struct pollfd){ c->fd,
                                          dp_client_is_sending(c) ? POLLOUT
                                          : receives              ? POLLIN
                                                                  : 0,
                                          0 };
    }
    if (poll(s->poll, (nfds_t)s->n_clients + 2, wait_time(s)) < 0)
        for (int i = 0; i < s->n_clients + 2; i++)
            s->poll[i].revents = 0;
}

static void handle_client(server *s, dp_client *c, const struct pollfd *event)
{
    if (event->revents == 0)
        return;
    if (dp_client_is_sending(c)) {
        dp_client_send(c);
        if (!dp_client_is_sending(c))
            c->deadline = deadline(s);
    } else if (event->events & POLLIN) {
        dp_client_receive(c);
    } else {
        c->failed = event->revents & POLLERR ? DP_IO : DP_OK;
    }
}

/* Stop listening, receive once more from each client, and let them take their answers. */
static void stop(server *s)
{
    dp_listener_close(&s->job->listener);
    s->stopping = true;
    for (int i = 0; i < s->n_clients; i++) {
        dp_client *c = s->client[i];
        if (!dp_client_is_sending(c) && !dp_client_is_ready(c) && !c->at_end)
            dp_client_receive(c);
        dp_client_end(c);
        c->deadline = deadline(s);
    }
}

static void serve(dp_team *team, void *context)
{
    server *s = context;
    s->team = team;
    while (!s->stopping || s->n_clients > 0) {
        wait_for_events(s);
        for (int i = 0; i < s->n_clients; i++)
            handle_client(s, s->client[i], &s->poll[2 + i]);
        if (s->poll[0].revents)
            stop(s);
        else if (s->poll[1].revents)
            accept_clients(s);
        answer_round(s);
        close_clients(s);
    }
}

/* ---- beginning and end ------------------------------------------------------------------ */

/* How many clients the limit of open files allows, at most `most`; the limit is raised as far as
 * it may be. */
static int limit_clients(int most, dp_talk *talk)
{
    struct rlimit limit;
    const rlim_t wanted = (rlim_t)most + SPARE_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return most;
    const rlim_t hard = limit.rlim_max;
    limit.rlim_cur = wanted < hard ? wanted : hard;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted)
        return most;
    getrlimit(RLIMIT_NOFILE, &limit);
    const int possible =
        limit.rlim_cur > SPARE_FILES ? (int)limit.rlim_cur - SPARE_FILES : 1;
    dp_talk_warn(talk, "the limit of open files (ulimit -n) leaves room for %d clients",
                 possible);
    return possible;
}

static dp_code create(server *s, dp_err *err)
{
    const dp_server_job *job = s->job;
    s->most_clients = limit_clients(job->options.max_clients, job->talk);
    const size_t most = (size_t)s->most_clients;
    const int threads = dp_min_int(dp_threads(job->threads), DP_TEAM_MOST);
    s->client = calloc(most, sizeof *s->client);
    s->ready = calloc(most, sizeof *s->ready);
    s->poll = calloc(most + 2, sizeof *s->poll);
    s->worker = calloc((size_t)threads, sizeof *s->worker);
    if (!s->client || !s->ready || !s->poll || !s->worker)
        return dp_fail(err, DP_NOMEM, "no memory for %zu clients", most);
    for (; s->n_workers < threads; s->n_workers++) {
        dp_code code = dp_batch_create(&s->worker[s->n_workers].batch, job->model,
                                       &job->answer, err);
        if (code != DP_OK)
            return code;
    }
    return DP_OK;
}

static void clear(server *s)
{
    for (int i = 0; i < s->n_workers; i++)
        dp_batch_free(s->worker[i].batch);
    free(s->worker);
    free(s->client);
    free(s->ready);
    free(s->poll);
}

dp_code dp_server_run(const dp_server_job *job, dp_err *err)
{
    server s = { .job = job };
    const dp_server_options *o = &job->options;
    dp_code code = create(&s, err);
    if (code != DP_OK) {
        dp_listener_close(&job->listener);
    } else {
        signal(SIGPIPE, SIG_IGN);
        dp_talk_detail(job->talk, "listening on %s: %d clients, %d bytes a line, %d s",
                       o->path, s.most_clients, o->max_line, o->timeout);
        dp_team_run(s.n_workers, serve, &s);
        dp_talk_detail(job->talk, "%" PRIu64 " clients, %" PRIu64 " answers", s.served,
                       s.answers);
        if (dp_interrupt_signal() == SIGINT)
            code = dp_fail(err, DP_INTERRUPTED, "interrupted");
    }
    clear(&s);
    return code;
}
