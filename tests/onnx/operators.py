"""Graphs for the rules of single operators: what each may be given, and what is refused."""

import numpy as np

from graphs import bad, batch_norm, conv, dense, good, head, matmul, nchw
from onnxlib import FLOAT, INT32, INT64, UINT8, Graph, bfloat16, bfloat16_data, external


def by_shape(g, shape):
    """A network that reshapes its input to `shape`, which the graph computes."""
    g.output(dense(g, g.node("Reshape", [nchw(g), shape]), 784, 10))
    return g


def flat(g):
    return g.node("Flatten", [nchw(g)])


def weighted(g, w, features=784):
    """A network whose weights the graph computes."""
    g.output(g.node("MatMul", [flat(g) if features == 784 else features, w]))
    return g


def stored(g, low, high, *shape, dtype=np.int8):
    return g.const(g.rng.randint(low, high, shape).astype(dtype))


# ---- Slice, Gather, Concat, Shape, ConstantOfShape, Constant ------------------------------

@good
def slice_backwards():
    g = Graph(opset=13)
    return by_shape(g, g.node("Slice", [g.ints(784, 1), g.ints(-1), g.ints(-1000), g.ints(0),
                                        g.ints(-1)]))


@good
def slice_by_attributes():
    g = Graph(opset=9)
    return by_shape(g, g.node("Slice", [g.ints(7, 1, 784, 9)], starts=[1], ends=[-1]))


@good
def slice_of_weights():
    g = Graph(opset=13)
    w = g.node("Slice", [g.weights(1568, 12), g.ints(0, -10), g.ints(5000, 12), g.ints(0, 1),
                         g.ints(2, 1)])
    return weighted(g, w)


@bad(r"\(Slice\): step 0 is zero or too large")
def slice_without_step():
    g = Graph(opset=13)
    return by_shape(g, g.node("Slice", [g.ints(1, 784), g.ints(0), g.ints(2), g.ints(0),
                                        g.ints(0)]))


@bad(r"\(Slice\): starts, ends, axes and steps differ in length")
def slice_of_two_lengths():
    g = Graph(opset=13)
    return by_shape(g, g.node("Slice", [g.ints(1, 784), g.ints(0), g.ints(2, 2)]))


@bad(r"\(Slice\): starts, ends, axes and steps differ in length")
def slice_of_odd_axes():
    g = Graph(opset=13)
    return by_shape(g, g.node("Slice", [g.ints(1, 784), g.ints(0), g.ints(2), g.ints(0, 0)]))


@bad(r"\(Slice\): starts, ends, axes and steps differ in length")
def slice_of_odd_steps():
    g = Graph(opset=13)
    return by_shape(g, g.node("Slice", [g.ints(1, 784), g.ints(0), g.ints(2), g.ints(0),
                                        g.ints(1, 1)]))


@bad(r"\(Slice\): axis 1 is out of range for rank 1")
def slice_of_another_axis():
    g = Graph(opset=13)
    return by_shape(g, g.node("Slice", [g.ints(1, 784), g.ints(0), g.ints(2), g.ints(1)]))


@bad(r"\(Slice\): not supported on values that depend on the image")
def slice_of_the_image():
    g = Graph(opset=13)
    x = g.node("Slice", [nchw(g), g.ints(0), g.ints(14), g.ints(2)])
    return head(g, g.node("Flatten", [x]), 392)


@good
def gather_from_the_end():
    g = Graph(opset=13)
    last = g.node("Gather", [g.ints(3, 784), g.const(np.array([-1], dtype=np.int64))])
    return by_shape(g, g.node("Concat", [g.ints(-1), last], axis=-1))


@good
def gather_columns_and_rows():
    g = Graph(opset=13)
    w = g.node("Gather", [g.weights(784, 12), g.const(np.array([3, 0, 11, 2, 2, 5, 6, 7, 8, 9],
                                                              dtype=np.int64))], axis=-1)
    rows = g.node("Gather", [w, g.const(np.arange(783, -1, -1).astype(np.int32))], axis=0)
    return weighted(g, rows)


@good
def gather_by_a_table():
    g = Graph(opset=13)
    table = g.const(np.array([[1], [0]], dtype=np.int64))
    shape = g.node("Gather", [g.ints(784, 1), table])
    return by_shape(g, g.node("Reshape", [shape, g.ints(-1)]))


@bad(r"\(Gather\): index 2 is out of range for 2 elements")
def gather_past_the_end():
    g = Graph(opset=13)
    return by_shape(g, g.node("Gather", [g.ints(1, 784), g.ints(0, 2)]))


@bad(r"\(Gather\): index -3 is out of range for 2 elements")
def gather_before_the_start():
    g = Graph(opset=13)
    return by_shape(g, g.node("Gather", [g.ints(1, 784), g.ints(-3, 1)]))


@bad(r"\(Gather\): indices must be integers")
def gather_by_floats():
    g = Graph(opset=13)
    return by_shape(g, g.node("Gather", [g.ints(1, 784), g.const(np.array([0.0, 1.0]))]))


@bad(r"\(Gather\): indices must be integers; the result's rank must be at most 8")
def gather_of_nine_dimensions():
    g = Graph(opset=13)
    index = g.const(np.zeros((1,) * 8, dtype=np.int64))
    return by_shape(g, g.node("Gather", [g.const(np.zeros((1, 1), dtype=np.int64)), index]))


@bad(r"\(Gather\): axis 2 is out of range for rank 1")
def gather_along_another_axis():
    g = Graph(opset=13)
    return by_shape(g, g.node("Gather", [g.ints(1, 784), g.ints(0, 1)], axis=2))


@good
def concat_of_weights():
    g = Graph(opset=13)
    w = g.node("Concat", [g.weights(784, 3), g.weights(784, 6), g.weights(784, 1)], axis=1)
    return weighted(g, w)


@bad(r"\(Concat\): input 1 does not match the first input")
def concat_of_other_heights():
    g = Graph(opset=13)
    return weighted(g, g.node("Concat", [g.weights(784, 3), g.weights(783, 7)], axis=1))


@bad(r"\(Concat\): input 1 does not match the first input")
def concat_of_other_kinds():
    g = Graph(opset=13)
    return by_shape(g, g.node("Concat", [g.ints(-1), g.const(np.array([784.0]))], axis=0))


@bad(r"\(Concat\): input 1 does not match the first input")
def concat_of_other_ranks():
    g = Graph(opset=13)
    return by_shape(g, g.node("Concat", [g.ints(-1), g.const(np.int64(784))], axis=0))


@good
def shape_from_the_end():
    g = Graph(opset=15)
    sides = g.node("Shape", [nchw(g)], start=-2)
    first = g.node("Shape", ["input"], end=-3)
    n = g.node("ReduceProd", [sides])
    g.output(dense(g, g.node("Reshape", ["input", g.node("Concat", [first, n], axis=0)]), 784, 10))
    return g


@good
def shape_of_weights():
    g = Graph(opset=13)
    w = g.weights(784, 10)
    rows = g.node("Slice", [g.node("Shape", [w]), g.ints(0), g.ints(1)])
    x = g.node("Reshape", [nchw(g), g.node("Concat", [g.ints(-1), rows], axis=0)])
    g.output(g.node("MatMul", [x, w]))
    return g


@bad(r"\(Shape\): start or end is out of range for rank 4")
def shape_past_the_end():
    g = Graph(opset=15)
    return by_shape(g, g.node("Shape", [nchw(g)], start=3, end=2))


@bad(r"\(Shape\): start or end is out of range for rank 4")
def shape_before_the_start():
    g = Graph(opset=15)
    return by_shape(g, g.node("Shape", [nchw(g)], start=-9))


@bad(r"\(Shape\): start or end is out of range for rank 4")
def shape_of_five_dimensions():
    g = Graph(opset=15)
    return by_shape(g, g.node("Shape", [nchw(g)], end=5))


@bad(r"\(ReduceProd\): supported on shapes only")
def product_of_floats():
    g = Graph(opset=13)
    return by_shape(g, g.node("ReduceProd", [g.const(np.array([784.0]))]))


@bad(r"\(ReduceProd\): the product is too large")
def product_of_large_numbers():
    g = Graph(opset=13)
    return by_shape(g, g.node("ReduceProd", [g.ints(1 << 40, 1 << 40)]))


@good
def zeros_of_a_shape():
    g = Graph(opset=13)
    x = g.node("Add", [matmul(g, flat(g), 784, 10), g.node("ConstantOfShape", [g.ints(10)])])
    g.output(x)
    return g


@bad(r"\(ConstantOfShape\): value is not a single number")
def constant_of_two_numbers():
    g = Graph(opset=13)
    return by_shape(g, g.node("ConstantOfShape", [g.ints(2)],
                              value=np.array([1, 784], dtype=np.int64)))


@good
def constants_by_value():
    g = Graph(opset=13)
    shape = g.node("Concat", [g.node("Constant", [], value_ints=[-1]),
                              g.node("Reshape", [g.node("Constant", [], value_int=784),
                                                 g.ints(1)])], axis=0)
    half = g.node("Constant", [], value_float=0.5)
    x = g.node("Mul", [g.node("Reshape", [nchw(g), shape]), half])
    x = dense(g, x, 784, 10)
    g.output(g.node("Add", [x, g.node("Constant", [], value_floats=[0.5] * 10)]))
    return g


@bad(r"\(Constant\): no value of a supported type")
def constant_of_text():
    g = Graph(opset=13)
    return by_shape(g, g.node("Constant", [], value_string="784"))


# ---- Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Cast, Dropout -----------------------

@good
def reshape_that_keeps_dimensions():
    g = Graph(opset=13)
    x = g.node("Reshape", [nchw(g), g.ints(0, 0, -1)])
    return head(g, g.node("Reshape", [x, g.ints(0, 784)]), 784)


@bad(r"\(Reshape\): shape is invalid")
def reshape_of_two_open_sides():
    g = Graph(opset=13)
    return by_shape(g, g.ints(-1, -1))


@bad(r"\(Reshape\): shape is invalid")
def reshape_of_a_negative_side():
    g = Graph(opset=13)
    return by_shape(g, g.ints(-2, 784))


@bad(r"\(Reshape\): shape is invalid")
def reshape_to_a_large_shape():
    g = Graph(opset=13)
    return by_shape(g, g.ints(1 << 40, 1 << 40, 1 << 40))


@bad(r"\(Reshape\): shape is missing")
def reshape_to_nothing():
    g = Graph(opset=13)
    return head(g, g.node("Reshape", [nchw(g)]), 784)


@bad(r"\(Reshape\): cannot reshape \[1,1,28,28\] to \[0,784\]")
def reshape_to_zero():
    g = Graph(opset=14)
    return head(g, g.node("Reshape", [nchw(g), g.ints(0, 784)], allowzero=1), 784)


@bad(r"\(Reshape\): cannot reshape \[784,10\] to \[7850\]")
def reshape_of_weights_to_more():
    g = Graph(opset=13)
    return weighted(g, g.node("Reshape", [g.weights(784, 10), g.ints(7850)]))


@good
def flatten_from_the_end():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [nchw(g)], axis=-3), 784)


@bad(r"\(Flatten\): axis 5 is out of range for rank 4")
def flatten_past_the_end():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [nchw(g)], axis=5), 784)


@bad(r"\(Flatten\): axis -5 is out of range for rank 4")
def flatten_before_the_start():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [nchw(g)], axis=-5), 784)


@good
def squeeze_all_ones():
    g = Graph(opset=13)
    bias = g.node("Squeeze", [g.weights(1, 10, 1)])
    w = g.node("Squeeze", [g.weights(1, 784, 10, 1), g.ints(0, -1)])
    g.output(g.node("Add", [g.node("MatMul", [flat(g), w]), bias]))
    return g


@bad(r"\(Squeeze\): axis 4 is out of range for rank 4")
def squeeze_of_another_axis():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [g.node("Squeeze", [nchw(g), g.ints(4)])]), 784)


@bad(r"\(Squeeze\): cannot reshape \[1,1,28,28\] to \[1,1,28\]")
def squeeze_of_a_side():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [g.node("Squeeze", [nchw(g), g.ints(2)])]), 784)


@good
def unsqueeze_from_the_end():
    g = Graph(opset=13)
    x = g.node("Unsqueeze", [nchw(g), g.ints(-1, 1)])
    return head(g, g.node("Reshape", [x, g.ints(-1, 784)]), 784)


@bad(r"\(Unsqueeze\): axes are missing or too many")
def unsqueeze_of_nothing():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [g.node("Unsqueeze", [nchw(g)])]), 784)


@bad(r"\(Unsqueeze\): axes are missing or too many")
def unsqueeze_of_nine():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [g.node("Unsqueeze", [nchw(g), g.ints(0, 1, 2, 3, 4)])]), 784)


@bad(r"\(Unsqueeze\): axis 6 is out of range for rank 5")
def unsqueeze_past_the_end():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [g.node("Unsqueeze", [nchw(g), g.ints(6)])]), 784)


@good
def transpose_of_stored_values():
    g = Graph(opset=13)
    q = g.node("Transpose", [stored(g, -127, 128, 10, 784)])
    w = g.node("DequantizeLinear", [q, g.const(np.float32(0.001))])
    shape = g.node("Transpose", [g.ints(-1, 784)], perm=[0])
    x = g.node("Reshape", [nchw(g), shape])
    g.output(g.node("MatMul", [x, w]))
    return g


@bad(r"\(Transpose\): perm does not match rank 4")
def transpose_of_three():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [g.node("Transpose", [nchw(g)], perm=[0, 2, 1])]), 784)


@bad(r"\(Transpose\): perm does not match rank 4")
def transpose_of_another_dimension():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [g.node("Transpose", [nchw(g)], perm=[0, 1, 2, 4])]), 784)


@bad(r"\(Transpose\): perm names a dimension twice")
def transpose_of_one_dimension_twice():
    g = Graph(opset=13)
    return weighted(g, g.node("Transpose", [g.weights(10, 784)], perm=[1, 1]))


@good
def cast_of_constants():
    g = Graph(opset=13)
    shape = g.node("Cast", [g.const(np.array([-1.0, 784.0]))], to=INT64)
    w = g.node("Cast", [stored(g, -3, 4, 784, 10)], to=FLOAT)
    x = g.node("Reshape", [nchw(g), g.node("Cast", [shape], to=INT32)])
    g.output(g.node("MatMul", [x, g.node("Mul", [w, g.const(np.float32(0.02))])]))
    return g


@good
def cast_by_name():
    g = Graph(opset=5)
    return head(g, g.node("Flatten", [g.node("Cast", [nchw(g)], to="FLOAT")]), 784)


@bad(r"\(Cast\): 1e\+30 does not fit into an integer")
def cast_of_a_large_number():
    g = Graph(opset=13)
    return by_shape(g, g.node("Cast", [g.const(np.array([1e30, 784.0]))], to=INT64))


@bad(r"\(Cast\): a cast of the activation to INT32 is not supported")
def cast_to_integers():
    g = Graph(opset=13)
    return head(g, g.node("Flatten", [g.node("Cast", [nchw(g)], to=INT32)]), 784)


@bad(r"\(Dropout\): exported in training mode; export for inference")
def dropout_by_two_numbers():
    g = Graph(opset=13)
    x = g.node("Dropout", [nchw(g), g.const(np.float32(0.5)), g.const(np.array([True, False]))])
    return head(g, g.node("Flatten", [x]), 784)


# ---- arithmetic ---------------------------------------------------------------------------

@good
def arithmetic_of_shapes():
    g = Graph(opset=13)
    side = g.node("Div", [g.node("Sub", [g.ints(60), g.ints(4)]), g.ints(2)])
    n = g.node("Mul", [side, g.node("Max", [g.ints(28), g.ints(3), g.ints(7)])])
    return by_shape(g, g.node("Concat", [g.node("Neg", [g.ints(1)]), n], axis=0))


@good
def arithmetic_of_weights():
    g = Graph(opset=13)
    w = g.node("Mul", [g.weights(784, 10), g.node("Sqrt", [g.const(0.5 + g.rng.rand(10))])])
    w = g.node("Sum", [w, g.weights(784, 1), g.weights(1, 10)])
    return weighted(g, g.node("Clip", [w, g.const(np.float32(-0.5)), g.const(np.float32(0.5))]))


@good
def clip_on_one_side():
    g = Graph(opset=13)
    x = g.node("Clip", [matmul(g, flat(g), 784, 12), g.const(np.float32(0))])
    g.output(matmul(g, x, 12, 10))
    return g


@good
def shift_and_scale_by_pixel_after_a_convolution():
    g = Graph(opset=13)
    x = g.node("Mul", [conv(g, nchw(g), 1, 2, 3, strides=[3, 3]), g.weights(1, 2, 9, 9)])
    return head(g, g.node("Flatten", [x]), 162)


@bad(r"\(Div\): integer overflow")
def division_of_a_shape_by_zero():
    g = Graph(opset=13)
    return by_shape(g, g.node("Div", [g.ints(-1, 784), g.ints(0, 1)]))


@bad(r"\(Mul\): integer overflow")
def product_of_large_shapes():
    g = Graph(opset=13)
    return by_shape(g, g.node("Mul", [g.ints(1 << 40, 784), g.ints(1 << 40, 1)]))


@bad(r"\(Add\): shapes \[784,10\] and \[9\] do not match")
def sum_of_other_shapes():
    g = Graph(opset=13)
    return weighted(g, g.node("Add", [g.weights(784, 10), g.weights(9)]))


@bad(r"\(Add\): input 1 is missing")
def sum_of_one():
    g = Graph(opset=13)
    return weighted(g, g.node("Add", [g.weights(784, 10), ""]))


@bad(r"\(Clip\): min is not a single number")
def clip_by_two_numbers():
    g = Graph(opset=13)
    x = g.node("Clip", [matmul(g, flat(g), 784, 12), g.const(np.arange(12) / 12.0)])
    g.output(matmul(g, x, 12, 10))
    return g


@bad(r"\(Sum\): more than two inputs are not supported")
def sum_of_three_activations():
    g = Graph(opset=13)
    x = matmul(g, flat(g), 784, 10)
    g.output(g.node("Sum", [x, x, x]))
    return g


@bad(r"\(Mul\): the constant is empty")
def product_with_nothing():
    g = Graph(opset=13)
    g.output(g.node("Mul", [matmul(g, flat(g), 784, 10), g.const(np.zeros((0,)))]))
    return g


@bad(r"\(Add\): broadcasting the activation to a larger constant is not supported")
def activation_that_is_repeated():
    g = Graph(opset=13)
    g.output(g.node("Add", [matmul(g, flat(g), 784, 10), g.weights(3, 1, 10)]))
    return g


@bad(r"\(Add\): the shapes of the operands differ")
def sum_of_two_views():
    g = Graph(opset=13)
    x = g.node("Relu", [conv(g, nchw(g), 1, 4, 3)])
    y = g.node("Transpose", [x], perm=[0, 1, 3, 2])
    return head(g, g.node("Flatten", [g.node("Add", [x, y])]), 4 * 26 * 26)


@bad(r"\(Add\): a constant that differs between the images of a batch is not supported")
def constant_of_each_image():
    g = Graph(opset=13)
    x = g.node("Flatten", [g.input([2, 1, 28, 28])])
    g.output(g.node("Add", [matmul(g, x, 784, 10), g.weights(2, 10)]))
    return g


# ---- layers -------------------------------------------------------------------------------

@good
def gemm_with_one_number():
    g = Graph(opset=13)
    g.output(g.node("Gemm", [flat(g), g.weights(784, 10), g.const(np.array([[0.5]]))], beta=0.5))
    return g


@bad(r"\(Gemm\): 20 biases for 10 outputs")
def gemm_of_two_biases():
    g = Graph(opset=13)
    g.output(g.node("Gemm", [flat(g), g.weights(784, 10), g.weights(2, 10)]))
    return g


@bad(r"\(Gemm\): the first input must have one flat row per image")
def gemm_of_images():
    g = Graph(opset=13)
    g.output(g.node("Gemm", [nchw(g), g.weights(28, 10)]))
    return g


@bad(r"\(MatMul\): input 1: floats of shape \[1,784,10\] instead of floats of rank 2")
def product_of_three_dimensions():
    g = Graph(opset=13)
    return weighted(g, g.weights(1, 784, 10))


@bad(r"\(MaxPool\): dilated pooling is not supported")
def pooling_with_gaps():
    g = Graph(opset=13)
    x = g.node("MaxPool", [nchw(g)], kernel_shape=[2, 2], dilations=[2, 2])
    return head(g, g.node("Flatten", [x]), 676)


@bad(r"\(AveragePool\): ceil_mode with count_include_pad is not supported")
def average_of_padding_that_is_cut():
    g = Graph(opset=13)
    x = g.node("AveragePool", [nchw(g)], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1],
               ceil_mode=1, count_include_pad=1)
    return head(g, g.node("Flatten", [x]), 225)


@bad(r"\(MaxPool\): input \[1,784\] is not \[batch, channels, height, width\]")
def pooling_of_a_flat_image():
    g = Graph(opset=13)
    return head(g, g.node("MaxPool", [flat(g)], kernel_shape=[2, 2]), 784)


@bad(r"\(Conv\): weights for 1 channels in 0 groups do not match an input of 1 channels")
def convolution_of_no_groups():
    g = Graph(opset=13)
    x = g.node("Conv", [nchw(g), g.weights(2, 1, 3, 3)], group=0)
    return head(g, g.node("Flatten", [x]), 2 * 676)


@bad(r"\(Conv\): strides: 0 is not in \[1, 4096\]")
def convolution_of_steps_of_zero():
    g = Graph(opset=13)
    x = g.node("Conv", [nchw(g), g.weights(2, 1, 3, 3)], strides=[0, 1])
    return head(g, g.node("Flatten", [x]), 2 * 676)


@bad(r"\(Conv\): 1 kernels of 3 x 5000; the limit is 4096 of each")
def convolution_of_large_kernels():
    g = Graph(opset=13)
    x = g.node("Conv", [nchw(g), g.weights(1, 1, 3, 5000)], pads=[0, 2500, 0, 2500])
    return head(g, g.node("Flatten", [x]), 784)


@bad(r"\(BatchNormalization\): input 1: 3 numbers for 4 channels")
def batch_norm_of_other_channels():
    g = Graph(opset=13)
    x = batch_norm(g, conv(g, nchw(g), 1, 4, 3), 3)
    return head(g, g.node("Flatten", [x]), 4 * 676)


@bad(r"\(BatchNormalization\): dimension 1 does not hold the channels")
def batch_norm_along_the_width():
    g = Graph(opset=13)
    x = g.node("Transpose", [conv(g, nchw(g), 1, 4, 3)], perm=[0, 3, 1, 2])
    return head(g, g.node("Flatten", [batch_norm(g, x, 26)]), 4 * 676)


@good
def pad_with_nothing_given():
    g = Graph(opset=13)
    x = g.node("Pad", [nchw(g), g.ints(0, 0, 2, 1, 0, 0, 0, 3), g.const(np.float32(0))],
               mode="constant")
    return head(g, g.node("Flatten", [conv(g, x, 1, 2, 5, strides=[3, 3])]), 2 * 9 * 10)


@bad(r"\(Pad\): only zeros in height and width are supported as padding")
def pad_with_ones():
    g = Graph(opset=13)
    x = g.node("Pad", [nchw(g), g.ints(0, 0, 1, 1, 0, 0, 1, 1), g.const(np.float32(1))])
    return head(g, g.node("Flatten", [x]), 900)


@bad(r"\(Pad\): only zeros in height and width are supported as padding")
def pad_with_reflections():
    g = Graph(opset=13)
    x = g.node("Pad", [nchw(g), g.ints(0, 0, 1, 1, 0, 0, 1, 1)], mode="reflect")
    return head(g, g.node("Flatten", [x]), 900)


@bad(r"\(Pad\): only zeros in height and width are supported as padding")
def pad_of_two_dimensions():
    g = Graph(opset=13)
    x = g.node("Pad", [nchw(g), g.ints(1, 1, 1, 1)])
    return head(g, g.node("Flatten", [x]), 900)


@bad(r"\(Pad\): only zeros in height and width are supported as padding")
def pad_of_channels():
    g = Graph(opset=13)
    x = g.node("Pad", [nchw(g), g.ints(0, 1, 0, 0, 0, 0, 0, 0)])
    return head(g, g.node("Flatten", [x]), 1568)


@good
def mean_without_dimensions():
    g = Graph(opset=18)
    x = g.node("Relu", [conv(g, nchw(g), 1, 12, 3)])
    g.output(dense(g, g.node("ReduceMean", [x, g.ints(-1, 2)], keepdims=0), 12, 10))
    return g


@bad(r"\(ReduceMean\): axis 7 is out of range for rank 4")
def mean_along_another_axis():
    g = Graph(opset=18)
    x = g.node("ReduceMean", [nchw(g), g.ints(2, 7)])
    return head(g, g.node("Flatten", [x]), 1)


@good
def softmax_of_a_softmax_that_is_logarithmic():
    g = Graph(opset=13)
    x = matmul(g, flat(g), 784, 10)
    g.output(g.node("Softmax", [g.node("LogSoftmax", [x])]), logits=x)
    return g


@bad(r"\(LogSoftmax\): follows Normalizer, which must be the last operator")
def logarithm_of_a_normalizer():
    g = Graph(opset=13, domains=["ai.onnx.ml"])
    x = g.node("Sigmoid", [matmul(g, g.input(["N", 784]), 784, 10)])
    x = g.node("Normalizer", [x], domain="ai.onnx.ml", norm="L1")
    g.output(g.node("LogSoftmax", [x]))
    return g


@good
def sklearn_map_of_words():
    g = Graph(domains=["ai.onnx.ml"])
    x = matmul(g, g.input(["N", 784]), 784, 10)
    p = g.node("Softmax", [x])
    g.output(g.node("ZipMap", [p], domain="ai.onnx.ml",
                    classlabels_strings=[str(i) for i in range(10)]), logits=x)
    return g


@bad(r"\(ZipMap\): labels are not 0 to 9 in order")
def labels_of_other_words():
    g = Graph(domains=["ai.onnx.ml"])
    p = g.node("Softmax", [matmul(g, g.input(["N", 784]), 784, 10)])
    g.output(g.node("ZipMap", [p], domain="ai.onnx.ml", classlabels_strings=list("0123456780")))
    return g


@bad(r"\(ZipMap\): labels are not 0 to 9 in order")
def labels_of_nine_words():
    g = Graph(domains=["ai.onnx.ml"])
    p = g.node("Softmax", [matmul(g, g.input(["N", 784]), 784, 10)])
    g.output(g.node("ZipMap", [p], domain="ai.onnx.ml", classlabels_strings=list("012345678")))
    return g


# ---- quantised values ---------------------------------------------------------------------

def dequantized(g, q, s, *zero, **attributes):
    return weighted(g, g.node("DequantizeLinear", [q, s, *zero], **attributes))


@good
def stored_weights_are_quantized():
    g = Graph(opset=13)
    s, z = g.const(np.float32(0.01)), g.const(np.int8(3))
    q = g.node("QuantizeLinear", [g.weights(784, 10), s, z])
    return dequantized(g, q, s, z)


@bad(r"\(DequantizeLinear\): scale and zero-point do not match the tensor")
def scales_of_another_length():
    g = Graph(opset=13)
    return dequantized(g, stored(g, -9, 9, 784, 10), g.const(np.full(9, 0.1)), axis=1)


@bad(r"\(DequantizeLinear\): scale and zero-point do not match the tensor")
def scales_in_a_table():
    g = Graph(opset=13)
    return dequantized(g, stored(g, -9, 9, 784, 10), g.const(np.full((1, 10), 0.1)), axis=1)


@bad(r"\(DequantizeLinear\): scale and zero-point do not match the tensor")
def scales_of_integers():
    g = Graph(opset=13)
    return dequantized(g, stored(g, -9, 9, 784, 10), g.const(np.int32(1)))


@bad(r"\(DequantizeLinear\): scale and zero-point do not match the tensor")
def zeros_of_another_length():
    g = Graph(opset=13)
    return dequantized(g, stored(g, -9, 9, 784, 10), g.const(np.full(10, 0.1)),
                       stored(g, 0, 1, 9), axis=1)


@bad(r"\(DequantizeLinear\): axis 2 is out of range for rank 2")
def scales_along_another_axis():
    g = Graph(opset=13)
    return dequantized(g, stored(g, -9, 9, 784, 10), g.const(np.full(10, 0.1)), axis=2)


def quantized_image(g, s, z):
    q = g.node("QuantizeLinear", [flat(g), s, z])
    g.output(matmul(g, g.node("DequantizeLinear", [q, s, z]), 784, 10))
    return g


@bad(r"\(QuantizeLinear\): the scale of an activation must be one positive number")
def image_by_a_scale_of_zero():
    g = Graph(opset=13)
    return quantized_image(g, g.const(np.float32(0)), g.const(np.uint8(0)))


@bad(r"\(QuantizeLinear\): the scale of an activation must be one positive number")
def image_by_an_infinite_scale():
    g = Graph(opset=13)
    return quantized_image(g, g.const(np.float32(np.inf)), g.const(np.uint8(0)))


@good
def image_dequantized_by_another_zero():
    g = Graph(opset=13)
    s = g.const(np.float32(0.01))
    q = g.node("QuantizeLinear", [flat(g), s, g.const(np.uint8(0))])
    g.output(matmul(g, g.node("DequantizeLinear", [q, s, g.const(np.uint8(9))]), 784, 10))
    return g


# ---- element types ------------------------------------------------------------------------

def of_bfloat16(typed):
    g = Graph(opset=17)
    w = bfloat16(g.rng.randn(784, 10))
    return weighted(g, g.const(w, bfloat16_data(w, typed)))


@good
def weights_of_bfloat16():
    return of_bfloat16(False)


@good
def weights_of_bfloat16_in_integers():
    return of_bfloat16(True)


def of_half(value):
    g = Graph(opset=17)
    w = g.rng.randn(784, 10).astype(np.float16)
    w[3, 3] = value
    return weighted(g, g.const(w))


@bad(r"is not a finite number")
def infinite_half():
    return of_half(np.inf)


@bad(r"is not a finite number")
def half_that_is_no_number():
    return of_half(np.nan)


@good
def weights_of_words():
    g = Graph(opset=17)
    w = g.node("Cast", [stored(g, 0, 3, 784, 10, dtype=np.uint32)], to=FLOAT)
    return weighted(g, g.node("Mul", [w, g.const(np.float32(0.01))]))


@good
def weights_of_words_in_their_field():
    g = Graph(opset=17)
    w = g.const(g.rng.randint(0, 3, (784, 10)).astype(np.uint32), "typed")
    return weighted(g, g.node("Mul", [g.node("Cast", [w], to=FLOAT), g.const(np.float32(0.01))]))


@good
def weights_as_a_sum_of_a_row_and_a_column():
    g = Graph(opset=17)
    return weighted(g, g.node("Add", [g.weights(1, 10, scale=0.05), g.weights(784, 1, scale=0.05)]))


# ---- Gemm, activations, order of operators ---------------------------------------------------

def gemm(biases, **attributes):
    g = Graph(opset=13)
    g.output(g.node("Gemm", [flat(g), g.weights(784, 10), biases(g)], **attributes))
    return g


@good
def gemm_with_one_bias():
    return gemm(lambda g: g.const(np.float32(0.5)), beta=2.0)


@good
def gemm_with_a_row_of_biases():
    return gemm(lambda g: g.weights(1, 10))


@bad(r"\(Gemm\): 7840 biases for 10 outputs")
def gemm_with_a_matrix_of_biases():
    return gemm(lambda g: g.weights(784, 10))


@bad(r"\(Gemm\): 3 biases for 10 outputs")
def gemm_with_three_biases():
    return gemm(lambda g: g.weights(3))


@bad(r"\(Gemm\): 10 biases for 10 outputs")
def gemm_with_a_column_of_biases():
    return gemm(lambda g: g.weights(10, 1))


@bad(r"\(Gemm\): 10 biases for 10 outputs")
def gemm_with_integers_as_biases():
    return gemm(lambda g: g.ints(*range(10)))


def activated(op, **attributes):
    g = Graph(opset=13)
    x = g.node(op, [matmul(g, flat(g), 784, 12)], **attributes)
    g.output(matmul(g, x, 12, 10))
    return g


@good
def elu():
    return activated("Elu", alpha=3.0)


@bad(r"ELU: alpha -1 is not in \[0, 100\)")
def elu_below_zero():
    return activated("Elu", alpha=-1.0)


@bad(r"ELU: alpha 500 is not in \[0, 100\)")
def elu_too_steep():
    return activated("Elu", alpha=500.0)


# ---- files and limits ---------------------------------------------------------------------

def beside(location, offset=None, length=None):
    g = Graph(opset=13)
    w = g.rng.randn(784, 10).astype(np.float32)
    g.beside = w.tobytes()
    return weighted(g, g.const(w, external(location, offset, length)))


@good
def whole_file_beside_the_model():
    return beside("beside.bin")


@bad(r"external data: offset 'x' is not a number")
def data_at_no_number():
    return beside("beside.bin", "x")


@bad(r"external data: 'beside.bin' is truncated, it has 31360 bytes")
def data_after_the_end():
    return beside("beside.bin", 40000)


@bad(r"external data: '\.\.' is not in the folder of the model")
def data_in_the_folder_above():
    return beside("..")


@bad(r"external data: '' is not in the folder of the model")
def data_without_a_name():
    return beside("")


@bad(r"external data: no file name")
def data_without_a_place():
    g = Graph(opset=13)
    return weighted(g, g.const(np.zeros((784, 10), dtype=np.float32), external(None, 0)))


@bad(r"\(MatMul\): input 1: integers of shape \[784,10\] instead of floats of rank 2")
def weights_of_bytes():
    g = Graph(opset=13)
    return weighted(g, g.const(np.zeros((784, 10), dtype=np.uint8)))


@bad(r"a node has more than 16 inputs")
def node_of_many_inputs():
    g = Graph(opset=13)
    w = g.weights(784, 10)
    g.output(g.node("MatMul", [flat(g)] + [w] * 40))
    return g


@good
def bytes_as_input():
    g = Graph(opset=13, norm="raw")
    x = g.node("Cast", [g.input(["N", 1, 28, 28], kind=UINT8)], to=FLOAT)
    x = g.node("Mul", [x, g.const(np.float32(1 / 255))])
    return head(g, g.node("Flatten", [x]), 784)
