/* Normalisation: how 8-bit pixels become the input of a network. */
#ifndef DP_ENGINE_NET_NORM_H
#define DP_ENGINE_NET_NORM_H

#include "engine/core/arith.h"
#include <stdbool.h>

/* The normalisations, for a pixel p in 0 … 255. */
#define DP_NORMS(X)                                                                      \
    X(UNIT, unit)           /* p / 255 */                                                \
    X(MNIST, mnist)         /* (p / 255 - 0.1307) / 0.3081 */                            \
    X(SYMMETRIC, symmetric) /* p / 127.5 - 1 */                                          \
    X(RAW, raw)             /* p */

typedef enum dp_norm {
#define DP_NORM_ENUM(NAME, name) DP_NORM_##NAME,
    DP_NORMS(DP_NORM_ENUM)
#undef DP_NORM_ENUM
} dp_norm;

enum { DP_NORM_COUNT = 0 DP_NORMS(DP_ONE) };

/* "unit", "mnist", "symmetric" or "raw". */
const char *dp_norm_name(dp_norm norm);

/* Look up a normalisation by name. False if there is none. */
bool dp_norm_named(dp_norm *out, const char *name);

/* Write the input value of each pixel value 0 … 255. */
void dp_norm_table(float table[256], dp_norm norm);

#endif
