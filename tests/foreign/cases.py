"""Chains as ten frameworks save them."""

from frameworks import FRAMEWORKS, Framework, by_place, torch_array

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

CASES = []


def add(chain, *frameworks, **more):
    for framework in frameworks:
        CASES.append(dict({"chain": chain, "as": framework}, **more))


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
add(DEEP, "torch list", "torch names", "torch two lists", "keras", "tinygrad list")
add(MEAN, "torch list", "torch net", expect="offered")
add(NO_FUNCTION, "torch list", "torch names", "flax")
add(POOL_FIRST, "torch list", "torch net")
add(DEPTHWISE, "torch list", "torch names")
add(TUTORIAL, "torch names", "keras", "flax", expect="offered")
