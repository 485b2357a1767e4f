/* Operators that turn scores into an answer: Softmax, LogSoftmax, ArgMax, ZipMap and
 * ArrayFeatureExtractor. */
#include "config.h"

#include "weights/onnx/activation.h"
#include "weights/onnx/operators.h"

#include "engine/net/scores.h"

#include <string.h>

/* Check that the operator runs over all elements of an image. Before opset 13, Softmax
 * flattened all dimensions from its axis on. */
static dp_code check_row(const dp_onnx_run *run, const dp_onnx_node *node,
                         const dp_onnx_view *view, bool flattens, int64_t otherwise,
                         dp_err *err)
{
    int axis;
    dp_code code = dp_onnx_axis(&axis, dp_onnx_attr_int(node, "axis", otherwise),
                                view->dims.rank, err);
    if (code)
        return code;
    flattens = flattens && run->graph->opset < 13;
    for (int k = 0; k < view->n_axes; k++) {
        bool inside = flattens ? view->at[k] >= axis : view->at[k] == axis;
        if (inside != (view->axis[k] != DP_AXIS_N))
            return dp_fail(err, DP_MODEL, "axis %d does not hold all scores of an image",
                           axis);
    }
    return DP_OK;
}

static dp_code lower_softmax(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in = dp_onnx_input(run, node, 0);
    bool log = strcmp(node->proto->op_type, "LogSoftmax") == 0;
    dp_onnx_view view = in->view;
    dp_code code =
        check_row(run, node, &view, true, run->graph->opset < 13 ? 1 : -1, err);
    if (code)
        return code;
    if (run->ending == DP_END_LOG_SOFTMAX) /* softmax(log_softmax(x)) = softmax(x) */
        run->ending = DP_END_NONE;
    if ((code = dp_onnx_flush(run, in, err)))
        return code;
    run->only_digit = false;
    if (log)
        run->ending = DP_END_LOG_SOFTMAX;
    else if ((code = dp_chain_flatten(&run->chain, err)) ||
             (code = dp_chain_add_plain(&run->chain, DP_OP_SOFTMAX, err)))
        return code;
    dp_onnx_give_activation(run, node, &view);
    return DP_OK;
}

/* ArgMax adds no layer: the chain's output remains the scores. They are the probabilities of the
 * digits only if the graph computes them itself. */
static dp_code lower_argmax(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in = dp_onnx_input(run, node, 0);
    dp_onnx_view view = in->view;
    dp_code code = check_row(run, node, &view, false, 0, err);
    if (code)
        return code;
    const bool log_softmax = run->ending == DP_END_LOG_SOFTMAX;
    if (log_softmax || run->ending == DP_END_NORMALIZER)
        run->ending = DP_END_NONE;
    if ((code = dp_onnx_flush(run, in, err)))
        return code;
    run->ending = DP_END_ARGMAX;
    run->softmaxed = log_softmax;
    run->only_digit = !log_softmax && !dp_spec_ends_in_softmax(&run->chain.spec) &&
                      dp_scores_of(&run->chain.spec) != DP_SCORES_SHARES;
    dp_onnx_give_activation(run, node, &view);
    return DP_OK;
}

/* ---- scikit-learn's outputs ---------------------------------------------------------- */

/* The first of these attributes that the node has. */
static const Onnx__AttributeProto *either(const dp_onnx_node *node, const char *one,
                                          const char *other)
{
    const Onnx__AttributeProto *a = dp_onnx_attr(node, one);
    return a ? a : dp_onnx_attr(node, other);
}

/* Whether the label of class i is i, as a number or as text. */
static bool is_label(const dp_onnx_node *node, size_t i)
{
    const Onnx__AttributeProto *numbers =
        either(node, "classlabels_int64s", "classlabels_ints");
    const Onnx__AttributeProto *texts = dp_onnx_attr(node, "classlabels_strings");
    if (numbers && numbers->n_ints == DP_DIGITS)
        return numbers->ints[i] == (int64_t)i;
    return texts && texts->n_strings == DP_DIGITS && texts->strings[i].len == 1 &&
           texts->strings[i].data[0] == '0' + i;
}

dp_code dp_onnx_check_labels(const dp_onnx_node *node, dp_err *err)
{
    for (size_t i = 0; i < DP_DIGITS; i++)
        if (!is_label(node, i))
            return dp_fail(err, DP_MODEL, "labels are not 0 to 9 in order");
    return DP_OK;
}

/* A map from labels to probabilities. */
static dp_code lower_zipmap(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_view view = dp_onnx_input(run, node, 0)->view;
    dp_code code = dp_onnx_check_labels(node, err);
    if (!code)
        dp_onnx_give_view(run, node, &view);
    return code;
}

/* The label of the class that an ArgMax has chosen. */
static dp_code lower_extractor(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_tensor *labels;
    const dp_state *chosen = dp_onnx_input(run, node, 1);
    dp_code code = dp_onnx_constant(&labels, run, node, 0, err);
    if (code)
        return code;
    bool digits = labels->count == DP_DIGITS;
    for (size_t i = 0; digits && i < DP_DIGITS; i++)
        digits = dp_onnx_tensor_at(labels, i) == (double)i;
    if (!digits || run->ending != DP_END_ARGMAX)
        return dp_fail(err, DP_MODEL, "labels are not 0 to 9 in order, after an ArgMax");
    dp_onnx_set_activation(&run->state[node->output[0]], &chosen->view,
                           chosen->generation);
    return DP_OK;
}

const dp_onnx_op dp_onnx_label_ops[] = {
    { "ZipMap", 1, NULL, lower_zipmap },
    { "ArrayFeatureExtractor", 2, NULL, lower_extractor },
    { NULL, 0, NULL, NULL },
};

const dp_onnx_op dp_onnx_ending_ops[] = {
    { "Softmax", 1, NULL, lower_softmax },
    { "LogSoftmax", 1, NULL, lower_softmax },
    { "ArgMax", 1, NULL, lower_argmax },
    { NULL, 0, NULL, NULL },
};
