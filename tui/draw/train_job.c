#include "config.h"

#include "tui/draw/train_job.h"

#include "engine/core/shape.h"
#include "weights/data/samples.h"
#include "weights/io/paths.h"
#include "weights/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- samples --------------------------------------------------------------------------- */

static void forget_last_sample(dp_train_job *job)
{
    free(job->last_sample);
    job->last_sample = NULL;
}

/* The number of samples; −1 with a message of the app if they cannot be read. */
static int count_samples(dp_app *app, const char *path)
{
    dp_samples s;
    dp_err err;
    if (dp_samples_read(&s, path, &err) != DP_OK) {
        dp_app_set_message(app, true, "%s", err.msg);
        return -1;
    }
    int n = s.n_good;
    dp_samples_clear(&s);
    return n;
}

/* Remove the sample of this drawing, if there is one. */
static dp_code withdraw(dp_train_job *job, dp_app *app, const char *path, dp_err *err)
{
    if (!job->last_sample || !app->sample_kept)
        return DP_OK;
    dp_code code = dp_samples_withdraw(path, job->last_sample, err);
    forget_last_sample(job);
    app->sample_kept = false;
    return code;
}

/* Append the strokes to the file, or replace the sample of this drawing by them. */
static dp_code keep(dp_train_job *job, dp_app *app, const char *path,
                    const dp_strokes *strokes, dp_err *err)
{
    char *line;
    dp_code code = withdraw(job, app, path, err);
    if (!code)
        code =
            dp_samples_append(&line, path, strokes, app->sample_label, time(NULL), err);
    if (code)
        return code;
    forget_last_sample(job);
    job->last_sample = line;
    app->sample_kept = true;
    return DP_OK;
}

/* Say what was kept: of a number, only the digit that the pad marks. */
static void report_sample(dp_app *app, const char *path)
{
    char next[32] = "T trains";
    const int n = count_samples(app, path);
    if (n < 0)
        return;
    if (n < DP_SAMPLES_ENOUGH)
        snprintf(next, sizeof next, "T from %d on", DP_SAMPLES_ENOUGH);
    dp_app_set_message(app, false, "%s as a %d: sample %d · u undo · %s",
                       app->reading.number.n > 1 ? "only the marked digit kept" : "kept",
                       app->sample_label, n, next);
}

void dp_train_job_keep_sample(dp_train_job *job, dp_app *app)
{
    char path[PATH_MAX];
    dp_err err;
    dp_strokes digit = { 0 };
    const dp_strokes *strokes = dp_history_strokes(&app->history);
    const dp_segmentation *number = &app->reading.number;
    if (strokes->n_strokes == 0 || app->reading.ink != DP_INK_ENOUGH) {
        dp_app_set_message(app, false, "draw a digit first, then press its key");
        return;
    }
    dp_code code = dp_samples_path(path, &err);
    if (!code)
        code = dp_segment_digit_strokes(&digit, strokes, number, number->weakest, &err);
    if (!code)
        code = keep(job, app, path, &digit, &err);
    dp_strokes_clear(&digit);
    if (code)
        dp_app_set_message(app, true, "%s", err.msg);
    else
        report_sample(app, path);
}

void dp_train_job_withdraw_sample(dp_train_job *job, dp_app *app)
{
    char path[PATH_MAX];
    dp_err err;
    dp_code code = dp_samples_path(path, &err);
    if (!code)
        code = withdraw(job, app, path, &err);
    if (code)
        dp_app_set_message(app, true, "%s", err.msg);
    else
        dp_app_set_message(app, false, "the sample is taken back");
}

/* ---- training -------------------------------------------------------------------------- */

int dp_train_job_fd(const dp_train_job *job)
{
    return job->running ? job->child.fd : -1;
}

/* Wait for the child; whether it succeeded. */
static bool end_child(dp_train_job *job, dp_app *app)
{
    job->running = false;
    app->training = (dp_training){ 0 };
    return dp_child_end(&job->child);
}

void dp_train_job_start(dp_train_job *job, dp_app *app)
{
    char path[PATH_MAX];
    dp_err err;
    if (job->running || dp_samples_path(path, &err) != DP_OK)
        return;
    job->base = dp_store_base(app->models.name[app->models.current]);
    if (!job->base) {
        dp_app_set_message(app, true,
                           "only carried networks can be trained: m changes the model");
        return;
    }
    int n = count_samples(app, path);
    if (n >= 0 && n < DP_SAMPLES_ENOUGH)
        dp_app_set_message(app, false,
                           "%d more sample%s needed: draw a digit, press its key",
                           DP_SAMPLES_ENOUGH - n, n == DP_SAMPLES_ENOUGH - 1 ? "" : "s");
    if (n < DP_SAMPLES_ENOUGH)
        return;
    if (dp_errands_train(&job->child, job->errands, job->base->name, &err) != DP_OK) {
        dp_app_set_message(app, true, "%s", err.msg);
        return;
    }
    job->running = true;
    app->training = (dp_training){ .model = job->base->personal };
}

void dp_train_job_stop(dp_train_job *job, dp_app *app)
{
    if (job->running)
        end_child(job, app);
    dp_app_set_message(app, false, "stopped: the network is as before");
}

/* "your 1s: 3 -> 8 of 8, 7s: 2 -> 4 of 4", of the digits that are not read as before; all together
 * if they are more than two. */
static void format_digits(char *text, size_t size, const dp_train_event *e)
{
    size_t n = 0;
    int changed = 0;
    dp_train_count all = { 0 };
    for (int k = 0; k < DP_DIGITS; k++) {
        const dp_train_count *c = &e->digit[k];
        all.n += c->n;
        all.before += c->before;
        all.after += c->after;
        if (c->before != c->after && ++changed <= 2)
            n += (size_t)snprintf(text + n, size - n, "%s %ds: %d -> %d of %d",
                                  changed > 1 ? "," : "your", k, c->before, c->after,
                                  c->n);
    }
    if (changed == 0)
        snprintf(text, size, "your digits: as before");
    else if (changed > 2)
        snprintf(text, size, "your digits: %d -> %d of %d", all.before, all.after, all.n);
}

static void on_result(dp_train_job *job, dp_app *app, const dp_train_event *e)
{
    char text[96];
    dp_err err = { DP_OK, "" };
    if (!e->kept) {
        dp_app_set_message(app, true, "not kept: %s",
                           e->spares ? "it reads your digits no better"
                                     : "it would misread other hands more often");
        return;
    }
    format_digits(text, sizeof text, e);
    const char *name = job->base->personal;
    if (dp_model_list_reload(&app->models, name, &err) != DP_OK ||
        dp_model_list_select(&app->models, name, &err) != DP_OK) {
        dp_app_set_message(app, true, "%s", err.msg);
        return;
    }
    app->reading_stale = true;
    dp_app_set_message(app, false, "%s: %s; other hands: as before", name, text);
}

/* The child has ended. Its result, if there is one, has been shown already. */
static void on_end(dp_train_job *job, dp_app *app)
{
    bool has_result = app->training.has_result;
    if (!end_child(job, app) && !has_result)
        dp_app_set_message(app, true,
                           "training failed; digitpad train --samples says why");
}

bool dp_train_job_handle(dp_train_job *job, dp_app *app)
{
    dp_train_event e;
    bool any = false;
    while (job->running && dp_train_process_next(&e, &job->child)) {
        any = true;
        if (e.kind == DP_TRAIN_DONE) {
            app->training.has_result = true;
            on_result(job, app, &e);
        } else {
            on_end(job, app);
        }
    }
    return any;
}

void dp_train_job_end(dp_train_job *job)
{
    if (job->running)
        dp_child_end(&job->child);
    forget_last_sample(job);
    *job = (dp_train_job){ .errands = job->errands };
}
