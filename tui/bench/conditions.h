/* Whether other programs disturbed a measurement. */
#ifndef DP_TUI_BENCH_CONDITIONS_H
#define DP_TUI_BENCH_CONDITIONS_H

#include <stdbool.h>

typedef struct dp_bench_conditions {
    double seconds; /* of the measurement */
    double
        waited; /* seconds that threads of this program waited for a processor in them */
    double spread; /* from the first quartile of the repetitions to the third, ÷ median */
    double peak;   /* measured just before, ÷ the highest peak of the run */
} dp_bench_conditions;

/* Seconds that the threads of this program have waited for a processor since they started, while
 * others used it; always 0 if the system does not tell. */
double dp_bench_waited(void);

bool dp_bench_is_disturbed(const dp_bench_conditions *c);

#endif
