/* The user's labelled drawings, in a file that only the user can read. Each line is
 * {"label":7,"time":"2026-01-31T12:00:00Z","strokes":…} (data/strokes_json.h). */
#ifndef DP_WEIGHTS_DATA_SAMPLES_H
#define DP_WEIGHTS_DATA_SAMPLES_H

#include "engine/ink/strokes.h"

#include <limits.h>
#include <stddef.h>
#include <time.h>

enum {
    DP_SAMPLES_MAX = 10000,
    DP_SAMPLES_ENOUGH = 10, /* the least number to train on */
};

typedef struct dp_sample {
    int label;     /* 0 … 9; −1 if the line is damaged */
    char time[24]; /* as in the file; "" if the line has none */
    dp_strokes strokes;
    size_t offset, size; /* of the line in the file, with its newline */
} dp_sample;

typedef struct dp_samples {
    dp_sample *sample;
    int n;      /* lines */
    int n_good; /* lines that are not damaged */
    char *text; /* the whole file */
} dp_samples;

/* The path $XDG_DATA_HOME/digitpad/samples.ndjson. DP_IO if there is no home
 * directory. */
DP_MUST_CHECK dp_code dp_samples_path(char out[PATH_MAX], dp_err *err);

/* Append a drawing in a single write. A new file gets mode 0600, a new folder 0700. *line
 * is the written line, for dp_samples_withdraw; the caller frees it with free(). On
 * failure (DP_IO, DP_NOMEM) the file does not change. */
DP_MUST_CHECK dp_code dp_samples_append(char **line, const char *path,
                                        const dp_strokes *strokes, int label, time_t when,
                                        dp_err *err);

/* Delete the last line, which must be `line`: DP_INPUT if it is another one. DP_IO. */
DP_MUST_CHECK dp_code dp_samples_withdraw(const char *path, const char *line,
                                          dp_err *err);

/* Delete line n (1-based) by replacing the file atomically. DP_INPUT if there is no line
 * n; DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_samples_remove(const char *path, int n, dp_err *err);

/* Read all lines; a missing file has none. DP_IO, also if there are more than
 * DP_SAMPLES_MAX lines; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_samples_read(dp_samples *out, const char *path, dp_err *err);
void dp_samples_clear(dp_samples *s);

#endif
