"""Graphs in the styles of common exporters, and graphs that must be refused."""

import numpy as np

from onnxlib import (DOUBLE, FLOAT, FLOAT16, INT32, INT64, UINT8, Graph, field_bytes,
                     field_int)

GOOD, BAD = [], []


def good(function):
    GOOD.append((function.__name__, function))
    return function


def bad(pattern):
    """A graph (or bytes) that must be refused with a message that matches `pattern`."""
    def note(function):
        BAD.append((function.__name__, pattern, function))
        return function
    return note


# ---- pieces -----------------------------------------------------------------------------

def dense(g, x, n_in, n_out):
    """Linear as PyTorch exports it."""
    return g.node("Gemm", [x, g.weights(n_out, n_in), g.weights(n_out)],
                  alpha=1.0, beta=1.0, transB=1)


def matmul(g, x, n_in, n_out, how="raw"):
    """Dense as Keras and scikit-learn export it."""
    w = g.weights(n_in, n_out, how=how, scale=1.5 / np.sqrt(n_in))
    return g.node("Add", [g.node("MatMul", [x, w]), g.weights(n_out, how=how)])


def conv(g, x, c_in, c_out, k, bias=True, **attributes):
    inputs = [x, g.weights(c_out, c_in // attributes.get("group", 1), k, k)]
    inputs += [g.weights(c_out)] if bias else []
    return g.node("Conv", inputs, **attributes)


def batch_norm(g, x, n, **attributes):
    return g.node("BatchNormalization", [
        x, g.const(1 + 0.3 * g.rng.rand(n)), g.weights(n), g.weights(n),
        g.const(0.5 + g.rng.rand(n))], **attributes)


def nchw(g, **options):
    return g.input(["batch", 1, 28, 28], **options)


def head(g, x, n_in, hidden=16):
    """Two dense layers that end in ten logits."""
    g.output(dense(g, g.node("Relu", [dense(g, x, n_in, hidden)]), hidden, 10), ["batch", 10])
    return g


def nhwc_conv(g, x, c_in, c_out, k, **attributes):
    """Conv2D of Keras by tf2onnx: between transposes, with bias and activation outside them."""
    x = g.node("Transpose", [x], perm=[0, 3, 1, 2])
    x = g.node("Conv", [x, g.weights(c_out, c_in, k, k)], **attributes)
    x = g.node("Transpose", [x], perm=[0, 2, 3, 1])
    return g.node("Add", [x, g.weights(c_out)])


def nhwc_pool(g, x, op="MaxPool", **attributes):
    x = g.node("Transpose", [x], perm=[0, 3, 1, 2])
    x = g.node(op, [x], kernel_shape=[2, 2], strides=[2, 2], **attributes)
    return g.node("Transpose", [x], perm=[0, 2, 3, 1])


# ---- PyTorch, TorchScript exporter ------------------------------------------------------

@good
def torch_mlp():
    g = Graph(opset=17, ir=8, producer="pytorch")
    x = g.node("Flatten", [nchw(g)], axis=1)
    x = dense(g, g.node("Relu", [dense(g, x, 784, 20)]), 20, 10)
    g.output(g.node("LogSoftmax", [x], axis=1), logits=x)
    return g


@good
def torch_cnn_with_dropout():
    g = Graph(opset=11, ir=6)
    x = g.node("Relu", [conv(g, nchw(g), 1, 4, 3, kernel_shape=[3, 3], strides=[1, 1],
                             pads=[1, 1, 1, 1], dilations=[1, 1], group=1)])
    x = g.node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0],
               ceil_mode=0)
    x = g.node("Dropout", [x], outputs=2, ratio=0.25)[0]
    return head(g, g.node("Flatten", [x]), 4 * 14 * 14)


@good
def torch_view_by_shape():
    """x.view(x.size(0), -1) before opset 10."""
    g = Graph(opset=9, ir=4, inputs_too=True)
    x = g.node("Relu", [conv(g, nchw(g), 1, 3, 5, strides=[2, 2])])
    n = g.node("Gather", [g.node("Shape", [x]), g.const(np.int64(0), "node")], axis=0)
    n = g.node("Unsqueeze", [n], axes=[0])
    m = g.node("Unsqueeze", [g.const(np.int64(-1), "node")], axes=[0])
    x = g.node("Reshape", [x, g.node("Concat", [n, m], axis=0)])
    return head(g, x, 3 * 12 * 12)


@good
def torch_view_by_slice():
    g = Graph(opset=13, ir=7)
    x = conv(g, nchw(g), 1, 2, 7, strides=[3, 3])
    n = g.node("Slice", [g.node("Shape", [x]), g.ints(0), g.ints(1), g.ints(0)])
    shape = g.node("Concat", [n, g.ints(128)], axis=0)
    return head(g, g.node("Reshape", [x, shape]), 2 * 8 * 8)


@good
def torch_gelu_erf():
    g = Graph(opset=13)
    x = dense(g, g.node("Flatten", [nchw(g)]), 784, 12)
    y = g.node("Erf", [g.node("Div", [x, g.const(np.float32(1.4142135381698608), "node")])])
    y = g.node("Mul", [x, g.node("Add", [y, g.const(np.float32(1), "node")])])
    x = g.node("Mul", [y, g.const(np.float32(0.5), "node")])
    g.output(dense(g, x, 12, 10))
    return g


@good
def gelu_erf_other_order():
    g = Graph(opset=12)
    x = dense(g, g.node("Flatten", [nchw(g)]), 784, 12)
    half = g.node("Mul", [g.const(np.float32(0.5)), x])
    y = g.node("Erf", [g.node("Mul", [x, g.const(np.float32(0.70710677))])])
    x = g.node("Mul", [g.node("Add", [g.const(np.float32(1)), y]), half])
    x = g.node("Mul", [x, g.weights(12)])
    g.output(dense(g, x, 12, 10))
    return g


@good
def gelu_tanh_chain():
    g = Graph(opset=14)
    x = dense(g, g.node("Flatten", [nchw(g)]), 784, 12)
    y = g.node("Mul", [g.node("Pow", [x, g.const(np.float32(3))]),
                       g.const(np.float32(0.044715))])
    y = g.node("Mul", [g.node("Add", [x, y]), g.const(np.float32(0.79788458))])
    y = g.node("Add", [g.node("Tanh", [y]), g.const(np.float32(1))])
    x = g.node("Mul", [g.node("Mul", [x, y]), g.const(np.float32(0.5))])
    g.output(dense(g, x, 12, 10))
    return g


@good
def gelu_operators():
    g = Graph(opset=20, ir=9)
    x = g.node("Gelu", [dense(g, g.node("Flatten", [nchw(g)]), 784, 12)])
    x = g.node("Gelu", [dense(g, x, 12, 14)], approximate="tanh")
    g.output(dense(g, x, 14, 10))
    return g


@good
def torch_batch_norms():
    g = Graph(opset=17)
    x = batch_norm(g, conv(g, nchw(g), 1, 4, 3, bias=False), 4, epsilon=1e-5, momentum=0.9)
    x = batch_norm(g, g.node("Relu", [x]), 4, epsilon=1e-3, training_mode=0)
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2])
    x = dense(g, g.node("Flatten", [x]), 4 * 12 * 12, 16)
    x = g.node("Relu", [batch_norm(g, x, 16, epsilon=1e-5)])
    x = batch_norm(g, dense(g, x, 16, 10), 10)
    g.output(g.node("Softmax", [x], axis=1), logits=x)
    return g


@good
def torch_all_convolution():
    g = Graph(opset=16)
    x = g.node("Relu", [conv(g, nchw(g), 1, 6, 3, strides=[2, 2], pads=[1, 1, 1, 1])])
    x = g.node("Relu", [conv(g, x, 6, 8, 3, strides=[2, 2], pads=[1, 1, 1, 1])])
    x = g.node("GlobalAveragePool", [conv(g, x, 8, 10, 1)])
    g.output(g.node("Squeeze", [x, g.ints(2, 3)]))
    return g


@good
def torch_adaptive_pool_flatten():
    g = Graph(opset=18)
    x = g.node("Relu", [conv(g, nchw(g), 1, 6, 3)])
    x = g.node("ReduceMean", [x, g.ints(-1, -2)], keepdims=1)
    g.output(dense(g, g.node("Flatten", [x]), 6, 10))
    return g


@good
def torch_activations():
    g = Graph(opset=15)
    x = g.node("LeakyRelu", [conv(g, nchw(g), 1, 3, 3, strides=[2, 2])], alpha=0.2)
    x = g.node("Clip", [conv(g, x, 3, 4, 3), g.const(np.float32(0)), g.const(np.float32(0.3))])
    x = g.node("PRelu", [conv(g, x, 4, 4, 3), g.const(np.float32([[[0.25]]]))])
    x = g.node("Sigmoid", [dense(g, g.node("Flatten", [x]), 4 * 9 * 9, 20)])
    x = g.node("Tanh", [dense(g, x, 20, 20)])
    x = g.node("Clip", [dense(g, x, 20, 20), g.const(np.float32(-0.4)),
                        g.const(np.float32(0.4))])
    g.output(dense(g, x, 20, 10))
    return g


@good
def torch_half_precision():
    g = Graph(opset=17)
    x = g.node("Cast", [g.node("Flatten", [nchw(g)])], to=FLOAT16)
    w, b = g.weights(16, 784, dtype=np.float16), g.weights(16, dtype=np.float16)
    x = g.node("Relu", [g.node("Gemm", [x, w, b], transB=1)])
    w = g.weights(10, 16, dtype=np.float16, how="typed")
    x = g.node("Gemm", [x, w, g.weights(10, dtype=np.float16, how="typed")], transB=1)
    g.output(g.node("Cast", [x], to=FLOAT))
    return g


@good
def torch_fixed_batch_64():
    g = Graph(opset=12)
    x = g.node("Relu", [conv(g, g.input([64, 1, 28, 28]), 1, 2, 3, strides=[3, 3])])
    x = g.node("Reshape", [x, g.ints(64, 162)])
    x = dense(g, g.node("Relu", [dense(g, x, 162, 12)]), 12, 10)
    g.output(x, [64, 10])
    return g


@good
def torch_zero_pad():
    """ZeroPad2d: PyTorch counts padding from the last dimension, ONNX from the first."""
    g = Graph(opset=13)
    rest = g.node("ConstantOfShape", [g.ints(4)], value=np.array([0], dtype=np.int64))
    pads = g.node("Concat", [g.ints(1, 2, 0, 3), rest], axis=0)
    pads = g.node("Reshape", [pads, g.ints(-1, 2)])
    pads = g.node("Slice", [pads, g.ints(-1), g.ints(-9223372036854775807), g.ints(0),
                            g.ints(-1)])
    pads = g.node("Reshape", [g.node("Transpose", [pads], perm=[1, 0]), g.ints(-1)])
    x = g.node("Pad", [nchw(g), g.node("Cast", [pads], to=INT64)], mode="constant")
    x = g.node("Relu", [conv(g, x, 1, 3, 4, strides=[3, 3])])
    return head(g, g.node("Flatten", [x]), 3 * 10 * 10)


# ---- PyTorch, dynamo exporter -----------------------------------------------------------

@good
def dynamo_cnn():
    g = Graph(opset=18, ir=10, producer="pytorch", domains=["pkg.onnxscript.torch_lib.common"])
    x = g.node("Relu", [conv(g, g.input(["s0", 1, 28, 28]), 1, 4, 3, group=1,
                             auto_pad="NOTSET", pads=[0, 0, 0, 0], strides=[1, 1],
                             dilations=[1, 1])])
    x = g.node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0],
               ceil_mode=0, storage_order=0, auto_pad="NOTSET", dilations=[1, 1])
    n = g.node("Shape", [x], start=0, end=1)
    x = g.node("Reshape", [x, g.node("Concat", [n, g.ints(676)], axis=0)], allowzero=1)
    x = g.node("Gemm", [x, g.weights(16, 676), g.weights(16)], transB=1, alpha=1.0, beta=1.0)
    x = dense(g, g.node("Relu", [x]), 16, 10)
    g.output(g.node("LogSoftmax", [x], axis=-1), logits=x)
    return g


@good
def dynamo_transposed_weights():
    g = Graph(opset=18, ir=9)
    x = g.node("Reshape", [nchw(g), g.ints(-1, 784)], allowzero=0)
    for n_in, n_out in ((784, 18), (18, 10)):
        w = g.node("Transpose", [g.weights(n_out, n_in)], perm=[1, 0])
        x = g.node("Add", [g.node("MatMul", [x, w]), g.weights(n_out)])
        x = g.node("Relu", [x]) if n_out != 10 else x
    g.output(x)
    return g


# ---- TensorFlow and Keras ---------------------------------------------------------------

@good
def keras_cnn():
    g = Graph(opset=13, producer="tf2onnx")
    x = g.input(["unk__1", 28, 28, 1])
    x = g.node("Relu", [nhwc_conv(g, x, 1, 4, 3, dilations=[1, 1], strides=[1, 1],
                                  kernel_shape=[3, 3])])
    x = nhwc_pool(g, x)
    x = g.node("Relu", [nhwc_conv(g, x, 4, 6, 3, auto_pad="SAME_UPPER", strides=[2, 2])])
    x = g.node("Reshape", [x, g.ints(-1, 7 * 7 * 6)])
    x = matmul(g, g.node("Relu", [matmul(g, x, 294, 16)]), 16, 10)
    g.output(g.node("Softmax", [x], axis=1), logits=x)
    return g


@good
def keras_flatten_by_product():
    g = Graph(opset=11)
    x = g.node("Transpose", [g.input([None, 28, 28, 1])], perm=[0, 3, 1, 2])
    x = g.node("Relu", [conv(g, x, 1, 3, 5, strides=[4, 4])])
    x = g.node("Transpose", [x], perm=[0, 2, 3, 1])
    shape = g.node("Shape", [x])
    n = g.node("Slice", [shape, g.ints(0), g.ints(1)])
    m = g.node("ReduceProd", [g.node("Slice", [shape, g.ints(1), g.ints(2147483647)])],
               keepdims=1, axes=[0])
    x = g.node("Reshape", [x, g.node("Concat", [n, m], axis=0)])
    g.output(matmul(g, x, 108, 10))
    return g


@good
def keras_batch_norm_after_flatten():
    g = Graph(opset=12)
    x = g.node("Relu", [nhwc_conv(g, g.input(["N", 28, 28, 1]), 1, 3, 4, strides=[4, 4])])
    x = batch_norm(g, g.node("Reshape", [x, g.ints(-1, 147)]), 147, epsilon=1e-3)
    g.output(matmul(g, g.node("Relu", [x]), 147, 10))
    return g


@good
def keras_batch_norm_as_arithmetic():
    """Folded batch norm: Mul and Add by channel, in NHWC."""
    g = Graph(opset=10)
    x = nhwc_conv(g, g.input(["N", 28, 28, 1]), 1, 4, 3, strides=[3, 3])
    x = g.node("Relu", [x])
    x = g.node("Add", [g.node("Mul", [x, g.weights(4)]), g.weights(1, 1, 1, 4)])
    x = nhwc_pool(g, x, "AveragePool")
    x = g.node("Reshape", [x, g.ints(0, -1)])
    g.output(matmul(g, x, 64, 10))
    return g


@good
def keras_global_average():
    g = Graph(opset=13)
    x = g.node("Relu", [nhwc_conv(g, g.input(["N", 28, 28, 1]), 1, 8, 3)])
    x = g.node("ReduceMean", [x], axes=[1, 2], keepdims=0)
    x = matmul(g, x, 8, 10)
    g.output(g.node("Softmax", [x]), logits=x)
    return g


@good
def keras_same_pool():
    g = Graph(opset=11)
    x = g.node("Transpose", [g.input(["N", 28, 28, 1])], perm=[0, 3, 1, 2])
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER")
    x = g.node("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_LOWER")
    x = g.node("Relu", [conv(g, x, 1, 4, 2, auto_pad="SAME_LOWER")])
    return head(g, g.node("Flatten", [x]), 4 * 7 * 7)


@good
def keras_rescaling_and_images():
    """The input is bytes, which the graph rescales."""
    g = Graph(opset=13, norm="raw")
    x = g.node("Cast", [g.input(["N", 28, 28], UINT8)], to=FLOAT)
    x = g.node("Unsqueeze", [g.node("Div", [x, g.const(np.float32(255))]), g.ints(-1)])
    x = nhwc_conv(g, x, 1, 4, 3, strides=[2, 2])
    x = g.node("Relu", [x])
    x = g.node("Reshape", [x, g.ints(-1, 13 * 13 * 4)])
    g.output(matmul(g, x, 676, 10))
    return g


@good
def keras_mlp_three_d():
    g = Graph(opset=9)
    x = g.node("Reshape", [g.input(["N", 28, 28]), g.ints(-1, 784)])
    g.output(matmul(g, g.node("Relu", [matmul(g, x, 784, 16)]), 16, 10))
    return g


@good
def keras_relu6_separable():
    g = Graph(opset=13)
    x = g.node("Transpose", [g.input(["N", 28, 28, 1])], perm=[0, 3, 1, 2])
    x = conv(g, x, 1, 8, 3, strides=[2, 2])
    x = g.node("Clip", [x, g.const(np.float32(0)), g.const(np.float32(6))])
    x = conv(g, x, 8, 8, 3, group=8, pads=[1, 1, 1, 1])
    x = g.node("Clip", [batch_norm(g, x, 8), g.const(np.float32(0)), g.const(np.float32(0.7))])
    x = g.node("GlobalAveragePool", [conv(g, x, 8, 12, 1)])
    x = g.node("Reshape", [x, g.ints(-1, 12)])
    g.output(matmul(g, x, 12, 10))
    return g


@good
def tensorflow_pad_then_valid():
    g = Graph(opset=11)
    x = g.node("Pad", [nchw(g), g.ints(0, 0, 2, 2, 0, 0, 2, 2)], mode="constant")
    x = g.node("Tanh", [conv(g, x, 1, 4, 5)])
    x = g.node("Pad", [x, g.ints(0, 0, 0, 1, 0, 0, 1, 0), g.const(np.float32(0))])
    x = g.node("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
    return head(g, g.node("Flatten", [x]), 4 * 14 * 14)


@good
def tensorflow_pad_attribute():
    g = Graph(opset=9)
    x = g.node("Pad", [nchw(g)], pads=[0, 0, 1, 2, 0, 0, 3, 4], mode="constant", value=0.0)
    x = g.node("Relu", [conv(g, x, 1, 2, 4, strides=[4, 4])])
    return head(g, g.node("Flatten", [x]), 2 * 8 * 8)


# ---- CNTK, Caffe2 and the first operator sets -------------------------------------------

@good
def cntk_like_the_zoo():
    g = Graph(opset=8, ir=3, reverse=True, inputs_too=True, producer="CNTK")
    x = g.node("Conv", [g.input([1, 1, 28, 28]), g.weights(4, 1, 5, 5, how="typed")],
               kernel_shape=[5, 5], strides=[1, 1], auto_pad="SAME_UPPER", group=1,
               dilations=[1, 1])
    x = g.node("Relu", [g.node("Add", [x, g.weights(4, 1, 1, how="typed")])])
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[3, 3], pads=[0, 0, 0, 0],
               auto_pad="NOTSET")
    x = g.node("Reshape", [x, g.ints(1, 324, how="typed")], label="")
    w = g.node("Reshape", [g.weights(4, 9, 9, 10, how="typed"), g.ints(324, 10, how="typed")])
    x = g.node("Add", [g.node("MatMul", [x, w]), g.weights(1, 10, how="typed")], label="")
    g.output(x, [0, 10])
    return g


@good
def opset_1_broadcast():
    g = Graph(opset=1, ir=3, inputs_too=True)
    x = g.node("Conv", [g.input([1, 1, 28, 28]), g.weights(3, 1, 5, 5)], kernel_shape=[5, 5])
    x = g.node("Add", [x, g.weights(3)], broadcast=1, axis=1)
    x = g.node("Mul", [g.node("Relu", [x]), g.weights(3, 1, 1)], broadcast=1)
    x = g.node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])
    x = g.node("Reshape", [x], shape=[1, -1])
    x = g.node("Gemm", [x, g.weights(432, 10), g.weights(10)], broadcast=1)
    g.output(g.node("Softmax", [x]), logits=x)
    return g


@good
def opset_7_clip_attributes():
    g = Graph(opset=7)
    x = g.node("Clip", [conv(g, nchw(g), 1, 3, 3, strides=[2, 2])], min=0.0, max=0.5)
    x = g.node("Clip", [conv(g, x, 3, 3, 3)], min=-0.2)
    x = g.node("Clip", [conv(g, x, 3, 3, 3)], max=0.3)
    return head(g, g.node("Flatten", [x]), 3 * 9 * 9)


@good
def softmax_before_13_flattens():
    g = Graph(opset=9)
    x = g.node("Flatten", [nchw(g)])
    x = g.node("Unsqueeze", [matmul(g, x, 784, 10)], axes=[2, 3])
    g.output(g.node("Softmax", [x]), logits=x)
    return g


@good
def keras_reshaped_instead_of_transposed():
    """With one channel tf2onnx transposes by a Reshape."""
    g = Graph(opset=13, producer="tf2onnx")
    x = g.node("Reshape", [g.input(["unk__9", 28, 28, 1]), g.ints(-1, 1, 28, 28)])
    w = g.node("Transpose", [g.weights(3, 3, 1, 4)], perm=[3, 2, 0, 1])
    x = g.node("Relu", [g.node("Conv", [x, w, g.weights(4)], auto_pad="SAME_UPPER",
                               strides=[2, 2])])
    x = g.node("Transpose", [x], perm=[0, 2, 3, 1])
    shape = g.node("Cast", [g.node("Shape", [x])], to=INT32)
    n = g.node("Squeeze", [g.node("Slice", [shape, g.ints(0), g.ints(1), g.ints(0)]),
                           g.ints(0)])
    rest = g.const(np.array([-1], dtype=np.int32))
    shape = g.node("Concat", [g.node("Unsqueeze", [n, g.ints(0)]), rest], axis=0)
    x = g.node("Reshape", [x, g.node("Cast", [shape], to=INT64)])
    g.output(matmul(g, x, 784, 10))
    return g


@good
def matlab_mean_image():
    """zerocenter: a mean per pixel before a convolution; dense layers are convolutions."""
    g = Graph(opset=9)
    x = g.node("Sub", [g.input([1, 1, 28, 28]), g.const(g.rng.rand(1, 28, 28))])
    x = g.node("Relu", [batch_norm(g, conv(g, x, 1, 8, 3, pads=[1, 1, 1, 1]), 8)])
    x = g.node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0])
    x = g.node("Flatten", [conv(g, x, 8, 10, 14)], axis=1)
    g.output(g.node("Softmax", [x], axis=1), logits=x)
    return g


@good
def sklearn_map_of_probabilities():
    g = Graph(opset=15, domains=["ai.onnx.ml"])
    x = matmul(g, g.input([None, 784], name="X"), 784, 10)
    p = g.node("Softmax", [x], axis=1)
    label = g.node("ArgMax", [p], axis=1)
    g.output(g.node("ArrayFeatureExtractor", [g.ints(*range(10)), label], domain="ai.onnx.ml"),
             kind=INT64)
    g.output(g.node("ZipMap", [p], domain="ai.onnx.ml", classlabels_int64s=list(range(10))),
             logits=x)
    return g


@good
def dropout_of_today():
    g = Graph(opset=13)
    x = g.node("Relu", [matmul(g, g.input(["N", 784]), 784, 20)])
    x = g.node("Dropout", [x, g.const(np.float32(0.5)), g.const(np.array(False))])
    g.output(matmul(g, x, 20, 10))
    return g


@good
def weights_beside_the_model():
    """The default of PyTorch's dynamo exporter."""
    g = Graph(opset=18, ir=10)
    x = g.node("Relu", [g.node("Gemm", [g.node("Flatten", [nchw(g)]),
                                        g.outside(g.rng.randn(16, 784) * 0.05),
                                        g.outside(g.rng.randn(16))], transB=1)])
    g.output(g.node("Gemm", [x, g.outside(g.rng.randn(10, 16)), g.weights(10)], transB=1))
    return g


# ---- scikit-learn -----------------------------------------------------------------------

@good
def sklearn_label_and_probabilities():
    g = Graph(opset=15, domains=["ai.onnx.ml"])
    x = g.node("Cast", [g.input([None, 784], name="X")], to=FLOAT)
    x = g.node("Relu", [matmul(g, x, 784, 15)])
    x = matmul(g, x, 15, 10)
    p = g.node("Softmax", [x], axis=1)
    label = g.node("ArgMax", [p], axis=1)
    label = g.node("ArrayFeatureExtractor", [g.ints(*range(10)), label], domain="ai.onnx.ml")
    g.output(g.node("Reshape", [label, g.ints(-1)]), kind=INT64)
    g.output(p, logits=x)
    return g


@good
def argmax_alone():
    g = Graph(opset=13)
    x = matmul(g, g.input(["N", 784]), 784, 10)
    label = g.node("Cast", [g.node("ArgMax", [x], axis=-1, keepdims=0)], to=INT64)
    g.output(g.node("Reshape", [label, g.ints(-1)]), ["N"], logits=x, kind=INT64)
    return g


@good
def sklearn_double():
    g = Graph(opset=13)
    w = g.const(g.rng.randn(784, 10) * 0.05, dtype=None)
    x = g.node("MatMul", [g.node("Cast", [g.input(["N", 784])], to=DOUBLE), w])
    x = g.node("Add", [x, g.const(g.rng.randn(1, 10), "typed", dtype=None)])
    g.output(g.node("Log", [g.node("Softmax", [x])]), logits=x)
    return g


# ---- Paddle, MXNet, Burn, tinygrad ------------------------------------------------------

@good
def paddle_lenet():
    g = Graph(opset=11, producer="PaddlePaddle")
    x = conv(g, g.input([-1, 1, 28, 28]), 1, 4, 3, bias=False, pads=[1, 1, 1, 1])
    x = g.node("Add", [x, g.node("Reshape", [g.weights(4), g.ints(1, 4, 1, 1)])])
    x = g.node("MaxPool", [g.node("Relu", [x])], kernel_shape=[2, 2], strides=[2, 2])
    x = g.node("AveragePool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1],
               count_include_pad=1)
    x = g.node("AveragePool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 0, 0])
    x = g.node("Reshape", [x, g.ints(0, -1)])
    g.output(matmul(g, x, 4 * 3 * 3, 10))
    return g


@good
def mxnet_ceil_and_batch_norm_first():
    g = Graph(opset=12, norm="raw")
    x = batch_norm(g, nchw(g), 1, epsilon=1e-3)
    x = g.node("Mul", [x, g.const(np.float32(0.01))])
    x = g.node("Relu", [conv(g, x, 1, 4, 4)])
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    x = g.node("AveragePool", [x], kernel_shape=[2, 2], strides=[3, 3], ceil_mode=1)
    return head(g, g.node("Flatten", [x]), 4 * 4 * 4)


@good
def relu_as_max_and_leaky_as_max():
    g = Graph(opset=13)
    x = g.node("Max", [conv(g, nchw(g), 1, 3, 3, strides=[2, 2]), g.const(np.float32(0))])
    x = conv(g, x, 3, 4, 3)
    x = g.node("Max", [g.node("Mul", [x, g.const(np.float32(0.1))]), x])
    x = conv(g, x, 4, 4, 3)
    x = g.node("Sub", [g.node("Relu", [x]),
                       g.node("Mul", [g.node("Relu", [g.node("Neg", [x])]),
                                      g.const(np.float32(0.3))])])
    return head(g, g.node("Flatten", [x]), 4 * 9 * 9)


@good
def sigmoid_and_tanh_written_out():
    g = Graph(opset=13)
    one = g.const(np.float32(1))
    x = matmul(g, g.input(["N", 784]), 784, 14)
    x = g.node("Reciprocal", [g.node("Add", [g.node("Exp", [g.node("Neg", [x])]), one])])
    x = matmul(g, x, 14, 12)
    e = g.node("Exp", [g.node("Mul", [x, g.const(np.float32(-2))])])
    x = g.node("Div", [g.node("Sub", [one, e]), g.node("Add", [one, e])])
    g.output(matmul(g, x, 12, 10))
    return g


# ---- input scales in the graph ----------------------------------------------------------

@good
def mean_and_deviation_in_the_graph():
    g = Graph(opset=13)
    x = g.node("Sub", [nchw(g), g.const(np.float32(0.1307))])
    x = g.node("Div", [x, g.const(np.float32([[[[0.3081]]]]))])
    x = g.node("Relu", [conv(g, x, 1, 3, 3, pads=[1, 1, 1, 1], strides=[2, 2])])
    return head(g, g.node("Flatten", [x]), 3 * 14 * 14)


@good
def bytes_to_symmetric_in_the_graph():
    g = Graph(opset=13, norm="raw")
    x = g.node("Sub", [g.node("Div", [nchw(g), g.const(np.float32(127.5))]),
                       g.const(np.float32(1))])
    return head(g, g.node("Flatten", [x]), 784)


@good
def inverted_input():
    g = Graph(opset=13)
    x = g.node("Sub", [g.const(np.float32(1)), nchw(g)])
    return head(g, g.node("Flatten", [x]), 784)


@good
def mean_image():
    """A mean and a scale per pixel before a dense layer."""
    g = Graph(opset=13)
    x = g.node("Sub", [g.input(["N", 28, 28, 1]), g.const(g.rng.rand(28, 28, 1))])
    x = g.node("Mul", [x, g.const(0.5 + g.rng.rand(1, 28, 28, 1))])
    return head(g, g.node("Reshape", [x, g.ints(-1, 784)]), 784)


# ---- shapes -----------------------------------------------------------------------------

@good
def no_batch_at_all():
    g = Graph(opset=13, batched=False)
    x = g.node("Reshape", [g.input([28, 28]), g.ints(1, 784)])
    return head(g, x, 784)


@good
def flat_vector():
    g = Graph(opset=13, batched=False)
    x = g.node("MatMul", [g.input([784]), g.weights(784, 10, scale=0.05)])
    g.output(g.node("Add", [x, g.weights(10)]), [10])
    return g


@good
def column_vectors():
    g = Graph(opset=13, batched=False)
    x = g.input([784, 1])
    x = g.node("Add", [g.node("MatMul", [g.weights(16, 784), x]), g.weights(16, 1)])
    x = g.node("MatMul", [g.weights(10, 16), g.node("Sigmoid", [x])])
    g.output(g.node("Add", [x, g.weights(10, 1)]), [10, 1])
    return g


@good
def open_dimensions():
    g = Graph(opset=13, rest=[1, 28, 28])
    x = g.node("Relu", [conv(g, g.input(["a", "b", "c", "d"]), 1, 3, 3, strides=[3, 3])])
    return head(g, g.node("Flatten", [x]), 3 * 9 * 9)


@good
def no_shape():
    g = Graph(opset=13, rest=[1, 28, 28])
    x = g.node("Relu", [conv(g, g.input(None), 1, 3, 3, strides=[3, 3])])
    return head(g, g.node("Flatten", [x]), 3 * 9 * 9)


@good
def zero_dimensions():
    g = Graph(opset=13, rest=[784])
    return head(g, g.input([0, 784]), 784)


@good
def extra_ones():
    g = Graph(opset=13)
    x = g.node("Squeeze", [nchw(g), g.ints(1)])
    x = g.node("Unsqueeze", [x, g.ints(1, -1)])
    x = g.node("Reshape", [x, g.ints(0, 1, 784)])
    x = g.node("Relu", [matmul(g, x, 784, 12)])
    x = matmul(g, g.node("Squeeze", [x, g.ints(1)]), 12, 10)
    g.output(x)
    return g


@good
def reshape_by_constant_of_shape():
    g = Graph(opset=15)
    minus = g.node("ConstantOfShape", [g.ints(1)], value=np.array([-1], dtype=np.int64))
    shape = g.node("Concat", [g.node("Shape", [nchw(g)], start=0, end=1), minus], axis=0)
    return head(g, g.node("Reshape", ["input", shape]), 784)


@good
def weights_as_nodes():
    g = Graph(opset=13)
    x = g.node("Flatten", [nchw(g)])
    w = g.const(g.rng.randn(784, 12) * 0.05, "node")
    x = g.node("Relu", [g.node("MatMul", [x, g.node("Identity", [w])])])
    b = g.node("Constant", [], value_floats=[0.1 * i for i in range(1, 11)])
    x = g.node("Gemm", [x, g.weights(12, 10), b], alpha=0.5, beta=2.0)
    g.node("Add", [x, b])
    g.output(x)
    return g


@good
def gemm_variants():
    g = Graph(opset=13)
    x = g.node("Gemm", [g.node("Flatten", [nchw(g)]), g.weights(784, 12)])
    x = g.node("Gemm", [g.node("Relu", [x]), g.weights(12, 14), g.weights(1, 14)])
    x = g.node("Gemm", [g.node("Relu", [x]), g.weights(10, 14), g.const(np.float32(0.25))],
               transB=1, alpha=1.5)
    g.output(x)
    return g


@good
def unpacked_floats():
    g = Graph(opset=13)
    x = g.node("Flatten", [nchw(g)])
    w = g.weights(784, 10, how="unpacked")
    g.output(g.node("Gemm", [x, w, g.weights(10, how="unpacked")]))
    return g


@good
def eight_bit_weights():
    g = Graph(opset=13)
    q = g.const(g.rng.randint(-127, 128, (12, 784)).astype(np.int8))
    w = g.node("DequantizeLinear", [q, g.const(0.0002 + 0.0005 * g.rng.rand(12)),
                                    g.const(np.zeros(12, dtype=np.int8))], axis=0)
    x = g.node("Gemm", [g.node("Flatten", [nchw(g)]), w], transB=1)
    q = g.const(g.rng.randint(0, 256, (12, 10)).astype(np.uint8), "typed")
    w = g.node("DequantizeLinear", [q, g.const(np.float32(0.01)), g.const(np.uint8(120))])
    g.output(g.node("MatMul", [g.node("Relu", [x]), w]))
    return g


@good
def convolution_geometry():
    g = Graph(opset=13)
    x = conv(g, nchw(g), 1, 4, 3, dilations=[2, 1], pads=[2, 0, 1, 1], strides=[1, 2])
    x = g.node("Relu", [x])
    x = g.node("Conv", [x, g.weights(6, 2, 2, 3)], group=2, strides=[3, 2], auto_pad="VALID")
    x = g.node("Relu", [x])
    x = conv(g, x, 6, 6, 3, group=6, auto_pad="SAME_UPPER", strides=[2, 1])
    x = g.node("MaxPool", [x], kernel_shape=[2, 3], pads=[1, 1, 0, 1], strides=[1, 2])
    return head(g, g.node("Flatten", [x]), 6 * 5 * 3)


@good
def softmax_in_the_middle():
    g = Graph(opset=13)
    x = matmul(g, g.input(["N", 784]), 784, 10)
    x = g.node("Softmax", [x], axis=-1)
    y = g.node("Mul", [x, g.const(np.float32(5))])
    g.output(g.node("LogSoftmax", [y]), logits=y)
    return g


@good
def unneeded_branch_with_unknown_operator():
    g = Graph(opset=13)
    x = matmul(g, g.input(["N", 784]), 784, 10)
    g.node("Mystery", [x], domain="com.example")
    g.output(x)
    return g


@good
def global_max():
    g = Graph(opset=13)
    x = g.node("GlobalMaxPool", [g.node("Relu", [conv(g, nchw(g), 1, 7, 5)])])
    g.output(dense(g, g.node("Flatten", [x]), 7, 10))
    return g


@good
def height_and_width_swapped():
    """Flattened in column-major order."""
    g = Graph(opset=13)
    x = g.node("Transpose", [nchw(g)], perm=[0, 3, 2, 1])
    return head(g, g.node("Flatten", [x]), 784)


def fake_quantized(g, x, scale, zero):
    """QuantizeLinear and DequantizeLinear."""
    s, z = g.const(np.float32(scale)), g.const(zero)
    return g.node("DequantizeLinear", [g.node("QuantizeLinear", [x, s, z]), s, z])


@good
def quantize_dequantize():
    """As onnxruntime quantises: weights per channel; the zero-point replaces the ReLU."""
    g = Graph(opset=13)
    x = fake_quantized(g, nchw(g), 1 / 255, np.uint8(0))
    q = g.const(g.rng.randint(-127, 128, (4, 1, 3, 3)).astype(np.int8))
    s = g.const(0.001 + 0.002 * g.rng.rand(4))
    w = g.node("DequantizeLinear", [q, s, g.const(np.zeros(4, dtype=np.int8))], axis=0)
    q = g.const(g.rng.randint(-900, 900, 4).astype(np.int32))
    b = g.node("DequantizeLinear", [q, g.const(0.0001 + 0.0002 * g.rng.rand(4)),
                                    g.const(np.zeros(4, dtype=np.int32))], axis=0)
    x = g.node("Conv", [x, w, b], strides=[3, 3])
    x = fake_quantized(g, x, 0.001, np.uint8(0))
    x = dense(g, g.node("Flatten", [x]), 4 * 81, 16)
    x = fake_quantized(g, x, 0.004, np.int8(-20))
    x = g.node("MatMul", [x, fake_quantized(g, g.weights(16, 10), 0.05, np.int8(0))])
    g.output(fake_quantized(g, x, 0.5, np.uint8(128)))
    return g


def scale(g, value, zero):
    return [g.const(np.float32(value)), g.const(zero)]


def integers(g, low, high, *shape, dtype=np.int8):
    return g.const(g.rng.randint(low, high, shape).astype(dtype))


@good
def quantized_operators():
    """The 8-bit MNIST network of the ONNX model zoo."""
    g = Graph(opset=12, domains=["com.microsoft"])
    s, z = scale(g, 1 / 255, np.uint8(0))
    x = g.node("QuantizeLinear", [nchw(g), s, z])
    w = [integers(g, -127, 128, 4, 1, 5, 5), *scale(g, 0.002, np.int8(0))]
    out = scale(g, 0.01, np.uint8(100))
    x = g.node("QLinearConv", [x, s, z, *w, *out], auto_pad="SAME_UPPER")
    bias = [integers(g, 0, 256, 4, 1, 1, dtype=np.uint8), *scale(g, 0.002, np.uint8(128))]
    after = scale(g, 0.0123457, np.uint8(0))
    x = g.node("QLinearAdd", [x, *out, *bias, *after], domain="com.microsoft")
    x = g.node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])
    w = [integers(g, -127, 128, 6, 4, 3, 3), g.const(0.001 + 0.001 * g.rng.rand(6)),
         g.const(np.zeros(6, dtype=np.int8))]
    out = scale(g, 0.02, np.uint8(0))
    x = g.node("QLinearConv", [x, *after, *w, *out, integers(g, -9000, 9000, 6,
                                                             dtype=np.int32)], strides=[3, 3])
    x = g.node("Reshape", [x, g.ints(-1, 96)])
    w = [integers(g, -127, 128, 96, 12), *scale(g, 0.001, np.int8(0))]
    after = scale(g, 0.02, np.uint8(40))
    x = g.node("QLinearMatMul", [x, *out, *w, *after])
    w = [integers(g, -127, 128, 10, 12), *scale(g, 0.005, np.int8(0))]
    x = g.node("QGemm", [x, *after, *w, integers(g, -900, 900, 10, dtype=np.int32)],
               domain="com.microsoft", transB=1, alpha=1.0)
    g.output(x)
    return g


@good
def quantized_weights_in_the_graph():
    """Quantisation-aware training: the graph also quantises the weights."""
    g = Graph(opset=13)
    x = fake_quantized(g, nchw(g), 1 / 255, np.uint8(0))
    s, z = g.const(0.01 + 0.01 * g.rng.rand(4)), g.const(np.zeros(4, dtype=np.int8))
    w = g.node("QuantizeLinear", [g.weights(4, 1, 3, 3), s, z], axis=0)
    w = g.node("DequantizeLinear", [w, s, z], axis=0)
    x = g.node("Relu", [g.node("Conv", [x, w, g.weights(4)], strides=[3, 3])])
    x = fake_quantized(g, x, 0.0137, np.uint8(0))
    x = g.node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])
    g.output(dense(g, g.node("Flatten", [x]), 64, 10))
    return g


@good
def bytes_dequantized():
    """The input is 8-bit pixels."""
    g = Graph(opset=13, norm="raw")
    x = g.node("Reshape", [g.input([1, 28, 28], UINT8), g.ints(1, 784)])
    x = g.node("DequantizeLinear", [x, g.const(np.float32(1 / 127.5)), g.const(np.uint8(127))])
    g.output(matmul(g, x, 784, 10))
    return g


@good
def dequantized_by_another_step():
    g = Graph(opset=13)
    x = g.node("QuantizeLinear", [g.input(["N", 784]), g.const(np.float32(0.0041)),
                                  g.const(np.uint8(3))])
    x = g.node("DequantizeLinear", [x, g.const(np.float32(0.0077)), g.const(np.uint8(9))])
    x = matmul(g, x, 784, 12)
    x = g.node("QuantizeLinear", [x, g.const(np.float32(0.0371))])
    x = g.node("DequantizeLinear", [x, g.const(np.float32(0.0371))])
    g.output(matmul(g, x, 12, 10))
    return g


# ---- static quantisation by onnxruntime -----------------------------------------------------

def stored(g, low, high, shape, axis, kind=np.int8, zero=0):
    """Integer weights, their scales and zero-points along `axis`."""
    n = shape[axis]
    return [g.const(g.rng.randint(low, high, shape).astype(kind)),
            g.const(0.001 + 0.003 * g.rng.rand(n)), g.const(np.full(n, zero, dtype=kind))]


def byte_layer(g, op, x, step, shape, bias=True, **attributes):
    """Conv or Gemm with dequantised weights, per channel, and bias in units of the sums."""
    q, s, z = stored(g, -127, 128, shape, 0)
    inputs = [x, g.node("DequantizeLinear", [q, s, z], axis=0)]
    if bias:
        sums = g.const(g.constants[s] * np.float32(step))
        q = g.const(g.rng.randint(-3000, 3000, shape[0]).astype(np.int32))
        inputs.append(g.node("DequantizeLinear", [q, sums], axis=0))
    return g.node(op, inputs, **attributes)


@good
def signed_bytes():
    """QDQ with int8 activations, around each operator."""
    g = Graph(opset=13)
    first = np.float32(1 / 255)
    x = fake_quantized(g, nchw(g), first, np.int8(-128))
    x = byte_layer(g, "Conv", x, first, (4, 1, 5, 5), strides=[2, 2])
    x = fake_quantized(g, g.node("Relu", [x]), 0.021, np.int8(-128))
    x = g.node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])
    x = fake_quantized(g, x, 0.021, np.int8(-128))
    x = fake_quantized(g, g.node("Flatten", [x]), 0.021, np.int8(-128))
    x = byte_layer(g, "Gemm", x, 0.021, (12, 144), transB=1)
    x = fake_quantized(g, x, 0.043, np.int8(3))
    x = fake_quantized(g, g.node("LeakyRelu", [x], alpha=0.1), 0.031, np.int8(-100))
    g.output(byte_layer(g, "Gemm", x, 0.031, (10, 12), bias=False, transB=1))
    return g


@good
def unsigned_weights():
    """QOperator with uint8 weights, whose zero-point is in the middle."""
    g = Graph(opset=13, domains=["com.microsoft"])
    s, z = scale(g, 1 / 255, np.uint8(0))
    x = g.node("QuantizeLinear", [nchw(g), s, z])
    out = scale(g, 0.013, np.uint8(0))
    w = stored(g, 1, 256, (4, 1, 3, 3), 0, np.uint8, 128)
    bias = integers(g, -900, 900, 4, dtype=np.int32)
    x = g.node("QLinearConv", [x, s, z, *w, *out, bias], strides=[3, 3])
    x = g.node("Reshape", [x, g.ints(-1, 324)])
    w = [integers(g, 1, 256, 324, 12, dtype=np.uint8), *scale(g, 0.004, np.uint8(128))]
    after = scale(g, 0.05, np.uint8(77))
    x = g.node("QLinearMatMul", [x, *out, *w, *after])
    w = [integers(g, -127, 128, 10, 12), *scale(g, 0.005, np.int8(0))]
    x = g.node("QGemm", [x, *after, *w, integers(g, -900, 900, 10, dtype=np.int32)],
               domain="com.microsoft", transB=1, alpha=1.0)
    g.output(x)
    return g


@good
def float_bias_of_bytes():
    """A bias that is no multiple of the sums' unit stays exact, in floats."""
    g = Graph(opset=13)
    x = fake_quantized(g, g.input(["N", 784]), 1 / 255, np.uint8(0))
    q, s, z = stored(g, -127, 128, (10, 784), 0)
    w = g.node("DequantizeLinear", [q, s, z], axis=0)
    g.output(g.node("Gemm", [x, w, g.weights(10)], transB=1))
    return g


# ---- further activations ----------------------------------------------------------------

def activation_operators(names, opset):
    """A dense layer before each of these operators, given as name or (name, attributes)."""
    g = Graph(opset=opset)
    x = dense(g, g.node("Flatten", [nchw(g)]), 784, 12)
    for item in names:
        name, attributes = item if isinstance(item, tuple) else (item, {})
        x = dense(g, g.node(name, [x], **attributes), 12, 12)
    g.output(dense(g, g.node("Relu", [x]), 12, 10))
    return g


@good
def elu_selu_softplus_operators():
    return activation_operators(["Elu", ("Elu", {"alpha": 0.4}), ("Celu", {"alpha": 1.0}), "Selu",
                                 ("Selu", {"alpha": 1.2, "gamma": 0.9}), "Softplus"], 17)


@good
def hard_operators():
    return activation_operators(["HardSwish", "HardSigmoid",
                                 ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
                                 ("HardSigmoid", {"alpha": 2.0, "beta": 0.1})], 17)


@good
def mish_and_swish_operators():
    return activation_operators(["Mish", "Swish", ("Swish", {"alpha": 1.702})], 24)


@good
def silu_of_a_scaled_convolution():
    """YOLO and EfficientNet; the scale comes from a folded batch norm."""
    g = Graph(opset=13)
    x = g.node("Mul", [conv(g, nchw(g), 1, 4, 3, strides=[2, 2]), g.const(np.float32(1.3))])
    x = g.node("Mul", [x, g.node("Sigmoid", [x])])
    x = g.node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])
    x = conv(g, x, 4, 4, 3)
    x = g.node("Mul", [g.node("Sigmoid", [g.node("Mul", [x, g.const(np.float32(1.702))])]), x])
    return head(g, g.node("Flatten", [x]), 64)


@good
def hard_swish_written_out():
    """MobileNetV3 by exporters before operator set 14."""
    g = Graph(opset=11)
    x = conv(g, nchw(g), 1, 4, 3, strides=[2, 2])
    y = g.node("Clip", [g.node("Add", [x, g.const(np.float32(3))]), g.const(np.float32(0)),
                        g.const(np.float32(6))])
    x = g.node("Div", [g.node("Mul", [x, y]), g.const(np.float32(6))])
    x = conv(g, x, 4, 4, 3)
    x = g.node("Mul", [x, g.node("HardSigmoid", [x], alpha=1 / 6, beta=0.5)])
    x = conv(g, x, 4, 4, 3)
    x = g.node("Div", [g.node("Clip", [g.node("Add", [x, g.const(np.float32(3))]),
                                       g.const(np.float32(0)), g.const(np.float32(6))]),
                       g.const(np.float32(6))])
    return head(g, g.node("Flatten", [x]), 4 * 81)


@good
def mish_and_softplus_written_out():
    g = Graph(opset=13)
    one = g.const(np.float32(1))
    x = matmul(g, g.input(["N", 784]), 784, 14)
    x = g.node("Mul", [x, g.node("Tanh", [g.node("Softplus", [x])])])
    x = matmul(g, x, 14, 12)
    x = g.node("Log", [g.node("Add", [g.node("Exp", [x]), one])])
    x = matmul(g, x, 12, 12)
    y = g.node("Log", [g.node("Add", [one, g.node("Exp", [x])])])
    x = g.node("Mul", [g.node("Tanh", [y]), x])
    g.output(matmul(g, x, 12, 10))
    return g


@good
def elu_and_selu_written_out():
    g = Graph(opset=13)
    zero, one = g.const(np.float32(0)), g.const(np.float32(1))
    x = matmul(g, g.input(["N", 784]), 784, 14)
    for scale, alpha in ((1.0, 0.7), (1.0507, 1.67326)):
        y = g.node("Sub", [g.node("Exp", [g.node("Min", [x, zero])]), one])
        y = g.node("Mul", [y, g.const(np.float32(alpha))])
        x = g.node("Mul", [g.node("Add", [g.node("Relu", [x]), y]), g.const(np.float32(scale))])
        x = matmul(g, x, 14, 14)
    g.output(matmul(g, x, 14, 10))
    return g


@good
def an_operator_set_of_tomorrow():
    g = Graph(opset=23, ir=11)
    x = g.node("Relu", [matmul(g, g.input(["N", 784]), 784, 16)])
    g.output(matmul(g, x, 16, 10))
    return g


# ---- endings ------------------------------------------------------------------------------

@good
def sigmoid_at_the_end():
    g = Graph(opset=13)
    g.output(g.node("Sigmoid", [matmul(g, g.input(["N", 784]), 784, 10)]))
    return g


@good
def relu_before_softmax():
    """The softmax is in the file, so its probabilities count."""
    g = Graph(opset=13)
    x = g.node("Relu", [matmul(g, g.input(["N", 784]), 784, 10)])
    g.output(g.node("Softmax", [x], axis=1), logits=x)
    return g


@good
def relu_at_the_end():
    g = Graph(opset=13)
    g.output(g.node("Relu", [matmul(g, g.input(["N", 784]), 784, 10)]))
    return g


@good
def label_and_scores():
    g = Graph(opset=13)
    x = matmul(g, g.input(["N", 784]), 784, 10)
    g.output(g.node("ArgMax", [x], axis=1, keepdims=0), ["N"], kind=INT64)
    g.output(x, logits=x)
    return g


# ---- linear models of scikit-learn ----------------------------------------------------------

def linear_classifier(g, x, features=784, **attributes):
    """LogisticRegression: a label and scores."""
    w = (g.rng.randn(10, features) * 0.05).astype(np.float32)
    attributes.setdefault("classlabels_ints", list(range(10)))
    attributes.setdefault("coefficients", [float(v) for v in w.reshape(-1)])
    attributes.setdefault("intercepts", [float(v) for v in g.rng.randn(10).astype(np.float32)])
    return g.node("LinearClassifier", [x], domain="ai.onnx.ml", outputs=2,
                  **{k: v for k, v in attributes.items() if v is not None})


def sklearn(**options):
    return Graph(opset=15, domains=["ai.onnx.ml"], **options)


@good
def sklearn_multinomial():
    g = sklearn()
    w = [float(v) for v in (g.rng.randn(7840) * 0.05).astype(np.float32)]
    x = g.input([None, 784], name="X")
    label, p = linear_classifier(g, x, post_transform="SOFTMAX", coefficients=w,
                                 intercepts=[0.0] * 10)
    g.output(g.node("Cast", [label], to=INT64), kind=INT64)
    logits = linear_classifier(g, x, coefficients=w, intercepts=[0.0] * 10)[1]
    g.output(g.node("ZipMap", [p], domain="ai.onnx.ml", classlabels_int64s=list(range(10))),
             logits=logits)
    return g


@good
def sklearn_scaled_one_against_rest():
    """A pipeline of StandardScaler and LogisticRegression; labels are texts."""
    g = sklearn()
    offset = [float(v) for v in g.rng.rand(784).astype(np.float32)]
    scale = [float(v) for v in (0.5 + g.rng.rand(784)).astype(np.float32)]
    x = g.node("Scaler", [g.input([None, 784], name="X")], domain="ai.onnx.ml", offset=offset,
               scale=scale)
    label, p = linear_classifier(g, x, post_transform="LOGISTIC", classlabels_ints=None,
                                 classlabels_strings=[str(i) for i in range(10)])
    n = g.node("Normalizer", [p], domain="ai.onnx.ml", norm="L1")
    g.output(label, kind=INT64)
    g.output(n, logits=p)
    return g


@good
def sklearn_scaler_of_one_number():
    g = sklearn(norm="raw")
    x = g.node("Scaler", [g.input([None, 784], name="X")], domain="ai.onnx.ml", offset=[0.0],
               scale=[1 / 255])
    x = g.node("Relu", [matmul(g, x, 784, 16)])
    label, p = linear_classifier(g, x, 16, intercepts=None)
    g.output(p)
    return g


@good
def sklearn_linear_svc():
    """Its first output is the label."""
    g = sklearn()
    label, p = linear_classifier(g, g.input([None, 784], name="X"), post_transform="NONE")
    g.output(label, kind=INT64)
    g.output(p, logits=p)
    return g


@good
def sklearn_label_alone():
    g = sklearn()
    x = matmul(g, g.input([None, 784], name="X"), 784, 10)
    label = g.node("ArgMax", [g.node("Softmax", [x], axis=1)], axis=1)
    label = g.node("ArrayFeatureExtractor", [g.ints(*range(10)), label], domain="ai.onnx.ml")
    g.output(g.node("Cast", [g.node("Reshape", [label, g.ints(-1)])], to=INT64), kind=INT64,
             logits=x)
    return g


# ---- what must be refused ---------------------------------------------------------------

@bad(r"node 'rnn' \(LSTM\): operator not supported")
def lstm():
    g = Graph()
    x = g.node("LSTM", [g.input(["N", 28, 28]), g.weights(1, 64, 28)], label="rnn")
    g.output(x)
    return g


@bad(r"node 'skip' \(Add\): joins two branches")
def residual():
    g = Graph()
    x = g.node("Relu", [conv(g, nchw(g), 1, 4, 3)])
    y = conv(g, x, 4, 4, 3, pads=[1, 1, 1, 1])
    x = g.node("Add", [x, y], label="skip")
    return head(g, g.node("Flatten", [x]), 4 * 26 * 26)


@bad(r"node 'b' \(Conv\): uses a value from before the last layer; branches")
def two_branches():
    g = Graph()
    x = g.node("Relu", [conv(g, nchw(g), 1, 4, 3)])
    a = g.node("Conv", [x, g.weights(2, 4, 3, 3)], label="a")
    b = g.node("Conv", [x, g.weights(2, 4, 3, 3)], label="b")
    x = g.node("Concat", [a, b], axis=1)
    return head(g, g.node("Flatten", [x]), 4 * 24 * 24)


@bad(r"input 'input': shape \[1,3,32,32\] .*3 colours.*; digitpad reads grey images of 28x28")
def cifar():
    g = Graph()
    x = conv(g, g.input([1, 3, 32, 32]), 3, 4, 3)
    return head(g, g.node("Flatten", [x]), 4 * 30 * 30)


@bad(r"input 'input': shape \[0,1,32,32\] \(0: any\).*; digitpad reads grey images of 28x28")
def lenet_of_32():
    g = Graph()
    x = conv(g, g.input(["N", 1, 32, 32]), 1, 4, 5)
    return head(g, g.node("Flatten", [x]), 4 * 28 * 28)


@bad(r"inputs 'input' and 'labels': a digit network has only one input")
def accuracy_of_labels():
    g = Graph()
    x = matmul(g, g.input([100, 784]), 784, 10)
    g.input([100], INT64, "labels")
    right = g.node("Equal", [g.node("ArgMax", [x], axis=1, keepdims=0), "labels"])
    g.output(g.node("ReduceMean", [g.node("Cast", [right], to=FLOAT)], keepdims=0), [])
    return g


@bad(r"\(ReduceMean\): supported over height and width only")
def mean_of_channels():
    g = Graph(opset=13)
    x = g.node("ReduceMean", [conv(g, nchw(g), 1, 4, 3)], axes=[1, 2, 3], keepdims=1)
    return head(g, g.node("Flatten", [x]), 1)


@bad(r"output '.*': 1 number instead of the scores of ten digits")
def one_number():
    g = Graph()
    g.output(matmul(g, g.input(["N", 784]), 784, 1), ["N", 1])
    return g


@bad(r"26 numbers instead of the scores of ten digits")
def letters():
    g = Graph()
    g.output(matmul(g, g.input(["N", 784]), 784, 26), ["N", 26])
    return g


@bad(r"operator domain 'com.microsoft' is not supported")
def unknown_domain():
    g = Graph(domains=["com.microsoft"])
    x = g.node("FusedGemm", [g.input(["N", 784]), g.weights(784, 10)], domain="com.microsoft")
    g.output(x)
    return g


@bad(r"initializer 'c_1': external data: '\.\./beside.bin' is not in the folder of the model")
def data_above_the_model():
    return matmul_outside("../beside.bin")


@bad(r"external data: '/etc/passwd' is not in the folder of the model")
def data_of_the_system():
    return matmul_outside("/etc/passwd")


@bad(r"cannot open 'link.bin' beside the model: it is a symbolic link")
def data_behind_a_link():
    return matmul_outside("link.bin")


@bad(r"external data: 'folder.bin' is not a regular file")
def data_in_a_folder():
    return matmul_outside("folder.bin")


@bad(r"cannot open 'missing.bin' beside the model: No such file")
def data_that_is_missing():
    return matmul_outside("missing.bin")


@bad(r"external data: 'beside.bin' is truncated, it has 31360 bytes")
def data_that_is_short():
    return matmul_outside("beside.bin", 31361)


@bad(r"initializer 'c_1': 31356 bytes do not match shape \[784,10\]")
def data_that_is_not_all():
    return matmul_outside("beside.bin", 31356)


@bad(r"external data: length '-1' is not a number")
def data_of_negative_length():
    return matmul_outside("beside.bin", -1)


def matmul_outside(location, length=None):
    g = Graph()
    w = g.outside(g.rng.randn(784, 10), location, length)
    g.output(g.node("MatMul", [g.input(["N", 784]), w]))
    return g


@bad(r"\(ZipMap\): labels are not 0 to 9 in order")
def labels_in_another_order():
    g = Graph(domains=["ai.onnx.ml"])
    p = g.node("Softmax", [matmul(g, g.input(["N", 784]), 784, 10)])
    g.output(g.node("ZipMap", [p], domain="ai.onnx.ml",
                    classlabels_int64s=[1, 2, 3, 4, 5, 6, 7, 8, 9, 0]))
    return g


@bad(r"\(TreeEnsembleClassifier\): operator domain 'ai.onnx.ml' is not supported")
def forest():
    g = Graph(domains=["ai.onnx.ml"])
    g.output(g.node("TreeEnsembleClassifier", [g.input(["N", 784])], domain="ai.onnx.ml"))
    return g


@bad(r"\(Dropout\): exported in training mode; export for inference")
def dropout_in_training():
    g = Graph(opset=13)
    x = g.node("Dropout", [nchw(g), g.const(np.float32(0.5)), g.const(np.array(True))])
    return head(g, g.node("Flatten", [x]), 784)


@bad(r"\(Cast\): the input is quantised; use DequantizeLinear")
def quantized_values_as_floats():
    g = Graph(opset=13)
    x = g.node("QuantizeLinear", [g.input(["N", 784]), g.const(np.float32(0.01))])
    g.output(matmul(g, g.node("Cast", [x], to=FLOAT), 784, 10))
    return g


@bad(r"\(DynamicQuantizeLinear\): operator not supported")
def quantized_by_the_image():
    g = Graph(opset=13)
    x, s, z = g.node("DynamicQuantizeLinear", [g.input(["N", 784])], outputs=3)
    w = g.const(g.rng.randint(-127, 128, (784, 10)).astype(np.int8))
    x = g.node("Cast", [g.node("MatMulInteger", [x, w, z])], to=FLOAT)
    g.output(g.node("Mul", [x, s]))
    return g


@bad(r"\(QuantizeLinear\): output type UINT16 is not supported \(UINT8 or INT8\)")
def sixteen_bits():
    g = Graph(opset=21, ir=10)
    s, z = g.const(np.float32(0.001)), g.const(np.uint16(0))
    x = g.node("QuantizeLinear", [g.input(["N", 784]), s, z])
    g.output(matmul(g, g.node("DequantizeLinear", [x, s, z]), 784, 10))
    return g


@bad(r"\(If\): operator not supported")
def branch_by_condition():
    g = Graph(opset=13)
    x = g.node("If", [g.const(np.array(True))])
    g.output(g.node("MatMul", [g.input(["N", 784]), x]))
    return g


@bad(r"\(ConvTranspose\): operator not supported")
def upside_down():
    g = Graph(opset=13)
    x = g.node("ConvTranspose", [nchw(g), g.weights(1, 2, 3, 3)])
    return head(g, g.node("Flatten", [x]), 1800)


@bad(r"IR version 99")
def unknown_ir():
    g = Graph(ir=99)
    g.output(matmul(g, g.input(["N", 784]), 784, 10))
    return g


@bad(r"depends on itself")
def cycle():
    g = Graph()
    x = g.node("Add", [g.input(["N", 784]), "relu_2"])
    y = g.node("Relu", [x])
    g.output(matmul(g, y, 784, 10))
    return g


@bad(r"value 'ghost' is used but not defined")
def missing_value():
    g = Graph()
    g.output(g.node("MatMul", [g.input(["N", 784]), "ghost"]))
    return g


@bad(r"output 'nowhere' is not defined")
def missing_output():
    g = Graph()
    matmul(g, g.input(["N", 784]), 784, 10)
    g.output("nowhere")
    return g


@bad(r"the graph has no output")
def no_output():
    g = Graph()
    matmul(g, g.input(["N", 784]), 784, 10)
    return g


@bad(r"unknown function at '.*' \(known: scale and shift.*hard_swish")
def steep_softplus():
    g = Graph()
    x = matmul(g, g.input(["N", 784]), 784, 12)
    x = g.node("Softplus", [g.node("Mul", [x, g.const(np.float32(3))])])
    x = g.node("Mul", [x, x])
    g.output(matmul(g, x, 12, 10))
    return g


@bad(r"exported in training mode")
def training_mode():
    g = Graph()
    x = batch_norm(g, nchw(g), 1, training_mode=1)
    return head(g, g.node("Flatten", [x]), 784)


@bad(r"weights for 3 channels in 1 groups do not match an input of 1 channels")
def wrong_channels():
    g = Graph()
    x = conv(g, nchw(g), 3, 4, 3)
    return head(g, g.node("Flatten", [x]), 4 * 26 * 26)


@bad(r"does not match weights for 700 features")
def wrong_features():
    g = Graph()
    g.output(matmul(g, g.input(["N", 784]), 700, 10))
    return g


@bad(r"\(Conv\): input .* is not \[batch, channels, height, width\]")
def convolution_of_nhwc():
    g = Graph()
    x = conv(g, g.input(["N", 28, 28, 1]), 28, 4, 3)
    return head(g, g.node("Flatten", [x]), 784)


@bad(r"\(Reshape\): cannot reshape \[1,784\] to \[1,700\]")
def wrong_reshape():
    g = Graph()
    return head(g, g.node("Reshape", [g.input(["N", 784]), g.ints(-1, 700)]), 700)


@bad(r"\(Softmax\): axis .* does not hold all scores of an image")
def softmax_of_the_wrong_axis():
    g = Graph()
    x = g.node("Relu", [conv(g, nchw(g), 1, 4, 3)])
    x = g.node("Softmax", [x], axis=1)
    return head(g, g.node("Flatten", [x]), 4 * 26 * 26)


@bad(r"leaky ReLU: slope|may only scale or shift")
def slope_for_each_channel():
    g = Graph()
    x = g.node("PRelu", [conv(g, nchw(g), 1, 4, 3), g.weights(4, 1, 1)])
    return head(g, g.node("Flatten", [x]), 4 * 26 * 26)


@bad(r"300 nodes exceed the limit of 256")
def too_many_nodes():
    g = Graph()
    x = nchw(g)
    for _ in range(300):
        x = g.node("Relu", [x])
    g.output(x)
    return g


@bad(r"initializer 'c_1': its shape is invalid or too large")
def enormous_shape():
    g = Graph()
    w = g.const(np.zeros(10, dtype=np.float32))
    g.constants[w] = Shaped([1 << 32, 1 << 32])
    g.output(g.node("MatMul", [g.input(["N", 784]), w]))
    return g


class Shaped:
    """Ten zeros that declare another shape."""

    def __init__(self, shape):
        self.shape, self.dtype = shape, np.dtype(np.float32)

    def __array__(self, dtype=None):
        return np.zeros(10, dtype=np.float32)


@bad(r"element type STRING is not supported")
def strings():
    return field_int(1, 8) + field_bytes(7, (
        field_bytes(1, field_bytes(1, "x") + field_bytes(1, "w") + field_bytes(2, "y")
                    + field_bytes(4, "MatMul"))
        + field_bytes(5, field_int(1, 1) + field_int(2, 8) + field_bytes(8, "w"))
        + field_bytes(11, field_bytes(1, "x")) + field_bytes(12, field_bytes(1, "y")))) \
        + field_bytes(8, field_int(2, 13))


@bad(r"unsupported format: text")
def plain_text():
    return b"This is not a model.\n" * 20


def zipped(name):
    return b"PK\3\4" + bytes(22) + bytes([len(name), 0, 0, 0]) + name + bytes(200)


@bad(r"unsupported format: a PyTorch checkpoint; export the model to ONNX")
def torch_zip():
    return zipped(b"archive/data.pkl")


@bad(r"unsupported format: a NumPy archive; save its arrays as safetensors")
def numpy_zip():
    return zipped(b"arr_0.npy")


@bad(r"unsupported format: a Keras model; export it to ONNX")
def keras_zip():
    return zipped(b"metadata.json")


@bad(r"unsupported format: a zip archive \(PyTorch, Keras or other\)")
def other_zip():
    return zipped(b"a.txt")


@bad(r"unsupported format: a zip archive")
def zip_of_a_long_name():
    return b"PK\3\4" + b"\xff" * 60


@bad(r"unsupported format: an ONNX model as text")
def onnx_as_text():
    return b'ir_version: 8\nproducer_name: "x"\ngraph {\n}\n'


@bad(r"unsupported format: a MATLAB file")
def matlab_file():
    return b"MATLAB 5.0 MAT-file, Platform: GLNXA64".ljust(124) + b"\0\1IM"


@bad(r"unsupported format: a Python pickle")
def torch_pickle():
    return b"\x80\x02}q\x00(X\x0b\x00\x00\x00conv1.weight" + bytes(100)


@bad(r"unsupported format: an HDF5 file")
def keras_h5():
    return b"\x89HDF\r\n\x1a\n" + bytes(100)


@bad(r"unsupported format: a TensorFlow Lite model")
def tflite():
    return b"\x1c\x00\x00\x00TFL3" + bytes(100)


@bad(r"the file is empty")
def nothing():
    return b""


@bad(r"not a valid ONNX model")
def noise():
    return bytes((i * 37 + 11) % 256 for i in range(1000))


@bad(r"not an ONNX model: no graph")
def no_graph():
    return field_int(1, 8)


@bad(r"a Git LFS pointer")
def lfs_pointer():
    return b"version https://git-lfs.github.com/spec/v1\noid sha256:1234\nsize 26454\n"


# ---- refused: further activations and linear models ----------------------------------------

@bad(r"\(MatMul\): ELU: alpha -1 is not in \[0, 100\)")
def elu_that_falls():
    g = Graph()
    x = g.node("Elu", [matmul(g, g.input(["N", 784]), 784, 12)], alpha=-1.0)
    g.output(matmul(g, x, 12, 10))
    return g


@bad(r"unknown function at 'elu_")
def elu_of_nan():
    g = Graph()
    x = g.node("Elu", [matmul(g, g.input(["N", 784]), 784, 12)], alpha=float("nan"))
    g.output(matmul(g, x, 12, 10))
    return g


@bad(r"\(Mish\): input 0 is missing")
def mish_of_nothing():
    g = Graph(opset=18)
    g.output(g.node("Mul", [g.input(["N", 784]), g.node("Mish", [""])]))
    return g


@bad(r"\(HardSwish\): follows ArgMax, which must be the last operator")
def hard_swish_of_a_label():
    g = Graph()
    x = g.node("ArgMax", [matmul(g, g.input(["N", 784]), 784, 10)], axis=1)
    g.output(g.node("HardSwish", [x]))
    return g


def refused_classifier(shape=(None, 784), **attributes):
    g = sklearn()
    g.output(linear_classifier(g, g.input(list(shape), name="X"), **attributes)[1])
    return g


@bad(r"\(LinearClassifier\): labels are not 0 to 9 in order")
def classifier_of_other_labels():
    return refused_classifier(classlabels_ints=[9, 8, 7, 6, 5, 4, 3, 2, 1, 0])


@bad(r"\(LinearClassifier\): labels are not 0 to 9 in order")
def classifier_without_labels():
    return refused_classifier(classlabels_ints=None)


@bad(r"\(LinearClassifier\): coefficients: 0 numbers are not those of ten digits")
def classifier_without_coefficients():
    return refused_classifier(coefficients=None)


@bad(r"\(LinearClassifier\): coefficients: 7839 numbers are not those of ten digits")
def classifier_of_odd_coefficients():
    return refused_classifier(coefficients=[0.5] * 7839)


@bad(r"\(LinearClassifier\): MatMul: input \[1,784\] does not match weights for 700 features")
def classifier_of_other_features():
    return refused_classifier(coefficients=[0.5] * 7000)


@bad(r"\(LinearClassifier\): intercepts: 9 numbers instead of 10")
def classifier_of_nine_intercepts():
    return refused_classifier(intercepts=[0.5] * 9)


@bad(r"\(LinearClassifier\): post_transform is not supported \(NONE, SOFTMAX or LOGISTIC\)")
def classifier_by_probit():
    return refused_classifier(post_transform="PROBIT")


@bad(r"\(LinearClassifier\): the input must have one flat row per image")
def classifier_of_images():
    return refused_classifier((None, 1, 28, 28))


@bad(r"\(Scaler\): scale: 0 numbers instead of 784")
def scaler_without_scale():
    g = sklearn()
    g.output(matmul(g, g.node("Scaler", [g.input([None, 784])], domain="ai.onnx.ml",
                              offset=[0.0]), 784, 10))
    return g


@bad(r"\(Scaler\): offset: 3 numbers instead of 784")
def scaler_of_three():
    g = sklearn()
    g.output(matmul(g, g.node("Scaler", [g.input([None, 784])], domain="ai.onnx.ml",
                              offset=[0.0, 1.0, 2.0], scale=[1.0]), 784, 10))
    return g


@bad(r"\(Normalizer\): only the sum of final sigmoids can be normalised.*; scale pixels by a Scaler")
def normalized_pixels():
    g = sklearn()
    g.output(matmul(g, g.node("Normalizer", [g.input([None, 784])], domain="ai.onnx.ml",
                              norm="L2"), 784, 10))
    return g


@bad(r"\(MatMul\): follows Normalizer, which must be the last operator")
def layer_after_normalizer():
    g = sklearn()
    x = g.node("Sigmoid", [matmul(g, g.input([None, 784]), 784, 10)])
    x = g.node("Normalizer", [x], domain="ai.onnx.ml", norm="L1")
    g.output(matmul(g, x, 10, 10))
    return g


@bad(r"\(ArrayFeatureExtractor\): labels are not 0 to 9 in order, after an ArgMax")
def labels_in_another_order_by_number():
    g = sklearn()
    label = g.node("ArgMax", [matmul(g, g.input([None, 784]), 784, 10)], axis=1)
    g.output(g.node("ArrayFeatureExtractor", [g.ints(9, 8, 7, 6, 5, 4, 3, 2, 1, 0), label],
                    domain="ai.onnx.ml"))
    return g


@bad(r"\(Resize\): operator not supported; export a network that reads images of 28x28")
def resized_in_the_graph():
    g = Graph()
    x = g.node("Resize", [nchw(g), "", "", g.ints(1, 1, 32, 32)])
    return head(g, g.node("Flatten", [x]), 1024)


@bad(r"operator set 0 does not exist")
def no_operator_set():
    g = Graph(opset=0)
    g.output(matmul(g, g.input(["N", 784]), 784, 10))
    return g
