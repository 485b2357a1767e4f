#include "config.h"

#include "tui/predict/pipeline.h"

#include "engine/core/arith.h"
#include "engine/core/openmp.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct pipeline {
    const dp_pipeline_job *job;

    pthread_mutex_t reading; /* guards the fields down to `result` */
    dp_inputs *inputs;
    int files;        /* how many inputs there were so far */
    const char *path; /* of the current one */
    dp_source *source;
    dp_reader *reader;          /* NULL between two files */
    uint64_t records;           /* so far in this file */
    uint64_t bad_before;        /* bad inputs before this file */
    bool read_error;            /* in this file */
    bool hinted;                /* at numbers of several digits */
    double bytes, bytes_before; /* of all files, and of those before this one */
    dp_batch *filling;          /* the batch of the thread that is reading */
    uint64_t turns, index; /* of the next batch: its turn to write, its first input */
    uint64_t skipped;      /* records before the slice to answer */
    dp_pipeline_result result;

    pthread_mutex_t writing; /* guards `written` and `rejected` */
    pthread_cond_t next_turn;
    uint64_t written;   /* batches written so far: the turn that may write now */
    uint64_t rejected;  /* answers written so far that are rejected */
    atomic_bool failed; /* writing to stdout failed, or memory for answers was… */
    atomic_bool short_of_memory; /* …short */
} pipeline;

/* ---- writing in turn --------------------------------------------------------------- */

/* The position of a batch in the run. */
typedef struct place {
    uint64_t turn;  /* number of the batch */
    uint64_t index; /* number of its first input */
} place;

/* Assign the next position to a batch. The caller holds `reading`. */
static place take_place(pipeline *p, const dp_batch *b)
{
    const place here = { p->turns++, p->index };
    p->index += (uint64_t)dp_batch_count(b);
    p->result.blanks += (uint64_t)dp_batch_blanks(b);
    return here;
}

static void write_out(pipeline *p, const dp_text *t)
{
    if (t->failed)
        p->short_of_memory = true;
    else
        fwrite(t->bytes, 1, t->size, stdout);
    if (t->failed || fflush(stdout) != 0 || ferror(stdout))
        p->failed = true;
}

/* Predict a batch and write its answers when it is its turn. */
static void answer(pipeline *p, dp_batch *b, place here)
{
    dp_text text = { 0 };
    dp_batch_predict(b);
    for (int i = 0; i < dp_batch_count(b); i++)
        dp_batch_format(&text, b, i, here.index + (uint64_t)i);
    const uint64_t rejected = (uint64_t)dp_batch_rejected(b);
    if (here.turn == 0 && !p->job->transpose && dp_batch_is_transposed(b))
        dp_talk_hint(p->job->talk, "the images look transposed, as those of EMNIST; "
                                   "--transpose turns them");
    pthread_mutex_lock(&p->writing);
    while (p->written != here.turn)
        pthread_cond_wait(&p->next_turn, &p->writing);
    p->rejected += rejected;
    write_out(p, &text);
    p->written++;
    pthread_cond_broadcast(&p->next_turn);
    pthread_mutex_unlock(&p->writing);
    dp_text_clear(&text);
    dp_batch_empty(b);
}

/* Answer the inputs read so far. The source calls this before it waits for more input. */
static void answer_at_once(void *context)
{
    pipeline *p = context;
    if (dp_batch_count(p->filling) > 0)
        answer(p, p->filling, take_place(p, p->filling));
}

/* ---- progress ---------------------------------------------------------------------- */

/* The bytes of a file; NAN if it is a pipe or the like. */
static double size_of(const char *file)
{
    struct stat st;
    const int failed = strcmp(file, "-") ? stat(file, &st) : fstat(STDIN_FILENO, &st);
    return failed ? 0 : S_ISREG(st.st_mode) ? (double)st.st_size : (double)NAN;
}

/* Show progress, unless the answers themselves appear on the terminal. */
static void begin_progress(pipeline *p)
{
    if (isatty(STDOUT_FILENO) || !isatty(STDERR_FILENO))
        return;
    const dp_inputs_options *o = &p->job->inputs;
    p->bytes = o->list ? (double)NAN : 0;
    for (int i = 0; i < o->n_files; i++)
        p->bytes += size_of(o->file[i]);
    dp_talk_begin_work(p->job->talk);
}

/* The caller holds `reading`. */
static void show_progress(pipeline *p)
{
    const uint64_t inputs = p->index + (uint64_t)dp_batch_count(p->filling);
    const uint64_t here = p->source ? dp_source_consumed(p->source) : 0;
    const dp_inputs_options *o = &p->job->inputs;
    char file[48] = "";
    if (!p->job->talk->bar.shown)
        return;
    if (o->recursive || o->list)
        snprintf(file, sizeof file, "%d files, ", p->files);
    else if (o->n_files > 1)
        snprintf(file, sizeof file, "file %d of %d, ", p->files, o->n_files);
    dp_talk_work(p->job->talk, ((double)here + p->bytes_before) / p->bytes,
                 "%s%" PRIu64 " read", file, inputs);
}

/* ---- reading ----------------------------------------------------------------------- */

/* The number of the next record in the run. */
static uint64_t next_record(const pipeline *p)
{
    return p->index + (uint64_t)dp_batch_count(p->filling);
}

static bool stopped(const pipeline *p)
{
    return p->result.fatal != DP_OK || (p->job->fail_fast && p->result.bad > 0) ||
           p->failed || next_record(p) >= p->job->slice.end;
}

/* Whether the next record is before the slice to answer. */
static bool skipping(const pipeline *p)
{
    return p->index < p->job->slice.first;
}

static void note_skipped(pipeline *p)
{
    p->index++;
    p->skipped++;
    p->records++;
}

/* Complain about an input that cannot be answered. Unless the error ends the run, the
 * batch gets an answer that carries it. */
static void note_bad(pipeline *p, dp_batch *b, const dp_err *err)
{
    dp_err failure;
    const bool fatal = err->code != DP_INPUT && err->code != DP_IO;
    if (!fatal && skipping(p)) {
        note_skipped(p);
        return;
    }
    dp_talk_bad(p->job->talk, p->path, err);
    if (fatal) {
        p->result.fatal = err->code;
        return;
    }
    p->result.bad++;
    p->records++;
    p->result.fatal = dp_batch_add_error(b, p->path, err, &failure);
    if (p->result.fatal != DP_OK)
        dp_talk_bad(p->job->talk, p->path, &failure);
}

static dp_code open_file(pipeline *p, dp_err *err)
{
    dp_code code = dp_source_open(&p->source, p->path, err);
    if (code == DP_OK)
        code = dp_reader_create(&p->reader, p->source, p->job->format, err);
    if (code == DP_OK) {
        dp_reader_label_column(p->reader, p->job->label_column);
        dp_reader_transpose(p->reader, p->job->transpose);
        dp_source_on_wait(p->source, answer_at_once, p);
    } else {
        dp_source_close(p->source);
        p->source = NULL;
    }
    return code;
}

/* Open the next input. False if there is none. */
static bool open_next(pipeline *p, dp_batch *b)
{
    dp_err err;
    dp_code code = dp_inputs_next(&p->path, p->inputs, &err);
    if (code == DP_OK && !p->path)
        return false;
    p->files++;
    p->records = 0;
    p->bad_before = p->result.bad;
    p->read_error = false;
    if (code != DP_OK)
        p->path = dp_inputs_failed(p->inputs);
    else
        code = open_file(p, &err);
    if (code != DP_OK)
        note_bad(p, b, &err);
    return true;
}

static void close_file(pipeline *p)
{
    p->result.readable += p->reader && !p->read_error;
    p->bytes_before += p->source ? (double)dp_source_consumed(p->source) : 0;
    dp_reader_free(p->reader);
    dp_source_close(p->source);
    p->reader = NULL;
    p->source = NULL;
}

static void end_file(pipeline *p)
{
    const char *format = dp_reader_format(p->reader);
    const char *warning = dp_reader_warning(p->reader);
    if (skipping(p)) {
        close_file(p);
        return;
    }
    if (warning)
        dp_talk_warn(p->job->talk, "%s: %s", p->path, warning);
    dp_talk_detail(p->job->talk, "%s: %s, %" PRIu64 " read, %" PRIu64 " of them bad",
                   p->path, format ? format : "no known format", p->records,
                   p->result.bad - p->bad_before);
    close_file(p);
    if (p->records > 0)
        return;
    dp_err err;
    dp_fail(&err, DP_INPUT, "no images found");
    dp_talk_bad(p->job->talk, p->path, &err);
    p->result.bad++;
}

/* Say once a run that an input is not one digit but several. */
static void hint_at_numbers(pipeline *p, dp_batch *b, const dp_record *record)
{
    if (p->hinted || !dp_batch_last_is_number(b, record))
        return;
    dp_talk_hint(p->job->talk, "%s: looks like several digits; try --digits=auto",
                 p->path);
    p->hinted = true;
}

static void read_record(pipeline *p, dp_batch *b)
{
    dp_record record;
    dp_err err;
    dp_code code = dp_reader_next(&record, p->reader, &err);
    if (code == DP_OK && record.kind == DP_RECORD_END) {
        end_file(p);
        return;
    }
    if (code == DP_OK)
        code = dp_batch_add(b, p->path, &record, &err);
    if (code == DP_OK) {
        p->records++;
        hint_at_numbers(p, b, &record);
    } else {
        note_bad(p, b, &err);
    }
    p->read_error |= code == DP_IO;
}

static void skip_record(pipeline *p, dp_batch *b)
{
    bool at_end;
    dp_err err;
    dp_code code = dp_reader_skip(&at_end, p->reader, &err);
    if (code != DP_OK)
        note_bad(p, b, &err);
    else if (at_end)
        end_file(p);
    else
        note_skipped(p);
    p->read_error |= code == DP_IO;
}

/* Read until the batch is full. False if there is nothing more to read. */
static bool fill(pipeline *p, dp_batch *b)
{
    p->filling = b;
    while (!dp_batch_full(b)) {
        if (stopped(p))
            return false;
        if (p->reader && skipping(p))
            skip_record(p, b);
        else if (p->reader)
            read_record(p, b);
        else if (!open_next(p, b))
            return false;
        show_progress(p);
    }
    return true;
}

/* ---- threads ----------------------------------------------------------------------- */

/* Read a batch, predict it, write it. False if there is nothing more to read. */
static bool run_round(pipeline *p, dp_batch *b)
{
    pthread_mutex_lock(&p->reading);
    const bool more = fill(p, b), any = dp_batch_count(b) > 0;
    const place here = any ? take_place(p, b) : (place){ 0 };
    pthread_mutex_unlock(&p->reading);
    if (any)
        answer(p, b, here);
    return more;
}

static void run_rounds(pipeline *p, dp_batch *b)
{
    while (run_round(p, b))
        ;
}

typedef struct crew {
    pipeline *pipeline;
    dp_batch *batch; /* of thread 0 */
} crew;

/* A thread that has no memory for a batch of its own leaves the work to the others. */
static void run_thread(void *context, int thread)
{
    const crew *c = context;
    dp_batch *b = c->batch;
    const dp_pipeline_job *job = c->pipeline->job;
    if (thread > 0 && dp_batch_create(&b, job->model, &job->answer, NULL) != DP_OK)
        return;
    run_rounds(c->pipeline, b);
    if (thread > 0)
        dp_batch_free(b);
}

/* Start threads only after the first batch: a single one is not worth it. */
static void run(pipeline *p, dp_batch *b)
{
    enum { MOST = 64 };
    crew c = { p, b };
    if (run_round(p, b))
        dp_parallel(dp_min_int(dp_threads(p->job->threads), MOST), run_thread, &c);
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
    dp_batch *b;
    dp_code code = dp_batch_create(&b, job->model, &job->answer, err);
    if (code)
        return code;
    code = dp_inputs_create(&p.inputs, &job->inputs, answer_at_once, &p, err);
    if (code) {
        dp_batch_free(b);
        return code;
    }
    const char *header = dp_answer_header(&job->answer);
    if (header && job->slice.first == 0)
        puts(header);
    begin_progress(&p);
    run(&p, b);
    dp_talk_end_work(job->talk);
    dp_batch_free(b);
    dp_inputs_free(p.inputs);
    *out = p.result;
    out->records = p.index;
    out->inputs = p.index - p.skipped;
    out->rejected = p.rejected;
    return p.short_of_memory ? dp_fail(err, DP_NOMEM, "no memory for the answers")
                             : DP_OK;
}
