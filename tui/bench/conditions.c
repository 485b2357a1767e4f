#include "config.h"

#include "tui/bench/conditions.h"

#include <dirent.h>
#include <stdio.h>

/* Linux counts it in nanoseconds, as the second field of a file for each thread. */
double dp_bench_waited(void)
{
    double sum = 0;
    DIR *threads = opendir("/proc/self/task");
    if (!threads)
        return 0;
    for (struct dirent *entry; (entry = readdir(threads));) {
        char name[64];
        double waited;
        snprintf(name, sizeof name, "/proc/self/task/%.20s/schedstat", entry->d_name);
        FILE *f = fopen(name, "r");
        if (!f)
            continue;
        if (fscanf(f, "%*s %lf", &waited) == 1)
            sum += 1e-9 * waited;
        fclose(f);
    }
    closedir(threads);
    return sum;
}

/* On an idle machine the threads wait for less than a twentieth of the time; beside one busy
 * program on two processors, two threads wait for as long as they compute. */
bool dp_bench_is_disturbed(const dp_bench_conditions *c)
{
    return c->waited > 0.1 * c->seconds || c->spread > 0.5 || c->peak < 0.8;
}
