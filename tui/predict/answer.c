#include "config.h"

#include "tui/predict/answer.h"

#include <math.h>
#include <stdlib.h>

void dp_answer_clear(dp_answer *a)
{
    free(a->id);
    free(a->label);
}

bool dp_answer_rejects(const dp_answer_options *options, const dp_prediction *p)
{
    return p->rejected || p->prob[p->rank[0]] < options->confidence;
}

bool dp_answer_is_rejected(const dp_answer *a, const dp_answer_options *options)
{
    bool any = a->prediction && dp_answer_rejects(options, a->prediction);
    for (int i = 0; a->number && i < a->number->n; i++)
        any |= dp_answer_rejects(options, &a->number->digit[i].prediction);
    return any;
}

float dp_answer_confidence(const dp_answer *a)
{
    const dp_prediction *p = a->prediction;
    if (!p && a->number)
        p = &a->number->digit[a->number->weakest].prediction;
    return p ? p->prob[p->rank[0]] : NAN;
}
