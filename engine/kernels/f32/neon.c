/* NEON of AArch64: 32 registers of 4 floats. 8-bit networks use the portable kernels. */
#include "config.h"

#include "engine/kernels/tables.h"

#include <arm_neon.h>

typedef float32x4_t vec;
#define VEC_LANES        4
#define VEC_SPLAT(x)     vdupq_n_f32(x)
#define VEC_FMA(a, b, c) vfmaq_f32(c, a, b)
#define VEC_MAX(a, b)    vmaxq_f32(a, b)
#define VEC_MIN(a, b)    vminq_f32(a, b)
#define TILE_ROWS        12
#define TILE_VECS        2
#include "engine/kernels/f32/table_tmpl.h"

static bool supported(void)
{
    return true;
}

const dp_kernels dp_kernels_neon = SIMD_TABLE("neon", supported, &dp_int8_portable);
