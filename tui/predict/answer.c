#include "config.h"

#include "tui/predict/answer.h"

#include <stdlib.h>

void dp_answer_clear(dp_answer *a)
{
    free(a->id);
    free(a->label);
}
