/* The scale of a network's input. */
#ifndef DP_ENGINE_NET_NORM_H
#define DP_ENGINE_NET_NORM_H

#include "engine/core/arith.h"
#include <stdbool.h>

/* How the 8-bit pixels become the network's input. */
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

const char *dp_norm_name(dp_norm norm);

/* False where `name` is none of DP_NORMS. */
bool dp_norm_named(dp_norm *out, const char *name);

/* The network's input value of each pixel value 0 … 255. */
void dp_norm_table(float table[256], dp_norm norm);

#endif
