#include "config.h"

#include "tui/commands/models_list.h"

#include "tui/report/json.h"
#include "weights/io/paths.h"
#include "weights/store/hub_cache.h"

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>

/* A model of the list. */
typedef struct listed {
    const char *name, *state;
    long long size; /* bytes */
    const char *licence, *summary;
    const dp_registry_entry *entry; /* NULL: a network of the user */
    const char *path;               /* of its file; NULL: there is none */
} listed;

bool dp_models_find_cached(char path[PATH_MAX], const dp_registry_entry *entry)
{
    dp_hub_ref ref;
    dp_hub_entry cached;
    char cache[PATH_MAX];
    if (!entry->repo || dp_paths_hub_cache(cache, NULL) != DP_OK)
        return false;
    dp_registry_ref(&ref, entry);
    if (!dp_hub_cache_find(&cached, cache, &ref))
        return false;
    snprintf(path, PATH_MAX, "%s", cached.path);
    return true;
}

static void add_text(dp_json *j, const listed *m)
{
    (void)j;
    printf("%-10s %-12s %8lld  %-18s %s\n", m->name, m->state, m->size,
           m->licence ? m->licence : "-", m->summary);
}

static void add_json(dp_json *j, const listed *m)
{
    const dp_registry_entry *e = m->entry;
    dp_json_object(j, NULL);
    dp_json_string(j, "name", m->name);
    dp_json_string(j, "state", m->state);
    if (m->size > 0)
        dp_json_integer(j, "bytes", m->size);
    else
        dp_json_null(j, "bytes");
    dp_json_string(j, "licence", m->licence);
    dp_json_string(j, "summary", m->summary);
    dp_json_number(j, "accuracy", e ? (double)e->accuracy : (double)NAN);
    dp_json_string(j, "repo", e ? e->repo : NULL);
    dp_json_string(j, "revision", e && e->repo ? e->revision : NULL);
    dp_json_string(j, "file", e && e->repo ? e->file : NULL);
    dp_json_string(j, "sha256", e ? e->sha256 : NULL);
    dp_json_string(j, "path", m->path);
    dp_json_end_object(j);
}

typedef void add_model(dp_json *j, const listed *m);

static void add_named(dp_json *j, add_model *add)
{
    const dp_registry_entry *e;
    for (int i = 0; (e = dp_registry_at(i)); i++) {
        char path[PATH_MAX];
        const bool cached = dp_models_find_cached(path, e);
        const size_t size = e->carried ? dp_store_base(e->name)->size : e->size;
        add(j, &(listed){ .name = e->name,
                          .state = cached       ? "cached"
                                   : e->carried ? "carried"
                                                : "not fetched",
                          .size = (long long)size,
                          .licence = e->licence,
                          .summary = e->summary,
                          .entry = e,
                          .path = cached ? path : NULL });
    }
}

static void add_personal(dp_json *j, add_model *add)
{
    for (const dp_carried *c = dp_carried_models; c->name; c++) {
        char path[PATH_MAX];
        struct stat st;
        if (dp_store_find_personal(path, c->personal) && stat(path, &st) == 0)
            add(j, &(listed){ .name = c->personal,
                              .state = "fine-tuned",
                              .size = (long long)st.st_size,
                              .summary = "on the drawings of 'digitpad samples'",
                              .path = path });
    }
}

dp_code dp_models_print_list(dp_form form, dp_err *err)
{
    dp_json j = { 0 };
    add_model *add = form == DP_FORM_JSON ? add_json : add_text;
    dp_json_object(&j, NULL);
    dp_json_array(&j, "models");
    add_named(&j, add);
    add_personal(&j, add);
    dp_json_end_array(&j);
    dp_json_end_object(&j);
    if (form == DP_FORM_JSON)
        return dp_json_print(&j, err);
    dp_text_clear(&j.text);
    return DP_OK;
}
