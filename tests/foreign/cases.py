"""Chains as many frameworks save them, and files that must be refused."""

import re

import numpy as np

from frameworks import Framework, by_kind, by_place, torch_array

MLPS = {
    1: "flatten | dense 10",
    2: "flatten | dense 32 | relu | dense 10",
    3: "flatten | dense 64 | relu | dense 32 | relu | dense 10",
    4: "flatten | dense 48 | relu | dense 48 | relu | dense 24 | relu | dense 10",
}
MLP_BN = "flatten | dense 32 | bn | relu | dense 16 | bn | relu | dense 10"
CLASSIC = ("conv 4 5 | relu | maxpool 2 | conv 8 5 | relu | maxpool 2 | flatten | "
           "dense 32 | relu | dense 10")
SAME = ("conv 4 3 pad=same | relu | maxpool 2 | conv 8 3 pad=same | relu | maxpool 2 | flatten | "
        "dense 10")
LENET = ("conv 6 5 pad=same | relu | maxpool 2 | conv 16 5 | relu | maxpool 2 | flatten | "
         "dense 40 | relu | dense 24 | relu | dense 10")
EXAMPLE = ("conv 4 3 | relu | conv 8 3 | relu | maxpool 2 | flatten | dense 16 | relu | "
           "dense 10")
BN = ("conv 8 3 pad=same bias=0 | bn | relu | maxpool 2 | conv 12 3 pad=same bias=0 | bn | relu | "
      "maxpool 2 | flatten | dense 10")
BN_AFTER = ("conv 8 3 | relu | bn | maxpool 2 | conv 12 3 | relu | bn | maxpool 2 | flatten | "
            "dense 10")
BN_LAST = ("conv 8 3 | relu | conv 12 3 | relu | bn | flatten | dense 16 | relu | dense 10 | bn")
STRIDES = ("conv 4 3 stride=2 pad=1 | relu | conv 8 3 stride=2 pad=1 | relu | flatten | dense 10")
VALID_STRIDES = "conv 4 3 stride=2 | relu | conv 8 3 stride=2 | relu | flatten | dense 10"
TUTORIAL = ("conv 4 3 | relu | maxpool 2 | conv 8 3 | relu | maxpool 2 | conv 8 3 | relu | "
            "flatten | dense 16 | relu | dense 10")
DEEP = ("conv 4 3 pad=same | relu | conv 4 3 pad=same | relu | maxpool 2 | conv 8 3 pad=same | "
        "relu | conv 8 3 pad=same | relu | maxpool 2 | flatten | dense 16 | relu | dense 10")
MEAN = ("conv 6 3 pad=same | relu | maxpool 2 | conv 8 3 pad=same | relu | global_avgpool | "
        "flatten | dense 10")
NO_FUNCTION = "conv 8 3 | relu | maxpool 2 | flatten | dense 10"
POOL_FIRST = ("maxpool 2 | conv 4 3 pad=same | relu | maxpool 2 | flatten | dense 10")
DEPTHWISE = ("conv 8 3 pad=same | relu | maxpool 2 | conv 8 3 pad=same groups=8 | relu | "
             "conv 12 1 | relu | maxpool 2 | flatten | dense 10")

DEMO_D = ("conv 8 3 pad=same bias=0 | bn | relu | maxpool 2 | conv 12 3 pad=same bias=0 | bn | relu | "
          "maxpool 2 | conv 16 3 pad=same bias=0 | bn | relu | flatten | dense 16 | relu | dense 10")
VGG = " | ".join("conv %d 3 pad=same | bn | relu | conv %d 3 pad=same | bn | relu | maxpool 2" %
                 (c, c) for c in (4, 8, 8)) + " | flatten | dense 16 | relu | dense 10"
LENET_5 = ("conv 6 5 pad=same | relu | maxpool 2 | conv 16 5 | relu | maxpool 2 | conv 24 5 | relu | "
           "flatten | dense 20 | relu | dense 10")
CIFAR = ("conv 4 3 pad=same | relu | conv 4 3 | relu | maxpool 2 | conv 8 3 pad=same | relu | "
         "conv 8 3 | relu | maxpool 2 | flatten | dense 16 | relu | dense 10")
HALVES = "conv 4 4 stride=2 pad=1 | relu | conv 8 4 stride=2 pad=1 | relu | flatten | dense 10"

CASES = []


def add(chain, *frameworks, **more):
    """One case for each framework. Keras has another eps, and the reader knows it."""
    for framework in frameworks:
        own = re.sub(r"\bbn\b", "bn eps=0.001", chain) if "keras" in framework else chain
        CASES.append(dict({"chain": own, "as": framework}, **more))


for depth in MLPS:
    add(MLPS[depth], "torch list", "torch names", "flax", "keras")
add(MLPS[2], "burn", "haiku", "shapes alone", "numbers after roles", "mlx list")
add(MLPS[3], "candle", "tinygrad", "equinox", "flax list", "compiled", "keras 3")
add(MLPS[4], "lightning", "timm", "torch module lists", "burn")
add(MLP_BN, "torch list", "torch names", "flax", "keras", "burn", "lightning")
add(CLASSIC, "torch list", "torch names", "torch two lists", "torch module lists", "flax",
    "keras", "haiku", "equinox", "mlx", "mlx list", "burn", "candle", "tinygrad", "timm")
add(SAME, "torch list", "torch names", "flax", "flax list", "keras 3", "mlx", "burn")
add(LENET, "torch list", "torch names", "torch two lists", "keras", "candle", "burn")
add(EXAMPLE, "torch list", "torch names", "compiled", "mlx", "flax")
add(BN, "torch list", "torch names", "torch blocks", "torch two lists", "flax", "keras", "mlx",
    "burn", "haiku", "tinygrad list", "equinox", "torch module lists")
add(BN_AFTER, "torch list", "torch names", "torch blocks", "flax", "keras", "burn")
add(BN_LAST, "torch list", "torch names", "burn", "flax")
add(STRIDES, "torch list", "lightning", "equinox")
add(VALID_STRIDES, "torch list")
add(VALID_STRIDES, "torch names", "keras", "flax", expect="offered")
add(TUTORIAL, "torch list", "torch net", "flax list")
add(TUTORIAL, "torch names", "keras", "flax", expect="offered")
add(DEEP, "torch list", "torch names", "torch two lists", "keras", "tinygrad list")
add(MEAN, "torch list", "torch net", expect="offered")
add(NO_FUNCTION, "torch list", "torch names", "flax")
add(POOL_FIRST, "torch list", "torch net")
add(DEPTHWISE, "torch list", "torch names")
add(DEMO_D, "torch names", "torch blocks", "flax", "keras", "mlx", "burn", "torch two lists")
add(VGG, "torch names", "torch list", "keras")
add(LENET_5, "torch names", "torch list", "flax")
add(CIFAR, "torch list")
add(CIFAR, "keras", expect="offered")
add(HALVES, "torch list")

# Layers that do nothing in inference leave gaps as well.
add(CLASSIC, "torch with dropout", framework=Framework(by_place("", (2, 5, 8)), torch_array))
add(BN, "torch with dropout", framework=Framework(by_place("body.", (7,)), torch_array))
add(MLPS[4], "torch with dropout", framework=Framework(by_place("", (2, 4)), torch_array))
add(MLPS[3], "names that say first and last", framework=Framework(
    lambda net: {1: "input_layer", 3: "hidden", 5: "output_layer"}, torch_array))
add(LENET, "LeNet's names", framework=Framework(
    lambda net: {0: "C1", 3: "C3", 7: "F5", 9: "F6", 11: "OUTPUT"}, torch_array))
add(CLASSIC, "encoder and head", framework=Framework(
    lambda net: {0: "encoder.0", 3: "encoder.3", 7: "head.0", 9: "head.2"}, torch_array,
    prefix="_orig_mod.module."))
add(CLASSIC, "JAX pairs", framework=Framework(
    lambda net: {0: "[0]", 3: "[1]", 7: "[2]", 9: "[3]"}, torch_array, "[0]", "[1]",
    separator=""))
add(MLPS[2], "TensorFlow", framework=Framework(
    by_kind("conv", "bn", "dense", 1, "model/%s_%d"),
    lambda net, i, role, array: array.T if array.ndim == 2 else array, "w", "b",
    separator="/", suffix=":0"))


def weight_norm(names):
    """Split each weight into lengths and directions, as torch.nn.utils does."""
    def change(tensors):
        out = {}
        for name, w in tensors.items():
            if not name.endswith(".weight"):
                out[name] = w
                continue
            axes = tuple(range(1, w.ndim))
            length = np.sqrt((w ** 2).sum(axis=axes, keepdims=True))
            out[name[:-len("weight")] + names[0]] = np.float32(length)
            out[name[:-len("weight")] + names[1]] = np.float32(w * 3 / length)
        return out
    return change


for words in (("weight_g", "weight_v"), ("parametrizations.weight.original0",
                                         "parametrizations.weight.original1")):
    add(CLASSIC, "torch names", change=weight_norm(words))


def floats(*shape):
    return np.random.RandomState(5).uniform(-1, 1, shape).astype(np.float32)


MLP = {"fc1.weight": floats(16, 784), "fc2.weight": floats(10, 16)}

# Files that no chain fits, or that say more than a chain can: what the message must contain.
REFUSED = {
    "integers without a scale": (
        dict(MLP, **{"fc1.weight": np.int8(floats(16, 784) * 127)}),
        r"tensor 'fc1\.weight': its values are integers \(I8\) without a known scale; save"),
    "a residual network": (
        dict(MLP, **{"layer1.shortcut.weight": floats(16, 16)}),
        r"'layer1\.shortcut' is that of a part of a network with branches; only chains"),
    "a layer norm": (
        dict(MLP, **{"norm.weight": floats(16), "norm.bias": floats(16)}),
        r"tensor 'norm\.weight' \[16\] is of a layer that digitpad does not know"),
    "colour images": (
        {"conv1.weight": floats(8, 3, 3, 3), "fc1.weight": floats(10, 8 * 169)},
        r"do not tell how its layers form a chain for 28x28 grey images; give --arch"),
    "tensors that are left over": (
        dict(MLP, **{"fc3.weight": floats(7, 3)}), r"do not tell how its layers form"),
    "two layers in any order": (
        {"in.weight": floats(16, 784), "red.weight": floats(16, 16),
         "blue.weight": floats(16, 16), "out.weight": floats(10, 16)},
        r"both 'blue' and 'red' fit; number their names"),
    "lengths that do not fit": (
        {"fc.weight_g": floats(9, 1), "fc.weight_v": floats(10, 784)},
        r"'fc\.weight_g': a weight norm needs one length for each row"),
    "a convolution of one dimension": (
        dict(MLP, **{"fc0.weight": floats(4, 1, 3)}),
        r"tensor 'fc0\.weight' \[4,1,3\] is of a layer that digitpad does not know"),
    "a mean without a variance": (
        dict(MLP, **{"bn.running_mean": floats(16), "bn.weight": floats(16)}),
        r"tensor 'bn\.(weight|running_mean)' \[16\] is of a layer that digitpad does not know"),
    "a variance without a mean": (
        dict(MLP, **{"bn.running_var": floats(16), "bn.bias": floats(16)}),
        r"tensor 'bn\.(bias|running_var)' \[16\] is of a layer that digitpad does not know"),
    "weights with a mean": (
        dict(MLP, **{"fc0.weight": floats(16, 16), "fc0.running_mean": floats(16)}),
        r"tensor 'fc0\.(weight|running_mean)' \[16(,16)?\] is of a layer that digitpad does not know"),
    "weights with a variance": (
        dict(MLP, **{"fc0.weight": floats(16, 16), "fc0.running_var": floats(16)}),
        r"tensor 'fc0\.(weight|running_var)' \[16(,16)?\] is of a layer that digitpad does not know"),
    "statistics of nothing": (
        dict(MLP, **{"bn.running_mean": floats(0), "bn.running_var": floats(0)}),
        r"tensor 'bn\.running_(mean|var)' \[0\] is of a layer that digitpad does not know"),
    "statistics beyond all networks": (
        dict(MLP, **{"bn.running_mean": floats((1 << 20) + 1), "bn.running_var": floats((1 << 20) + 1)}),
        r"tensor 'bn\.running_(mean|var)' \[1048577\] is of a layer that digitpad does not know"),
    "lengths without directions": (
        dict(MLP, **{"fc0.weight_g": floats(16, 1)}),
        r"'fc0\.weight_g': a weight norm needs one length for each row of its weights"),
    "more layers than a network may have": (
        {"fc%d.weight" % i: floats(1, 1) for i in range(65)}, r"more than 64 layers"),
    "an unknown role": (dict(MLP, temperature=floats(1)), r"'temperature': unknown role"),
    "no tensors": ({}, r"no tensors"),
    "a side of nothing": (
        dict(MLP, **{"fc0.weight": floats(0, 784)}),
        r"tensor 'fc0\.weight' \[0,784\] is of a layer that digitpad does not know"),
    "a side beyond all networks": (
        dict(MLP, **{"fc0.weight": floats((1 << 20) + 1, 1)}),
        r"tensor 'fc0\.weight' \[1048577,1\] is of a layer that digitpad does not know"),
}
