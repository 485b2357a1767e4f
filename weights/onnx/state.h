/* The state of the values while a graph is lowered, and how operators read their inputs and
 * set their results. */
#ifndef DP_WEIGHTS_ONNX_STATE_H
#define DP_WEIGHTS_ONNX_STATE_H

#include "weights/network/chain_builder.h"
#include "weights/onnx/graph/graph.h"
#include "weights/onnx/pointwise.h"
#include "weights/onnx/graph/tensor.h"
#include "weights/onnx/graph/view.h"

typedef enum dp_state_kind {
    DP_STATE_UNKNOWN,
    DP_STATE_CONSTANT,
    DP_STATE_ACTIVATION
} dp_state_kind;

/* One value. An activation is a pending element-wise `function` of the chain's output at
 * `generation`; the number grows with each layer that is added. */
typedef struct dp_state {
    dp_state_kind kind;
    int left;              /* the number of uses that are still to come */
    dp_onnx_tensor tensor; /* of a constant */
    dp_onnx_view view;     /* of an activation, as the following members */
    int generation;
    dp_pointwise function;
    bool quantized; /* int8 in the file: see weights/onnx/qdq.c */
} dp_state;

/* An operator that must be the network's last and that the chain omits. */
typedef enum dp_ending {
    DP_END_NONE,
    DP_END_LOG_SOFTMAX,
    DP_END_ARGMAX,
    DP_END_NORMALIZER
} dp_ending;

typedef struct dp_onnx_run {
    const dp_onnx_graph *graph;
    dp_onnx_memory *memory;
    dp_chain chain;
    dp_state *state; /* [graph->n_values] */
    int generation;
    dp_ending ending;
    bool only_digit; /* the scores are no probabilities; only the largest counts */
    bool softmaxed;  /* the graph computes the softmax of the scores, which is omitted */
    double scale, zero; /* of the last QuantizeLinear: q stands for scale · (q − zero) */
    dp_onnx_scales scales[DP_MAX_LAYERS]; /* of the weights of each layer of the chain */
} dp_onnx_run;

/* ---- a node's inputs ----------------------------------------------------------------- */

/* The state of input i; NULL if the node omits that input. */
dp_state *dp_onnx_input(const dp_onnx_run *run, const dp_onnx_node *node, int i);

/* The constant at input i. DP_MODEL if the input is omitted or depends on the image. */
DP_MUST_CHECK dp_code dp_onnx_constant(const dp_onnx_tensor **out, const dp_onnx_run *run,
                                       const dp_onnx_node *node, int i, dp_err *err);

/* The same for weights. DP_MODEL also if they are not floats of this rank or are empty. */
DP_MUST_CHECK dp_code dp_onnx_weights(const dp_onnx_tensor **out, const dp_onnx_run *run,
                                      const dp_onnx_node *node, int i, int rank,
                                      dp_err *err);

/* A short list of integers. */
typedef struct dp_onnx_ints {
    int n; /* −1: not given */
    int64_t at[DP_ONNX_MAX_RANK];
} dp_onnx_ints;

/* Read a list from input i, or from the attribute `name` if the node omits that input or i is
 * −1; out->n is −1 if there is neither. DP_MODEL if it is too long or depends on the image. */
DP_MUST_CHECK dp_code dp_onnx_get_ints(dp_onnx_ints *out, const dp_onnx_run *run,
                                       const dp_onnx_node *node, const char *name, int i,
                                       dp_err *err);

/* Map an axis in [−rank, rank) to [0, rank). DP_MODEL if it is out of range. */
DP_MUST_CHECK dp_code dp_onnx_axis(int *out, int64_t axis, int rank, dp_err *err);

/* ---- a node's result ----------------------------------------------------------------- */

/* Set output 0 to this constant, or to a new one of these dimensions whose elements the
 * caller writes to *f or *i. DP_MODEL if it is too large, DP_NOMEM. */
void dp_onnx_give_constant(dp_onnx_run *run, const dp_onnx_node *node,
                           const dp_onnx_tensor *tensor);
DP_MUST_CHECK dp_code dp_onnx_give_floats(float **f, dp_onnx_run *run,
                                          const dp_onnx_node *node,
                                          const dp_onnx_dims *dims, dp_err *err);
DP_MUST_CHECK dp_code dp_onnx_give_ints(int64_t **i, dp_onnx_run *run,
                                        const dp_onnx_node *node,
                                        const dp_onnx_dims *dims, dp_err *err);

/* Make *out an activation: the chain's output at `generation`, in this view. */
void dp_onnx_set_activation(dp_state *out, const dp_onnx_view *view, int generation);

/* Set output 0 to the chain's output after a layer was added, in this view. */
void dp_onnx_give_activation(dp_onnx_run *run, const dp_onnx_node *node,
                             const dp_onnx_view *view);

/* Note the scales of the weights of the layer that was just added. */
void dp_onnx_note_scales(dp_onnx_run *run, const dp_onnx_tensor *weights);

/* Set output 0 to the activation of input 0 in another view. */
void dp_onnx_give_view(dp_onnx_run *run, const dp_onnx_node *node,
                       const dp_onnx_view *view);

#endif
