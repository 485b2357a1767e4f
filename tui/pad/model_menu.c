#include "config.h"

#include "tui/pad/model_menu.h"

#include "weights/store/registry.h"
#include "weights/store/store.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { REPEATS = 5 }; /* of each timing; the fastest counts */

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

/* As the registry has it, else as the model's own file has it. `model` may be NULL. */
static float accuracy_of(const char *name, const dp_model *model)
{
    const dp_registry_entry *e = dp_registry_find(name);
    if (e && !isnan(e->accuracy))
        return e->accuracy;
    return model ? dp_model_get_info(model)->accuracy : NAN;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int measure_latency_us(dp_session *session, const uint8_t image[DP_PIXELS])
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < REPEATS; i++) {
        dp_prediction p;
        int64_t start = now_ns();
        dp_session_predict(session, image, 1, &p);
        int64_t elapsed = now_ns() - start;
        best = elapsed < best ? elapsed : best;
    }
    return (int)((best + 999) / 1000);
}

/* ---- the rows -------------------------------------------------------------------------- */

/* Models that can be used now. */
static void add_present(dp_menu *menu, dp_model_list *models, const uint8_t *image)
{
    for (int i = 0; i < models->n; i++) {
        const char *name = models->name[i];
        dp_session *session = dp_model_list_at(models, i, NULL);
        dp_menu_row *row = &menu->row[menu->n++];
        *row = (dp_menu_row){ .name = name,
                              .state = session ? DP_MENU_READY : DP_MENU_BROKEN,
                              .bytes = bytes_of(name),
                              .accuracy = NAN };
        if (session) {
            row->accuracy = accuracy_of(name, dp_session_model(session));
            row->latency_us = measure_latency_us(session, image);
        }
    }
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

void dp_menu_open(dp_menu *menu, dp_model_list *models, const uint8_t image[DP_PIXELS])
{
    menu->n = 0;
    add_present(menu, models, image);
    add_absent(menu);
    menu->at = models->current;
}

void dp_menu_refresh(dp_menu *menu, dp_model_list *models, const uint8_t image[DP_PIXELS])
{
    const char *selected = menu->row[menu->at].name;
    dp_menu_open(menu, models, image);
    for (int i = 0; i < menu->n; i++) /* a model that has arrived moves up in the list */
        if (strcmp(menu->row[i].name, selected) == 0)
            menu->at = i;
}

void dp_menu_move(dp_menu *menu, int by)
{
    menu->at = (menu->at + by + menu->n) % menu->n;
}
