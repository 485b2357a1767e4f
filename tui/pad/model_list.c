#include "config.h"

#include "tui/pad/model_list.h"

#include "weights/store/registry.h"
#include "weights/store/store.h"

#include <string.h>

static dp_code open_session(dp_session **out, const dp_model_list *m, const char *name,
                            dp_err *err)
{
    dp_model *model;
    dp_code code = dp_store_open(&model, name, NULL, err);
    if (code != DP_OK)
        return code;
    code = dp_model_check_digits(model, err);
    if (code == DP_OK)
        code = dp_session_create(out, model, 1, m->threads, err);
    dp_model_unref(model);
    return code;
}

/* The index of a model; −1 if the list does not have it. */
static int find(const dp_model_list *m, const char *name)
{
    for (int i = 0; i < m->n; i++)
        if (strcmp(m->name[i], name) == 0)
            return i;
    return -1;
}

void dp_model_list_add(dp_model_list *m, const char *name)
{
    if (find(m, name) < 0 && m->n < DP_MODEL_LIST_MAX)
        m->name[m->n++] = name;
}

dp_code dp_model_list_open(dp_model_list *m, const char *first, int threads, dp_err *err)
{
    dp_model_list list = { .n = 1,
                           .name = { first },
                           .threads = threads > 0 ? threads : 1 };
    char path[PATH_MAX];
    const dp_registry_entry *e;
    for (const dp_carried *c = dp_carried_models; c->name; c++)
        dp_model_list_add(&list, c->name);
    for (const dp_carried *c = dp_carried_models; c->name; c++)
        if (dp_store_find_personal(path, c->personal))
            dp_model_list_add(&list, c->personal);
    for (int i = 0; (e = dp_registry_at(i)); i++)
        if (dp_store_has(e)) /* the carried ones are in the list already */
            dp_model_list_add(&list, e->name);
    dp_code code = open_session(&list.session[0], &list, first, err);
    if (code == DP_OK)
        *m = list;
    return code;
}

void dp_model_list_close(dp_model_list *m)
{
    for (int i = 0; i < m->n; i++)
        dp_session_free(m->session[i]);
    *m = (dp_model_list){ 0 };
}

dp_session *dp_model_list_at(dp_model_list *m, int i, dp_err *err)
{
    if (m->session[i] || open_session(&m->session[i], m, m->name[i], err) == DP_OK)
        return m->session[i];
    return NULL;
}

dp_session *dp_model_list_named(dp_model_list *m, const char *name, dp_err *err)
{
    int i = find(m, name);
    if (i >= 0)
        return dp_model_list_at(m, i, err);
    dp_fail(err, DP_USAGE, "%s: not in the list of models", name);
    return NULL;
}

dp_code dp_model_list_select(dp_model_list *m, const char *name, dp_err *err)
{
    if (!dp_model_list_named(m, name, err))
        return err->code;
    m->current = find(m, name);
    return DP_OK;
}

/* Remove model i, which has no session. */
static void remove_unopened(dp_model_list *m, int i)
{
    m->n--;
    m->current -= m->current > i;
    for (; i < m->n; i++) {
        m->name[i] = m->name[i + 1];
        m->session[i] = m->session[i + 1];
    }
    m->session[m->n] = NULL;
}

dp_code dp_model_list_next(dp_model_list *m, dp_err *err)
{
    int next = (m->current + 1) % m->n;
    if (!dp_model_list_at(m, next, err)) {
        remove_unopened(m, next); /* else the models behind it could not be reached */
        return err->code;
    }
    m->current = next;
    return DP_OK;
}

dp_code dp_model_list_reload(dp_model_list *m, const char *name, dp_err *err)
{
    dp_session *session;
    dp_code code = open_session(&session, m, name, err);
    if (code != DP_OK)
        return code;
    dp_model_list_add(m, name);
    int i = find(m, name);
    if (i < 0) {
        dp_session_free(session);
        return dp_fail(err, DP_MODEL, "%s: too many models", name);
    }
    dp_session_free(m->session[i]);
    m->session[i] = session;
    return DP_OK;
}

dp_session *dp_model_list_session(const dp_model_list *m)
{
    return m->session[m->current];
}

/* The index of the model to compare with; −1 if the list has none. */
static int find_other(const dp_model_list *m)
{
    for (const dp_carried *c = dp_carried_models; c->name; c++) {
        int i = find(m, c->name);
        if (i >= 0 && i != m->current)
            return i;
    }
    return -1;
}

dp_session *dp_model_list_other(const dp_model_list *m)
{
    int i = find_other(m);
    return i < 0 ? NULL : m->session[i];
}

bool dp_model_list_open_other(dp_model_list *m)
{
    int i = find_other(m);
    if (i < 0 || m->session[i] || m->other_tried == i + 1)
        return false;
    m->other_tried = i + 1;
    return dp_model_list_at(m, i, NULL) != NULL;
}

const char *dp_model_list_name(const dp_model_list *m)
{
    return dp_model_get_info(dp_session_model(dp_model_list_session(m)))->name;
}
