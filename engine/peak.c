#include "config.h"

#include "engine/peak.h"

double dp_peak_run(const dp_kernels *kernels, long steps, int threads)
{
    double operations = 0;
#ifdef DP_OPENMP
#pragma omp parallel num_threads(threads) reduction(+ : operations)
#endif
    {
        float result;
        operations += kernels->multiply_add(&result, steps);
    }
    (void)threads;
    return operations;
}
