#include "config.h"

#include "weights/images/stroke_set.h"

#include "engine/ink/normalize.h"
#include "weights/images/image.h"

#include <stdlib.h>
#include <string.h>

enum { ROUND = 6 }; /* writers; the first four are for training */

/* The writers of one file, as JSON texts, in the order in which they appeared. */
typedef struct writers {
    char *name[DP_STROKE_SET_MAX_WRITERS];
    int n;
} writers;

/* The index of a writer, who is added if unknown. */
static dp_code find_writer(int *out, writers *w, const char *name, dp_err *err)
{
    int i = 0;
    while (i < w->n && strcmp(w->name[i], name) != 0)
        i++;
    if (i == DP_STROKE_SET_MAX_WRITERS)
        return dp_fail(err, DP_INPUT, "more than %d writers", DP_STROKE_SET_MAX_WRITERS);
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

static dp_code no_memory(dp_err *err)
{
    return dp_fail(err, DP_NOMEM, "no memory for more drawings");
}

static dp_code keep_drawing(dp_drawn *to, const dp_strokes *strokes, uint8_t label,
                            dp_err *err)
{
    void *array = to->strokes;
    bool room =
        dp_labelled_grow(&array, sizeof *to->strokes, &to->label, to->n, &to->capacity);
    to->strokes = array;
    if (!room)
        return no_memory(err);
    to->strokes[to->n] = (dp_strokes){ 0 };
    dp_code code = dp_strokes_copy(&to->strokes[to->n], strokes, err);
    if (!code)
        to->label[to->n++] = label;
    return code;
}

static dp_code check_record(const dp_record *record, dp_err *err)
{
    if (record->kind != DP_RECORD_STROKES)
        return dp_fail(err, DP_INPUT, "\"strokes\" are missing");
    const char *label = record->label ? record->label : "";
    if (label[0] < '0' || label[0] > '9' || label[1] != '\0')
        return dp_fail(err, DP_INPUT, "\"label\" is not a digit from 0 to 9");
    if (!record->writer)
        return dp_fail(err, DP_INPUT, "\"writer\" is missing");
    return DP_OK;
}

static dp_code add_drawing(dp_stroke_set *set, writers *w, const dp_record *record,
                           dp_err *err)
{
    uint8_t image[DP_PIXELS];
    int writer = 0;
    dp_code code = check_record(record, err);
    if (code)
        return code;
    if (set->drawings == DP_STROKE_SET_MAX_DRAWINGS)
        return dp_fail(err, DP_INPUT, "more than %d drawings",
                       DP_STROKE_SET_MAX_DRAWINGS);
    if ((code = find_writer(&writer, w, record->writer, err)))
        return code;
    if (dp_normalize_strokes(image, record->strokes) != DP_INK_ENOUGH)
        return dp_fail(err, DP_INPUT, "too little ink to be a digit");
    set->drawings++;
    const uint8_t label = (uint8_t)(record->label[0] - '0');
    const int place = writer % ROUND;
    if (place < ROUND - 2)
        return keep_drawing(&set->train, record->strokes, label, err);
    return dp_labelled_add(place == ROUND - 2 ? &set->validation : &set->test, image,
                           label, err);
}

static dp_code add_all(dp_stroke_set *set, writers *w, dp_reader *reader, dp_err *err)
{
    dp_record record;
    dp_code code;
    int number = 0;
    while (!(code = dp_reader_next(&record, reader, err)) &&
           record.kind != DP_RECORD_END) {
        number++;
        code = add_drawing(set, w, &record, err);
        if (code)
            return dp_fail_in(err, code, "record %d", number);
    }
    if (!code && w->n < ROUND)
        return dp_fail(err, DP_INPUT,
                       "%d writers; at least %d are needed, four of them to train on",
                       w->n, ROUND);
    return code;
}

dp_code dp_stroke_set_add(dp_stroke_set *set, const char *path, dp_err *err)
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
        code = add_all(set, w, reader, err);
    dp_reader_free(reader);
    dp_source_close(source);
    if (w)
        clear_writers(w);
    free(w);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}

void dp_stroke_set_clear(dp_stroke_set *set)
{
    for (int i = 0; i < set->train.n; i++)
        dp_strokes_clear(&set->train.strokes[i]);
    free(set->train.strokes);
    free(set->train.label);
    dp_labelled_clear(&set->validation);
    dp_labelled_clear(&set->test);
    *set = (dp_stroke_set){ 0 };
}
