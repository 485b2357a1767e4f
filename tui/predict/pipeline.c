#include "config.h"

#include "tui/predict/pipeline.h"

#include "engine/core/openmp.h"
#include "tui/cli/cli.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct pipeline {
    const dp_pipeline_job *job;

    pthread_mutex_t reading; /* guards what follows */
    int file;                /* the next to open */
    dp_source *source;
    dp_reader *reader; /* NULL between two files */
    uint64_t records;  /* of this file */
    bool read_error;   /* in this file */
    dp_batch *filling;
    uint64_t turns, index; /* given out: turns to write, numbers of inputs */
    dp_pipeline_result result;

    pthread_mutex_t writing; /* guards `written` */
    pthread_cond_t next_turn;
    uint64_t written;   /* turns taken */
    atomic_bool failed; /* stdout takes no more */
} pipeline;

/* ---- writing in turn ----------------------------------------------------------------- */

/* A batch's place among all. */
typedef struct place {
    uint64_t turn, index;
} place;

/* While reading. */
static place take_place(pipeline *p, const dp_batch *a)
{
    const place here = { p->turns++, p->index };
    p->index += (uint64_t)dp_batch_count(a);
    p->result.blanks += (uint64_t)dp_batch_blanks(a);
    return here;
}

static void answer(pipeline *p, dp_batch *a, place here)
{
    dp_batch_predict(a, here.index);
    pthread_mutex_lock(&p->writing);
    while (p->written != here.turn)
        pthread_cond_wait(&p->next_turn, &p->writing);
    if (!dp_batch_write(a))
        p->failed = true;
    p->written++;
    pthread_cond_broadcast(&p->next_turn);
    pthread_mutex_unlock(&p->writing);
}

/* Called while reading, before that would have to wait for more input. */
static void answer_at_once(void *context)
{
    pipeline *p = context;
    if (dp_batch_count(p->filling) > 0)
        answer(p, p->filling, take_place(p, p->filling));
}

/* ---- reading ------------------------------------------------------------------------- */

static bool stopped(const pipeline *p)
{
    return p->result.fatal != DP_OK || (p->job->fail_fast && p->result.bad > 0) ||
           p->failed;
}

/* An input that cannot be answered: a complaint, and a record that says so. */
static void note_bad(pipeline *p, dp_batch *a, const char *file, const dp_err *err)
{
    dp_cli_complain("predict", "%s: %s", file, err->msg);
    if (err->code != DP_INPUT && err->code != DP_IO) {
        p->result.fatal = err->code;
        return;
    }
    p->result.bad++;
    p->records++;
    dp_batch_add_error(a, file, err);
}

static void open_file(pipeline *p, dp_batch *a, const char *file)
{
    dp_err err;
    p->records = 0;
    p->read_error = false;
    dp_code code = dp_source_open(&p->source, file, &err);
    if (code == DP_OK)
        code = dp_reader_create(&p->reader, p->source, p->job->format, &err);
    if (code == DP_OK) {
        dp_source_on_wait(p->source, answer_at_once, p);
        return;
    }
    dp_source_close(p->source);
    p->source = NULL;
    p->file++;
    note_bad(p, a, file, &err);
}

static void close_file(pipeline *p)
{
    p->result.readable += p->reader && !p->read_error;
    dp_reader_free(p->reader);
    dp_source_close(p->source);
    p->reader = NULL;
    p->source = NULL;
}

static void end_file(pipeline *p, const char *file)
{
    close_file(p);
    p->file++;
    if (p->records > 0)
        return;
    dp_cli_complain("predict", "%s: no image in it", file);
    p->result.bad++;
}

static void read_record(pipeline *p, dp_batch *a, const char *file)
{
    dp_record record;
    dp_err err;
    dp_code code = dp_reader_next(&record, p->reader, &err);
    if (code == DP_OK && record.kind == DP_RECORD_END) {
        end_file(p, file);
        return;
    }
    if (code == DP_OK)
        code = dp_batch_add(a, file, &record, &err);
    if (code == DP_OK)
        p->records++;
    else
        note_bad(p, a, file, &err);
    p->read_error |= code == DP_IO;
}

/* False where there is nothing more to read. */
static bool fill(pipeline *p, dp_batch *a)
{
    p->filling = a;
    while (!dp_batch_full(a)) {
        if (stopped(p) || p->file == p->job->n_files)
            return false;
        const char *file = p->job->file[p->file];
        if (p->reader)
            read_record(p, a, file);
        else
            open_file(p, a, file);
    }
    return true;
}

/* ---- threads ------------------------------------------------------------------------- */

/* One round. False where there is nothing more to read. */
static bool go_around(pipeline *p, dp_batch *a)
{
    pthread_mutex_lock(&p->reading);
    const bool more = fill(p, a), any = dp_batch_count(a) > 0;
    const place here = any ? take_place(p, a) : (place){ 0 };
    pthread_mutex_unlock(&p->reading);
    if (any)
        answer(p, a, here);
    return more;
}

typedef struct helper {
    pipeline *pipeline;
    dp_batch *answers;
    pthread_t thread;
} helper;

static void *help(void *arg)
{
    const helper *h = arg;
    while (go_around(h->pipeline, h->answers))
        ;
    return NULL;
}

/* Returns how many of n began; fewer where memory or threads are short. */
static int start_helpers(helper *h, int n, pipeline *p)
{
    for (int i = 0; i < n; i++) {
        h[i] = (helper){ .pipeline = p };
        if (dp_batch_create(&h[i].answers, p->job->model, &p->job->answer, NULL) != DP_OK)
            return i;
        if (pthread_create(&h[i].thread, NULL, help, &h[i]) != 0) {
            dp_batch_free(h[i].answers);
            return i;
        }
    }
    return n;
}

/* The first batch is read alone: what fits into it is not worth a thread. */
static void run(pipeline *p, dp_batch *a)
{
    enum { MOST = 64 };
    helper h[MOST];
    int n = 0;
    if (go_around(p, a)) {
        const int threads =
            p->job->threads > 0 ? p->job->threads : dp_threads(p->job->threads);
        n = start_helpers(h, (threads < MOST ? threads : MOST) - 1, p);
        while (go_around(p, a))
            ;
    }
    for (int i = 0; i < n; i++) {
        pthread_join(h[i].thread, NULL);
        dp_batch_free(h[i].answers);
    }
    close_file(p);
}

dp_code dp_pipeline_run(dp_pipeline_result *out, const dp_pipeline_job *job, dp_err *err)
{
    pipeline p = {
        .job = job,
        .reading = PTHREAD_MUTEX_INITIALIZER,
        .writing = PTHREAD_MUTEX_INITIALIZER,
        .next_turn = PTHREAD_COND_INITIALIZER,
    };
    dp_batch *a;
    dp_code code = dp_batch_create(&a, job->model, &job->answer, err);
    if (code)
        return code;
    dp_batch_header(&job->answer);
    run(&p, a);
    dp_batch_free(a);
    *out = p.result;
    return DP_OK;
}
