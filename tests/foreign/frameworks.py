"""How frameworks name the tensors of a network, and in which order they store the axes."""

import json
import re
import struct

import numpy as np

TORCH_NORM = {"gamma": "weight", "beta": "bias", "running_mean": "running_mean",
              "running_var": "running_var"}
KERAS_NORM = {"gamma": "gamma", "beta": "beta", "running_mean": "moving_mean",
              "running_var": "moving_variance"}
OWN_NORM = {k: k for k in TORCH_NORM}


def torch_array(net, i, role, array):
    return array


def burn_array(net, i, role, array):
    return array.T if array.ndim == 2 else array


def equinox_array(net, i, role, array):
    return array[:, None, None] if net.layers[i].kind == "conv" and role == "bias" else array


def _image_before(net, i):
    """The image that was flattened into layer i, or None."""
    for k in range(i - 1, -1, -1):
        if net.layers[k].kind == "flatten":
            return net.shapes[k]
        if net.layers[k].kind == "dense":
            return None
    return None


def _channels_last(net, i, array):
    """Dense weights [out, in] whose inputs are in the order height, width, channel."""
    image = _image_before(net, i)
    if image is None:
        return array
    return array.reshape(-1, *image).transpose(0, 2, 3, 1).reshape(len(array), -1)


def mlx_array(net, i, role, array):
    if array.ndim == 4:
        return array.transpose(0, 2, 3, 1)
    return _channels_last(net, i, array) if array.ndim == 2 else array


def keras_array(net, i, role, array):
    if array.ndim == 4:
        return array.transpose(2, 3, 1, 0)
    return _channels_last(net, i, array).T if array.ndim == 2 else array


def _weighted(net):
    return [i for i, layer in enumerate(net.layers) if layer.array]


def by_place(prefix, dropout=()):
    """A list that holds every layer: net.0, net.2, … `dropout` lists the layers, by index in the
    chain, that a dropout follows."""
    def name(net):
        return {i: prefix + str(i + sum(d < i for d in dropout)) for i in _weighted(net)}
    return name


def by_kind(conv, norm, dense, first=1, template="%s%d"):
    """conv1, conv2, bn1, fc1: a count for each kind. A count of None begins with a bare name."""
    def name(net):
        words, count, out = {"conv": conv, "bn": norm, "dense": dense}, {}, {}
        for i in _weighted(net):
            word = words[net.layers[i].kind]
            k = count[word] = count.get(word, -1) + 1
            out[i] = template % (word, k + first) if first or k else word
        return out
    return name


def zero_based(conv, norm, dense, template="%s_%d"):
    """Conv_0, Conv_1, BatchNorm_0, Dense_0."""
    def name(net):
        words, count, out = {"conv": conv, "bn": norm, "dense": dense}, {}, {}
        for i in _weighted(net):
            word = words[net.layers[i].kind]
            k = count[word] = count.get(word, -1) + 1
            out[i] = template % (word, k)
        return out
    return name


def two_lists(net):
    """features.N and classifier.N, the flatten between them is a call."""
    flat = [layer.kind for layer in net.layers].index("flatten")
    return {i: "features.%d" % i if i < flat else "classifier.%d" % (i - flat - 1)
            for i in _weighted(net)}


def blocks(net):
    """layer1.0, layer1.1, layer2.0, …, fc: a list for each convolution with its batch norm."""
    out, block, inside, dense = {}, 0, 0, 0
    for i in _weighted(net):
        kind = net.layers[i].kind
        if kind == "dense":
            dense += 1
            out[i] = "fc" if dense == 1 else "fc%d" % dense
        elif kind == "conv":
            block, inside = block + 1, 0
            out[i] = "layer%d.0" % block
        else:
            inside = i - max(k for k in _weighted(net) if k < i)
            out[i] = "layer%d.%d" % (block, inside)
    return out


def module_lists(net):
    """convs.0, norms.0, linears.0: lists of layers with weights alone."""
    return zero_based("convs", "norms", "linears", "%s.%d")(net)


def in_order(template):
    """l1, l2, l3: one count for all."""
    def name(net):
        return {i: template % (k + 1) for k, i in enumerate(_weighted(net))}
    return name


class Framework:
    def __init__(self, names, array, weight="weight", bias="bias", norm=TORCH_NORM,
                 separator=".", prefix="", suffix="", statistics="", counter=False,
                 reversed_names=False):
        self.names, self.array = names, array
        self.role = dict(norm, weight=weight, bias=bias)
        self.separator, self.prefix, self.suffix = separator, prefix, suffix
        self.statistics, self.counter = statistics, counter
        self.reversed_names = reversed_names

    def tensors(self, net):
        out = {}
        for i, layer in self.names(net).items():
            for role, array in net.layers[i].array.items():
                prefix = self.prefix
                if role.startswith("running") and self.statistics:
                    prefix = self.statistics
                name = prefix + layer + self.separator + self.role[role] + self.suffix
                if self.reversed_names:
                    name = self.role[role] + layer
                out[name] = np.float32(self.array(net, i, role, array))
            if self.counter and net.layers[i].kind == "bn":
                out[self.prefix + layer + ".num_batches_tracked"] = np.int64(7)
        return out


FRAMEWORKS = {
    "torch list": Framework(by_place(""), torch_array, counter=True),
    "torch net": Framework(by_place("net."), torch_array, counter=True),
    "torch names": Framework(by_kind("conv", "bn", "fc"), torch_array, counter=True),
    "torch two lists": Framework(two_lists, torch_array, prefix="module.", counter=True),
    "torch blocks": Framework(blocks, torch_array, counter=True),
    "torch module lists": Framework(module_lists, torch_array, counter=True),
    "lightning": Framework(by_place("model."), torch_array, counter=True),
    "compiled": Framework(by_kind("conv", "norm", "linear"), torch_array,
                          prefix="_orig_mod.", counter=True),
    "timm": Framework(by_kind("conv", "bn", "head.fc"), torch_array, prefix="model.",
                      counter=True),
    "flax": Framework(zero_based("Conv", "BatchNorm", "Dense"), keras_array, "kernel",
                      norm={"gamma": "scale", "beta": "bias", "running_mean": "mean",
                            "running_var": "var"},
                      separator="/", prefix="params/", statistics="batch_stats/"),
    "flax list": Framework(by_place("layers_"), keras_array, "kernel",
                           norm={"gamma": "scale", "beta": "bias", "running_mean": "mean",
                                 "running_var": "var"},
                           prefix="params.", statistics="batch_stats."),
    "keras": Framework(by_kind("conv2d", "batch_normalization", "dense", 0, "%s_%d"),
                       keras_array, "kernel", norm=KERAS_NORM, separator="/", suffix=":0"),
    "keras 3": Framework(by_kind("conv2d", "batch_normalization", "dense", 0, "%s_%d"),
                         keras_array, "kernel", norm=KERAS_NORM, separator="/",
                         prefix="sequential/"),
    "haiku": Framework(by_kind("conv2_d", "batch_norm", "linear", 0, "%s_%d"), keras_array,
                       "w", "b", norm={"gamma": "scale", "beta": "offset",
                                       "running_mean": "~/mean_ema/average",
                                       "running_var": "~/var_ema/average"}, separator="/"),
    "equinox": Framework(by_place("layers."), equinox_array),
    "mlx": Framework(by_kind("conv", "bn", "fc"), mlx_array),
    "mlx list": Framework(by_place("layers."), mlx_array),
    "burn": Framework(by_kind("conv", "norm", "linear"), burn_array, norm=OWN_NORM),
    "candle": Framework(by_kind("c", "bn", "ln"), torch_array),
    "tinygrad": Framework(in_order("l%d"), torch_array),
    "tinygrad list": Framework(by_place("layers."), torch_array, counter=True),
    "shapes alone": Framework(in_order("Linear-0-%d"), torch_array),
    "numbers after roles": Framework(in_order("%d"), burn_array, "W", "b", reversed_names=True),
}


def write(path, tensors):
    """Write a safetensors file with its tensors sorted by type and name, as its library does."""
    types = {"float32": "F32", "float16": "F16", "int64": "I64", "int8": "I8"}
    header, values = {}, b""
    for name in sorted(tensors, key=lambda n: (-tensors[n].dtype.itemsize, n)):
        array = np.ascontiguousarray(tensors[name]) if tensors[name].ndim else tensors[name]
        data = array.tobytes()
        header[name] = {"dtype": types[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [len(values), len(values) + len(data)]}
        values += data
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + values)


def plain(name):
    return re.sub(r"[^a-z0-9]+", "-", name.lower())
