#include "config.h"

#include "tui/predict/batch.h"

#include "tui/term/out.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Enough for the engine to work at full speed, and for threads to have more to do than to wait
 * for their turns; more only delays the first answer. */
enum { BATCH = 256 };

/* One input that waits for its turn. */
typedef struct waiting {
    const char *source;
    char *id, *label;
    bool predicted; /* it has the next image of the batch, or a number */
    bool bad;
    char error[sizeof((dp_err *)0)->msg];
} waiting;

struct dp_batch {
    dp_session *session;
    dp_answer_options options;
    dp_text text; /* the answers */
    int n_waiting, n_images;
    waiting waiting[BATCH];
    uint8_t pixels[BATCH][DP_PIXELS];
    dp_prediction predictions[BATCH];
    dp_segmentation *numbers; /* [BATCH]; NULL where only single digits are asked for */
};

void dp_batch_header(const dp_answer_options *options)
{
    if (options->form == DP_ANSWER_CSV)
        puts(options->numbers ? "index,source,number,confidence,rejected,error"
                              : "index,source,digit,confidence,rejected,p0,p1,p2,p3,p4,"
                                "p5,p6,p7,p8,p9,error");
}

dp_code dp_batch_create(dp_batch **out, const dp_model *model,
                        const dp_answer_options *options, dp_err *err)
{
    dp_batch *a = calloc(1, sizeof *a);
    if (!a)
        return dp_fail(err, DP_NOMEM, "no memory for a batch of images");
    dp_code code = dp_session_create(&a->session, model, BATCH, 1, err);
    if (code != DP_OK) {
        free(a);
        return code;
    }
    a->options = *options;
    if (options->numbers && !(a->numbers = calloc(BATCH, sizeof *a->numbers))) {
        dp_batch_free(a);
        return dp_fail(err, DP_NOMEM, "no memory for a batch of numbers");
    }
    *out = a;
    return DP_OK;
}

static void forget_waiting(dp_batch *a)
{
    for (int i = 0; i < a->n_waiting; i++) {
        free(a->waiting[i].id);
        free(a->waiting[i].label);
    }
    a->n_waiting = a->n_images = 0;
}

void dp_batch_free(dp_batch *a)
{
    if (!a)
        return;
    forget_waiting(a);
    dp_text_clear(&a->text);
    dp_session_free(a->session);
    free(a->numbers);
    free(a);
}

/* ---- adding ---------------------------------------------------------------------------- */

int dp_batch_count(const dp_batch *a)
{
    return a->n_waiting;
}

int dp_batch_blanks(const dp_batch *a)
{
    int blanks = 0;
    for (int i = 0; i < a->n_waiting; i++)
        blanks += !a->waiting[i].predicted && !a->waiting[i].bad;
    return blanks;
}

bool dp_batch_full(const dp_batch *a)
{
    return a->n_waiting == BATCH;
}

static waiting *new_waiting(dp_batch *a, const char *source)
{
    waiting *w = &a->waiting[a->n_waiting++];
    w->source = source;
    w->id = w->label = NULL;
    w->predicted = w->bad = false;
    return w;
}

/* The image goes behind those already in the batch. */
static dp_code preprocess(dp_batch *a, dp_ink *ink, const dp_record *record, dp_err *err)
{
    uint8_t *image = a->pixels[a->n_images];
    if (record->kind != DP_RECORD_STROKES)
        return dp_normalize_image(image, ink, &record->gray, a->options.preprocess,
                                  a->options.invert, err);
    *ink = dp_normalize_strokes(image, record->strokes);
    return DP_OK;
}

/* Read what may be of several digits at once: which they are decides how it is divided. */
static dp_code split(dp_batch *a, dp_ink *ink, const dp_record *record, dp_err *err)
{
    dp_segmentation *number = &a->numbers[a->n_images];
    if (record->kind != DP_RECORD_STROKES)
        return dp_segment_image(number, ink, a->session, &record->gray,
                                a->options.preprocess, a->options.invert, err);
    *ink = dp_segment_strokes(number, a->session, record->strokes);
    return DP_OK;
}

dp_code dp_batch_add(dp_batch *a, const char *source, const dp_record *record,
                     dp_err *err)
{
    dp_ink ink;
    dp_code code = (a->numbers ? split : preprocess)(a, &ink, record, err);
    if (code != DP_OK)
        return code;
    waiting *w = new_waiting(a, source);
    w->predicted = ink == DP_INK_ENOUGH;
    a->n_images += w->predicted;
    w->id = record->id ? strdup(record->id) : NULL;
    w->label = record->label ? strdup(record->label) : NULL;
    if ((record->id && !w->id) || (record->label && !w->label))
        return dp_fail(err, DP_NOMEM, "no memory to keep an id");
    return DP_OK;
}

void dp_batch_add_error(dp_batch *a, const char *source, const dp_err *why)
{
    waiting *w = new_waiting(a, source);
    w->bad = true;
    memcpy(w->error, why->msg, sizeof w->error);
}

/* ---- writing --------------------------------------------------------------------------- */

/* A probability with four decimals, as %.4f gives it: its product with 10,000 is exact. */
static void add_share(dp_text *t, float p)
{
    const int n = (int)lrint((double)p * 10000);
    const char digits[6] = { (char)('0' + n / 10000),     '.',
                             (char)('0' + n / 1000 % 10), (char)('0' + n / 100 % 10),
                             (char)('0' + n / 10 % 10),   (char)('0' + n % 10) };
    dp_text_append(t, digits, sizeof digits);
}

static void add_top(dp_text *t, const dp_prediction *p, int top)
{
    for (int i = 0; i < top; i++) {
        const char digit[3] = { '\t', (char)('0' + p->rank[i]), ':' };
        dp_text_append(t, digit, sizeof digit);
        add_share(t, p->prob[p->rank[i]]);
    }
}

static void add_safe(dp_text *t, const char *text)
{
    char safe[4096];
    dp_out_safe(safe, sizeof safe, text);
    dp_text_append(t, safe, strlen(safe));
}

static void add_text(dp_batch *a, const dp_answer *answer)
{
    char number[DP_SEGMENTS_MAX + 1];
    const dp_prediction *p = answer->prediction;
    dp_text *t = &a->text;
    if (a->options.with_source) {
        add_safe(t, answer->source);
        dp_text_append(t, "\t", 1);
    }
    if (p) {
        const char digit[2] = { (char)('0' + p->rank[0]), '\t' };
        dp_text_append(t, digit, sizeof digit);
        add_share(t, p->prob[p->rank[0]]);
        add_top(t, p, a->options.top);
    } else if (answer->number) {
        dp_segmentation_text(number, answer->number);
        dp_text_add(t, "%s\t", number);
        add_share(t, dp_answer_confidence(answer));
        for (int i = 0; i < answer->number->n; i++)
            add_top(t, &answer->number->part[i].prediction, a->options.top);
    } else {
        dp_text_add(t, "%c\t-", answer->error ? '!' : '-');
    }
    dp_text_append(t, "\n", 1);
}

static void add_words(dp_text *t, const char *words)
{
    dp_text_append(t, words, strlen(words));
}

/* A field of text from outside: printable, and quoted (RFC 4180). */
static void add_csv_text(dp_text *t, const char *text)
{
    char safe[4096];
    dp_out_safe(safe, sizeof safe, text);
    dp_text_append(t, "\"", 1);
    for (const char *c = safe; *c; c++)
        dp_text_append(t, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    dp_text_append(t, "\"", 1);
}

static void add_csv_probabilities(dp_text *t, const dp_prediction *p)
{
    for (int i = 0; i < DP_DIGITS; i++) {
        dp_text_append(t, ",", 1);
        if (p)
            dp_text_add_exact(t, p->prob[i]);
    }
}

static void add_csv(dp_text *t, const dp_answer *answer)
{
    char number[DP_SEGMENTS_MAX + 1] = "";
    const dp_prediction *p = answer->prediction;
    dp_text_add(t, "%" PRIu64 ",", answer->index);
    add_csv_text(t, answer->source);
    if (answer->number)
        dp_segmentation_text(number, answer->number);
    else if (p)
        snprintf(number, sizeof number, "%d", p->rank[0]);
    dp_text_append(t, ",", 1);
    add_words(t, number);
    dp_text_append(t, ",", 1);
    if (*number)
        dp_text_add_exact(t, dp_answer_confidence(answer));
    add_words(t, dp_answer_is_rejected(answer) ? ",true" : ",false");
    if (!answer->wants_number)
        add_csv_probabilities(t, p);
    dp_text_append(t, ",", 1);
    if (answer->error)
        add_csv_text(t, answer->error);
    dp_text_append(t, "\n", 1);
}

/* `image`: its place among those that there is something to say of. */
static void add_answer(dp_batch *a, uint64_t index, const waiting *w, int image)
{
    const dp_segmentation *number =
        a->numbers && w->predicted ? &a->numbers[image] : NULL;
    const dp_prediction *single =
        number ? &number->part[0].prediction : &a->predictions[image];
    const dp_answer answer = {
        .index = index,
        .source = w->source,
        .model = dp_model_get_info(dp_session_model(a->session))->name,
        .id = w->id,
        .label = w->label,
        .prediction = w->predicted && !(number && number->n > 1) ? single : NULL,
        .wants_number = a->numbers != NULL,
        .number = number,
        .confidence = a->options.confidence,
        .error = w->bad ? w->error : NULL,
    };
    switch (a->options.form) {
    case DP_ANSWER_TEXT:
        add_text(a, &answer);
        break;
    case DP_ANSWER_JSON:
        dp_answer_json_add(&a->text, &answer, a->options.top ? a->options.top : 3);
        break;
    case DP_ANSWER_CSV:
        add_csv(&a->text, &answer);
        break;
    }
}

void dp_batch_predict(dp_batch *a, uint64_t index)
{
    if (a->n_images > 0 && !a->numbers)
        dp_session_predict(a->session, a->pixels[0], a->n_images, a->predictions);
    a->text.size = 0;
    for (int i = 0, image = 0; i < a->n_waiting; i++) {
        const waiting *w = &a->waiting[i];
        add_answer(a, index + (uint64_t)i, w, w->predicted ? image : 0);
        image += w->predicted;
    }
}

bool dp_batch_write(dp_batch *a)
{
    forget_waiting(a);
    if (a->text.failed)
        return false;
    fwrite(a->text.bytes, 1, a->text.size, stdout);
    return fflush(stdout) == 0 && !ferror(stdout);
}
