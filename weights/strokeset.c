#include "config.h"

#include "weights/strokeset.h"

#include "engine/train.h"
#include "weights/image.h"

#include <stdlib.h>
#include <string.h>

enum { ROUND = 6 }; /* writers, of whom the last two are not trained on */

/* The writers of one file, as JSON texts, in the order in which they appeared. */
typedef struct writers {
    char *name[DP_STROKESET_MAX_WRITERS];
    int n;
} writers;

static dp_code find_writer(int *out, writers *w, const char *name, dp_err *err)
{
    int i = 0;
    while (i < w->n && strcmp(w->name[i], name) != 0)
        i++;
    if (i == DP_STROKESET_MAX_WRITERS)
        return dp_fail(err, DP_INPUT, "more than %d writers", DP_STROKESET_MAX_WRITERS);
    if (i == w->n) {
        w->name[i] = strdup(name);
        if (!w->name[i])
            return dp_fail(err, DP_NOMEM, "no memory for a writer's name");
        w->n++;
    }
    *out = i;
    return DP_OK;
}

static void clear_writers(writers *w)
{
    for (int i = 0; i < w->n; i++)
        free(w->name[i]);
}

static dp_strokeset_use use_of(int writer)
{
    int place = writer % ROUND;
    return place < ROUND - 2    ? DP_STROKES_TRAIN
           : place == ROUND - 2 ? DP_STROKES_VALIDATION
                                : DP_STROKES_TEST;
}

/* Room for one image more. */
static bool grow(dp_labelled *part)
{
    if (part->n < part->capacity)
        return true;
    int capacity = part->capacity ? 2 * part->capacity : 256;
    uint8_t *pixels = realloc(part->pixels, (size_t)capacity * DP_PIXELS);
    if (!pixels)
        return false;
    part->pixels = pixels;
    uint8_t *label = realloc(part->label, (size_t)capacity);
    if (!label)
        return false;
    part->label = label;
    part->capacity = capacity;
    return true;
}

static dp_code add_drawing(dp_strokeset *set, writers *w, const dp_record *record,
                           uint64_t seed, dp_err *err)
{
    if (record->kind != DP_RECORD_STROKES)
        return dp_fail(err, DP_INPUT, "no drawing: \"strokes\" are needed");
    const char *label = record->label ? record->label : "";
    if (label[0] < '0' || label[0] > '9' || label[1] != '\0')
        return dp_fail(err, DP_INPUT, "a \"label\" from 0 to 9 is needed");
    if (!record->writer)
        return dp_fail(err, DP_INPUT, "a \"writer\" is needed");
    if (set->drawings == DP_STROKESET_MAX_DRAWINGS)
        return dp_fail(err, DP_INPUT, "more than %d drawings", DP_STROKESET_MAX_DRAWINGS);
    int writer = 0;
    dp_code code = find_writer(&writer, w, record->writer, err);
    if (code)
        return code;
    dp_strokeset_use use = use_of(writer);
    dp_labelled *part = &set->part[use];
    if (!grow(part))
        return dp_fail(err, DP_NOMEM, "no memory for more drawings");
    uint8_t *image = part->pixels + (size_t)part->n * DP_PIXELS;
    dp_ink ink = use == DP_STROKES_TRAIN
                     ? dp_preproc_strokes_radius(image, record->strokes,
                                                 dp_train_pen(seed, set->drawings))
                     : dp_preproc_strokes(image, record->strokes);
    if (ink != DP_INK_ENOUGH)
        return dp_fail(err, DP_INPUT, "too little ink to be a digit");
    part->label[part->n++] = (uint8_t)(label[0] - '0');
    set->drawings++;
    return DP_OK;
}

static dp_code add_all(dp_strokeset *set, writers *w, dp_reader *reader, uint64_t seed,
                       dp_err *err)
{
    dp_record record;
    dp_code code;
    int number = 0;
    while (!(code = dp_reader_next(&record, reader, err)) &&
           record.kind != DP_RECORD_END) {
        number++;
        code = add_drawing(set, w, &record, seed, err);
        if (code)
            return dp_fail_in(err, code, "record %d", number);
    }
    if (!code && w->n < ROUND)
        return dp_fail(err, DP_INPUT,
                       "%d writers; at least %d are needed, two of them not to train on",
                       w->n, ROUND);
    return code;
}

dp_code dp_strokeset_add(dp_strokeset *set, const char *path, uint64_t seed, dp_err *err)
{
    dp_source *source;
    dp_code code = dp_source_open(&source, path, err);
    if (code)
        return dp_fail_in(err, code, "%s", path);
    dp_reader *reader = NULL;
    writers *w = calloc(1, sizeof *w);
    if (!w)
        code = dp_fail(err, DP_NOMEM, "no memory for writers");
    if (!code)
        code = dp_reader_create(&reader, source, "ndjson", err);
    if (!code)
        code = add_all(set, w, reader, seed, err);
    dp_reader_free(reader);
    dp_source_close(source);
    if (w)
        clear_writers(w);
    free(w);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}

void dp_strokeset_clear(dp_strokeset *set)
{
    for (int i = 0; i < DP_STROKES_USES; i++) {
        free(set->part[i].pixels);
        free(set->part[i].label);
    }
    *set = (dp_strokeset){ 0 };
}
