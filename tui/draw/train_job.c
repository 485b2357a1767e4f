#include "config.h"

#include "tui/draw/train_job.h"

#include "weights/io/paths.h"
#include "weights/data/samples.h"
#include "weights/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- labels ---------------------------------------------------------------------------- */

static void forget_line(dp_train_job *t)
{
    free(t->line);
    t->line = NULL;
}

/* How many samples there are; −1 after a message. */
static int count_samples(dp_app *app, const char *path)
{
    dp_samples s;
    dp_err err;
    if (dp_samples_read(&s, path, &err) != DP_OK) {
        dp_app_say(app, true, "%s", err.msg);
        return -1;
    }
    int n = s.n_good;
    dp_samples_clear(&s);
    return n;
}

static dp_code withdraw(dp_train_job *t, dp_app *app, const char *path, dp_err *err)
{
    if (!t->line || !app->labelled)
        return DP_OK;
    dp_code code = dp_samples_withdraw(path, t->line, err);
    forget_line(t);
    app->labelled = false;
    return code;
}

void dp_train_job_label(dp_train_job *t, dp_app *app)
{
    char path[PATH_MAX], *line;
    dp_err err;
    const dp_strokes *strokes = dp_history_strokes(&app->history);
    uint8_t image[DP_PIXELS];
    if (dp_normalize_strokes(image, strokes) != DP_INK_ENOUGH) {
        dp_app_say(app, false, "draw a digit first, then press its key");
        return;
    }
    dp_code code = dp_samples_path(path, &err);
    if (!code)
        code = withdraw(t, app, path, &err);
    if (!code)
        code = dp_samples_append(&line, path, strokes, app->label, time(NULL), &err);
    if (code) {
        dp_app_say(app, true, "%s", err.msg);
        return;
    }
    forget_line(t);
    t->line = line;
    app->labelled = true;
    int n = count_samples(app, path);
    if (n >= DP_SAMPLES_ENOUGH)
        dp_app_say(app, false, "kept as a %d: sample %d · u undo · T trains", app->label,
                   n);
    else if (n > 0)
        dp_app_say(app, false, "kept as a %d: sample %d · u undo · T from %d on",
                   app->label, n, DP_SAMPLES_ENOUGH);
}

void dp_train_job_unlabel(dp_train_job *t, dp_app *app)
{
    char path[PATH_MAX];
    dp_err err;
    dp_code code = dp_samples_path(path, &err);
    if (!code)
        code = withdraw(t, app, path, &err);
    if (code)
        dp_app_say(app, true, "%s", err.msg);
    else
        dp_app_say(app, false, "the sample is taken back");
}

/* ---- training -------------------------------------------------------------------------- */

int dp_train_job_fd(const dp_train_job *t)
{
    return t->running ? t->child.fd : -1;
}

static bool end_child(dp_train_job *t, dp_app *app)
{
    t->running = false;
    app->training = (dp_training){ 0 };
    return dp_child_end(&t->child);
}

static dp_code start(dp_train_job *t, const char *samples, dp_err *err)
{
    char output[PATH_MAX];
    dp_code code = dp_store_personal_path(output, t->base, err);
    if (!code)
        code = dp_train_process_start(&t->child, samples, t->base->name, output, err);
    return code;
}

/* Always from the carried network on: then a sample that was removed is forgotten. */
void dp_train_job_start(dp_train_job *t, dp_app *app)
{
    char path[PATH_MAX];
    dp_err err;
    t->base = dp_store_base(app->models.name[app->models.current]);
    if (t->running || dp_samples_path(path, &err) != DP_OK)
        return;
    if (!t->base) {
        dp_app_say(app, true, "only cnn and mlp can be trained: m changes the model");
        return;
    }
    int n = count_samples(app, path);
    if (n >= 0 && n < DP_SAMPLES_ENOUGH)
        dp_app_say(app, false, "%d more sample%s needed: draw a digit, press its key",
                   DP_SAMPLES_ENOUGH - n, n == DP_SAMPLES_ENOUGH - 1 ? "" : "s");
    if (n < DP_SAMPLES_ENOUGH)
        return;
    if (start(t, path, &err) != DP_OK) {
        dp_app_say(app, true, "%s", err.msg);
        return;
    }
    t->running = true;
    app->training = (dp_training){ .name = t->base->personal };
}

void dp_train_job_stop(dp_train_job *t, dp_app *app)
{
    if (t->running)
        end_child(t, app);
    dp_app_say(app, false, "stopped: the network is as before");
}

/* "4 of 5 → 5 of 5 held out, others 99.1 → 99.4 %" */
static void format_scores(char *text, size_t size, const dp_train_event *e)
{
    size_t n = 0;
    if (e->held_out > 0)
        n = (size_t)snprintf(text, size, "held out %.0f -> %.0f of %d, ",
                             e->held_out * e->held_out_before,
                             e->held_out * e->held_out_after, e->held_out);
    snprintf(text + n, size - n, "others %.1f -> %.1f %%", 100 * e->fixture_before,
             100 * e->fixture_after);
}

static void take_result(dp_train_job *t, dp_app *app, const dp_train_event *e)
{
    char text[96];
    dp_err err = { DP_OK, "" };
    format_scores(text, sizeof text, e);
    if (!e->kept) {
        dp_app_say(app, true, "not kept, it reads worse: %s", text);
        return;
    }
    const char *name = t->base->personal;
    if (dp_model_list_renew(&app->models, name, &err) != DP_OK ||
        dp_model_list_select(&app->models, name, &err) != DP_OK) {
        dp_app_say(app, true, "%s", err.msg);
        return;
    }
    app->stale = true;
    dp_app_say(app, false, "%s: %s", name, text);
}

/* The result came before, if there is one. */
static void conclude(dp_train_job *t, dp_app *app)
{
    bool told = app->training.told;
    if (!end_child(t, app) && !told)
        dp_app_say(app, true, "training failed; digitpad train --samples says why");
}

bool dp_train_job_handle(dp_train_job *t, dp_app *app)
{
    dp_train_event e;
    bool news = false;
    while (t->running && dp_train_process_next(&e, &t->child)) {
        news = true;
        if (e.kind == DP_TRAIN_PROGRESS) {
            app->training.part = e.progress;
        } else if (e.kind == DP_TRAIN_DONE) {
            app->training.told = true;
            take_result(t, app, &e);
        } else {
            conclude(t, app);
        }
    }
    return news;
}

void dp_train_job_end(dp_train_job *t)
{
    if (t->running)
        dp_child_end(&t->child);
    forget_line(t);
    *t = (dp_train_job){ 0 };
}
