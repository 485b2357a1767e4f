/* The supported operators, a table for each family. */
#ifndef DP_WEIGHTS_ONNX_OPERATORS_H
#define DP_WEIGHTS_ONNX_OPERATORS_H

#include "weights/onnx/state.h"

typedef dp_code dp_onnx_handler(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err);

/* A node that is not in the file but part of an expansion. `node` points into the other
 * members, so the struct must not be copied. */
typedef struct dp_onnx_plain_node {
    dp_onnx_node node;
    Onnx__NodeProto proto;
    Onnx__AttributeProto axis, *attribute[1];
} dp_onnx_plain_node;

/* One operator. A NULL handler means that the operator is refused in that case, unless
 * dp_onnx_expand replaces it. */
typedef struct dp_onnx_op {
    const char *name;
    int inputs;                /* the number of required inputs */
    dp_onnx_handler *constant; /* compute: all inputs are constants */
    dp_onnx_handler *lower;    /* extend the chain: some input is an activation */
} dp_onnx_op;

/* The tables; a NULL name ends each. */
extern const dp_onnx_op dp_onnx_window_ops[];   /* conv_pool.c: convolution, pooling */
extern const dp_onnx_op dp_onnx_dense_ops[];    /* dense.c: MatMul, Gemm */
extern const dp_onnx_op dp_onnx_norm_ops[];     /* batch_norm.c: BatchNormalization */
extern const dp_onnx_op dp_onnx_arith_ops[];    /* arithmetic.c: element-wise functions */
extern const dp_onnx_op dp_onnx_shape_ops[];    /* reshape.c: reshapes and casts */
extern const dp_onnx_op dp_onnx_constant_ops[]; /* constants.c: constants and shapes */
extern const dp_onnx_op dp_onnx_qdq_ops[];      /* qdq.c: (de)quantisation */
extern const dp_onnx_op dp_onnx_quant_ops[];    /* qlinear.c: quantised operators */
extern const dp_onnx_op dp_onnx_ending_ops[];   /* output.c: softmax, argmax */

/* Those of the domain ai.onnx.ml. */
extern const dp_onnx_op dp_onnx_linear_ops[]; /* linear_ml.c: linear models */
extern const dp_onnx_op dp_onnx_label_ops[];  /* output.c: labels beside scores */

/* Check that the node's labels are the digits in order, as numbers or as text. DP_MODEL. */
DP_MUST_CHECK dp_code dp_onnx_check_labels(const dp_onnx_node *node, dp_err *err);

/* Replace a node of dp_onnx_quant_ops by a sequence of plain operators: write the operator of
 * `step`, counted from 0; its first input is −1 if the step is to be skipped. False after the
 * last step, and for any other node. */
bool dp_onnx_expand(dp_onnx_plain_node *out, dp_onnx_run *run, const dp_onnx_node *node,
                    int step);

#endif
