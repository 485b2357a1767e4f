/* Plain C, for any CPU: loops that the compiler can vectorise. */
#include "config.h"

#include "engine/kernels/prelude.h"
#include "engine/kernels/tables.h"

#include <string.h>

enum { ACC_REGS = 1, TILE_BLOCKS = 1, TILE_ROWS = 2, ROW_BLOCKS = 2 };

typedef struct acc_reg {
    int32_t sum[16];
} acc_reg;
typedef struct activations {
    int16_t x[4];
} activations;
typedef struct weights {
    const int8_t *w;
} weights;

INLINE activations broadcast(const uint8_t *x)
{
    return (activations){ { x[0], x[1], x[2], x[3] } };
}

INLINE weights load_weights(const int8_t *w)
{
    return (weights){ w };
}

INLINE void dot(acc_reg acc[ACC_REGS], activations x, const weights *w)
{
    for (int c = 0; c < 16; c++)
        acc->sum[c] += x.x[0] * w->w[4 * c] + x.x[1] * w->w[4 * c + 1] +
                       x.x[2] * w->w[4 * c + 2] + x.x[3] * w->w[4 * c + 3];
}

#include "engine/kernels/int8/scalar_tmpl.h"

INLINE sums reduce(const acc_reg acc[ACC_REGS], const int32_t bias[DP_INT8_CHANNELS])
{
    sums s;
    for (int c = 0; c < DP_INT8_CHANNELS; c++)
        s.at[c] = acc->sum[c] + bias[c];
    return s;
}

#include "engine/kernels/int8/kernels_tmpl.h"

const dp_int8_kernels dp_int8_portable = {
    .blocks = TILE_BLOCKS, .tile = tile, .row = row, .multiply_add = multiply_add
};
