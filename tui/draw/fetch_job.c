#include "config.h"

#include "tui/draw/fetch_job.h"

#include "weights/io/fsio.h"
#include "weights/io/paths.h"
#include "weights/store/registry.h"
#include "weights/store/store.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* In digitpad's own cache; its age says when. */
#define MARK "fetch-failed"

enum { DAY_S = 24 * 60 * 60 };

/* ---- remembering a failure ------------------------------------------------------------- */

static bool failed_lately(void)
{
    char path[PATH_MAX];
    struct stat s;
    if (dp_paths_cache(path, MARK, NULL) != DP_OK || stat(path, &s) != 0)
        return false;
    double age = difftime(time(NULL), s.st_mtime);
    return age >= 0 && age < DAY_S;
}

/* Where that is not possible there will just be another attempt. */
static void remember(const char *reason)
{
    char path[PATH_MAX], text[DP_BACKGROUND_FAILURE + 1];
    int n = snprintf(text, sizeof text, "%s\n", reason);
    dp_code code = dp_paths_cache(path, MARK, NULL);
    if (code == DP_OK)
        code = dp_fsio_make_parents(path, NULL);
    if (code == DP_OK)
        code = dp_fsio_write(path, text, (size_t)n, NULL);
    (void)code;
}

static void forget(void)
{
    char path[PATH_MAX];
    if (dp_paths_cache(path, MARK, NULL) == DP_OK)
        unlink(path);
}

/* ---- starting and ending --------------------------------------------------------------- */

static void append_name(char *list, size_t size, const char *name)
{
    size_t used = strlen(list);
    snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", name);
}

/* The models to fetch, at most DP_MODEL_LIST_MAX; returns how many. */
static int list_absent(const char **models, dp_fetching *fetching)
{
    const dp_registry_entry *e;
    int n = 0;
    for (int i = 0; (e = dp_registry_at(i)) && n < DP_MODEL_LIST_MAX; i++) {
        if (!dp_store_must_fetch(e->name))
            continue;
        models[n++] = e->name;
        append_name(fetching->models, sizeof fetching->models, e->name);
        fetching->total += (int64_t)e->size;
    }
    return n;
}

static dp_code start(dp_fetch_job *b, dp_app *app, const char *const *models, int n,
                     const dp_fetching *fetching, dp_err *err)
{
    dp_hub_client *run;
    dp_code code = dp_hub_client_start(&run, models, n, false, true, err);
    if (code != DP_OK)
        return code;
    *b = (dp_fetch_job){ .run = run, .open = n };
    app->fetching = *fetching;
    return DP_OK;
}

void dp_fetch_job_start(dp_fetch_job *b, dp_app *app)
{
    const char *models[DP_MODEL_LIST_MAX];
    dp_fetching fetching = { 0 };
    if (dp_paths_flag("HF_HUB_OFFLINE") || failed_lately())
        return;
    int n = list_absent(models, &fetching);
    dp_code code = n > 0 ? start(b, app, models, n, &fetching, NULL) : DP_OK;
    (void)code; /* it was only meant well */
}

void dp_fetch_job_fetch(dp_fetch_job *b, dp_app *app, const char *name)
{
    const dp_registry_entry *e = dp_registry_find(name);
    dp_fetching fetching = { .total = e ? (int64_t)e->size : 0 };
    dp_err err;
    append_name(fetching.models, sizeof fetching.models, name);
    if (b->run)
        dp_app_say(app, false, "%s is being fetched already", app->fetching.models);
    else if (dp_paths_flag("HF_HUB_OFFLINE"))
        dp_app_say(app, true, "HF_HUB_OFFLINE is set: nothing is fetched");
    else if (start(b, app, &name, 1, &fetching, &err) != DP_OK)
        dp_app_say(app, true, "%s", err.msg);
}

int dp_fetch_job_fd(const dp_fetch_job *b)
{
    return b->run ? dp_hub_client_fd(b->run) : -1;
}

void dp_fetch_job_end(dp_fetch_job *b, dp_app *app)
{
    dp_hub_client_free(b->run);
    b->run = NULL;
    app->fetching = (dp_fetching){ 0 };
}

void dp_fetch_job_refuse(dp_fetch_job *b, dp_app *app)
{
    dp_fetch_job_end(b, app);
    remember("stopped with the key x");
    dp_app_say(app, false, "stopped; 'digitpad models fetch NAME' fetches later");
}

/* ---- what the helper reports ----------------------------------------------------------- */

static void note_progress(const dp_fetch_job *b, dp_app *app, const dp_hub_event *e)
{
    dp_fetching *f = &app->fetching;
    int64_t done = b->finished + e->done;
    if (!dp_paths_flag("HF_HUB_DISABLE_PROGRESS_BARS"))
        f->done = done < f->total ? done : f->total;
}

static void note_done(dp_fetch_job *b, dp_app *app, const dp_hub_event *e)
{
    const dp_registry_entry *entry = dp_registry_find(e->model);
    if (!entry)
        return;
    b->open--;
    b->finished += (int64_t)entry->size;
    append_name(b->ready, sizeof b->ready, entry->name);
    dp_model_list_add(&app->models, entry->name);
    if (app->overlay == DP_OVERLAY_MODELS)
        dp_menu_refresh(&app->menu, &app->models, app->reading.image);
}

/* The helper is done: say how it went, but not over the news of a failed command. */
static void conclude(dp_fetch_job *b, dp_app *app)
{
    dp_fetch_job_end(b, app);
    if (b->open > 0 && !*b->failure)
        snprintf(b->failure, sizeof b->failure, "digitpad-hub ended without an answer");
    if (*b->failure)
        remember(b->failure);
    else
        forget();
    if (app->message[0] && app->warning)
        return;
    if (*b->failure)
        dp_app_say(app, false, "fetch failed, next try in a day: %s", b->failure);
    else
        dp_app_say(app, false, "ready: %s · m goes on to the next model", b->ready);
}

static void take(dp_fetch_job *b, dp_app *app, const dp_hub_event *e)
{
    switch (e->kind) {
    case DP_HUB_PROGRESS:
        note_progress(b, app, e);
        break;
    case DP_HUB_DONE:
        note_done(b, app, e);
        break;
    case DP_HUB_ERROR:
        b->open--;
        if (!*b->failure)
            snprintf(b->failure, sizeof b->failure, "%.50s: %.250s", e->model,
                     e->err.msg);
        break;
    case DP_HUB_END:
        conclude(b, app);
        break;
    case DP_HUB_START:
    case DP_HUB_WARNING: /* of attempts that failed: the last one counts */
        break;
    }
}

bool dp_fetch_job_handle(dp_fetch_job *b, dp_app *app)
{
    dp_hub_event e;
    bool news = false;
    while (b->run && dp_hub_client_next(&e, b->run)) {
        take(b, app, &e);
        news = true;
    }
    return news;
}
