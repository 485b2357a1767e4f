/* Two threads that add to a number without a lock. tests/tsan.sh expects the thread sanitizer
 * to find this. */
#include "config.h"

#include "engine/core/openmp.h"

static void add(void *context, int thread)
{
    int *sum = context;
    *sum += thread;
}

int main(void)
{
    int sum = 0;
    dp_parallel(2, add, &sum);
    return 0;
}
