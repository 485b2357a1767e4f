"""Small random networks in NumPy: a chain in digitpad's words, its weights and its answers."""

import numpy as np

ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
}


class Layer:
    """One layer of a chain: its kind, its sizes and, if it has any, its arrays."""

    def __init__(self, text):
        words = text.split()
        self.text = text
        self.kind = words[0]
        self.numbers = [int(w) for w in words[1:] if w.isdigit()]
        self.option = dict(w.split("=") for w in words[1:] if "=" in w)
        self.array = {}


def _pads(layer, size, kernel, stride):
    """Pixels before and after height and width."""
    pad = layer.option.get("pad", "0")
    if pad == "same":
        return [(kernel - 1) // 2] * 4
    numbers = [int(n) for n in pad.split("x")]
    return numbers * 4 if len(numbers) == 1 else numbers * 2 if len(numbers) == 2 else numbers


def _windows(layer, x, fill):
    """[n, c, h, w, k, k]: the windows that a kernel sees."""
    kernel = layer.numbers[-1]
    stride = int(layer.option.get("stride", kernel if "pool" in layer.kind else 1))
    top, left, bottom, right = _pads(layer, x.shape[2], kernel, stride)
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    return np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(2, 3))[
        :, :, ::stride, ::stride]


def _conv(layer, x):
    groups = int(layer.option.get("groups", 1))
    weight, outputs = layer.array["weight"], []
    for g in range(groups):
        inputs = np.split(x, groups, axis=1)[g]
        rows = np.split(weight, groups, axis=0)[g]
        outputs.append(np.einsum("nchwkl,ockl->nohw", _windows(layer, inputs, 0), rows,
                                 optimize=True))
    y = np.concatenate(outputs, axis=1)
    return y + layer.array["bias"][:, None, None] if "bias" in layer.array else y


def _bn(layer, x):
    shape = (-1, 1, 1) if x.ndim == 4 else (-1,)
    a = {k: v.reshape(shape) for k, v in layer.array.items()}
    return a["gamma"] * (x - a["running_mean"]) / np.sqrt(
        a["running_var"] + float(layer.option.get("eps", 1e-5))) + a["beta"]


def forward(layer, x):
    """The output of one layer for x: [n, c, h, w] or [n, features]."""
    if layer.kind == "dense":
        y = x @ layer.array["weight"].T
        return y + layer.array["bias"] if "bias" in layer.array else y
    if layer.kind == "conv":
        return _conv(layer, x)
    if layer.kind == "bn":
        return _bn(layer, x)
    if layer.kind == "maxpool":
        return _windows(layer, x, -np.inf).max(axis=(4, 5))
    if layer.kind == "avgpool":
        return _windows(layer, x, 0).mean(axis=(4, 5))
    if layer.kind == "global_avgpool":
        return x.mean(axis=(2, 3), keepdims=True)
    if layer.kind == "flatten":
        return x.reshape(len(x), -1)
    return ACTIVATIONS[layer.kind](x)


def _fill(layer, x, rng):
    """Make the arrays of a layer for the input x. Statistics are those of x."""
    def uniform(shape, fan_in):
        return rng.uniform(-1, 1, shape) * np.sqrt(3.0 / fan_in)
    bias = layer.option.get("bias") != "0"
    if layer.kind == "dense":
        layer.array["weight"] = uniform((layer.numbers[0], x.shape[1]), x.shape[1])
    elif layer.kind == "conv":
        out, kernel = layer.numbers
        depth = x.shape[1] // int(layer.option.get("groups", 1))
        layer.array["weight"] = uniform((out, depth, kernel, kernel), depth * kernel ** 2)
    elif layer.kind == "bn":
        axes = (0, 2, 3) if x.ndim == 4 else (0,)
        layer.array = {"gamma": rng.uniform(0.5, 1.5, x.shape[1]),
                       "beta": rng.uniform(-0.5, 0.5, x.shape[1]),
                       "running_mean": x.mean(axis=axes), "running_var": x.var(axis=axes) + 0.1}
    if layer.kind in ("dense", "conv") and bias:
        layer.array["bias"] = rng.uniform(-0.2, 0.2, layer.numbers[0])
    layer.array = {k: np.float64(np.float32(v)) for k, v in layer.array.items()}


class Net:
    """A chain with random weights. shape[i] is the input shape of layer i."""

    def __init__(self, chain, seed):
        rng = np.random.RandomState(seed)
        self.layers = [Layer(part.strip()) for part in chain.split("|")]
        self.shapes = []
        x = rng.uniform(0, 1, (32, 1, 28, 28))
        for layer in self.layers:
            self.shapes.append(x.shape[1:])
            _fill(layer, x, rng)
            x = forward(layer, x)

    def answers(self, pixels):
        """[n, 10] logits of bytes [n, 28, 28], read as 0 … 1."""
        x = pixels[:, None].astype(np.float64) / 255
        for layer in self.layers:
            x = forward(layer, x)
        return x
