#include "config.h"

#include "tui/draw/fetch_job.h"

#include "tui/view/view.h"
#include "weights/io/fsio.h"
#include "weights/io/paths.h"
#include "weights/store/registry.h"
#include "weights/store/store.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A file in digitpad's cache folder. It holds the last failure, and its age says when that was. */
#define FAILURE_FILE "fetch-failed"

enum { DAY_S = 24 * 60 * 60 };

/* ---- the last failure ------------------------------------------------------------------ */

static bool failed_recently(void)
{
    char path[PATH_MAX];
    struct stat s;
    if (dp_paths_cache(path, FAILURE_FILE, NULL) != DP_OK || stat(path, &s) != 0)
        return false;
    double age = difftime(time(NULL), s.st_mtime);
    return age >= 0 && age < DAY_S;
}

/* Best effort: if it fails, the next start of the pad fetches again, and nothing is lost. So the
 * callers ignore the result. */
static dp_code record_failure(const char *reason)
{
    char path[PATH_MAX], text[DP_FETCH_FAILURE_SIZE + 1];
    int n = snprintf(text, sizeof text, "%s\n", reason);
    dp_code code = dp_paths_cache(path, FAILURE_FILE, NULL);
    if (code == DP_OK)
        code = dp_fsio_make_parents(path, NULL);
    return code == DP_OK ? dp_fsio_write(path, text, (size_t)n, NULL) : code;
}

static void clear_failure(void)
{
    char path[PATH_MAX];
    if (dp_paths_cache(path, FAILURE_FILE, NULL) == DP_OK)
        unlink(path);
}

/* ---- starting and ending --------------------------------------------------------------- */

static void append_name(char *list, size_t size, const char *name)
{
    size_t used = strlen(list);
    snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", name);
}

/* List the models to fetch, at most DP_MODEL_LIST_MAX. Returns their number. */
static int list_absent(const char **models, dp_fetching *fetching)
{
    const dp_registry_entry *e;
    int n = 0;
    for (int i = 0; (e = dp_registry_at(i)) && n < DP_MODEL_LIST_MAX; i++) {
        if (dp_store_has(e))
            continue;
        models[n++] = e->name;
        append_name(fetching->models, sizeof fetching->models, e->name);
        fetching->total += (int64_t)e->size;
    }
    return n;
}

/* Start the helper for n models. */
static dp_code start(dp_fetch_job *job, dp_app *app, const char *const *models, int n,
                     const dp_fetching *fetching, dp_err *err)
{
    dp_hub_client *client;
    dp_code code = dp_errands_fetch(&client, job->errands, models, n, err);
    if (code != DP_OK)
        return code;
    *job = (dp_fetch_job){ .errands = job->errands, .client = client, .n_pending = n };
    app->fetching = *fetching;
    return DP_OK;
}

void dp_fetch_job_start(dp_fetch_job *job, dp_app *app)
{
    const char *models[DP_MODEL_LIST_MAX];
    dp_fetching fetching = { 0 };
    if (dp_paths_flag("HF_HUB_OFFLINE") || failed_recently())
        return;
    int n = list_absent(models, &fetching);
    if (n > 0) /* ignore a failure: the user has not asked for these models */
        start(job, app, models, n, &fetching, NULL);
}

void dp_fetch_job_fetch(dp_fetch_job *job, dp_app *app, const char *name)
{
    const dp_registry_entry *e = dp_registry_find(name);
    dp_fetching fetching = { .total = e ? (int64_t)e->size : 0 };
    dp_err err;
    append_name(fetching.models, sizeof fetching.models, name);
    if (job->client)
        dp_app_set_message(app, false, "%s is being fetched already",
                           app->fetching.models);
    else if (dp_paths_flag("HF_HUB_OFFLINE"))
        dp_app_set_message(app, true, "HF_HUB_OFFLINE is set: nothing is fetched");
    else if (start(job, app, &name, 1, &fetching, &err) != DP_OK)
        dp_app_set_message(app, true, "%s", err.msg);
    else
        job->asked = true;
}

int dp_fetch_job_fd(const dp_fetch_job *job)
{
    return job->client ? dp_hub_client_fd(job->client) : -1;
}

void dp_fetch_job_end(dp_fetch_job *job, dp_app *app)
{
    dp_hub_client_free(job->client);
    job->client = NULL;
    app->fetching = (dp_fetching){ 0 };
}

void dp_fetch_job_cancel(dp_fetch_job *job, dp_app *app)
{
    dp_fetch_job_end(job, app);
    if (job->asked) {
        dp_app_set_message(app, false, "stopped");
        return;
    }
    record_failure("stopped with the key x");
    dp_app_set_message(
        app, false, "stopped for a day; fetch = no in the configuration file: for good");
}

/* ---- reports of the helper ------------------------------------------------------------- */

static void on_progress(const dp_fetch_job *job, dp_app *app, const dp_hub_event *e)
{
    dp_fetching *f = &app->fetching;
    int64_t done = job->finished + e->done;
    if (!dp_paths_flag("HF_HUB_DISABLE_PROGRESS_BARS"))
        f->done = done < f->total ? done : f->total;
}

static void on_done(dp_fetch_job *job, dp_app *app, const dp_hub_event *e)
{
    const dp_registry_entry *entry = dp_registry_find(e->model);
    if (!entry)
        return;
    job->n_pending--;
    job->finished += (int64_t)entry->size;
    append_name(job->fetched, sizeof job->fetched, entry->name);
    dp_model_list_add(&app->models, entry->name);
    if (app->overlay == DP_OVERLAY_MODELS)
        dp_menu_refresh(&app->menu, &app->models);
}

/* Tell why the model that the user selected was not fetched, in one line that fits. */
static void tell_reason(const dp_fetch_job *job, dp_app *app)
{
    const int name = (int)strcspn(job->failure, ":");
    char where[160], short_text[80];
    snprintf(where, sizeof where,
             "%.*s not fetched; 'digitpad models fetch %.*s' says why", name,
             job->failure, name, job->failure);
    snprintf(short_text, sizeof short_text, "%.*s not fetched", name, job->failure);
    const char *const texts[] = { job->failure, where, short_text };
    dp_app_set_message(app, true, "%s",
                       dp_view_fitting(texts, 3, app->layout.status.w - 2));
}

static void on_failure(dp_fetch_job *job, dp_app *app)
{
    record_failure(job->failure);
    job->untold = !job->asked;
    if (job->asked)
        tell_reason(job, app);
}

/* The helper has ended: show how it went, but do not replace the warning of a failed key. */
static void on_end(dp_fetch_job *job, dp_app *app)
{
    dp_fetch_job_end(job, app);
    if (job->n_pending > 0 && !*job->failure)
        snprintf(job->failure, sizeof job->failure,
                 "digitpad-hub ended without an answer");
    if (*job->failure) {
        on_failure(job, app);
        return;
    }
    clear_failure();
    if (!app->message[0] || !app->message_is_warning)
        dp_app_set_message(app, false, "ready: %s · m goes on to the next model",
                           job->fetched);
}

bool dp_fetch_job_tell(dp_fetch_job *job, dp_app *app)
{
    static const char *const texts[] = {
        "models not fetched; next try in a day · M fetches one now", "models not fetched"
    };
    if (!job->untold || app->reading.ink != DP_INK_ENOUGH || app->reading_stale ||
        dp_app_is_drawing(app) || app->message[0])
        return false;
    job->untold = false;
    dp_app_set_message(app, false, "%s",
                       dp_view_fitting(texts, 2, app->layout.status.w - 2));
    return true;
}

static void on_report(dp_fetch_job *job, dp_app *app, const dp_hub_event *e)
{
    switch (e->kind) {
    case DP_HUB_PROGRESS:
        on_progress(job, app, e);
        break;
    case DP_HUB_DONE:
        on_done(job, app, e);
        break;
    case DP_HUB_ERROR:
        job->n_pending--;
        if (!*job->failure)
            snprintf(job->failure, sizeof job->failure, "%.50s: %.250s", e->model,
                     e->err.msg);
        break;
    case DP_HUB_END:
        on_end(job, app);
        break;
    case DP_HUB_START:
    case DP_HUB_WARNING: /* an attempt failed; the helper tries again */
        break;
    }
}

bool dp_fetch_job_handle(dp_fetch_job *job, dp_app *app)
{
    dp_hub_event e;
    bool any = false;
    while (job->client && dp_hub_client_next(&e, job->client)) {
        on_report(job, app, &e);
        any = true;
    }
    return dp_fetch_job_tell(job, app) || any;
}
