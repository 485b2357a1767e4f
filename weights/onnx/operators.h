/* The operators that are understood, a table for each family. */
#ifndef DP_WEIGHTS_ONNX_OPERATORS_H
#define DP_WEIGHTS_ONNX_OPERATORS_H

#include "weights/onnx/state.h"

typedef dp_code dp_onnx_handler(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err);

/* A node that is not in the file: `node` points into the rest, so it stays where it is. */
typedef struct dp_onnx_plain_node {
    dp_onnx_node node;
    Onnx__NodeProto proto;
    Onnx__AttributeProto axis, *attribute[1];
} dp_onnx_plain_node;

/* Plain operators that together stand for a node: write the one of this step, 0 …, whose
 * first input is −1 if the step is not needed. False after the last step. */
typedef bool dp_onnx_expander(dp_onnx_plain_node *out, dp_onnx_run *run,
                              const dp_onnx_node *node, int step);

/* One operator: how many inputs must be there, and what to do if all of them are constant
 * and if not. A NULL handler refuses. An operator with `expand` needs no `lower`. */
typedef struct dp_onnx_op {
    const char *name;
    int inputs;
    dp_onnx_handler *fold, *lower;
    dp_onnx_expander *expand;
} dp_onnx_op;

/* The families' tables, ended by a NULL name. */
extern const dp_onnx_op dp_onnx_window_ops[]; /* onnx/conv_pool.c: convolution, pooling */
extern const dp_onnx_op dp_onnx_dense_ops[];  /* onnx/dense.c: MatMul, Gemm */
extern const dp_onnx_op dp_onnx_norm_ops[];   /* onnx/batch_norm.c: batch norm */
extern const dp_onnx_op dp_onnx_arith_ops[];  /* onnx/arithmetic.c: number by number */
extern const dp_onnx_op dp_onnx_shape_ops[]; /* onnx/reshape.c: other views of the same */
extern const dp_onnx_op dp_onnx_fold_ops[];  /* onnx/constants.c: constants and shapes */
extern const dp_onnx_op dp_onnx_qdq_ops[];   /* onnx/qdq.c: to 8 bits and back */
extern const dp_onnx_op dp_onnx_quant_ops[]; /* onnx/qlinear.c: on 8-bit tensors */
extern const dp_onnx_op dp_onnx_ending_ops[]; /* onnx/output.c: softmax and argmax */
extern const dp_onnx_op dp_onnx_ml_ops[];     /* the same, of domain ai.onnx.ml */

#endif
