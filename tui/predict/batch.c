#include "config.h"

#include "tui/predict/batch.h"

#include "engine/core/arith.h"
#include "weights/images/idx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMBER_TRIES = 16, /* rejected inputs of a batch's life that are tried as numbers */
    NUMBER_WIDTH = 14, /* the least width of a number, in pixels of its image */
};

struct dp_batch {
    dp_predictor predictor; /* of the inputs that are neither blank nor bad */
    dp_answer_options options;
    int n;
    int n_square;                /* of the images, those that were 28×28 */
    dp_answer answers[DP_BATCH]; /* [n], in the order of the inputs */
    char *sources[DP_BATCH];     /* [n_sources]: theirs, in the same order */
    int n_sources;
    int number_tries; /* left */
};

dp_code dp_batch_create(dp_batch **out, const dp_model *model,
                        const dp_answer_options *options, dp_err *err)
{
    dp_batch *b = calloc(1, sizeof *b);
    if (!b)
        return dp_fail(err, DP_NOMEM, "no memory for a batch of images");
    const dp_predictor_options how = { .normalize = options->normalize,
                                       .numbers = options->numbers,
                                       .capacity = DP_BATCH,
                                       .threads = 1 };
    dp_code code = dp_predictor_init(&b->predictor, model, &how, err);
    if (code) {
        free(b);
        return code;
    }
    b->options = *options;
    b->number_tries = options->numbers ? 0 : NUMBER_TRIES;
    *out = b;
    return DP_OK;
}

void dp_batch_empty(dp_batch *b)
{
    for (int i = 0; i < b->n; i++)
        dp_answer_clear(&b->answers[i]);
    for (int i = 0; i < b->n_sources; i++)
        free(b->sources[i]);
    b->n = b->n_square = b->n_sources = 0;
    dp_predictor_empty(&b->predictor);
}

void dp_batch_free(dp_batch *b)
{
    if (!b)
        return;
    dp_batch_empty(b);
    dp_predictor_clear(&b->predictor);
    free(b);
}

int dp_batch_count(const dp_batch *b)
{
    return b->n;
}

int dp_batch_blanks(const dp_batch *b)
{
    int blanks = 0;
    for (int i = 0; i < b->n; i++) {
        const dp_answer *a = &b->answers[i];
        blanks += !a->result.prediction && !a->result.number && !a->bad;
    }
    return blanks;
}

int dp_batch_rejected(const dp_batch *b)
{
    int rejected = 0;
    for (int i = 0; i < b->n; i++)
        rejected += dp_result_rejected(&b->answers[i].result, b->options.confidence);
    return rejected;
}

bool dp_batch_full(const dp_batch *b)
{
    return b->n == DP_BATCH;
}

/* ---- adding ------------------------------------------------------------------------ */

/* Keep a copy of the source, unless the input before it has the same. */
static dp_code keep_source(dp_batch *b, const char *source, dp_err *err)
{
    if (b->n_sources > 0 && strcmp(b->sources[b->n_sources - 1], source) == 0)
        return DP_OK;
    char *copy = strdup(source);
    if (!copy)
        return dp_fail(err, DP_NOMEM, "no memory to keep the name of a file");
    b->sources[b->n_sources++] = copy;
    return DP_OK;
}

/* The next answer of the batch, empty except for its source, which keep_source keeps. */
static dp_answer *new_answer(dp_batch *b)
{
    dp_answer *a = &b->answers[b->n++];
    a->source = b->sources[b->n_sources - 1];
    a->id = a->label = NULL;
    a->result = (dp_result){ 0 };
    a->bad = false;
    return a;
}

/* An image of 28×28 is one digit. */
static bool is_square(const dp_record *record)
{
    return record->kind == DP_RECORD_IMAGE && record->gray.width == DP_SIDE &&
           record->gray.height == DP_SIDE;
}

dp_code dp_batch_add(dp_batch *b, const char *source, const dp_record *record,
                     dp_err *err)
{
    dp_result result;
    dp_code code = dp_predictor_add(&result, &b->predictor, record, err);
    if (code == DP_OK)
        code = keep_source(b, source, err);
    if (code != DP_OK)
        return code;
    dp_answer *a = new_answer(b);
    a->result = result;
    b->n_square += result.prediction && is_square(record);
    a->id = record->id ? strdup(record->id) : NULL;
    a->label = record->label ? strdup(record->label) : NULL;
    if ((record->id && !a->id) || (record->label && !a->label))
        return dp_fail(err, DP_NOMEM, "no memory to keep an id");
    return DP_OK;
}

/* ---- numbers read as digits -------------------------------------------------------- */

static int width_of(const uint8_t image[DP_PIXELS])
{
    int x0 = DP_SIDE, x1 = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        if (image[i]) {
            x0 = dp_min_int(x0, i % DP_SIDE);
            x1 = dp_max_int(x1, i % DP_SIDE + 1);
        }
    return x1 - x0;
}

/* Whether the record may be a number that the network rejects as a digit. */
static bool may_be_number(dp_batch *b, const dp_record *record,
                          const uint8_t image[DP_PIXELS])
{
    if (record->kind == DP_RECORD_STROKES ? record->strokes->n_strokes == 1
                                          : is_square(record))
        return false;
    if (b->number_tries == 0 || width_of(image) < NUMBER_WIDTH)
        return false;
    dp_prediction prediction;
    dp_session_predict(b->predictor.session, image, 1, &prediction);
    return dp_prediction_rejected(&prediction, b->options.confidence);
}

bool dp_batch_last_is_number(dp_batch *b, const dp_record *record)
{
    dp_segmentation number;
    dp_ink ink;
    dp_predictor *p = &b->predictor;
    if (b->options.numbers || !b->answers[b->n - 1].result.prediction ||
        !may_be_number(b, record, p->pixels[p->n - 1]))
        return false;
    b->number_tries--;
    return dp_predictor_split(&number, &ink, p, record, NULL) == DP_OK && number.n > 1 &&
           !dp_segmentation_is_rejected(&number);
}

dp_code dp_batch_add_error(dp_batch *b, const char *source, const dp_err *why,
                           dp_err *err)
{
    dp_code code = keep_source(b, source, err);
    if (code != DP_OK)
        return code;
    dp_answer *a = new_answer(b);
    a->bad = true;
    memcpy(a->error, why->msg, sizeof a->error);
    return DP_OK;
}

/* ---- answering --------------------------------------------------------------------- */

void dp_batch_predict(dp_batch *b)
{
    dp_predictor_run(&b->predictor);
}

void dp_batch_format(dp_text *t, const dp_batch *b, int i, uint64_t index)
{
    dp_answer_add(t, &b->answers[i], index, &b->options);
}

/* The mean confidence of n predictions; a rejected one counts as 0. */
static float mean_confidence(const dp_prediction *p, int n)
{
    float sum = 0;
    for (int i = 0; i < n; i++)
        sum += p[i].rejected ? 0 : p[i].prob[p[i].rank[0]];
    return sum / (float)n;
}

bool dp_batch_is_transposed(dp_batch *b)
{
    enum { LEAST = 50 };
    const float sure = 0.8f, gain = 0.2f;
    dp_predictor *p = &b->predictor;
    const int n = p->n;
    if (b->options.numbers || n < LEAST || b->n_square < n)
        return false;
    const float given = mean_confidence(p->predictions, n);
    if (given > sure)
        return false;
    dp_idx_transpose(p->pixels[0], (size_t)n);
    dp_predictor_run(p);
    const float transposed = mean_confidence(p->predictions, n);
    return transposed > sure && transposed > given + gain;
}
