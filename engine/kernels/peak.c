#include "config.h"

#include "engine/kernels/peak.h"

#include "engine/kernels/int8.h"

double dp_peak_run(const dp_kernels *kernels, bool int8, long steps, int threads)
{
    double operations = 0;
    if (int8 && !kernels->int8)
        return 0;
    double (*const multiply_add)(float *, long) =
        int8 ? kernels->int8->multiply_add : kernels->multiply_add;
#ifdef DP_OPENMP
#pragma omp parallel num_threads(threads) reduction(+ : operations)
#endif
    {
        float result;
        operations += multiply_add(&result, steps);
    }
    (void)threads;
    return operations;
}
