#include "config.h"

#include "engine/kernels/peak.h"

#include "engine/kernels/int8.h"

#include <math.h>
#include <time.h>

static double clock_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The highest rate of the calling thread. */
static double highest_rate(double (*multiply_add)(float *, long), double seconds)
{
    enum { STEPS = 20000 }; /* short enough that most repetitions are undisturbed */
    const double start = clock_seconds();
    double begin = start, highest = 0;
    do {
        float result;
        const double operations = multiply_add(&result, STEPS), end = clock_seconds();
        highest = fmax(highest, operations / (end - begin));
        begin = end;
    } while (begin - start < seconds);
    return highest;
}

double dp_peak_measure(const dp_kernels *kernels, bool int8, int threads, double seconds)
{
    double sum = 0;
    if (int8 && !kernels->int8)
        return 0;
#ifdef DP_OPENMP
#pragma omp parallel num_threads(threads) reduction(+ : sum)
#endif
    sum +=
        highest_rate(int8 ? kernels->int8->multiply_add : kernels->multiply_add, seconds);
    (void)threads;
    return sum;
}
