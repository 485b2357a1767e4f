/* What the kernels_int8_*.c files begin with. */
#include "engine/kernels/prelude.h"
#include "engine/kernels/tables.h"

#include <string.h>

enum { CHANNELS = DP_INT8_CHANNELS, GROUP = DP_INT8_GROUP, DEPTH = DP_INT8_DEPTH };

/* 1.5 · 2²³: added to a float of less than 2²² it rounds to an integer, half to even, whose
 * low byte then is that of the sum's bits. */
static const float rounder = 12582912.0f;
