/* An ONNX graph with resolved names: values are numbered, nodes refer to values by number,
 * and `order` is a topological order of the nodes. */
#ifndef DP_WEIGHTS_ONNX_GRAPH_H
#define DP_WEIGHTS_ONNX_GRAPH_H

#include "engine/core/err.h"
#include "weights/onnx/graph/onnx.pb-c.h"

#include <stdbool.h>

enum {
    DP_ONNX_MAX_NODES = 256,
    DP_ONNX_MAX_INITIALIZERS = 256,
    DP_ONNX_MAX_INPUTS = 16, /* of one node */
    DP_ONNX_MAX_OUTPUTS = 8, /* of one node, and of the graph */
    DP_ONNX_MAX_NAME = 512,
    DP_ONNX_MAX_VALUES = 4096,
    DP_ONNX_TEMPORARIES = 5, /* extra values at the end, for weights/onnx/qlinear.c */
};

/* A tensor of the graph: an initializer, an input of the graph, or an output of a node. */
typedef struct dp_onnx_value {
    const char *name;
    const Onnx__TensorProto *initializer;    /* NULL: not an initializer */
    const Onnx__ValueInfoProto *graph_input; /* NULL: not an input of the graph */
    int producer;                            /* the node that computes it, or −1 */
    int uses; /* how often sorted nodes read it, plus 1 for the chosen output */
} dp_onnx_value;

typedef struct dp_onnx_node {
    const Onnx__NodeProto *proto;
    int n_inputs, n_outputs;
    int input[DP_ONNX_MAX_INPUTS]; /* values; −1 for an omitted optional input */
    int output[DP_ONNX_MAX_OUTPUTS];
} dp_onnx_node;

typedef struct dp_onnx_graph {
    int opset;
    int n_nodes, n_values;
    dp_onnx_node node[DP_ONNX_MAX_NODES];
    dp_onnx_value value[DP_ONNX_MAX_VALUES];
    int n_order;
    int order[DP_ONNX_MAX_NODES];
    int input; /* the value that holds the images, or −1 */
} dp_onnx_graph;

/* Resolve the names of proto, which must outlive *graph. DP_MODEL if a limit is exceeded or
 * if two nodes compute the same value. */
DP_MUST_CHECK dp_code dp_onnx_graph_build(dp_onnx_graph *graph,
                                          const Onnx__GraphProto *proto, int opset,
                                          dp_err *err);

/* Sort the nodes that value `output` depends on topologically, independent of their order in
 * the file. Count uses and find the input. DP_MODEL if there is a cycle, a value that no node
 * computes, or a second input. */
DP_MUST_CHECK dp_code dp_onnx_graph_sort(dp_onnx_graph *graph, int output, dp_err *err);

/* The value of this name, or −1. */
int dp_onnx_graph_find(const dp_onnx_graph *graph, const char *name);

/* ---- nodes --------------------------------------------------------------------------- */

/* The name of a node in messages: its own, or that of its first output if it has none. */
const char *dp_onnx_node_label(const dp_onnx_graph *graph, const dp_onnx_node *node);

/* NULL if the node has no attribute of this name. */
const Onnx__AttributeProto *dp_onnx_attr(const dp_onnx_node *node, const char *name);

/* The value of an attribute, or `otherwise` if the node does not have it. */
int64_t dp_onnx_attr_int(const dp_onnx_node *node, const char *name, int64_t otherwise);
float dp_onnx_attr_float(const dp_onnx_node *node, const char *name, float otherwise);

/* Whether the node has this attribute and it is this string. */
bool dp_onnx_attr_is(const dp_onnx_node *node, const char *name, const char *text);

#endif
