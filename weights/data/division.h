/* The division of a data set by who made it, so that a network is measured on the handwriting
 * of people, and on the alphabets, that it was not trained on. The rules depend on nothing but
 * the names and their order: every run divides a file in the same way. */
#ifndef DP_WEIGHTS_DATA_DIVISION_H
#define DP_WEIGHTS_DATA_DIVISION_H

#include "weights/data/tally.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum dp_subset {
    DP_SUBSET_TRAINING,
    DP_SUBSET_VALIDATION, /* choices are made on it */
    DP_SUBSET_TEST,       /* read once, for the report */
} dp_subset;

enum { DP_DIVISION_MAX_PATTERNS = 16 };

/* Who is held out. A zeroed struct leaves it to the rules. */
typedef struct dp_division {
    bool nobody;                /* train on everything */
    const char *const *pattern; /* [n ≤ DP_DIVISION_MAX_PATTERNS] of fnmatch(3) */
    int n;
    bool used[DP_DIVISION_MAX_PATTERNS]; /* set if a name matched the pattern */
} dp_division;

/* The rules below write the subset of each name to subset: [names->n]. They apply if somebody is
 * held out, and no pattern matches a name. Otherwise the names that match are for validation
 * and all others for training. */

/* Writers of drawings. Writers whose names are letters and then digits, such as apb01, belong
 * to the institution that the letters name. If there are three institutions or more, the one
 * with the median number of drawings (of two, the smaller) is for validation. Of every six
 * other writers, the first four are for training, the fifth for validation and the sixth for
 * the test. DP_INPUT if the rule has fewer than six writers, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_divide_writers(dp_subset *subset, const dp_tally *names,
                                        dp_division *how, dp_err *err);

/* Alphabets of outliers: the third of every three is for validation. */
void dp_divide_alphabets(dp_subset *subset, const dp_tally *names, dp_division *how);

#endif
