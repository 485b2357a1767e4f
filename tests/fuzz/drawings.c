/* Drawings as text, and the tables that go with images and drawings. */
#include "config.h"

#include "engine/core/arith.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "weights/data/samples.h"
#include "weights/data/strokes_json.h"
#include "weights/data/train_log.h"
#include "weights/data/writers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check_strokes(const dp_strokes *s)
{
    dp_expect(s->n_strokes >= 0 && s->n_strokes <= DP_MAX_STROKES, "strokes are bounded");
    for (int i = 0; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        dp_expect(stroke->count >= 1 && stroke->first >= 0 &&
                      stroke->first <= DP_MAX_POINTS - stroke->count,
                  "points are bounded");
        dp_expect(isfinite(stroke->width) && stroke->width >= 0, "widths are finite");
        for (int k = stroke->first; k < stroke->first + stroke->count; k++)
            dp_expect(isfinite(s->point[k].x) && isfinite(s->point[k].y),
                      "coordinates are finite");
    }
}

static bool same_stroke(const dp_strokes *a, const dp_strokes *b, int i)
{
    const dp_stroke *s = &a->stroke[i], *t = &b->stroke[i];
    if (s->tool != t->tool || s->width != t->width || s->count != t->count)
        return false;
    for (int k = 0; k < s->count; k++) {
        const dp_point p = a->point[s->first + k], q = b->point[t->first + k];
        if (p.x != q.x || p.y != q.y ||
            a->time_ms[s->first + k] != b->time_ms[t->first + k])
            return false;
    }
    return true;
}

/* What is written is read again as the same drawing. */
static void check_round_trip(const dp_strokes *s)
{
    dp_strokes again = { 0 };
    char *text = dp_strokes_json_write(s);
    dp_expect(text && dp_expect_printable(text), "a drawing is written as one line");
    dp_expect(dp_strokes_json_read(&again, text, strlen(text), NULL) == DP_OK &&
                  again.n_strokes == s->n_strokes,
              "a drawing that was written is read");
    for (int i = 0; i < s->n_strokes; i++)
        dp_expect(same_stroke(s, &again, i), "it has the same strokes");
    free(text);
    dp_strokes_clear(&again);
}

static bool run_strokes(const uint8_t *data, size_t size)
{
    dp_strokes s = { 0 };
    dp_err err;
    if (dp_strokes_json_read(&s, (const char *)data, size, &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    check_strokes(&s);
    check_round_trip(&s);
    dp_strokes_clear(&s);
    return true;
}

/* A file is good if none of its lines is damaged. */
static bool run_samples(const uint8_t *data, size_t size)
{
    dp_samples s;
    dp_err err;
    if (dp_samples_read(&s, dp_expect_file("samples", data, size), &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    size_t at = 0;
    int n_good = 0;
    for (int i = 0; i < s.n; i++) {
        const dp_sample *sample = &s.sample[i];
        dp_expect(sample->offset == at && sample->size > 0, "lines follow each other");
        dp_expect(sample->label >= -1 && sample->label <= 9, "labels are digits");
        at += sample->size;
        n_good += sample->label >= 0;
        if (sample->label >= 0)
            check_strokes(&sample->strokes);
    }
    dp_expect(at == size && n_good == s.n_good, "the lines are the whole file");
    const bool good = s.n_good == s.n;
    dp_samples_clear(&s);
    return good;
}

/* A table for 24 images. */
static bool run_writers(const uint8_t *data, size_t size)
{
    bool held_out[24];
    int n = 0;
    dp_err err;
    const char *path = dp_expect_file("writers", data, size);
    if (dp_writers_hold_out(held_out, DP_COUNT(held_out), path, &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    for (size_t i = 0; i < DP_COUNT(held_out); i++)
        n += held_out[i];
    dp_expect(n > 0 && n <= 13, "eleven writers or more train, and one is held out");
    return true;
}

static bool run_train_log(const uint8_t *data, size_t size)
{
    dp_train_log log = { 0 };
    dp_err err;
    const dp_code code = dp_train_log_read(&log, dp_expect_file("log", data, size), &err);
    if (code != DP_OK)
        dp_expect_message(&err);
    dp_expect(log.n >= 0 && log.n <= DP_TRAIN_LOG_MAX, "epochs are bounded");
    for (int i = 0; i < log.n; i++)
        dp_expect(!isinf(log.epoch[i].train), "accuracies are numbers");
    dp_train_log_clear(&log);
    return code == DP_OK;
}

const dp_target dp_targets_drawings[] = {
    { "strokes", run_strokes, NULL, 256 },
    { "samples", run_samples, NULL, 256 },
    { "writers", run_writers, NULL, 256 },
    { "train-log", run_train_log, NULL, 128 },
    { 0 },
};
