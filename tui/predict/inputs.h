/* The inputs of `predict`: the files that the command line names, those in the folders that it
 * names, and those in a list. */
#ifndef DP_TUI_PREDICT_INPUTS_H
#define DP_TUI_PREDICT_INPUTS_H

#include "engine/core/err.h"

#include <stdbool.h>

typedef struct dp_inputs_options {
    char **file; /* [n_files] paths; - is standard input */
    int n_files;
    bool recursive;   /* read the files in folders (weights/io/walk.h) */
    const char *list; /* a file of further paths, or NULL; - is standard input */
    char separator;   /* of the list: a newline or NUL */
} dp_inputs_options;

typedef struct dp_inputs dp_inputs;

/* *options is copied, the paths are not. `on_wait` is called with `context` before waiting for
 * more of the list. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_inputs_create(dp_inputs **out, const dp_inputs_options *options,
                         void (*on_wait)(void *context), void *context, dp_err *err);
void dp_inputs_free(dp_inputs *in); /* NULL is allowed */

/* The path of the next input, in the order of the command line, then of the list; *path is NULL
 * at the end. It is valid until the next call. DP_IO or DP_INPUT if a path cannot be used:
 * the next call continues after it. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_inputs_next(const char **path, dp_inputs *in, dp_err *err);

/* The path that the last failure is about; the message does not contain it. */
const char *dp_inputs_failed(const dp_inputs *in);

/* Whether more than one input is possible, so that answers need their source. */
bool dp_inputs_many(const dp_inputs_options *options);

#endif
