/* All float kernels. Included by f32/avx2.c, avx512.c, neon.c and portable.c; compiled
 * once for each instruction set. The including file first defines
 *
 *   vec                 a vector type of VEC_LANES floats: 4, 8 or 16
 *   VEC_SPLAT(x)        x in every lane
 *   VEC_FMA(a, b, c)    a * b + c
 *   VEC_MAX(a, b)       the larger value of each lane
 *   VEC_MIN(a, b)       the smaller value of each lane
 *   TILE_ROWS           rows of the largest tile of a product: 6 or 12
 *   TILE_VECS           vectors per row of a tile; TILE_ROWS × TILE_VECS accumulators
 *                       and a few operands fill the registers
 *
 * and then defines its table with SIMD_TABLE. The parts below are in order: each uses
 * names of those before it. */

#include "engine/core/arith.h"
#include "engine/core/gelu.h"
#include "engine/core/selu.h"
#include "engine/kernels/adam.h"
#include "engine/kernels/prelude.h"

#include <string.h>

enum { TILE_COLS = TILE_VECS * VEC_LANES };

/* A vector at any address of a float array. */
typedef vec loose_vec __attribute__((aligned(4), may_alias));

INLINE vec load(const float *p)
{
    return *(const loose_vec *)p;
}

INLINE void store(float *p, vec v)
{
    *(loose_vec *)p = v;
}

#include "engine/kernels/f32/elementwise_tmpl.h"

#include "engine/kernels/f32/activation_tmpl.h"

#include "engine/kernels/f32/epilogue_tmpl.h"

#include "engine/kernels/f32/gemm_tmpl.h"

#include "engine/kernels/f32/conv_tmpl.h"

#include "engine/kernels/f32/winograd_tmpl.h"

#define SIMD_TABLE(isa, is_supported, int8_table)                                        \
    {                                                                                    \
        .name = isa, .supported = is_supported, .int8 = int8_table,                      \
        .tile_cols = TILE_COLS, .packed_b_size = packed_b_size, .pack_b = pack_b,        \
        .pack_a = pack_a, .gemm_scratch = gemm_scratch, .gemm = gemm,                    \
        .gemm_packed = gemm_packed, .gemm_packed_a = gemm_packed_a, .conv = conv,        \
        .winograd_size = winograd_size, .pack_winograd = pack_winograd,                  \
        .winograd_scratch = winograd_scratch, .winograd = winograd,                      \
        .winograd_x = winograd_x, .winograd_dy = winograd_dy,                            \
        .winograd_weights = winograd_weights, .relu = relu, .relu_grad = relu_grad,      \
        .affine = affine, .affine2 = affine2, .sum = sum, .moments = moments,            \
        .adam = adam, .maxpool2 = maxpool2, .maxpool2_grad = maxpool2_grad,              \
        .copy_rows = copy_rows, .transpose = transpose, .activate = activate_array,      \
        .gelu_grad = gelu_grad, .multiply_add = multiply_add,                            \
    }
