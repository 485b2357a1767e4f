/* The files of digitpad.h: readers of their content, and pictures of their own. */
#include "config.h"

#include "weights/library/digitpad.h"

#include "weights/library/predict.h"
#include "weights/library/report.h"

#include <stdlib.h>

struct digitpad_reader {
    dp_source *source;
    dp_reader *records;
};

static void clear(digitpad_reader *r)
{
    dp_reader_free(r->records);
    dp_source_close(r->source);
}

static dp_code init(digitpad_reader *r, const void *bytes, size_t size,
                    const char *format, dp_err *err)
{
    *r = (digitpad_reader){ 0 };
    dp_code code = dp_source_open_bytes(&r->source, bytes, size, err);
    if (!code)
        code = dp_reader_create(&r->records, r->source, format, err);
    if (code)
        clear(r);
    return code;
}

int digitpad_reader_open(digitpad_reader **out, const void *bytes, size_t size,
                         const char *format, digitpad_error *error)
{
    dp_err err;
    digitpad_reader *r = malloc(sizeof *r);
    dp_code code = r ? init(r, bytes, size, format ? format : "auto", &err)
                     : dp_fail(&err, DP_NOMEM, "no memory to read images");
    if (code)
        free(r);
    else
        *out = r;
    return dp_report(error, code, &err);
}

void digitpad_reader_close(digitpad_reader *r)
{
    if (!r)
        return;
    clear(r);
    free(r);
}

int digitpad_predict_next(digitpad_prediction *out, digitpad_predictor *p,
                          digitpad_reader *r, digitpad_error *error)
{
    dp_err err;
    dp_record record;
    dp_code code = dp_reader_next(&record, r->records, &err);
    if (!code && record.kind == DP_RECORD_END)
        return DIGITPAD_END;
    if (!code)
        code = dp_library_predict(out, p, &record, &err);
    return dp_report(error, code, &err);
}

/* Predict the only record of a reader. */
static dp_code predict_only(digitpad_prediction *out, digitpad_predictor *p,
                            digitpad_reader *r, dp_err *err)
{
    dp_record record;
    dp_code code = dp_reader_next(&record, r->records, err);
    if (!code && record.kind == DP_RECORD_END)
        return dp_fail(err, DP_INPUT, "no images found");
    if (!code)
        code = dp_library_predict(out, p, &record, err);
    if (!code)
        code = dp_reader_next(&record, r->records, err);
    if (!code && record.kind != DP_RECORD_END)
        return dp_fail(err, DP_INPUT,
                       "more than one image; digitpad_reader_open reads them all");
    return code;
}

int digitpad_predict_image(digitpad_prediction *out, digitpad_predictor *p,
                           const void *bytes, size_t size, digitpad_error *error)
{
    dp_err err;
    digitpad_reader r;
    dp_code code = init(&r, bytes, size, "auto", &err);
    if (code)
        return dp_report(error, code, &err);
    code = predict_only(out, p, &r, &err);
    clear(&r);
    return dp_report(error, code, &err);
}
