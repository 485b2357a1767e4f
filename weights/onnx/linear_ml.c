/* The linear models of scikit-learn (domain ai.onnx.ml): Scaler, LinearClassifier and Normalizer,
 * as operators of the standard domain. */
#include "config.h"

#include "weights/onnx/activation.h"
#include "weights/onnx/operators.h"

#include "engine/core/arith.h"
#include "engine/net/scores.h"

#include <string.h>

/* ---- plain operators ------------------------------------------------------------------ */

/* Temporary values, for the constants and results of a model's steps. */
enum { NUMBERS, RESULT };

static int temporary(const dp_onnx_run *run, int i)
{
    return run->graph->n_values - DP_ONNX_TEMPORARIES + i;
}

/* RESULT = op(RESULT), or op(RESULT, NUMBERS). `family` has the operator. */
static dp_code apply(dp_onnx_run *run, const dp_onnx_op *family, const char *op,
                     dp_err *err)
{
    Onnx__NodeProto proto = ONNX__NODE_PROTO__INIT;
    dp_onnx_node node = { .proto = &proto, .n_outputs = 1 };
    while (strcmp(family->name, op) != 0)
        family++;
    proto.op_type = (char *)family->name; /* only read */
    node.input[0] = node.output[0] = temporary(run, RESULT);
    node.input[1] = temporary(run, NUMBERS);
    node.n_inputs = family->inputs;
    dp_code code = family->lower(run, &node, err);
    return code ? dp_fail_in(err, code, "%s", op) : DP_OK;
}

/* Copy a value; the number of uses belongs to the place. */
static void copy_state(dp_state *to, const dp_state *from)
{
    const int left = to->left;
    *to = *from;
    to->left = left;
}

/* Begin with the first input of the node, which must have one row per image. */
static dp_code begin(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_state *in = dp_onnx_input(run, node, 0);
    if (in->view.dims.rank != 2)
        return dp_fail(err, DP_MODEL, "the input must have one flat row per image");
    copy_state(&run->state[temporary(run, RESULT)], in);
    return DP_OK;
}

/* ---- attributes ----------------------------------------------------------------------- */

/* Set NUMBERS to the floats of an attribute, as a row. DP_MODEL if the node does not have as many
 * as are wanted. */
static dp_code take_numbers(dp_onnx_run *run, const dp_onnx_node *node, const char *name,
                            size_t wanted, dp_err *err)
{
    const Onnx__AttributeProto *a = dp_onnx_attr(node, name);
    const size_t n = a ? a->n_floats : 0;
    dp_state *numbers = &run->state[temporary(run, NUMBERS)];
    if (n != wanted)
        return dp_fail(err, DP_MODEL, "%s: %zu numbers instead of %zu", name, n, wanted);
    *numbers = (dp_state){ .kind = DP_STATE_CONSTANT };
    numbers->tensor =
        (dp_onnx_tensor){ .dims = { 2, { 1, (int64_t)n } }, .count = n, .f = a->floats };
    return DP_OK;
}

/* Set NUMBERS to the coefficients, [digit, feature] in the file, as [feature, digit]. */
static dp_code take_coefficients(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const Onnx__AttributeProto *a = dp_onnx_attr(node, "coefficients");
    const size_t n = a ? a->n_floats : 0, features = n / DP_DIGITS;
    dp_state *numbers = &run->state[temporary(run, NUMBERS)];
    float *f;
    if (n == 0 || n % DP_DIGITS != 0)
        return dp_fail(err, DP_MODEL,
                       "coefficients: %zu numbers are not those of ten digits", n);
    *numbers = (dp_state){ .kind = DP_STATE_CONSTANT };
    const dp_onnx_dims dims = { 2, { (int64_t)features, DP_DIGITS } };
    dp_code code =
        dp_onnx_tensor_new(&numbers->tensor, &f, NULL, run->memory, &dims, err);
    for (size_t i = 0; i < features && !code; i++)
        for (size_t digit = 0; digit < DP_DIGITS; digit++)
            *f++ = a->floats[digit * features + i];
    return code;
}

/* ---- Scaler: (x - offset) * scale ----------------------------------------------------- */

/* Set NUMBERS to one number, or to one for each feature. */
static dp_code take_feature_numbers(dp_onnx_run *run, const dp_onnx_node *node,
                                    const char *name, dp_err *err)
{
    const Onnx__AttributeProto *a = dp_onnx_attr(node, name);
    const int64_t features = run->state[temporary(run, RESULT)].view.dims.dim[1];
    return take_numbers(run, node, name, a && a->n_floats == 1 ? 1 : (size_t)features,
                        err);
}

static dp_code lower_scaler(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_code code = begin(run, node, err);
    if (code)
        return code;
    if ((code = take_feature_numbers(run, node, "offset", err)) ||
        (code = apply(run, dp_onnx_arith_ops, "Sub", err)) ||
        (code = take_feature_numbers(run, node, "scale", err)) ||
        (code = apply(run, dp_onnx_arith_ops, "Mul", err)))
        return code;
    copy_state(&run->state[node->output[0]], &run->state[temporary(run, RESULT)]);
    return DP_OK;
}

/* ---- LinearClassifier: post_transform(coefficients · x + intercepts) ------------------ */

static dp_code transform_scores(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const Onnx__AttributeProto *a = dp_onnx_attr(node, "post_transform");
    if (!a || dp_onnx_attr_is(node, "post_transform", "NONE")) {
        run->only_digit = true; /* distances to a plane are no probabilities */
        return DP_OK;
    }
    if (dp_onnx_attr_is(node, "post_transform", "SOFTMAX"))
        return apply(run, dp_onnx_ending_ops, "Softmax", err);
    if (dp_onnx_attr_is(node, "post_transform", "LOGISTIC"))
        return apply(run, dp_onnx_arith_ops, "Sigmoid", err);
    return dp_fail(err, DP_MODEL,
                   "post_transform is not supported (NONE, SOFTMAX or LOGISTIC)");
}

/* Set the outputs: the label, from which nothing else can be computed, and the scores. */
static dp_code give_outputs(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_state *result = &run->state[temporary(run, RESULT)];
    const int label = node->output[0];
    if (node->n_outputs > 1 && node->output[1] >= 0)
        copy_state(&run->state[node->output[1]], result);
    if (run->state[label].left == 0)
        return DP_OK;
    dp_code code = dp_onnx_flush(run, &run->state[temporary(run, RESULT)], err);
    copy_state(&run->state[label], result);
    run->ending = DP_END_ARGMAX;
    return code;
}

static dp_code lower_classifier(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_code code;
    if ((code = dp_onnx_not_ended(run, err)) ||
        (code = dp_onnx_check_labels(node, err)) || (code = begin(run, node, err)) ||
        (code = take_coefficients(run, node, err)) ||
        (code = apply(run, dp_onnx_dense_ops, "MatMul", err)))
        return code;
    if (dp_onnx_attr(node, "intercepts") &&
        ((code = take_numbers(run, node, "intercepts", DP_DIGITS, err)) ||
         (code = apply(run, dp_onnx_arith_ops, "Add", err))))
        return code;
    code = transform_scores(run, node, err);
    return code ? code : give_outputs(run, node, err);
}

/* ---- Normalizer: scores divided by their sum ------------------------------------------ */

/* What dp_prediction_finish does with sigmoids. Of pixels it is no layer of a chain. */
static dp_code lower_normalizer(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_code code = begin(run, node, err);
    if (!code)
        code = dp_onnx_flush(run, &run->state[temporary(run, RESULT)], err);
    if (code)
        return code;
    if (!dp_onnx_attr_is(node, "norm", "L1") ||
        dp_scores_of(&run->chain.spec) != DP_SCORES_SHARES)
        return dp_fail(
            err, DP_MODEL,
            "only the sum of final sigmoids can be normalised (norm L1); scale "
            "pixels by a Scaler");
    run->ending = DP_END_NORMALIZER;
    copy_state(&run->state[node->output[0]], &run->state[temporary(run, RESULT)]);
    return DP_OK;
}

const dp_onnx_op dp_onnx_linear_ops[] = {
    { "Scaler", 1, NULL, lower_scaler },
    { "LinearClassifier", 1, NULL, lower_classifier },
    { "Normalizer", 1, NULL, lower_normalizer },
    { NULL, 0, NULL, NULL },
};
