/* From a graph to a chain: what the operators' families share.
 *
 * Nodes are run once, in order, on the constants of the file and on an activation whose
 * numbers are not known but whose place in the chain is. A node of constants gives a
 * constant; any other adds layers to the chain or changes only how its result is seen. */
#ifndef DP_WEIGHTS_ONNX_LOWER_H
#define DP_WEIGHTS_ONNX_LOWER_H

#include "weights/network.h"
#include "weights/chain.h"
#include "weights/onnx_graph.h"
#include "weights/onnx_pointwise.h"
#include "weights/onnx_tensor.h"
#include "weights/onnx_view.h"

typedef enum dp_state_kind {
    DP_STATE_UNKNOWN,
    DP_STATE_CONSTANT,
    DP_STATE_ACTIVATION
} dp_state_kind;

/* What is known of a value. An activation is a function, number by number, of what left
 * the chain's last layer when its `generation` was current. */
typedef struct dp_state {
    dp_state_kind kind;
    int left; /* uses still to come */
    dp_onnx_tensor tensor;
    dp_view view;
    int generation;
    dp_pointwise function;
    bool quantized; /* the file has it as 8-bit integers: see onnx_qdq.c */
} dp_state;

/* Answers that may only stand at a network's end, and that a chain leaves out. */
typedef enum dp_ending { DP_END_NONE, DP_END_LOG_SOFTMAX, DP_END_ARGMAX } dp_ending;

typedef struct dp_onnx_run {
    const dp_onnx_graph *graph;
    dp_onnx_memory *memory;
    dp_chain chain;
    dp_state *state; /* [graph->n_values] */
    int generation;
    dp_ending ending;
    double step, zero; /* what 8-bit values stand for: step · (q − zero) */
} dp_onnx_run;

typedef dp_code dp_onnx_handler(dp_onnx_run *l, const dp_onnx_node *node, dp_err *err);

/* One operator: how many inputs must be there, and what to do where all of them are constant
 * and where not. A NULL handler refuses. */
typedef struct dp_onnx_op {
    const char *name;
    int inputs;
    dp_onnx_handler *fold, *lower;
} dp_onnx_op;

/* The families' tables, ended by a NULL name. */
extern const dp_onnx_op dp_onnx_window_ops[]; /* onnx_windows.c: convolution, pooling */
extern const dp_onnx_op dp_onnx_dense_ops[];  /* onnx_dense.c: MatMul, Gemm */
extern const dp_onnx_op dp_onnx_norm_ops[];   /* onnx_norm.c: batch norm */
extern const dp_onnx_op dp_onnx_arith_ops[];  /* onnx_arith.c: number by number */
extern const dp_onnx_op dp_onnx_shape_ops[]; /* onnx_reshape.c: other views of the same */
extern const dp_onnx_op dp_onnx_fold_ops[];  /* onnx_fold.c: constants and shapes */
extern const dp_onnx_op dp_onnx_qdq_ops[];   /* onnx_qdq.c: to 8 bits and back */
extern const dp_onnx_op dp_onnx_quant_ops[]; /* onnx_quant.c: on 8-bit tensors */
extern const dp_onnx_op dp_onnx_ending_ops[]; /* onnx_ending.c: softmax and argmax */
extern const dp_onnx_op dp_onnx_ml_ops[];     /* the same, of domain ai.onnx.ml */

/* Run one node: fold it where its inputs are constant, else lower it. */
DP_MUST_CHECK dp_code dp_onnx_run_node(dp_onnx_run *l, const dp_onnx_node *node,
                                       dp_err *err);

/* Lower the graph (sorted for value `output`) into an empty chain. */
DP_MUST_CHECK dp_code dp_onnx_lower(dp_network *out, const dp_onnx_graph *graph,
                                    int output, dp_onnx_memory *memory, dp_err *err);

/* ---- the input (onnx_input.c) -------------------------------------------------------- */

/* Start the chain with the graph's input. DP_MODEL where no 28×28 image fits it. */
DP_MUST_CHECK dp_code dp_onnx_start(dp_onnx_run *l, dp_err *err);

/* Which input scale the lowered graph wants, as far as its first step tells. */
void dp_onnx_infer_norm(dp_network *network, const dp_onnx_run *l);

/* ---- a node's inputs ----------------------------------------------------------------- */

/* NULL where input i is left out. */
dp_state *dp_onnx_input(const dp_onnx_run *l, const dp_onnx_node *node, int i);

/* The constant at input i. DP_MODEL where it is none, DP_MODEL where it is left out. */
DP_MUST_CHECK dp_code dp_onnx_constant(const dp_onnx_tensor **out, const dp_onnx_run *l,
                                       const dp_onnx_node *node, int i, dp_err *err);

/* The same of floats of that rank. */
DP_MUST_CHECK dp_code dp_onnx_weights(const dp_onnx_tensor **out, const dp_onnx_run *l,
                                      const dp_onnx_node *node, int i, int rank,
                                      dp_err *err);

/* At most DP_ONNX_MAX_RANK integers from the attribute `name` or, where input i is there,
 * from that. *n is −1 where there is neither. */
typedef struct dp_onnx_ints {
    int n;
    int64_t at[DP_ONNX_MAX_RANK];
} dp_onnx_ints;
DP_MUST_CHECK dp_code dp_onnx_get_ints(dp_onnx_ints *out, const dp_onnx_run *l,
                                       const dp_onnx_node *node, const char *name, int i,
                                       dp_err *err);

/* Bring an axis in [−rank, rank) into [0, rank). */
DP_MUST_CHECK dp_code dp_onnx_axis(int *out, int64_t axis, int rank, dp_err *err);

/* ---- a node's result ----------------------------------------------------------------- */

/* Output 0 is this constant, or a new one to be filled through *f or *i. */
void dp_onnx_give_constant(dp_onnx_run *l, const dp_onnx_node *node,
                           const dp_onnx_tensor *tensor);
DP_MUST_CHECK dp_code dp_onnx_give_floats(float **f, dp_onnx_run *l,
                                          const dp_onnx_node *node,
                                          const dp_onnx_dims *dims, dp_err *err);
DP_MUST_CHECK dp_code dp_onnx_give_ints(int64_t **i, dp_onnx_run *l,
                                        const dp_onnx_node *node,
                                        const dp_onnx_dims *dims, dp_err *err);

/* Make *out an activation: all that left the chain in that generation, seen through view. */
void dp_onnx_see(dp_state *out, const dp_view *view, int generation);

/* Output 0 is what now leaves the chain, seen through this view. */
void dp_onnx_give_activation(dp_onnx_run *l, const dp_onnx_node *node,
                             const dp_view *view);

/* Output 0 is input 0's activation, seen through another view. */
void dp_onnx_give_view(dp_onnx_run *l, const dp_onnx_node *node, const dp_view *view);

/* ---- the activation (onnx_function.c) ------------------------------------------------------------------ */

/* DP_MODEL after something that may only stand at the end. */
DP_MUST_CHECK dp_code dp_onnx_not_ended(const dp_onnx_run *l, dp_err *err);

/* Make the chain end in exactly this activation, adding the layer that its function is.
 * DP_MODEL where it is no layer, and where other layers have come since (a branch). */
DP_MUST_CHECK dp_code dp_onnx_settle(dp_onnx_run *l, dp_state *state, dp_err *err);

/* The same, as the image that its view shows: a scale for each pixel flattens the chain. */
DP_MUST_CHECK dp_code dp_onnx_settle_image(dp_onnx_run *l, dp_state *state, dp_err *err);

#endif
