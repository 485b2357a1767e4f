/* The networks that `m` goes through: the one asked for, the carried ones, and those with a
 * name that are in the Hub's cache. Each is opened when it is first wanted. */
#ifndef DP_TUI_PAD_MODEL_LIST_H
#define DP_TUI_PAD_MODEL_LIST_H

#include "engine/infer/session.h"

enum { DP_MODEL_LIST_MAX = 16 };

typedef struct dp_model_list {
    int n, current;
    const char
        *name[DP_MODEL_LIST_MAX]; /* to open it by; the first is the caller's string */
    dp_session *session[DP_MODEL_LIST_MAX];
    int threads; /* of each session */
} dp_model_list;

/* List them and open `first`, a carried name or a path, which must live as long as *m.
 * threads ≤ 0: one, which is enough for one image, and better on a busy machine, where
 * threads that wait for each other take a hundred times as long. As
 * dp_store_open, and DP_MODEL if the model does not read digits. */
DP_MUST_CHECK
dp_code dp_model_list_open(dp_model_list *m, const char *first, int threads, dp_err *err);
void dp_model_list_close(dp_model_list *m);

/* One more, unless it is there: a name that dp_store_open takes and that outlives *m. */
void dp_model_list_add(dp_model_list *m, const char *name);

/* Go on to the next one. On failure the current one stays, and the other is taken out. */
DP_MUST_CHECK
dp_code dp_model_list_next(dp_model_list *m, dp_err *err);

/* The session of the i-th one, opened if need be; NULL with *err where that fails. */
dp_session *dp_model_list_at(dp_model_list *m, int i, dp_err *err);

/* Go to the one of this name. On failure the current one stays. */
DP_MUST_CHECK
dp_code dp_model_list_select(dp_model_list *m, const char *name, dp_err *err);

/* The file of this name is new: it joins the list, or takes the place of the old one. As
 * dp_model_list_select. */
DP_MUST_CHECK
dp_code dp_model_list_renew(dp_model_list *m, const char *name, dp_err *err);

dp_session *dp_model_list_session(const dp_model_list *m);

/* The other carried network, to compare: the first one that is not the current one. NULL
 * where it cannot be opened. */
dp_session *dp_model_list_other(dp_model_list *m);

/* What the current model calls itself. */
const char *dp_model_list_name(const dp_model_list *m);

#endif
