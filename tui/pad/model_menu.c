#include "config.h"

#include "tui/pad/model_menu.h"

#include "weights/store/registry.h"
#include "weights/store/store.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* A timing repeats until both are reached; the fastest counts. */
enum { REPEATS = 2, REPEAT_NS = 10000000 };

/* ---- one model ------------------------------------------------------------------------- */

/* The size of a model's file: of the carried bytes, recorded in the registry, or of a fine-tuned
 * model's or another path. */
static int64_t bytes_of(const char *name)
{
    dp_store_ref ref;
    struct stat s;
    if (dp_store_resolve(&ref, name, NULL) != DP_OK)
        return 0;
    switch (ref.kind) {
    case DP_STORE_CARRIED:
        return (int64_t)ref.carried->size;
    case DP_STORE_HUB:
        return ref.entry ? (int64_t)ref.entry->size : 0;
    case DP_STORE_PERSONAL:
        return stat(ref.personal, &s) == 0 ? (int64_t)s.st_size : 0;
    default:
        return stat(ref.name, &s) == 0 ? (int64_t)s.st_size : 0;
    }
}

/* As the registry has it, else as the model's own file has it. */
static float accuracy_of(const char *name, const dp_model *model)
{
    const dp_registry_entry *e = dp_registry_find(name);
    return e && !isnan(e->accuracy) ? e->accuracy : dp_model_get_info(model)->accuracy;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int measure_latency_us(dp_session *session, const uint8_t image[DP_PIXELS])
{
    int64_t best = INT64_MAX, begin = now_ns(), before = begin;
    for (int i = 0; i < REPEATS || before - begin < REPEAT_NS; i++) {
        dp_prediction p;
        dp_session_predict(session, image, 1, &p);
        int64_t now = now_ns();
        best = now - before < best ? now - before : best;
        before = now;
    }
    return (int)((best + 999) / 1000);
}

/* ---- the rows -------------------------------------------------------------------------- */

/* Models that can be used now. */
static void add_present(dp_menu *menu, const dp_model_list *models)
{
    for (int i = 0; i < models->n; i++)
        menu->row[menu->n++] = (dp_menu_row){ .name = models->name[i],
                                              .state = DP_MENU_UNTRIED,
                                              .bytes = bytes_of(models->name[i]),
                                              .accuracy = NAN };
}

/* Models that can be fetched. */
static void add_absent(dp_menu *menu)
{
    const dp_registry_entry *e;
    for (int i = 0; (e = dp_registry_at(i)) && menu->n < DP_MENU_MAX; i++)
        if (!dp_store_has(e))
            menu->row[menu->n++] = (dp_menu_row){ .name = e->name,
                                                  .state = DP_MENU_ABSENT,
                                                  .bytes = bytes_of(e->name),
                                                  .accuracy = e->accuracy };
}

void dp_menu_open(dp_menu *menu, const dp_model_list *models)
{
    menu->n = 0;
    add_present(menu, models);
    add_absent(menu);
    menu->at = models->current;
}

bool dp_menu_try(dp_menu *menu, dp_model_list *models, const uint8_t image[DP_PIXELS])
{
    int i = 0;
    while (i < menu->n && menu->row[i].state != DP_MENU_UNTRIED)
        i++;
    if (i == menu->n)
        return false;
    dp_menu_row *row = &menu->row[i];
    dp_session *session = dp_model_list_named(models, row->name, NULL);
    row->state = session ? DP_MENU_READY : DP_MENU_BROKEN;
    if (session) {
        row->accuracy = accuracy_of(row->name, dp_session_model(session));
        row->latency_us = measure_latency_us(session, image);
    }
    return true;
}

/* Copy what dp_menu_try has found out from another row of the same model. */
static void keep(dp_menu_row *row, const dp_menu_row *before, int n)
{
    for (int i = 0; i < n && row->state == DP_MENU_UNTRIED; i++)
        if (strcmp(before[i].name, row->name) == 0 && before[i].state != DP_MENU_ABSENT)
            *row = before[i];
}

void dp_menu_refresh(dp_menu *menu, const dp_model_list *models)
{
    const dp_menu before = *menu;
    dp_menu_open(menu, models);
    for (int i = 0; i < menu->n; i++) {
        keep(&menu->row[i], before.row, before.n);
        if (strcmp(menu->row[i].name, before.row[before.at].name) == 0)
            menu->at = i; /* a model that has arrived moves up in the list */
    }
}

void dp_menu_move(dp_menu *menu, int by)
{
    menu->at = (menu->at + by + menu->n) % menu->n;
}
