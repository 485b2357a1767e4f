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

int dp_thread(void)
{
#ifdef DP_OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}
