/* For any CPU: loops that compilers turn into vectors. */
#include "config.h"

#include "engine/kernels/int8/prelude.h"

enum { PARTS = 1, MAX_BLOCKS = 1, MAX_ROWS = 2, ROW_BLOCKS = 2 };

typedef struct part {
    int32_t sum[16];
} part;
typedef struct quad {
    int16_t x[4];
} quad;
typedef struct weights {
    const int8_t *w;
} weights;

INLINE quad spread(const uint8_t *x)
{
    return (quad){ { x[0], x[1], x[2], x[3] } };
}

INLINE weights fetch(const int8_t *w)
{
    return (weights){ w };
}

INLINE void dot(part acc[PARTS], quad x, const weights *w)
{
    for (int c = 0; c < 16; c++)
        acc->sum[c] += x.x[0] * w->w[4 * c] + x.x[1] * w->w[4 * c + 1] +
                       x.x[2] * w->w[4 * c + 2] + x.x[3] * w->w[4 * c + 3];
}

INLINE void reduce(int32_t *sums, const part acc[PARTS], const int32_t *bias)
{
    for (int c = 0; c < 16; c++)
        sums[c] = acc->sum[c] + bias[c];
}

#include "engine/kernels/int8/scalar_tmpl.h"

#include "engine/kernels/int8/kernels_tmpl.h"

const dp_int8_kernels dp_int8_portable = {
    .blocks = MAX_BLOCKS, .tile = tile, .row = row, .multiply_add = multiply_add
};
