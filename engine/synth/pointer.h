/* Replay of drawings as pointers draw them: from cell to cell of a terminal, with a hand
 * that trembles, on coarse steps, or sampled so rarely that curves become polygons or
 * rows of dots. */
#ifndef DP_ENGINE_SYNTH_POINTER_H
#define DP_ENGINE_SYNTH_POINTER_H

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

/* The pointers, with the share of each in per cent. */
#define DP_POINTERS(X)                                                                   \
    X(CELLS, cells, 60) /* a mouse on a pad of 40×20 cells; points are their middles */ \
    X(JITTER, jitter, 12)                                                                \
    X(POLYGON, polygon, 10) /* sampled rarely; lines join the points */                  \
    X(DOTTED, dotted, 6)    /* sampled rarely; nothing joins the points */               \
    X(STEPS, steps, 12)     /* 12 to 40 steps in the longest side */

typedef enum dp_pointer {
#define DP_POINTER_ENUM(NAME, name, share) DP_POINTER_##NAME,
    DP_POINTERS(DP_POINTER_ENUM)
#undef DP_POINTER_ENUM
} dp_pointer;

enum { DP_POINTER_COUNT = 0 DP_POINTERS(DP_ONE) };

const char *dp_pointer_name(dp_pointer pointer);

/* Replace a drawing by its replay with a pointer. With CELLS, the longest side becomes
 * 0.35 to 1 of the pad, at a random place on it. On failure (DP_NOMEM) the drawing does
 * not change. */
DP_MUST_CHECK
dp_code dp_pointer_replay(dp_strokes *s, dp_pointer pointer, dp_rng *rng, dp_err *err);

/* With this probability, do so with a random pointer by the shares. */
DP_MUST_CHECK
dp_code dp_pointer_vary(dp_strokes *s, float probability, dp_rng *rng, dp_err *err);

#endif
