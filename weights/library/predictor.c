#include "config.h"

#include "weights/library/predictor.h"

#include "engine/segment/choose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- creation ---------------------------------------------------------------------- */

static bool allocate(dp_predictor *p)
{
    const size_t n = (size_t)p->options.capacity;
    if (p->options.numbers)
        return (p->numbers = calloc(n, sizeof *p->numbers)) != NULL;
    p->pixels = calloc(n, sizeof *p->pixels);
    p->predictions = calloc(n, sizeof *p->predictions);
    return p->pixels && p->predictions;
}

dp_code dp_predictor_init(dp_predictor *p, const dp_model *model,
                          const dp_predictor_options *options, dp_err *err)
{
    dp_predictor made = { .options = *options };
    dp_code code =
        dp_session_create(&made.session, model, options->capacity, options->threads, err);
    if (code == DP_OK)
        code = dp_page_create(&made.page, err);
    if (code == DP_OK && !allocate(&made))
        code = dp_fail(err, DP_NOMEM, "no memory for a batch of images");
    if (code == DP_OK)
        *p = made;
    else
        dp_predictor_clear(&made);
    return code;
}

void dp_predictor_clear(dp_predictor *p)
{
    dp_page_free(p->page);
    dp_session_free(p->session);
    free(p->pixels);
    free(p->predictions);
    free(p->numbers);
}

/* ---- predicting -------------------------------------------------------------------- */

/* Normalise the record to the next image. */
static dp_code normalize(dp_predictor *p, dp_ink *ink, const dp_record *record,
                         dp_err *err)
{
    uint8_t *image = p->pixels[p->n];
    if (record->kind == DP_RECORD_STROKES) {
        *ink = dp_normalize_strokes(image, record->strokes);
        return DP_OK;
    }
    int chosen;
    dp_code code = dp_choose_reading(&chosen, p->page, p->session, &record->gray,
                                     p->options.normalize, err);
    if (code)
        return code;
    const dp_reading *reading = dp_page_reading(p->page, chosen);
    memcpy(image, reading->image, DP_PIXELS);
    *ink = reading->ink;
    return DP_OK;
}

dp_code dp_predictor_split(dp_segmentation *number, dp_ink *ink, dp_predictor *p,
                           const dp_record *record, dp_err *err)
{
    if (record->kind == DP_RECORD_STROKES) {
        *ink = dp_segment_strokes(number, p->session, record->strokes);
        return DP_OK;
    }
    dp_code code = dp_segment_image(number, p->page, p->session, &record->gray,
                                    p->options.normalize, err);
    *ink = code == DP_OK && number->n > 0 ? DP_INK_ENOUGH : DP_INK_BLANK;
    return code;
}

dp_code dp_predictor_add(dp_result *out, dp_predictor *p, const dp_record *record,
                         dp_err *err)
{
    dp_ink ink;
    dp_segmentation *number = p->numbers ? &p->numbers[p->n] : NULL;
    dp_code code = number ? dp_predictor_split(number, &ink, p, record, err)
                          : normalize(p, &ink, record, err);
    if (code)
        return code;
    *out = (dp_result){ 0 };
    if (ink != DP_INK_ENOUGH)
        return DP_OK;
    out->number = number;
    if (!number)
        out->prediction = &p->predictions[p->n];
    else if (number->n == 1)
        out->prediction = &number->digit[0].prediction;
    p->n++;
    return DP_OK;
}

void dp_predictor_run(dp_predictor *p)
{
    if (p->n > 0 && !p->numbers)
        dp_session_predict(p->session, p->pixels[0], p->n, p->predictions);
}

void dp_predictor_empty(dp_predictor *p)
{
    p->n = 0;
}

/* ---- judging ----------------------------------------------------------------------- */

bool dp_prediction_rejected(const dp_prediction *p, float confidence)
{
    return p->rejected || p->prob[p->rank[0]] < confidence; /* NAN: not below */
}

bool dp_result_rejected(const dp_result *r, float confidence)
{
    if (r->number)
        return dp_segmentation_is_rejected(r->number) ||
               dp_segmentation_confidence(r->number) < confidence;
    return r->prediction && dp_prediction_rejected(r->prediction, confidence);
}

float dp_result_confidence(const dp_result *r)
{
    const dp_prediction *p = r->prediction;
    if (r->number)
        return dp_segmentation_confidence(r->number);
    return p ? p->prob[p->rank[0]] : NAN;
}
