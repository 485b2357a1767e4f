/* Element-wise functions, recognised by their values.
 *
 * Exporters write GELU as five to nine nodes in several orders, a leaky ReLU as Max(x, a·x),
 * a ReLU as a Clip. Instead of matching each pattern of nodes, the importer evaluates the
 * nodes on sample points, and compares the resulting values with the known functions when it
 * needs a layer. */
#ifndef DP_WEIGHTS_ONNX_POINTWISE_H
#define DP_WEIGHTS_ONNX_POINTWISE_H

#include "engine/kernels/kernels.h"

enum { DP_SAMPLES = 52 };

/* A sampled function: y[i] is its value at dp_sample(i). */
typedef struct dp_pointwise {
    double y[DP_SAMPLES];
} dp_pointwise;

double dp_sample(int i);
dp_pointwise dp_pointwise_identity(void);

typedef enum dp_function_kind {
    DP_FN_UNKNOWN,
    DP_FN_IDENTITY,
    DP_FN_AFFINE,     /* a·x + b */
    DP_FN_CLIP,       /* limited to [a, b] */
    DP_FN_ACTIVATION, /* factor · act(a·x + b) */
    DP_FN_LOG,        /* for x > 0 */
} dp_function_kind;

typedef struct dp_function {
    dp_function_kind kind;
    double a, b;
    dp_act act; /* of DP_FN_ACTIVATION, like the next two */
    double parameter, factor;
} dp_function;

dp_function dp_pointwise_recognize(const dp_pointwise *f);

#endif
