/* The models that the key `m` cycles through: the selected one, the built-in ones, those that
 * were fine-tuned, and those in the Hub's cache. A model is opened when it is first needed. */
#ifndef DP_TUI_PAD_MODEL_LIST_H
#define DP_TUI_PAD_MODEL_LIST_H

#include "engine/infer/session.h"

enum { DP_MODEL_LIST_MAX = 16 };

typedef struct dp_model_list {
    int n, current;
    const char *name[DP_MODEL_LIST_MAX];    /* for dp_store_open; not owned */
    dp_session *session[DP_MODEL_LIST_MAX]; /* NULL: not opened yet */
    int threads;                            /* of each session */
    int other_tried; /* 1 + the model that dp_model_list_open_other has tried; 0: none */
} dp_model_list;

/* List the models, and open `first`, a name or a path that must outlive *m. threads ≤ 0 means
 * one: enough for single images, and on a busy machine much faster than threads that wait for
 * each other. Errors of dp_store_open; DP_MODEL if the model does not read digits. */
DP_MUST_CHECK
dp_code dp_model_list_open(dp_model_list *m, const char *first, int threads, dp_err *err);
void dp_model_list_close(dp_model_list *m);

/* Add a name for dp_store_open, which must outlive *m. Does nothing if the list has this name
 * or is full. */
void dp_model_list_add(dp_model_list *m, const char *name);

/* The session of model i, which is opened if necessary; NULL with *err if that fails. */
dp_session *dp_model_list_at(dp_model_list *m, int i, dp_err *err);

/* The same for a model by name. */
dp_session *dp_model_list_named(dp_model_list *m, const char *name, dp_err *err);

/* Select the next model. If it cannot be opened, it is removed from the list, and the current
 * one stays selected. */
DP_MUST_CHECK
dp_code dp_model_list_next(dp_model_list *m, dp_err *err);

/* Select a model by name. On failure the current one stays selected. */
DP_MUST_CHECK
dp_code dp_model_list_select(dp_model_list *m, const char *name, dp_err *err);

/* Open a model whose file is new: add it to the list, or replace its session. On failure the
 * list is unchanged. */
DP_MUST_CHECK
dp_code dp_model_list_reload(dp_model_list *m, const char *name, dp_err *err);

/* The session of the current model. */
dp_session *dp_model_list_session(const dp_model_list *m);

/* The session to compare it with: the first built-in model that is not the current one. NULL
 * while it is not open. */
dp_session *dp_model_list_other(const dp_model_list *m);

/* Open that session, which takes too long for a moment in which the user waits. It is tried only
 * once for each current model. Returns whether it has been opened now. */
bool dp_model_list_open_other(dp_model_list *m);

/* The name of the current model, as dp_model_info has it. */
const char *dp_model_list_name(const dp_model_list *m);

#endif
