#include "config.h"

#include "engine/core/openmp.h"

#ifdef DP_OPENMP
#include <omp.h>
#endif

int dp_threads(int asked)
{
#ifdef DP_OPENMP
    return asked > 0 ? asked : omp_get_max_threads();
#else
    (void)asked;
    return 1;
#endif
}

void dp_parallel(int threads, void (*run)(void *context, int thread), void *context)
{
#ifdef DP_OPENMP
#pragma omp parallel num_threads(threads)
    run(context, omp_get_thread_num());
#else
    (void)threads;
    run(context, 0);
#endif
}
