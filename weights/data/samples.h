/* Drawings that the user labelled: lines of {"label":7,"time":"2026-01-31T12:00:00Z",
 * "strokes":…} (data/strokes_json.h) in a file of the user's own, which nobody else may read. */
#ifndef DP_WEIGHTS_DATA_SAMPLES_H
#define DP_WEIGHTS_DATA_SAMPLES_H

#include "engine/ink/strokes.h"

#include <limits.h>
#include <stddef.h>
#include <time.h>

enum {
    DP_SAMPLES_MAX = 10000,
    DP_SAMPLES_ENOUGH = 10, /* to train on */
};

typedef struct dp_sample {
    int label;     /* 0 … 9; −1 where the line is damaged */
    char time[24]; /* as in the file; "" where it has none */
    dp_strokes strokes;
    size_t offset, size; /* of its line in the file, newline included */
} dp_sample;

typedef struct dp_samples {
    dp_sample *sample;
    int n, n_good; /* lines, and those that are not damaged */
    char *text;    /* the whole file */
} dp_samples;

/* $XDG_DATA_HOME/digitpad/samples.ndjson. DP_IO where there is no home directory. */
DP_MUST_CHECK dp_code dp_samples_path(char out[PATH_MAX], dp_err *err);

/* Append a drawing in one write; the file gets mode 0600 and its folder 0700 where they are
 * new. Where not all of it could be written the file is as before. *line is what was
 * written, to be freed with free(), for dp_samples_withdraw. DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_samples_append(char **line, const char *path,
                                        const dp_strokes *strokes, int label, time_t when,
                                        dp_err *err);

/* Take back the last line if it still is `line`; DP_INPUT where it is not. DP_IO. */
DP_MUST_CHECK dp_code dp_samples_withdraw(const char *path, const char *line,
                                          dp_err *err);

/* Take out line n, which counts from 1, and put the rest in its place at once. DP_INPUT
 * where there is none of that number; DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_samples_remove(const char *path, int n, dp_err *err);

/* Read all of it; a file that is not there has none. DP_IO, also where it has more than
 * DP_SAMPLES_MAX lines; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_samples_read(dp_samples *out, const char *path, dp_err *err);
void dp_samples_clear(dp_samples *s);

#endif
