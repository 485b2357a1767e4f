/* What is known of each value while the graph is lowered. */
#ifndef DP_WEIGHTS_ONNX_STATE_H
#define DP_WEIGHTS_ONNX_STATE_H

#include "weights/network/chain_builder.h"
#include "weights/onnx/graph.h"
#include "weights/onnx/pointwise.h"
#include "weights/onnx/tensor.h"
#include "weights/onnx/view.h"

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
    dp_onnx_view view;
    int generation;
    dp_pointwise function;
    bool quantized; /* the file has it as 8-bit integers: see onnx/qdq.c */
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

/* ---- a node's inputs ----------------------------------------------------------------- */

/* NULL where input i is left out. */
dp_state *dp_onnx_input(const dp_onnx_run *run, const dp_onnx_node *node, int i);

/* The constant at input i. DP_MODEL if input i is left out or depends on the image. */
DP_MUST_CHECK dp_code dp_onnx_constant(const dp_onnx_tensor **out, const dp_onnx_run *run,
                                       const dp_onnx_node *node, int i, dp_err *err);

/* The same; DP_MODEL also if it is not floats of that rank or is empty. */
DP_MUST_CHECK dp_code dp_onnx_weights(const dp_onnx_tensor **out, const dp_onnx_run *run,
                                      const dp_onnx_node *node, int i, int rank,
                                      dp_err *err);

/* At most DP_ONNX_MAX_RANK integers from the attribute `name` or, where input i is there,
 * from that. *n is −1 where there is neither. */
typedef struct dp_onnx_ints {
    int n;
    int64_t at[DP_ONNX_MAX_RANK];
} dp_onnx_ints;
DP_MUST_CHECK dp_code dp_onnx_get_ints(dp_onnx_ints *out, const dp_onnx_run *run,
                                       const dp_onnx_node *node, const char *name, int i,
                                       dp_err *err);

/* Bring an axis in [−rank, rank) into [0, rank). */
DP_MUST_CHECK dp_code dp_onnx_axis(int *out, int64_t axis, int rank, dp_err *err);

/* ---- a node's result ----------------------------------------------------------------- */

/* Output 0 is this constant, or a new one to be filled through *f or *i. */
void dp_onnx_give_constant(dp_onnx_run *run, const dp_onnx_node *node,
                           const dp_onnx_tensor *tensor);
DP_MUST_CHECK dp_code dp_onnx_give_floats(float **f, dp_onnx_run *run,
                                          const dp_onnx_node *node,
                                          const dp_onnx_dims *dims, dp_err *err);
DP_MUST_CHECK dp_code dp_onnx_give_ints(int64_t **i, dp_onnx_run *run,
                                        const dp_onnx_node *node,
                                        const dp_onnx_dims *dims, dp_err *err);

/* Make *out an activation: all that left the chain in that generation, seen through view. */
void dp_onnx_see(dp_state *out, const dp_onnx_view *view, int generation);

/* Output 0 is what now leaves the chain, seen through this view. */
void dp_onnx_give_activation(dp_onnx_run *run, const dp_onnx_node *node,
                             const dp_onnx_view *view);

/* Output 0 is input 0's activation, seen through another view. */
void dp_onnx_give_view(dp_onnx_run *run, const dp_onnx_node *node,
                       const dp_onnx_view *view);

#endif
