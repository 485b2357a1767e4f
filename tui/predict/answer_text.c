/* Answers as lines: text and CSV here, JSON in answer_json.c. The fields that every answer has
 * are formatted without printf, which is slow beside a small network. */
#include "config.h"

#include "tui/predict/answer.h"

#include "tui/term/out.h"

#include <math.h>
#include <string.h>

/* ---- text -------------------------------------------------------------------------- */

/* Append a probability as %.4f formats it; its product with 10,000 is exact in double. */
static void add_probability(dp_text *t, float p)
{
    if (isnan(p)) {
        dp_text_append(t, "-", 1);
        return;
    }
    const int n = (int)lrint((double)p * 10000);
    const char digits[6] = { (char)('0' + n / 10000),     '.',
                             (char)('0' + n / 1000 % 10), (char)('0' + n / 100 % 10),
                             (char)('0' + n / 10 % 10),   (char)('0' + n % 10) };
    dp_text_append(t, digits, sizeof digits);
}

static void add_top(dp_text *t, const dp_prediction *p, int top)
{
    for (int i = 0; i < dp_answer_top(p, top); i++) {
        const char digit[3] = { '\t', (char)('0' + p->rank[i]), ':' };
        dp_text_append(t, digit, sizeof digit);
        add_probability(t, p->prob[p->rank[i]]);
    }
}

static void add_text(dp_text *t, const dp_answer *a, const dp_answer_options *options)
{
    const dp_prediction *p = a->result.prediction;
    if (options->with_source) {
        char source[4096];
        dp_out_safe(source, sizeof source, a->source);
        dp_text_append(t, source, strlen(source));
        dp_text_append(t, "\t", 1);
    }
    const bool rejected = dp_result_rejected(&a->result, options->confidence);
    if (p) {
        const char digit[2] = { rejected ? '?' : (char)('0' + p->rank[0]), '\t' };
        dp_text_append(t, digit, sizeof digit);
        add_probability(t, p->prob[p->rank[0]]);
        add_top(t, p, options->top);
    } else if (a->result.number) {
        char number[DP_SEGMENTS_MAX + 1];
        dp_segmentation_text(number, a->result.number);
        dp_text_add(t, "%s\t", rejected ? "?" : number);
        add_probability(t, dp_result_confidence(&a->result));
        for (int i = 0; i < a->result.number->n; i++)
            add_top(t, &a->result.number->digit[i].prediction, options->top);
    } else {
        dp_text_add(t, "%c\t-", a->bad ? '!' : '-');
    }
    dp_text_append(t, "\n", 1);
}

/* ---- CSV --------------------------------------------------------------------------- */

/* Append a field of text from outside: printable, and quoted as RFC 4180 says. */
static void add_quoted(dp_text *t, const char *text)
{
    char safe[4096];
    dp_out_safe(safe, sizeof safe, text);
    dp_text_append(t, "\"", 1);
    for (const char *c = safe; *c; c++)
        dp_text_append(t, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    dp_text_append(t, "\"", 1);
}

static void add_words(dp_text *t, const char *words)
{
    dp_text_append(t, words, strlen(words));
}

static void add_index(dp_text *t, uint64_t index)
{
    char digit[20];
    size_t first = sizeof digit;
    do {
        digit[--first] = (char)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    dp_text_append(t, digit + first, sizeof digit - first);
}

/* Append a probability in full; nothing if the network does not have it. */
static void add_exact(dp_text *t, float p)
{
    if (!isnan(p))
        dp_text_add_exact(t, p);
}

static void add_csv(dp_text *t, const dp_answer *a, uint64_t index,
                    const dp_answer_options *options)
{
    char number[DP_SEGMENTS_MAX + 1] = "";
    const dp_prediction *p = a->result.prediction;
    add_index(t, index);
    dp_text_append(t, ",", 1);
    add_quoted(t, a->source);
    if (a->result.number)
        dp_segmentation_text(number, a->result.number);
    else if (p)
        number[0] = (char)('0' + p->rank[0]);
    dp_text_append(t, ",", 1);
    add_words(t, number);
    dp_text_append(t, ",", 1);
    if (*number)
        add_exact(t, dp_result_confidence(&a->result));
    add_words(t,
              dp_result_rejected(&a->result, options->confidence) ? ",true" : ",false");
    for (int i = 0; i < DP_DIGITS && !options->numbers; i++) {
        dp_text_append(t, ",", 1);
        if (p)
            add_exact(t, p->prob[i]);
    }
    dp_text_append(t, ",", 1);
    if (a->bad)
        add_quoted(t, a->error);
    dp_text_append(t, "\n", 1);
}

/* ---- any form ---------------------------------------------------------------------- */

const char *dp_answer_header(const dp_answer_options *options)
{
    if (options->form != DP_ANSWER_CSV)
        return NULL;
    if (options->numbers)
        return "index,source,number,confidence,rejected,error";
    return "index,source,digit,confidence,rejected,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9,error";
}

void dp_answer_add(dp_text *t, const dp_answer *a, uint64_t index,
                   const dp_answer_options *options)
{
    switch (options->form) {
    case DP_ANSWER_TEXT:
        add_text(t, a, options);
        break;
    case DP_ANSWER_JSON:
        dp_answer_add_json(t, a, index, options);
        break;
    case DP_ANSWER_CSV:
        add_csv(t, a, index, options);
        break;
    }
}
