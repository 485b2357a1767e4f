/* An ONNX graph with its names resolved: values by number, nodes that know their values,
 * and the order in which they can be computed. */
#ifndef DP_WEIGHTS_ONNX_GRAPH_H
#define DP_WEIGHTS_ONNX_GRAPH_H

#include "engine/core/err.h"
#include "weights/onnx/onnx.pb-c.h"

#include <stdbool.h>

enum {
    DP_ONNX_MAX_NODES = 256,
    DP_ONNX_MAX_INITIALIZERS = 256,
    DP_ONNX_MAX_INPUTS = 16, /* of a node; likewise outputs */
    DP_ONNX_MAX_OUTPUTS = 8,
    DP_ONNX_MAX_NAME = 512,
    DP_ONNX_MAX_VALUES = 4096,
    DP_ONNX_TEMPORARIES = 5, /* the last values of a graph: see onnx/qlinear.c */
};

/* Everything that one node computes or reads, under its name. */
typedef struct dp_onnx_value {
    const char *name;
    const Onnx__TensorProto *initializer;    /* NULL: computed or given */
    const Onnx__ValueInfoProto *graph_input; /* NULL: not an input of the graph */
    int producer;                            /* node, or −1 */
    int uses; /* by needed nodes and the chosen output; see dp_onnx_graph_sort */
} dp_onnx_value;

typedef struct dp_onnx_node {
    const Onnx__NodeProto *proto;
    int n_inputs, n_outputs;
    int input[DP_ONNX_MAX_INPUTS]; /* values; −1 where left out */
    int output[DP_ONNX_MAX_OUTPUTS];
} dp_onnx_node;

typedef struct dp_onnx_graph {
    int opset;
    int n_nodes, n_values;
    dp_onnx_node node[DP_ONNX_MAX_NODES];
    dp_onnx_value value[DP_ONNX_MAX_VALUES];
    int n_order;
    int order[DP_ONNX_MAX_NODES];
    int input; /* the value that images come in by, or −1 */
} dp_onnx_graph;

/* Resolve the names of proto, which must outlive *graph. DP_MODEL past a limit and where two
 * nodes give the same value. */
DP_MUST_CHECK dp_code dp_onnx_graph_build(dp_onnx_graph *graph,
                                          const Onnx__GraphProto *proto, int opset,
                                          dp_err *err);

/* Fill order with the nodes that value `output` needs, each after those it needs itself,
 * whatever their order in the file; count uses and find the input. DP_MODEL for a cycle,
 * a value that nothing gives, and two inputs. */
DP_MUST_CHECK dp_code dp_onnx_graph_sort(dp_onnx_graph *graph, int output, dp_err *err);

/* The value of that name, or −1. */
int dp_onnx_graph_find(const dp_onnx_graph *graph, const char *name);

/* ---- nodes --------------------------------------------------------------------------- */

/* What messages call a node: its name, or that of its first output where it has none. */
const char *dp_onnx_node_label(const dp_onnx_graph *graph, const dp_onnx_node *node);

/* NULL where the node has no such attribute. */
const Onnx__AttributeProto *dp_onnx_attr(const dp_onnx_node *node, const char *name);

/* The attribute's value, or `otherwise` where it is absent. */
int64_t dp_onnx_attr_int(const dp_onnx_node *node, const char *name, int64_t otherwise);
float dp_onnx_attr_float(const dp_onnx_node *node, const char *name, float otherwise);

/* Whether the attribute is this text. */
bool dp_onnx_attr_is(const dp_onnx_node *node, const char *name, const char *text);

#endif
