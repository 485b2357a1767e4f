/* An answer as a line of JSON. */
#include "config.h"

#include "tui/predict/answer.h"

#include "weights/io/json_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_string(dp_text *t, const char *key, const char *value)
{
    char *json = dp_json_text_string(value, strlen(value));
    t->failed |= !json;
    dp_text_add(t, ",\"%s\":%s", key, json ? json : "");
    free(json);
}

static void add_probability(dp_text *t, float p)
{
    if (isnan(p))
        dp_text_add(t, "null");
    else
        dp_text_add(t, "%.9g", (double)p);
}

static void add_probabilities(dp_text *t, const dp_prediction *p)
{
    dp_text_add(t, ",\"probabilities\":");
    if (!dp_prediction_has_prob(p)) {
        dp_text_add(t, "null");
        return;
    }
    for (int i = 0; i < DP_DIGITS; i++)
        dp_text_add(t, "%c%.9g", i ? ',' : '[', (double)p->prob[i]);
    dp_text_add(t, "]");
}

/* Append the keys of one digit, without braces. */
static void add_digit(dp_text *t, const dp_prediction *p, bool rejected,
                      const dp_answer_options *options)
{
    dp_text_add(t, "\"digit\":%d,\"confidence\":", p->rank[0]);
    add_probability(t, p->prob[p->rank[0]]);
    dp_text_add(t, ",\"rejected\":%s", rejected ? "true" : "false");
    add_probabilities(t, p);
    dp_text_add(t, ",\"top\":[");
    const int top = dp_answer_top(p, options->top ? options->top : 3);
    for (int i = 0; i < top; i++) {
        dp_text_add(t, "%s{\"digit\":%d,\"probability\":", i ? "," : "", p->rank[i]);
        add_probability(t, p->prob[p->rank[i]]);
        dp_text_add(t, "}");
    }
    dp_text_add(t, "]");
}

static void add_no_digit(dp_text *t, const dp_answer *a, const dp_answer_options *options)
{
    dp_text_add(t, "\"digit\":null,\"confidence\":");
    if (a->result.number)
        dp_text_add(t, "%.9g", (double)dp_result_confidence(&a->result));
    else
        dp_text_add(t, "null");
    dp_text_add(t, ",\"rejected\":%s,\"probabilities\":null,\"top\":[]",
                dp_result_rejected(&a->result, options->confidence) ? "true" : "false");
}

static void add_number(dp_text *t, const dp_segmentation *number,
                       const dp_answer_options *options)
{
    if (!number) {
        dp_text_add(t, ",\"number\":null,\"digits\":[]");
        return;
    }
    char text[DP_SEGMENTS_MAX + 1];
    dp_segmentation_text(text, number);
    dp_text_add(t, ",\"number\":\"%s\",\"digits\":[", text);
    for (int i = 0; i < number->n; i++) {
        const dp_segment *part = &number->digit[i];
        dp_text_add(t, i ? ",{" : "{");
        add_digit(t, &part->prediction,
                  dp_prediction_rejected(&part->prediction, options->confidence),
                  options);
        dp_text_add(t, ",\"box\":[%.6g,%.6g,%.6g,%.6g]}", (double)part->box.x0,
                    (double)part->box.y0, (double)part->box.x1, (double)part->box.y1);
    }
    dp_text_add(t, "]");
}

void dp_answer_add_json(dp_text *t, const dp_answer *a, uint64_t index,
                        const dp_answer_options *options)
{
    dp_text_add(t, "{\"index\":%" PRIu64, index);
    add_string(t, "source", a->source);
    dp_text_add(t, ",\"id\":%s,\"label\":%s", a->id ? a->id : "null",
                a->label ? a->label : "null");
    add_string(t, "model", options->model);
    dp_text_add(t, ",");
    if (a->result.prediction)
        add_digit(t, a->result.prediction,
                  dp_result_rejected(&a->result, options->confidence), options);
    else
        add_no_digit(t, a, options);
    if (options->numbers)
        add_number(t, a->result.number, options);
    if (a->bad)
        add_string(t, "error", a->error);
    else
        dp_text_add(t, ",\"error\":null");
    dp_text_add(t, "}\n");
}
