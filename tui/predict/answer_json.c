#include "config.h"

#include "tui/predict/answer_json.h"

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

bool dp_answer_rejects(const dp_answer *a, const dp_prediction *p)
{
    return p->rejected || p->prob[p->rank[0]] < a->confidence;
}

bool dp_answer_is_rejected(const dp_answer *a)
{
    bool any = a->prediction && dp_answer_rejects(a, a->prediction);
    for (int i = 0; a->number && i < a->number->n; i++)
        any |= dp_answer_rejects(a, &a->number->part[i].prediction);
    return any;
}

float dp_answer_confidence(const dp_answer *a)
{
    const dp_prediction *p = a->prediction;
    if (!p && a->number)
        p = &a->number->part[a->number->weakest].prediction;
    return p ? p->prob[p->rank[0]] : NAN;
}

/* The keys of one digit, without braces. */
static void add_digit(dp_text *t, const dp_answer *a, const dp_prediction *p, int top)
{
    dp_text_add(t, "\"digit\":%d,\"confidence\":%.9g,\"rejected\":%s", p->rank[0],
                (double)p->prob[p->rank[0]], dp_answer_rejects(a, p) ? "true" : "false");
    dp_text_add(t, ",\"probabilities\":[");
    for (int i = 0; i < DP_DIGITS; i++)
        dp_text_add(t, "%s%.9g", i ? "," : "", (double)p->prob[i]);
    dp_text_add(t, "],\"top\":[");
    for (int i = 0; i < top; i++)
        dp_text_add(t, "%s{\"digit\":%d,\"probability\":%.9g}", i ? "," : "", p->rank[i],
                    (double)p->prob[p->rank[i]]);
    dp_text_add(t, "]");
}

static void add_no_digit(dp_text *t, const dp_answer *a)
{
    dp_text_add(t, "\"digit\":null,\"confidence\":");
    if (a->number)
        dp_text_add(t, "%.9g", (double)dp_answer_confidence(a));
    else
        dp_text_add(t, "null");
    dp_text_add(t, ",\"rejected\":%s,\"probabilities\":null,\"top\":[]",
                dp_answer_is_rejected(a) ? "true" : "false");
}

static void add_parts(dp_text *t, const dp_answer *a, int top)
{
    const dp_segmentation *number = a->number;
    for (int i = 0; i < number->n; i++) {
        const dp_segment *part = &number->part[i];
        dp_text_add(t, i ? ",{" : "{");
        add_digit(t, a, &part->prediction, top);
        dp_text_add(t, ",\"box\":[%.6g,%.6g,%.6g,%.6g]}", (double)part->box.x0,
                    (double)part->box.y0, (double)part->box.x1, (double)part->box.y1);
    }
}

static void add_number(dp_text *t, const dp_answer *a, int top)
{
    if (!a->number) {
        dp_text_add(t, ",\"number\":null,\"digits\":[]");
        return;
    }
    char text[DP_SEGMENTS_MAX + 1];
    dp_segmentation_text(text, a->number);
    dp_text_add(t, ",\"number\":\"%s\",\"digits\":[", text);
    add_parts(t, a, top);
    dp_text_add(t, "]");
}

void dp_answer_json_add(dp_text *t, const dp_answer *a, int top)
{
    dp_text_add(t, "{\"index\":%" PRIu64, a->index);
    add_string(t, "source", a->source);
    dp_text_add(t, ",\"id\":%s,\"label\":%s", a->id ? a->id : "null",
                a->label ? a->label : "null");
    add_string(t, "model", a->model);
    dp_text_add(t, ",");
    if (a->prediction)
        add_digit(t, a, a->prediction, top);
    else
        add_no_digit(t, a);
    if (a->wants_number)
        add_number(t, a, top);
    if (a->error)
        add_string(t, "error", a->error);
    else
        dp_text_add(t, ",\"error\":null");
    dp_text_add(t, "}\n");
}
