"""Operators that are refused, a line each: constants where the image must be, the image where constants
must be, and numbers that do not fit."""

import numpy as np

from graphs import BAD, dense, matmul
from onnxlib import Graph, field_bytes, field_int

FIRST = "the first input must be the activation"
CONSTANT = r"input \d.*depends on the image"
PADDING = "only zeros in height and width are supported as padding"
SCALE = "the scale of an activation must be one positive number"


def image(g):
    return g.input(["batch", 1, 28, 28])


def row(g):
    return g.node("Flatten", [image(g)])


def scores(g):
    return matmul(g, row(g), 784, 10)


def refused(name, pattern, make, **options):
    """A graph whose last node `make` adds."""
    def graph():
        g = Graph(**{"opset": 13, **options})
        g.output(make(g))
        return g
    BAD.append((name, pattern, graph))


def refused_constant(name, pattern, make, **options):
    """The same, if the node has only constants: the graph uses it as a shape."""
    refused(name, pattern, lambda g: g.node("Reshape", [image(g), make(g)]), **options)


def numbers(*values):
    return np.array(values, dtype=np.float32)


# ---- constants where the image must be ----------------------------------------------------

refused("convolution_by_the_image", FIRST,
        lambda g: g.node("Conv", [g.weights(1, 1, 28, 28), image(g)]))
refused("batch_norm_by_the_image", FIRST,
        lambda g: g.node("BatchNormalization", [g.weights(1, 4), *[row(g)] * 4]))
refused("gemm_by_the_image", "the first input must have one flat row per image",
        lambda g: g.node("Gemm", [g.weights(1, 784), row(g)]))
refused("gemm_of_columns", "the first input must have one flat row per image",
        lambda g: g.node("Gemm", [row(g), g.weights(784, 10)], transA=1))
refused("gemm_of_images", "the first input must have one flat row per image",
        lambda g: g.node("Gemm", [image(g), g.weights(784, 10)]))
refused("mean_over_the_image", "axes depend on the image",
        lambda g: g.node("ReduceMean", [g.weights(1, 4), row(g)]), opset=18)
refused("relu_of_two", "parameters depend on the image",
        lambda g: g.node("Relu", [g.weights(1, 10), row(g)]))
refused("quantized_by_the_image", "the scale depends on the image",
        lambda g: g.node("QuantizeLinear", [g.weights(1, 10), row(g)]))
refused("dequantized_by_the_image", "the scale depends on the image",
        lambda g: g.node("DequantizeLinear", [g.ints(1, 2), row(g)]))
refused("output_without_the_image", "the output does not depend on an input",
        lambda g: [row(g), g.node("Neg", [g.weights(1, 10)])][1])
refused_constant("softmax_of_a_constant", r"\(Softmax\): not supported on constants",
                 lambda g: g.node("Softmax", [g.weights(1, 10)]))

# ---- the image where constants must be ----------------------------------------------------

refused("slice_of_the_image", r"\(Slice\): not supported on values that depend on the image",
        lambda g: g.node("Slice", [image(g), g.ints(0), g.ints(1)]))
refused("clip_by_the_image", CONSTANT, lambda g: g.node("Clip", [row(g), row(g)]))
refused("clip_by_two_numbers", "min is not a single number",
        lambda g: g.node("Clip", [row(g), g.const(numbers(1, 2))]))
refused("weights_by_the_image", CONSTANT, lambda g: g.node("Gemm", [row(g), row(g)]))
refused("biases_by_the_image", CONSTANT,
        lambda g: g.node("Gemm", [row(g), g.weights(784, 10), row(g)]))
refused("image_quantized_by_itself", CONSTANT,
        lambda g: g.node("QuantizeLinear", [row(g), row(g)]))
refused("image_quantized_to_itself", CONSTANT,
        lambda g: g.node("QuantizeLinear", [row(g), g.const(np.float32(1)), row(g)]))
refused("pads_by_the_image", CONSTANT, lambda g: g.node("Pad", [image(g), row(g)]))
refused("padded_by_the_image", CONSTANT,
        lambda g: g.node("Pad", [image(g), g.ints(*[0] * 8), row(g)]))
refused("axes_by_the_image", CONSTANT, lambda g: g.node("Unsqueeze", [image(g), row(g)]))
refused("shape_by_the_image", CONSTANT, lambda g: g.node("Reshape", [image(g), row(g)]))
refused("means_by_the_image", CONSTANT,
        lambda g: g.node("BatchNormalization", [row(g), *[row(g)] * 4]))

# ---- numbers that do not fit --------------------------------------------------------------

refused_constant("slice_of_nothing", "starts, ends, axes and steps differ in length",
                 lambda g: g.node("Slice", [g.ints(1, 2)]), opset=9)
refused_constant("slice_of_an_axis_too_many", "axis 1 is out of range for rank 1",
                 lambda g: g.node("Slice", [g.ints(1, 2), g.ints(0), g.ints(1), g.ints(1)]))
for step in (1 << 40, -1 << 40):
    refused_constant("slice_by_%d" % step, "is zero or too large",
            lambda g, s=step: g.node("Slice", [g.ints(1, 2), g.ints(0), g.ints(1), g.ints(0),
                                               g.ints(s)]))
refused_constant("constant_without_numbers", "empty value",
                 lambda g: g.node("Constant", [], value_ints=[]))
refused_constant("constant_without_a_value", "no value of a supported type",
                 lambda g: g.node("Constant", [], value_string="x"))
refused_constant("concat_of_nothing", "input 1 does not match the first input",
                 lambda g: g.node("Concat", [g.ints(1), ""], axis=0))
refused_constant("concat_along_another_axis", "axis 3 is out of range for rank 1",
                 lambda g: g.node("Concat", [g.ints(1), g.ints(2)], axis=3))
refused_constant("product_of_a_table", "supported on shapes only",
                 lambda g: g.node("ReduceProd", [g.const(np.ones((2, 2), np.int64))]))
refused_constant("sum_of_nothing", "input 1 is missing",
                 lambda g: g.node("Sum", [g.weights(1), "", g.weights(1)]))
refused_constant("sum_of_other_shapes", r"shapes \[3\] and \[2\] do not match",
                 lambda g: g.node("Add", [g.weights(3), g.weights(2)]))
refused("sum_of_other_shapes_than_the_image", r"shapes \[1,784\] and \[2\] do not match",
        lambda g: g.node("Add", [row(g), g.weights(2)]))
refused("image_added_to_more", "broadcasting the activation to a larger constant",
        lambda g: g.node("Add", [row(g), g.weights(3, 784)]))
refused("padding_of_two_numbers", PADDING,
        lambda g: g.node("Pad", [image(g), g.ints(*[0] * 8), g.const(numbers(0, 1))]))
for k in (0, 4, 5):
    refused("padding_of_side_%d" % k, PADDING,
            lambda g, k=k: g.node("Pad", [image(g), g.ints(*[int(i == k) for i in range(8)])]))
refused("padding_by_axes", PADDING,
        lambda g: g.node("Pad", [image(g), g.ints(*[0] * 8), "", g.ints(2, 3)]), opset=18)
refused("wide_kernel", "the limit is 4096 of each",
        lambda g: g.node("Conv", [image(g), g.weights(1, 1, 1, 4097)]))
refused("high_kernel", "the limit is 4096 of each",
        lambda g: g.node("Conv", [image(g), g.weights(1, 1, 4097, 1)]))
refused("many_kernels", "the limit is 4096 of each",
        lambda g: g.node("Conv", [image(g), g.weights(4097, 1, 1, 1)]))
for groups in (0, 2, -1):
    refused("convolution_of_%d_groups" % groups, "do not match an input of 1 channels",
            lambda g, n=groups: g.node("Conv", [image(g), g.weights(4, 1, 3, 3)], group=n))
refused("convolution_of_more_channels", "weights for 2 channels in 1 groups",
        lambda g: g.node("Conv", [image(g), g.weights(4, 2, 3, 3)]))
refused("pool_of_nothing", r"kernel_shape: 0 is not in \[1, 4096\]",
        lambda g: g.node("MaxPool", [image(g)]))
refused("pool_of_much", r"kernel_shape: 4097 is not in \[1, 4096\]",
        lambda g: g.node("MaxPool", [image(g)], kernel_shape=[2, 4097]))
refused("pool_of_one_side", "kernel_shape: 1 numbers instead of 2",
        lambda g: g.node("MaxPool", [image(g)], kernel_shape=[2]))
refused("pool_without_pads", r"pads: -1 is not in \[0, 4096\]",
        lambda g: g.node("MaxPool", [image(g)], kernel_shape=[2, 2], pads=[0, 0, 0, -1]))
refused("mean_over_another_axis", "axis 4 is out of range for rank 4",
        lambda g: g.node("ReduceMean", [image(g)], axes=[4]))
refused("mean_over_a_negative_axis", "axis -5 is out of range for rank 4",
        lambda g: g.node("ReduceMean", [image(g)], axes=[-5]))
refused("unsqueezed_without_axes", "axes are missing or too many",
        lambda g: g.node("Unsqueeze", [image(g)]), opset=11)
refused("unsqueezed_too_far", "axes are missing or too many",
        lambda g: g.node("Unsqueeze", [image(g), g.ints(*range(5))]))
refused("unsqueezed_at_another_axis", "axis 9 is out of range for rank 5",
        lambda g: g.node("Unsqueeze", [image(g), g.ints(9)]))
refused("reshaped_to_floats", "shape: not integers",
        lambda g: g.node("Reshape", [image(g), g.const(numbers(1, 784))]))
refused("reshaped_to_nine_dimensions", "shape: 9 numbers exceed the limit of 8",
        lambda g: g.node("Reshape", [image(g), g.ints(*[1] * 9)]))
refused("reshaped_without_a_shape", "input 1 is missing|shape is missing",
        lambda g: g.node("Reshape", [image(g), ""]))
refused("reshaped_to_a_negative_size", "shape is invalid",
        lambda g: g.node("Reshape", [image(g), g.ints(1, -2)]))
refused("reshaped_to_two_open_sizes", "shape is invalid",
        lambda g: g.node("Reshape", [image(g), g.ints(-1, -1)]))
refused("reshaped_to_a_huge_size", "shape is invalid",
        lambda g: g.node("Reshape", [image(g), g.ints(1 << 40, 1 << 40)]))
refused("reshaped_to_zeros", r"cannot reshape \[1,1,28,28\] to \[0,",
        lambda g: g.node("Reshape", [image(g), g.ints(0, -1)], allowzero=1), opset=14)
refused("reshaped_to_a_zero_too_far", "cannot reshape",
        lambda g: g.node("Reshape", [row(g), g.ints(0, 784, 0)]))
for shape in ([-1, -1], [-1], [1 << 32, 1 << 32], [0, 1 << 62, 4], [1] * 9):
    refused("weights_of_shape_" + "_".join(map(str, shape)),
            "its shape is invalid or too large|9 dimensions exceed the limit of 8",
            lambda g, s=shape: g.node("Add", [row(g), g.const(
                np.float32(1), b"".join(field_int(1, n) for n in s) + field_bytes(9, b"1234"))]))
for perm in ([0, 1], [0, 1, 2, -1], [0, 1, 2, 3, 4]):
    refused("transposed_by_" + "_".join(map(str, perm)), "perm does not match rank 4",
            lambda g, p=perm: g.node("Transpose", [image(g)], perm=p))
refused("column_of_one_dimension", "too few dimensions",
        lambda g: g.node("MatMul", [g.weights(10, 784), g.input([784])]), batched=False)
refused("weights_without_numbers", r"floats of shape \[784,0\] instead of floats of rank 2",
        lambda g: g.node("Gemm", [row(g), g.const(np.zeros((784, 0), np.float32))]))
refused("weights_of_three_dimensions", "instead of floats of rank 2",
        lambda g: g.node("Gemm", [row(g), g.weights(2, 392, 10)]))
for scale, name in ((-1, "negative"), (np.nan, "unknown")):
    refused("scale_that_is_%s" % name, SCALE,
            lambda g, s=scale: g.node("QuantizeLinear", [row(g), g.const(np.float32(s)),
                                                         g.const(np.uint8(0))]))
refused("scales_along_another_axis_of_the_image", "axis 7 is out of range for rank 2",
        lambda g: g.node("QuantizeLinear", [row(g), g.const(numbers(1, 2)),
                                            g.const(np.uint8([0, 0]))], axis=7))
refused("different_scales_of_the_image", SCALE,
        lambda g: g.node("QuantizeLinear", [row(g), g.const(np.arange(1, 785, dtype=np.float32))],
                         axis=1))
refused("different_zeros_of_the_image", SCALE,
        lambda g: g.node("QuantizeLinear", [
            row(g), g.const(np.ones(784, np.float32)),
            g.const(np.arange(784, dtype=np.int64).astype(np.uint8))], axis=1))

# ---- names and numbers of things -----------------------------------------------------------

for texts in (["a"] * 10, list("0123456788"), list("012345678"), ["10"] * 10):
    refused("labels_" + "".join(texts), "labels are not 0 to 9 in order",
            lambda g, t=texts: g.node("ZipMap", [g.node("Softmax", [scores(g)])],
                                      domain="ai.onnx.ml", classlabels_strings=t),
            domains=["ai.onnx.ml"])
refused("label_without_an_argmax", "labels are not 0 to 9 in order, after an ArgMax",
        lambda g: g.node("ArrayFeatureExtractor", [g.ints(*range(10)), scores(g)],
                         domain="ai.onnx.ml"), domains=["ai.onnx.ml"])
refused("labels_backwards", "labels are not 0 to 9 in order, after an ArgMax",
        lambda g: g.node("ArrayFeatureExtractor", [
            g.ints(*range(9, -1, -1)), g.node("ArgMax", [scores(g)], axis=1)],
            domain="ai.onnx.ml"), domains=["ai.onnx.ml"])
refused("node_of_many_outputs", "a node has more than 8 outputs",
        lambda g: g.node("Split", [row(g)], outputs=9)[0])
refused("name_that_is_long", "a name is missing or longer than 512 bytes",
        lambda g: g.node("Neg", [g.input([1, 784], name="x" * 513)]))
refused("many_initializers", "257 initializers exceed the limit of 256",
        lambda g: [row(g), *[g.weights(1) for _ in range(257)]][0])
refused("input_of_nine_dimensions", "9 dimensions exceed the limit of 8",
        lambda g: g.node("Neg", [g.input([1] * 9)]))
refused("node_without_an_output", "the first output is missing",
        lambda g: g.node("Dropout", [row(g)], outputs=2, names=["", "mask"])[1])
refused("numbers_of_sixteen_images", "numbers instead of the scores of ten digits",
        lambda g: dense(g, row(g), 784, 16))
refused("images_resized", "without resizing them",
        lambda g: g.node("Upsample", [image(g), g.const(numbers(1, 1, 2, 2))]), opset=9)

# ---- inputs that are missing ---------------------------------------------------------------

# How many inputs an operator must have.
INPUTS = {
    "ArgMax": 1, "AveragePool": 1, "BatchNormalization": 5, "Cast": 1, "Concat": 1,
    "ConstantOfShape": 1, "Conv": 2, "DequantizeLinear": 2, "Dropout": 1, "Flatten": 1, "Gather": 2,
    "Gemm": 2, "GlobalAveragePool": 1, "GlobalMaxPool": 1, "Identity": 1, "LogSoftmax": 1, "MatMul": 2,
    "MaxPool": 1, "Pad": 1, "QLinearConv": 8, "QLinearMatMul": 8, "QuantizeLinear": 2, "ReduceMax": 1,
    "ReduceMean": 1, "ReduceProd": 1, "Reshape": 1, "Shape": 1, "Slice": 1, "Softmax": 1, "Squeeze": 1,
    "Transpose": 1, "Unsqueeze": 1, "Add": 2, "Relu": 1, "Clip": 1, "PRelu": 2, "Neg": 1}
MICROSOFT = {"QGemm": 6, "QLinearAdd": 7, "QLinearAveragePool": 4, "QLinearGlobalAveragePool": 4,
             "QLinearLeakyRelu": 4, "QLinearMul": 7, "QLinearSigmoid": 4}
LEARNING = {"ArrayFeatureExtractor": 2, "LinearClassifier": 1, "Normalizer": 1, "Scaler": 1, "ZipMap": 1}

for domain, operators in (("", INPUTS), ("com.microsoft", MICROSOFT), ("ai.onnx.ml", LEARNING)):
    for op, n in operators.items():
        for missing in range(n):
            refused_constant(
                "%s_without_input_%d" % (op, missing), "input %d is missing" % missing,
                lambda g, op=op, domain=domain, missing=missing, n=n: g.node(
                    op, [g.ints(1) if k < missing else "" for k in range(n)], domain=domain),
                domains=[domain] if domain else [])
