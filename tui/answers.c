#include "config.h"

#include "tui/answers.h"

#include "tui/out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Enough for the engine to work at full speed; more only delays the first answer. */
enum { BATCH = 64 };

/* One input that waits for its turn. */
typedef struct waiting {
    const char *source;
    char *id, *label;
    bool predicted; /* it has the next image of the batch, or a number */
    bool bad;
    char error[sizeof((dp_err *)0)->msg];
} waiting;

struct dp_answers {
    dp_session *session;
    dp_answer_options options;
    uint64_t written, blanks;
    bool failed;
    dp_text line;
    int n_waiting, n_images;
    waiting waiting[BATCH];
    uint8_t pixels[BATCH][DP_PIXELS];
    dp_prediction predictions[BATCH];
    dp_number *numbers; /* [BATCH]; NULL where only single digits are asked for */
};

dp_code dp_answers_create(dp_answers **out, const dp_model *model, int threads,
                          const dp_answer_options *options, dp_err *err)
{
    dp_answers *a = calloc(1, sizeof *a);
    if (!a)
        return dp_fail(err, DP_NOMEM, "no memory for a batch of images");
    dp_code code = dp_session_create(&a->session, model, BATCH, threads, err);
    if (code != DP_OK) {
        free(a);
        return code;
    }
    a->options = *options;
    if (options->numbers && !(a->numbers = calloc(BATCH, sizeof *a->numbers))) {
        dp_answers_free(a);
        return dp_fail(err, DP_NOMEM, "no memory for a batch of numbers");
    }
    if (options->form == DP_ANSWER_CSV)
        puts(options->numbers ? "index,source,number,confidence,rejected,error"
                              : "index,source,digit,confidence,rejected,p0,p1,p2,p3,p4,"
                                "p5,p6,p7,p8,p9,error");
    *out = a;
    return DP_OK;
}

static void forget_waiting(dp_answers *a)
{
    for (int i = 0; i < a->n_waiting; i++) {
        free(a->waiting[i].id);
        free(a->waiting[i].label);
    }
    a->n_waiting = a->n_images = 0;
}

void dp_answers_free(dp_answers *a)
{
    if (!a)
        return;
    forget_waiting(a);
    dp_text_clear(&a->line);
    dp_session_free(a->session);
    free(a->numbers);
    free(a);
}

/* ---- adding ---------------------------------------------------------------------------- */

static waiting *new_waiting(dp_answers *a, const char *source)
{
    if (a->n_waiting == BATCH)
        dp_answers_flush(a);
    waiting *w = &a->waiting[a->n_waiting++];
    *w = (waiting){ .source = source };
    return w;
}

/* The image goes behind those already in the batch. */
static dp_code preprocess(dp_answers *a, dp_ink *ink, const dp_record *record,
                          dp_err *err)
{
    uint8_t image[DP_PIXELS];
    dp_code code = DP_OK;
    if (record->kind == DP_RECORD_STROKES)
        *ink = dp_preproc_strokes(image, record->strokes);
    else
        code = dp_preproc_image(image, ink, &record->gray, a->options.preprocess,
                                a->options.invert, err);
    if (code == DP_OK && *ink == DP_INK_ENOUGH) {
        if (a->n_waiting == BATCH)
            dp_answers_flush(a);
        memcpy(a->pixels[a->n_images], image, sizeof image);
    }
    return code;
}

/* Read what may be of several digits at once: which they are decides how it is divided. */
static dp_code split(dp_answers *a, dp_ink *ink, const dp_record *record, dp_err *err)
{
    if (a->n_waiting == BATCH)
        dp_answers_flush(a);
    dp_number *number = &a->numbers[a->n_images];
    if (record->kind != DP_RECORD_STROKES)
        return dp_split_image(number, ink, a->session, &record->gray,
                              a->options.preprocess, a->options.invert, err);
    *ink = dp_split_strokes(number, a->session, record->strokes);
    return DP_OK;
}

dp_code dp_answers_add(dp_answers *a, const char *source, const dp_record *record,
                       dp_err *err)
{
    dp_ink ink;
    dp_code code = (a->numbers ? split : preprocess)(a, &ink, record, err);
    if (code != DP_OK)
        return code;
    waiting *w = new_waiting(a, source);
    w->predicted = ink == DP_INK_ENOUGH;
    a->n_images += w->predicted;
    a->blanks += !w->predicted;
    w->id = record->id ? strdup(record->id) : NULL;
    w->label = record->label ? strdup(record->label) : NULL;
    if ((record->id && !w->id) || (record->label && !w->label))
        return dp_fail(err, DP_NOMEM, "no memory to keep an id");
    return DP_OK;
}

void dp_answers_add_error(dp_answers *a, const char *source, const dp_err *why)
{
    waiting *w = new_waiting(a, source);
    w->bad = true;
    memcpy(w->error, why->msg, sizeof w->error);
}

/* ---- writing --------------------------------------------------------------------------- */

static void write_top(const dp_prediction *p, int top)
{
    for (int i = 0; i < top; i++)
        printf("\t%d:%.4f", p->rank[i], (double)p->prob[p->rank[i]]);
}

static void write_text(const dp_answers *a, const dp_answer *answer)
{
    char number[DP_NUMBER_MAX + 1];
    const dp_prediction *p = answer->prediction;
    if (a->options.with_source) {
        dp_out_print_safe(stdout, answer->source);
        putchar('\t');
    }
    if (p) {
        printf("%d\t%.4f", p->rank[0], (double)p->prob[p->rank[0]]);
        write_top(p, a->options.top);
    } else if (answer->number) {
        dp_number_text(number, answer->number);
        printf("%s\t%.4f", number, (double)dp_answer_confidence(answer));
        for (int i = 0; i < answer->number->n; i++)
            write_top(&answer->number->part[i].prediction, a->options.top);
    } else {
        printf("%c\t-", answer->error ? '!' : '-');
    }
    putchar('\n');
}

static void write_json(dp_answers *a, const dp_answer *answer)
{
    a->line.size = 0;
    dp_answerjson_add(&a->line, answer, a->options.top ? a->options.top : 3);
    if (a->line.failed)
        a->failed = true;
    else
        fwrite(a->line.bytes, 1, a->line.size, stdout);
}

/* A field of text from outside: printable, and quoted (RFC 4180). */
static void write_csv_text(const char *text)
{
    char safe[4096];
    dp_out_safe(safe, sizeof safe, text);
    putchar('"');
    for (const char *c = safe; *c; c++) {
        if (*c == '"')
            putchar('"');
        putchar(*c);
    }
    putchar('"');
}

static void write_csv_probabilities(const dp_prediction *p)
{
    for (int i = 0; i < DP_DIGITS; i++)
        if (p)
            printf(",%.9g", (double)p->prob[i]);
        else
            putchar(',');
}

static void write_csv(const dp_answer *answer)
{
    char number[DP_NUMBER_MAX + 1] = "";
    const dp_prediction *p = answer->prediction;
    printf("%" PRIu64 ",", answer->index);
    write_csv_text(answer->source);
    if (answer->number)
        dp_number_text(number, answer->number);
    else if (p)
        snprintf(number, sizeof number, "%d", p->rank[0]);
    if (*number)
        printf(",%s,%.9g,%s", number, (double)dp_answer_confidence(answer),
               dp_answer_is_rejected(answer) ? "true" : "false");
    else
        fputs(",,,false", stdout);
    if (!answer->wants_number)
        write_csv_probabilities(p);
    putchar(',');
    if (answer->error)
        write_csv_text(answer->error);
    putchar('\n');
}

/* `image`: its place among those that there is something to say of. */
static void write_answer(dp_answers *a, const waiting *w, int image)
{
    const dp_number *number = a->numbers && w->predicted ? &a->numbers[image] : NULL;
    const dp_prediction *single = number ? &number->part[0].prediction
                                         : &a->predictions[image];
    dp_answer answer = {
        .index = a->written++,
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
        write_text(a, &answer);
        break;
    case DP_ANSWER_JSON:
        write_json(a, &answer);
        break;
    case DP_ANSWER_CSV:
        write_csv(&answer);
        break;
    }
}

void dp_answers_flush(void *answers)
{
    dp_answers *a = answers;
    if (a->n_images > 0 && !a->numbers)
        dp_session_predict(a->session, a->pixels[0], a->n_images, a->predictions);
    for (int i = 0, image = 0; i < a->n_waiting; i++) {
        const waiting *w = &a->waiting[i];
        write_answer(a, w, w->predicted ? image : 0);
        image += w->predicted;
    }
    forget_waiting(a);
    if (fflush(stdout) != 0 || ferror(stdout))
        a->failed = true;
}

uint64_t dp_answers_blanks(const dp_answers *a)
{
    return a->blanks;
}

bool dp_answers_ok(const dp_answers *a)
{
    return !a->failed;
}
