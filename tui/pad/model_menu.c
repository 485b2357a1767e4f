#include "config.h"

#include "tui/pad/model_menu.h"

#include "weights/store/registry.h"
#include "weights/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { REPEATS = 5 }; /* the quickest counts */

/* ---- one model ------------------------------------------------------------------------- */

static int64_t bytes_of(const char *name)
{
    size_t carried;
    struct stat s;
    char own[PATH_MAX];
    const dp_registry_entry *e = dp_registry_find(name);
    if (e && e->size > 0)
        return (int64_t)e->size;
    if (dp_store_bytes(name, &carried))
        return (int64_t)carried;
    return stat(dp_store_find_personal(own, name) ? own : name, &s) == 0
               ? (int64_t)s.st_size
               : 0;
}

/* The last "NN.NN %" of a text that people wrote. */
static void percent_in(char *out, size_t size, const char *text)
{
    const char *sign = strstr(text, " %");
    const char *start = sign;
    while (start && start > text && strchr("0123456789.", start[-1]))
        start--;
    if (start && start < sign)
        snprintf(out, size, "%.*s", (int)(sign + 2 - start), start);
}

/* What the file says of itself, "validation=0.9962 test=0.9960", or the registry of it. */
static void find_accuracy(char *out, size_t size, const char *name)
{
    dp_network network;
    const dp_registry_entry *e = dp_registry_find(name);
    *out = '\0';
    if (e && !e->carried) {
        percent_in(out, size, e->summary);
        return;
    }
    if (dp_store_load(&network, name, NULL, NULL) != DP_OK)
        return;
    const char *text = dp_network_get_meta(&network, "digitpad.accuracy");
    const char *test = text ? strstr(text, "test=") : NULL;
    if (test)
        snprintf(out, size, "%.2f %%", 100 * strtod(test + 5, NULL));
    dp_network_clear(&network);
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int latency(dp_session *session, const uint8_t image[DP_PIXELS])
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < REPEATS; i++) {
        dp_prediction p;
        int64_t start = now_ns();
        dp_session_predict(session, image, 1, &p);
        int64_t took = now_ns() - start;
        best = took < best ? took : best;
    }
    return (int)((best + 999) / 1000);
}

/* ---- the list -------------------------------------------------------------------------- */

static dp_menu_row *add(dp_menu *menu, const char *name, dp_menu_state state)
{
    dp_menu_row *row = &menu->row[menu->n++];
    *row = (dp_menu_row){ .name = name, .state = state, .bytes = bytes_of(name) };
    return row;
}

static void add_present(dp_menu *menu, dp_model_list *models, int i,
                        const uint8_t image[DP_PIXELS])
{
    dp_session *session = dp_model_list_at(models, i, NULL);
    dp_menu_row *row =
        add(menu, models->name[i], session ? DP_MENU_READY : DP_MENU_BROKEN);
    if (session) {
        row->latency_us = latency(session, image);
        find_accuracy(row->accuracy, sizeof row->accuracy, row->name);
    }
}

static void add_absent(dp_menu *menu)
{
    const dp_registry_entry *e;
    for (int i = 0; (e = dp_registry_at(i)) && menu->n < DP_MENU_MAX; i++) {
        if (dp_store_must_fetch(e->name)) {
            dp_menu_row *row = add(menu, e->name, DP_MENU_ABSENT);
            percent_in(row->accuracy, sizeof row->accuracy, e->summary);
        }
    }
}

void dp_menu_open(dp_menu *menu, dp_model_list *models, const uint8_t image[DP_PIXELS])
{
    menu->n = 0;
    for (int i = 0; i < models->n; i++)
        add_present(menu, models, i, image);
    add_absent(menu);
    menu->at = models->current;
}

/* What has arrived stands higher up now. */
void dp_menu_refresh(dp_menu *menu, dp_model_list *models, const uint8_t image[DP_PIXELS])
{
    const char *chosen = menu->row[menu->at].name;
    dp_menu_open(menu, models, image);
    for (int i = 0; i < menu->n; i++)
        if (strcmp(menu->row[i].name, chosen) == 0)
            menu->at = i;
}

void dp_menu_move(dp_menu *menu, int by)
{
    menu->at = (menu->at + by + menu->n) % menu->n;
}
