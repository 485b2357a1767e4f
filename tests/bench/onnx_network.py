"""Write a chain of layers as an ONNX file with random weights, in floats or in the form of
onnxruntime's quantiser: 8 bits before and after each operator."""

import os
import re
import sys

import numpy as np

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../onnx"))
from onnxlib import FLOAT, Graph  # noqa: E402

STEP = 0.02  # of all 8-bit values


class Writer:
    def __init__(self, int8):
        self.int8 = int8
        self.graph = Graph(opset=20, ir=9)
        self.value = self.graph.input(["n", 1, 28, 28], FLOAT)
        self.shape = [1, 28, 28]
        self.quantize()

    def quantize(self, zero=0):
        """Round to bytes and back, which onnxruntime fuses with the operators around."""
        if self.int8:
            g = self.graph
            scale = [g.const(np.float32(STEP)), g.const(np.uint8(zero), dtype=None)]
            steps = g.node("QuantizeLinear", [self.value] + scale)
            self.value = g.node("DequantizeLinear", [steps] + scale)

    def parameters(self, *shape):
        """The names of random weights and biases."""
        g = self.graph
        if not self.int8:
            return [g.weights(*shape), g.weights(shape[0])]
        weight = g.const(g.rng.randint(-127, 128, shape).astype(np.int8))
        bias = g.const(np.zeros(shape[0], np.int32))
        return [self.dequantize(weight, 1e-3, np.int8),
                self.dequantize(bias, 1e-3 * STEP, np.int32)]

    def dequantize(self, name, scale, kind):
        """onnxruntime fuses only with a zero point, although 0 is the default."""
        zero = self.graph.const(kind(0), dtype=None)
        return self.graph.node("DequantizeLinear",
                               [name, self.graph.const(np.float32(scale)), zero])

    def conv(self, out, kernel, pad):
        weights = self.parameters(out, self.shape[0], kernel, kernel)
        self.value = self.graph.node("Conv", [self.value] + weights, pads=[pad] * 4,
                                     kernel_shape=[kernel] * 2, strides=[1, 1])
        side = self.shape[1] + 2 * pad - kernel + 1
        self.shape = [out, side, side]

    def dense(self, out):
        weights = self.parameters(out, self.shape[0])
        self.value = self.graph.node("Gemm", [self.value] + weights, transB=1)
        self.shape = [out]

    def add(self, layer, following):
        words = re.split("[ =]", layer)
        if words[0] == "conv":
            pad = int(words[-1]) if "pad" in words else 0
            self.conv(int(words[1]), int(words[2]), pad)
        elif words[0] == "dense":
            self.dense(int(words[1]))
        elif words[0] == "relu":
            self.value = self.graph.node("Relu", [self.value])
        elif words[0] == "gelu":
            self.value = self.graph.node("Gelu", [self.value])
        elif words[0] == "maxpool":
            self.value = self.graph.node("MaxPool", [self.value], kernel_shape=[2, 2],
                                         strides=[2, 2])
            self.shape = [self.shape[0]] + [side // 2 for side in self.shape[1:]]
        elif words[0] == "flatten":
            self.value = self.graph.node("Flatten", [self.value])
            self.shape = [int(np.prod(self.shape))]
        if following != "relu":  # which the operator before it includes
            self.quantize(0 if "relu" in (words[0], following) else 128)


def write(path, chain, int8):
    chain = chain.replace("maxpool 2 | relu", "relu | maxpool 2")  # which fuses more
    layers = [layer for layer in chain.split(" | ") if layer != "bn"]
    writer = Writer(int8)
    for layer, following in zip(layers, layers[1:] + [""]):
        writer.add(layer, following)
    writer.graph.output(writer.value, ["n", 10])
    with open(path, "wb") as f:
        f.write(writer.graph.encode())
