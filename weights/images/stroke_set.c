#include "config.h"

#include "weights/images/stroke_set.h"

#include "engine/ink/normalize.h"
#include "weights/images/image.h"

#include <stdlib.h>
#include <string.h>

/* The drawings of one file, and who drew them: writers, or the alphabets of outliers. */
typedef struct gathering {
    bool outliers;
    dp_drawn drawn;
    int *owner; /* [drawn.n] entries of `owners` */
    int owner_capacity;
    dp_tally owners;
} gathering;

static void clear_drawn(dp_drawn *d)
{
    for (int i = 0; i < d->n; i++)
        dp_strokes_clear(&d->strokes[i]);
    free(d->strokes);
    free(d->label);
    *d = (dp_drawn){ 0 };
}

static void clear_gathering(gathering *g)
{
    clear_drawn(&g->drawn);
    free(g->owner);
    dp_tally_clear(&g->owners);
}

static dp_code no_memory(dp_err *err)
{
    return dp_fail(err, DP_NOMEM, "no memory for more drawings");
}

/* ---- reading ----------------------------------------------------------------------- */

/* Append a drawing, which gives up its memory. */
static dp_code add_drawing(dp_drawn *to, dp_strokes *strokes, uint8_t label, dp_err *err)
{
    void *array = to->strokes;
    bool room =
        dp_labelled_grow(&array, sizeof *to->strokes, &to->label, to->n, &to->capacity);
    to->strokes = array;
    if (!room)
        return no_memory(err);
    to->strokes[to->n] = *strokes;
    to->label[to->n++] = label;
    *strokes = (dp_strokes){ 0 };
    return DP_OK;
}

/* The writer of a digit, without the quotes of JSON, and its label. */
static dp_code read_digit(const char **owner, size_t *size, uint8_t *label,
                          const dp_record *record, dp_err *err)
{
    const char *text = record->label ? record->label : "";
    if (text[0] < '0' || text[0] > '9' || text[1] != '\0')
        return dp_fail(err, DP_INPUT, "\"label\" is not a digit from 0 to 9");
    if (!record->writer)
        return dp_fail(err, DP_INPUT, "\"writer\" is missing");
    const bool quoted = record->writer[0] == '"';
    *owner = record->writer + quoted;
    *size = strlen(record->writer) - 2 * (size_t)quoted;
    *label = (uint8_t)(text[0] - '0');
    return DP_OK;
}

static dp_code own_drawing(gathering *g, const char *owner, size_t size, dp_err *err)
{
    if (g->drawn.n == g->owner_capacity) {
        const int room = g->owner_capacity ? 2 * g->owner_capacity : 256;
        int *more = realloc(g->owner, (size_t)room * sizeof *more);
        if (!more)
            return no_memory(err);
        g->owner = more;
        g->owner_capacity = room;
    }
    return dp_tally_count(&g->owner[g->drawn.n], &g->owners, owner, size, err);
}

static dp_code add_record(gathering *g, const dp_record *record, dp_err *err)
{
    uint8_t image[DP_PIXELS], label = DP_NO_DIGIT;
    const char *owner = NULL;
    size_t size = 0;
    if (record->kind != DP_RECORD_STROKES)
        return dp_fail(err, DP_INPUT, "\"strokes\" are missing");
    dp_code code = g->outliers ? dp_labelled_group(&owner, &size, record, err)
                               : read_digit(&owner, &size, &label, record, err);
    if (code || (g->outliers && record->lookalike))
        return code;
    if (g->drawn.n == DP_STROKE_SET_MAX_DRAWINGS)
        return dp_fail(err, DP_INPUT, "more than %d drawings",
                       DP_STROKE_SET_MAX_DRAWINGS);
    if (dp_normalize_strokes(image, record->strokes) != DP_INK_ENOUGH)
        return dp_fail(err, DP_INPUT, "too little ink to be a digit");
    dp_strokes copy = { 0 };
    code = own_drawing(g, owner, size, err);
    if (!code)
        code = dp_strokes_copy(&copy, record->strokes, err);
    if (!code)
        code = add_drawing(&g->drawn, &copy, label, err);
    dp_strokes_clear(&copy);
    return code;
}

static dp_code add_records(gathering *g, dp_reader *reader, dp_err *err)
{
    dp_record record;
    dp_code code;
    int number = 0;
    while (!(code = dp_reader_next(&record, reader, err)) &&
           record.kind != DP_RECORD_END) {
        number++;
        code = add_record(g, &record, err);
        if (code)
            return dp_fail_in(err, code, "record %d", number);
    }
    return code;
}

static dp_code gather(gathering *g, const char *path, dp_err *err)
{
    dp_source *source;
    dp_reader *reader = NULL;
    dp_code code = dp_source_open(&source, path, err);
    if (code)
        return code;
    code = dp_reader_create(&reader, source, "ndjson", err);
    if (!code)
        code = add_records(g, reader, err);
    dp_reader_free(reader);
    dp_source_close(source);
    return code;
}

/* ---- dividing ---------------------------------------------------------------------- */

/* Move the drawings to their subsets. */
static dp_code distribute(dp_stroke_set *set, gathering *g, const dp_subset *subset,
                          dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < g->drawn.n && !code; i++) {
        dp_strokes *strokes = &g->drawn.strokes[i];
        const uint8_t label = g->drawn.label[i];
        const dp_subset to = subset[g->owner[i]];
        uint8_t image[DP_PIXELS];
        if (to == DP_SUBSET_TRAINING) {
            code = add_drawing(&set->train, strokes, label, err);
            continue;
        }
        (void)dp_normalize_strokes(image, strokes); /* it has enough ink: add_record */
        code = dp_labelled_add(to == DP_SUBSET_TEST ? &set->test : &set->validation,
                               image, label, err);
    }
    return code;
}

static dp_code divide(dp_stroke_set *set, gathering *g, dp_division *how, dp_err *err)
{
    if (g->drawn.n == 0)
        return dp_fail(err, DP_INPUT, "no drawings");
    dp_subset *subset = calloc((size_t)g->owners.n, sizeof *subset);
    dp_code code = DP_OK;
    if (!subset)
        return no_memory(err);
    if (g->outliers)
        dp_divide_alphabets(subset, &g->owners, how);
    else
        code = dp_divide_writers(subset, &g->owners, how, err);
    if (!code)
        code = distribute(set, g, subset, err);
    free(subset);
    return code;
}

static dp_code add_file(dp_stroke_set *set, gathering *g, const char *path,
                        dp_division *how, dp_err *err)
{
    dp_code code = gather(g, path, err);
    if (!code)
        code = divide(set, g, how, err);
    clear_gathering(g);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}

dp_code dp_stroke_set_add(dp_stroke_set *set, const char *path, dp_division *how,
                          dp_err *err)
{
    return add_file(set, &(gathering){ .outliers = false }, path, how, err);
}

dp_code dp_stroke_set_add_outliers(dp_stroke_set *set, const char *path, dp_division *how,
                                   dp_err *err)
{
    return add_file(set, &(gathering){ .outliers = true }, path, how, err);
}

void dp_stroke_set_clear(dp_stroke_set *set)
{
    clear_drawn(&set->train);
    dp_labelled_clear(&set->validation);
    dp_labelled_clear(&set->test);
}
