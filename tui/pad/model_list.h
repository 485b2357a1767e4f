/* The networks that `m` goes through: the one asked for, the carried ones, and those with a
 * name that are in the Hub's cache. Each is opened when it is first wanted. */
#ifndef DP_TUI_PAD_MODEL_LIST_H
#define DP_TUI_PAD_MODEL_LIST_H

#include "engine/infer/session.h"

enum { DP_MODELS_MAX = 16 };

typedef struct dp_models {
    int n, current;
    const char *name[DP_MODELS_MAX]; /* to open it by; the first is the caller's string */
    dp_session *session[DP_MODELS_MAX];
    int threads; /* of each session */
} dp_models;

/* List them and open `first`, a carried name or a path, which must live as long as *m.
 * threads ≤ 0: one, which is enough for one image, and better on a busy machine, where
 * threads that wait for each other take a hundred times as long. As
 * dp_store_open, and DP_MODEL if the model does not read digits. */
DP_MUST_CHECK
dp_code dp_models_open(dp_models *m, const char *first, int threads, dp_err *err);
void dp_models_close(dp_models *m);

/* One more, unless it is there: a name that dp_store_open takes and that outlives *m. */
void dp_models_add(dp_models *m, const char *name);

/* Go on to the next one. On failure the current one stays, and the other is taken out. */
DP_MUST_CHECK
dp_code dp_models_next(dp_models *m, dp_err *err);

/* The session of the i-th one, opened if need be; NULL with *err where that fails. */
dp_session *dp_models_at(dp_models *m, int i, dp_err *err);

/* Go to the one of this name. On failure the current one stays. */
DP_MUST_CHECK
dp_code dp_models_select(dp_models *m, const char *name, dp_err *err);

/* The file of this name is new: it joins the list, or takes the place of the old one. As
 * dp_models_select. */
DP_MUST_CHECK
dp_code dp_models_renew(dp_models *m, const char *name, dp_err *err);

dp_session *dp_models_session(const dp_models *m);

/* The other carried network, to compare: the first one that is not the current one. NULL
 * where it cannot be opened. */
dp_session *dp_models_other(dp_models *m);

/* What the current model calls itself. */
const char *dp_models_name(const dp_models *m);

#endif
