#include "config.h"

#include "weights/answerjson.h"

#include "weights/jsontext.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_string(dp_text *t, const char *key, const char *value)
{
    char *json = dp_jsontext_string(value, strlen(value));
    t->failed |= !json;
    dp_text_add(t, ",\"%s\":%s", key, json ? json : "");
    free(json);
}

static void add_prediction(dp_text *t, const dp_answer *a, int top)
{
    const dp_prediction *p = a->prediction;
    dp_text_add(t, ",\"digit\":%d,\"confidence\":%.9g,\"rejected\":%s", p->rank[0],
                (double)p->prob[p->rank[0]], a->rejected ? "true" : "false");
    dp_text_add(t, ",\"probabilities\":[");
    for (int i = 0; i < DP_DIGITS; i++)
        dp_text_add(t, "%s%.9g", i ? "," : "", (double)p->prob[i]);
    dp_text_add(t, "],\"top\":[");
    for (int i = 0; i < top; i++)
        dp_text_add(t, "%s{\"digit\":%d,\"probability\":%.9g}", i ? "," : "", p->rank[i],
                    (double)p->prob[p->rank[i]]);
    dp_text_add(t, "]");
}

void dp_answerjson_add(dp_text *t, const dp_answer *a, int top)
{
    dp_text_add(t, "{\"index\":%" PRIu64, a->index);
    add_string(t, "source", a->source);
    dp_text_add(t, ",\"id\":%s,\"label\":%s", a->id ? a->id : "null",
                a->label ? a->label : "null");
    add_string(t, "model", a->model);
    if (a->prediction)
        add_prediction(t, a, top);
    else
        dp_text_add(t, ",\"digit\":null,\"confidence\":null,\"rejected\":false,"
                       "\"probabilities\":null,\"top\":[]");
    if (a->error)
        add_string(t, "error", a->error);
    else
        dp_text_add(t, ",\"error\":null");
    dp_text_add(t, "}\n");
}
