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
    if (a->number)
        return dp_segmentation_is_rejected(a->number) ||
               dp_segmentation_confidence(a->number) < options->confidence;
    return a->prediction && dp_answer_rejects(options, a->prediction);
}

float dp_answer_confidence(const dp_answer *a)
{
    const dp_prediction *p = a->prediction;
    if (a->number)
        return dp_segmentation_confidence(a->number);
    return p ? p->prob[p->rank[0]] : NAN;
}
