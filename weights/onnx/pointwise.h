/* Functions of one number, recognised by what they compute.
 *
 * Exporters write GELU as five to nine nodes, in several orders, a leaky ReLU as Max(x, ax),
 * a ReLU as a Clip. Instead of knowing each way, the importer carries a value's function
 * as a table of samples through the nodes and looks at the table when a layer needs it. */
#ifndef DP_WEIGHTS_ONNX_POINTWISE_H
#define DP_WEIGHTS_ONNX_POINTWISE_H

#include <stdbool.h>

enum { DP_SAMPLES = 52 };

/* y[i] is the function's value at dp_sample(i). */
typedef struct dp_pointwise {
    double y[DP_SAMPLES];
} dp_pointwise;

double dp_sample(int i);
dp_pointwise dp_pointwise_identity(void);

typedef enum dp_function_kind {
    DP_FN_UNKNOWN,
    DP_FN_IDENTITY,
    DP_FN_AFFINE, /* a·x + b */
    DP_FN_RELU,
    DP_FN_LEAKY_RELU, /* a·x below zero */
    DP_FN_CLIP,       /* between a and b */
    DP_FN_GELU,
    DP_FN_GELU_TANH,
    DP_FN_SIGMOID, /* of a·x; likewise tanh */
    DP_FN_TANH,
    DP_FN_LOG, /* where x > 0 */
} dp_function_kind;

typedef struct dp_function {
    dp_function_kind kind;
    double a, b;
} dp_function;

dp_function dp_pointwise_recognize(const dp_pointwise *f);

/* GELU(x) = x·Φ(x) (Hendrycks & Gimpel 2016), and its approximation by tanh. */
double dp_gelu(double x);
double dp_gelu_tanh(double x);

#endif
