/* The predictors and predictions of digitpad.h. */
#include "config.h"

#include "weights/library/predict.h"

#include "engine/core/arith.h"
#include "weights/library/model.h"
#include "weights/library/predictor.h"
#include "weights/library/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BATCH = 256, /* images that are predicted together */
    MAX_THREADS = 1024,
};

struct digitpad_predictor {
    dp_predictor core;
    float confidence;   /* reject what is below it */
    dp_strokes strokes; /* of the drawing that is being read */
    dp_result last;     /* for digitpad_predictor_digits */
};

/* ---- creation ---------------------------------------------------------------------- */

_Static_assert((int)DIGITPAD_AUTO == (int)DP_NORMALIZE_AUTO &&
                   (int)DIGITPAD_ALWAYS == (int)DP_NORMALIZE_ALWAYS &&
                   (int)DIGITPAD_NEVER == (int)DP_NORMALIZE_NEVER,
               "the values of preprocess are those of dp_normalize_mode");
_Static_assert((int)DIGITPAD_AUTO == (int)DP_INVERT_AUTO &&
                   (int)DIGITPAD_DARK == (int)DP_INVERT_YES &&
                   (int)DIGITPAD_LIGHT == (int)DP_INVERT_NO,
               "the values of invert are those of dp_invert");

static dp_code read_options(digitpad_options *out, const digitpad_options *given,
                            dp_err *err)
{
    dp_code code = dp_report_options(out, sizeof *out, given, err);
    if (code)
        return code;
    if (out->threads < -1 || out->threads > MAX_THREADS)
        return dp_fail(err, DP_USAGE, "threads: %d is not from -1 to %d", out->threads,
                       MAX_THREADS);
    if (!(out->min_confidence >= 0 && out->min_confidence <= 1))
        return dp_fail(err, DP_USAGE, "min_confidence: %g is not from 0 to 1",
                       (double)out->min_confidence);
    if (out->preprocess < DIGITPAD_AUTO || out->preprocess > DIGITPAD_NEVER)
        return dp_fail(err, DP_USAGE, "preprocess: %d is unknown", out->preprocess);
    if (out->invert < DIGITPAD_AUTO || out->invert > DIGITPAD_LIGHT)
        return dp_fail(err, DP_USAGE, "invert: %d is unknown", out->invert);
    return DP_OK;
}

static dp_code init(digitpad_predictor *p, const digitpad_model *model,
                    const digitpad_options *o, dp_err *err)
{
    const dp_predictor_options options = {
        .normalize = { .mode = (dp_normalize_mode)o->preprocess,
                       .invert = (dp_invert)o->invert },
        .numbers = o->numbers != 0,
        .capacity = BATCH,
        .threads = o->threads == 0 ? 1 : o->threads, /* −1 is OpenMP's default */
    };
    if (dp_model_get_info(dp_library_model(model))->scores == DP_SCORES_RANKS &&
        (o->numbers || o->min_confidence > 0))
        return dp_fail(err, DP_USAGE, "%s: the model gives digits without probabilities",
                       o->numbers ? "numbers" : "min_confidence");
    p->confidence = o->min_confidence;
    return dp_predictor_init(&p->core, dp_library_model(model), &options, err);
}

int digitpad_predictor_create(digitpad_predictor **out, const digitpad_model *model,
                              const digitpad_options *options, digitpad_error *error)
{
    dp_err err;
    digitpad_options read;
    dp_code code = read_options(&read, options, &err);
    digitpad_predictor *p = code ? NULL : calloc(1, sizeof *p);
    if (p)
        code = init(p, model, &read, &err);
    else if (!code)
        code = dp_fail(&err, DP_NOMEM, "no memory for a predictor");
    if (code)
        free(p);
    else
        *out = p;
    return dp_report(error, code, &err);
}

void digitpad_predictor_free(digitpad_predictor *p)
{
    if (!p)
        return;
    dp_predictor_clear(&p->core);
    dp_strokes_clear(&p->strokes);
    free(p);
}

/* ---- answers ----------------------------------------------------------------------- */

/* Set the fields of a single digit. */
static void set_digit(digitpad_prediction *out, const dp_prediction *p)
{
    out->digit = p->rank[0];
    out->digits = 1;
    out->confidence = p->prob[p->rank[0]];
    memcpy(out->probability, p->prob, sizeof out->probability);
}

static void set_box(digitpad_prediction *out, const dp_bounds *box)
{
    const float corners[4] = { box->x0, box->y0, box->x1, box->y1 };
    memcpy(out->box, corners, sizeof corners);
}

static void set_answer(digitpad_prediction *out, const digitpad_predictor *p,
                       const dp_result *result)
{
    *out = (digitpad_prediction){ .digit = -1 };
    out->rejected = dp_result_rejected(result, p->confidence);
    if (result->prediction)
        set_digit(out, result->prediction);
    if (!result->number)
        return;
    out->digits = result->number->n;
    out->confidence = dp_result_confidence(result);
    if (out->digits == 1)
        set_box(out, &result->number->digit[0].box);
}

int digitpad_predictor_digits(digitpad_prediction *digits, const digitpad_predictor *p)
{
    const dp_segmentation *number = p->last.number;
    for (int i = 0; number && i < number->n; i++) {
        const dp_segment *part = &number->digit[i];
        digits[i] = (digitpad_prediction){
            .rejected = dp_prediction_rejected(&part->prediction, p->confidence),
        };
        set_digit(&digits[i], &part->prediction);
        set_box(&digits[i], &part->box);
    }
    return number ? number->n : 0;
}

_Static_assert((int)DIGITPAD_DIGITS_MAX == (int)DP_SEGMENTS_MAX, "all digits fit");

dp_code dp_library_predict(digitpad_prediction *out, digitpad_predictor *p,
                           const dp_record *record, dp_err *err)
{
    p->last = (dp_result){ 0 };
    dp_predictor_empty(&p->core);
    dp_code code = dp_predictor_add(&p->last, &p->core, record, err);
    if (code)
        return code;
    dp_predictor_run(&p->core);
    set_answer(out, p, &p->last);
    return DP_OK;
}

/* ---- images ------------------------------------------------------------------------ */

/* Images of 28×28, as bytes or as floats. */
typedef struct images {
    const uint8_t *pixels; /* NULL: */
    const float *values;
} images;

/* Image i as bytes, in `room` if they have to be made. NULL if a value is out of range. */
static const uint8_t *bytes_of(uint8_t room[DP_PIXELS], const images *in, size_t i,
                               dp_err *err)
{
    if (in->pixels)
        return in->pixels + i * DP_PIXELS;
    for (size_t k = 0; k < DP_PIXELS; k++) {
        const double value = (double)in->values[i * DP_PIXELS + k];
        if (!(value >= 0 && value <= 1)) {
            dp_fail(err, DP_INPUT, "image %zu, value %zu is %g; values go from 0 to 1",
                    i + 1, k + 1, value);
            return NULL;
        }
        room[k] = (uint8_t)lrint(value * 255);
    }
    return room;
}

/* Predict images first … end − 1, at most BATCH. */
static dp_code predict_batch(digitpad_prediction *out, digitpad_predictor *p,
                             const images *in, size_t first, size_t end, dp_err *err)
{
    dp_result result[BATCH];
    dp_predictor_empty(&p->core);
    for (size_t i = first; i < end; i++) {
        uint8_t room[DP_PIXELS];
        const uint8_t *pixels = bytes_of(room, in, i, err);
        const dp_record record = { .kind = DP_RECORD_IMAGE,
                                   .gray = { pixels, DP_SIDE, DP_SIDE } };
        if (!pixels)
            return DP_INPUT;
        dp_code code = dp_predictor_add(&result[i - first], &p->core, &record, err);
        if (code)
            return code;
    }
    dp_predictor_run(&p->core);
    for (size_t i = first; i < end; i++)
        set_answer(&out[i], p, &result[i - first]);
    p->last = result[end - first - 1];
    return DP_OK;
}

static int predict_images(digitpad_prediction *out, digitpad_predictor *p,
                          const images *in, size_t n, digitpad_error *error)
{
    dp_err err;
    dp_code code = DP_OK;
    p->last = (dp_result){ 0 };
    for (size_t i = 0; i < n && !code; i += BATCH)
        code = predict_batch(out, p, in, i, dp_min_size(n, i + BATCH), &err);
    return dp_report(error, code, &err);
}

int digitpad_predict_pixels(digitpad_prediction *out, digitpad_predictor *p,
                            const uint8_t *pixels, size_t n, digitpad_error *error)
{
    return predict_images(out, p, &(images){ .pixels = pixels }, n, error);
}

int digitpad_predict_floats(digitpad_prediction *out, digitpad_predictor *p,
                            const float *values, size_t n, digitpad_error *error)
{
    return predict_images(out, p, &(images){ .values = values }, n, error);
}

int digitpad_predict_picture(digitpad_prediction *out, digitpad_predictor *p,
                             const uint8_t *pixels, int width, int height,
                             digitpad_error *error)
{
    dp_err err;
    dp_code code;
    const dp_record record = { .kind = DP_RECORD_IMAGE,
                               .gray = { pixels, width, height } };
    if (width < 1 || height < 1 || width > DP_IMAGE_MAX_SIDE ||
        height > DP_IMAGE_MAX_SIDE)
        code = dp_fail(&err, DP_INPUT, "the picture is %dx%d; its sides go from 1 to %d",
                       width, height, DP_IMAGE_MAX_SIDE);
    else
        code = dp_library_predict(out, p, &record, &err);
    return dp_report(error, code, &err);
}

/* ---- drawings ---------------------------------------------------------------------- */

static dp_code add_stroke(dp_strokes *s, const float *points, size_t n, dp_err *err)
{
    dp_code code = DP_OK;
    for (size_t i = 0; i < n && !code; i++) {
        const dp_point at = { points[2 * i], points[2 * i + 1] };
        code = i == 0 ? dp_strokes_begin(s, DP_PEN, 0, at, 0, err)
                      : dp_strokes_extend(s, at, 0, err);
        if (code)
            code = dp_fail_in(err, code, "point %zu", i + 1);
    }
    return code;
}

int digitpad_predict_strokes(digitpad_prediction *out, digitpad_predictor *p,
                             const float *points, const size_t *count, size_t n,
                             digitpad_error *error)
{
    dp_err err;
    dp_code code = DP_OK;
    const dp_record record = { .kind = DP_RECORD_STROKES, .strokes = &p->strokes };
    p->strokes.n_strokes = p->strokes.n_kept = 0;
    for (size_t i = 0; i < n && !code; i++) {
        code = add_stroke(&p->strokes, points, count[i], &err);
        if (code)
            code = dp_fail_in(&err, code, "stroke %zu", i + 1);
        points += 2 * count[i];
    }
    if (!code)
        code = dp_library_predict(out, p, &record, &err);
    return dp_report(error, code, &err);
}
