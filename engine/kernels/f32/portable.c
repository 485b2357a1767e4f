/* Vector extensions of the compiler, for any CPU: four lanes, as registers of the
 * baseline instruction set. A product and its addition are rounded separately, so the
 * bits differ from those of the other tables. */
#include "config.h"

#include "engine/kernels/tables.h"

typedef float vec __attribute__((vector_size(16)));
#define VEC_LANES        4
#define VEC_SPLAT(x)     splat(x)
#define VEC_FMA(a, b, c) ((a) * (b) + (c))
#define VEC_MAX(a, b)    max_of(a, b)
#define VEC_MIN(a, b)    (-max_of(-(a), -(b)))
#define TILE_ROWS        6
#define TILE_VECS        2

static inline vec splat(float x)
{
    return (vec){ x, x, x, x };
}

static inline vec max_of(vec a, vec b)
{
    typedef int mask __attribute__((vector_size(16)));
    const mask greater = a > b;
    return (vec)(((mask)a & greater) | ((mask)b & ~greater));
}

#include "engine/kernels/f32/table_tmpl.h"

static bool supported(void)
{
    return true;
}

const dp_kernels dp_kernels_portable =
    SIMD_TABLE("portable", supported, &dp_int8_portable);
