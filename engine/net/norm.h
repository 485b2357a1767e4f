/* The scale of a network's input. */
#ifndef DP_ENGINE_NET_NORM_H
#define DP_ENGINE_NET_NORM_H

#include <stdbool.h>

/* How the 8-bit pixels become the network's input. */
#define DP_NORMS(X)                                                                      \
    X(unit)      /* p / 255 */                                                           \
    X(mnist)     /* (p / 255 - 0.1307) / 0.3081 */                                       \
    X(symmetric) /* p / 127.5 - 1 */                                                     \
    X(raw)       /* p */

typedef enum dp_norm {
#define DP_NORM_ENUM(name) DP_NORM_##name,
    DP_NORMS(DP_NORM_ENUM)
#undef DP_NORM_ENUM
} dp_norm;

#define DP_NORM_ONE(name) +1
enum { DP_NORM_COUNT = 0 DP_NORMS(DP_NORM_ONE) };
#undef DP_NORM_ONE

const char *dp_norm_name(dp_norm norm);

/* False where `name` is none of DP_NORMS. */
bool dp_norm_named(dp_norm *out, const char *name);

/* The network's input value of each pixel value 0 … 255. */
void dp_norm_table(float table[256], dp_norm norm);

#endif
