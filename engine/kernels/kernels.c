#include "config.h"

#include "engine/kernels/kernels.h"

#include "engine/core/arith.h"
#include "engine/kernels/tables.h"

#include <string.h>

/* From the oracle to the fastest. */
static const dp_kernels *const tables[] = {
    &dp_kernels_reference, &dp_kernels_portable,
#ifdef DP_X86
    &dp_kernels_avx2,      &dp_kernels_avx512,   &dp_kernels_avx512vnni,
#endif
#ifdef DP_NEON
    &dp_kernels_neon,
#endif
};

enum { N_TABLES = DP_COUNT(tables) };

const dp_kernels *dp_kernels_at(int i)
{
    return i >= 0 && i < N_TABLES ? tables[i] : NULL;
}

const dp_kernels *dp_kernels_best(void)
{
    int i = N_TABLES - 1;
    while (!tables[i]->supported())
        i--;
    return tables[i];
}

const dp_kernels *dp_kernels_named(const char *name)
{
    for (int i = 0; i < N_TABLES; i++)
        if (!strcmp(tables[i]->name, name) && tables[i]->supported())
            return tables[i];
    return NULL;
}
