#include "config.h"

#include "tui/predict/answer.h"

#include <stdlib.h>

void dp_answer_clear(dp_answer *a)
{
    free(a->id);
    free(a->label);
}

int dp_answer_top(const dp_prediction *p, int wanted)
{
    return wanted > 1 && !dp_prediction_has_prob(p) ? 1 : wanted;
}
