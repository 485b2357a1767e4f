#!/usr/bin/python3
"""Make golden.safetensors: the results of PyTorch for layers, networks and training steps.

    tests/golden/make.py tests/golden/golden.safetensors     (needs Debian's python3-torch)

All inputs come from the program's random numbers, whose generator is repeated here, so that the
file holds results only. PyTorch computes in float64, so the difference is the error of the
program's float32 alone. tests/unit/carried/check_golden.c reads the file.

The metadata has one entry per case, NAME: "SEED IMAGES CxHxW CHAIN". A case whose name begins
with "train." runs the trainer, with its shards and dropout. Its tensors are:
    NAME.loss     mean loss of the batch in each step
    NAME.after    parameters after ten steps
The other cases run forwards and backwards on the whole batch. Their tensors are:
    NAME.logits, NAME.loss
    NAME.grad     gradients of all parameters; batch statistics in the slots of running ones
    NAME.adamw, NAME.adam    parameters after ten steps on this batch
More than MOST numbers are stored as digests, one row per parameter array: the norm, the
projection on random signs, and SAMPLES of the values.
"""

import json
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

STEPS, RATE, DECAY, SMOOTHING = 10, 1e-3, 0.1, 0.05
SHARDS, MOST, SAMPLES = 8, 1200, 8
FOR_ORDER, FOR_LAYERS = 2, 4  # dp_train_purpose in engine/train/trainer_internal.h

MLP = "flatten | dense 128 | relu | dense 64 | relu | dense 10"
CNN = (
    "conv 32 5 pad=2 bias=0 | bn | maxpool 2 | relu | conv 48 3 pad=1 bias=0 | bn | relu | "
    "conv 48 3 pad=1 bias=0 | bn | maxpool 2 | relu | conv 96 3 pad=1 bias=0 | bn | relu | "
    "conv 96 3 pad=1 bias=0 | bn | maxpool 2 | relu | flatten | dropout 0.3 | "
    "dense 192 bias=0 | bn | relu | dropout 0.3 | dense 10"
)
CASES = {
    "dense": (5, (1, 4, 5), "flatten | dense 12 | dense 9 bias=0 | dense 10"),
    "conv": (3, (2, 7, 6), "conv 3 3 | conv 4 3x2 stride=2x1 pad=1x0 bias=0 | flatten | dense 10"),
    "conv_pad": (3, (1, 6, 6), "conv 3 5 pad=same | conv 2 3 pad=0x1x2x1 | flatten | dense 10"),
    "conv_wide": (3, (3, 9, 9), "conv 20 3 pad=1 | conv 33 3 stride=2 | flatten | dense 10"),
    "bn": (4, (2, 4, 4), "conv 3 3 bias=0 | bn | gelu | flatten | dense 8 bias=0 | bn eps=0.001 | dense 10"),
    "relu": (3, (1, 5, 5), "conv 3 3 | relu | flatten | dense 10"),
    "leaky_relu": (3, (1, 5, 5), "conv 3 3 | leaky_relu slope=0.2 | flatten | dense 10"),
    "gelu": (3, (1, 5, 5), "conv 3 3 | gelu | flatten | dense 10"),
    "gelu_tanh": (3, (1, 5, 5), "conv 3 3 | gelu_tanh | flatten | dense 10"),
    "maxpool": (3, (2, 9, 9), "conv 3 2 | maxpool 2 | maxpool 3 stride=1 pad=1 | flatten | dense 10"),
    "avgpool": (3, (2, 9, 9), "conv 3 2 | avgpool 2 | avgpool 3 stride=2 pad=1 | flatten | dense 10"),
    "avgpool_pad": (3, (2, 5, 5), "conv 3 2 | avgpool 3 stride=2 pad=1 count_pad=0 | flatten | dense 10"),
    "global_avgpool": (3, (2, 5, 5), "conv 9 3 | relu | global_avgpool | flatten | dense 10"),
    "dropout": (3, (1, 5, 5), "conv 3 3 | dropout 0.4 | flatten | dense 10"),
    "mlp": (6, (1, 28, 28), MLP),
    "cnn": (6, (1, 28, 28), CNN),
    "train.mlp": (43, (1, 28, 28), MLP),
    "train.cnn": (43, (1, 28, 28), CNN),
}

# ---- engine/core/rng.c --------------------------------------------------------------------

GAMMA = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


class Rng:
    def __init__(self, seed, stream, index):
        key = mix((seed + GAMMA) & MASK)
        key = mix(key ^ ((stream + GAMMA) & MASK))
        self.key = mix(key ^ ((index + GAMMA) & MASK))
        self.counter = 0

    def u64(self):
        self.counter += 1
        return mix((self.key + self.counter * GAMMA) & MASK)

    def uniform(self, n):
        with np.errstate(over="ignore"):
            z = np.arange(self.counter + 1, self.counter + n + 1, dtype=np.uint64)
            z = np.uint64(self.key) + z * np.uint64(GAMMA)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
        self.counter += n
        return (z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)

    def range(self, lo, hi, n):
        lo, hi = np.float32(lo), np.float32(hi)
        return lo + (hi - lo) * self.uniform(n)

    def below(self, n):
        threshold = (1 << 32) % n
        while True:
            product = (self.u64() >> 32) * n
            if product & 0xFFFFFFFF >= threshold:
                return product >> 32

    def permutation(self, n):
        index = []
        for i in range(n):
            j = self.below(i + 1)
            index.append(i)
            index[i] = index[j]
            index[j] = i
        return index


# ---- chains --------------------------------------------------------------------------


def pair(text):
    v = [int(x) for x in text.split("x")]
    return v * 2 if len(v) == 1 else v


class Layer:
    def __init__(self, text):
        words = text.split()
        self.kind = words[0]
        self.args = [w for w in words[1:] if "=" not in w]
        self.options = dict(w.split("=") for w in words[1:] if "=" in w)

    def get(self, key, default):
        return self.options.get(key, default)

    def padding(self):
        pad = self.get("pad", "0")
        if pad == "same":
            return [pair(self.args[1])[0] // 2] * 4
        v = [int(x) for x in pad.split("x")]
        return v if len(v) == 4 else pair(pad) * 2  # top, left, bottom, right


def parameters(layer, shape):
    """The parameter arrays of a layer, (role, dim), in the order of their roles."""
    bias = layer.get("bias", "1") == "1"
    if layer.kind == "dense":
        out = int(layer.args[0])
        return [("weight", (out, shape[0]))] + [("bias", (out,))] * bias
    if layer.kind == "conv":
        out = int(layer.args[0])
        return [("weight", (out, shape[0], *pair(layer.args[1])))] + [("bias", (out,))] * bias
    if layer.kind == "bn":
        roles = ("gamma", "beta", "running_mean", "running_var")
        return [(role, (shape[0],)) for role in roles]
    return []


def forward(layer, p, x, stats, mask):
    kind = layer.kind
    if kind == "dense":
        return F.linear(x, p["weight"], p.get("bias"))
    if kind == "conv":
        top, left, bottom, right = layer.padding()
        x = F.pad(x, (left, right, top, bottom))
        return F.conv2d(x, p["weight"], p.get("bias"), stride=pair(layer.get("stride", "1")))
    if kind == "bn":
        axes = [0] + list(range(2, x.dim()))
        stats.append((x.detach().mean(axes), x.detach().var(axes, unbiased=False)))
        eps = float(layer.get("eps", "1e-05"))
        return F.batch_norm(x, None, None, p["gamma"], p["beta"], training=True, eps=eps)
    if kind in ("maxpool", "avgpool"):
        k = pair(layer.args[0])
        stride, pad = pair(layer.get("stride", layer.args[0])), pair(layer.get("pad", "0"))
        if kind == "maxpool":
            return F.max_pool2d(x, k, stride, pad)
        count = layer.get("count_pad", "1") == "1"
        return F.avg_pool2d(x, k, stride, pad, count_include_pad=count)
    if kind == "dropout":
        rate = np.float32(layer.args[0])
        kept = np.float32(1) / (np.float32(1) - rate)
        drawn = mask.uniform(x.numel())
        return x * torch.tensor(np.where(drawn < rate, np.float32(0), kept)).double().view_as(x)
    return {
        "flatten": lambda: x.flatten(1),
        "relu": lambda: F.relu(x),
        "leaky_relu": lambda: F.leaky_relu(x, float(np.float32(layer.get("slope", "0.01")))),
        "gelu": lambda: F.gelu(x),
        "gelu_tanh": lambda: F.gelu(x, approximate="tanh"),
        "sigmoid": lambda: torch.sigmoid(x),
        "tanh": lambda: torch.tanh(x),
        "elu": lambda: F.elu(x, float(np.float32(layer.get("alpha", "1")))),
        "selu": lambda: F.selu(x),
        "silu": lambda: F.silu(x),
        "hard_swish": lambda: F.hardswish(x),
        "hard_sigmoid": lambda: F.hardsigmoid(x),
        "softplus": lambda: F.softplus(x),
        "mish": lambda: F.mish(x),
        "global_avgpool": lambda: x.mean((2, 3), keepdim=True),
    }[kind]()


class Net:
    """A chain and its parameters, drawn as tests/unit/carried/check_golden.c draws them."""

    def __init__(self, chain, shape, seed):
        self.layers = [Layer(text) for text in chain.split("|")]
        self.params, self.flat = [], []
        rng = Rng(seed, 0, 0)
        x = torch.zeros(2, *shape, dtype=torch.float64)
        for layer in self.layers:
            own = {}
            for role, dim in parameters(layer, x.shape[1:]):
                own[role] = self.draw(rng, role, dim)
                self.flat.append((role, own[role]))
            self.params.append(own)
            x = forward(layer, own, x, [], Rng(0, 0, 0)).detach()

    @staticmethod
    def draw(rng, role, dim):
        n = int(np.prod(dim))
        spread = np.float32(np.sqrt(3.0 / np.prod(dim[1:])))
        lo, hi = {
            "weight": (-spread, spread),
            "gamma": (0.5, 1.5),
            "running_var": (0.5, 1.5),
        }.get(role, (-0.1, 0.1))
        t = torch.tensor(rng.range(lo, hi, n)).double().view(dim)
        return t.requires_grad_(not role.startswith("running"))

    def run(self, x, seed, stream):
        stats = []
        for i, layer in enumerate(self.layers):
            x = forward(layer, self.params[i], x, stats, Rng(seed, stream, i))
        return x, stats

    def optimizer(self, kind):
        groups = [
            {"params": [t for role, t in self.flat if role == "weight"], "weight_decay": DECAY},
            {"params": [t for role, t in self.flat if t.requires_grad and role != "weight"]},
        ]
        make = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}[kind]
        return make(groups, lr=RATE, weight_decay=0)


def loss_of(logits, label):
    return F.cross_entropy(logits, label, label_smoothing=SMOOTHING)


def digest(values):
    v = values.flatten()
    signs = torch.tensor(np.where(Rng(1, 1, 1).uniform(len(v)) < 0.5, -1.0, 1.0))
    at = [i * (len(v) - 1) // (SAMPLES - 1) for i in range(SAMPLES)]
    return torch.cat([v.norm()[None], (v * signs).sum()[None], v[at]])


def record(arrays):
    """All numbers, or digests if there are more than MOST."""
    if sum(a.numel() for a in arrays) <= MOST:
        return torch.cat([a.detach().flatten() for a in arrays])
    return torch.stack([digest(a.detach()) for a in arrays])


# ---- the cases -----------------------------------------------------------------------


def inputs(n, shape, seed):
    """Random images, with a random grey in three of ten pixels, and labels."""
    rng = Rng(seed, 1, 0)
    u = rng.uniform(2 * n * int(np.prod(shape)))
    pixels = np.where(u[0::2] < np.float32(0.3), np.floor(u[1::2] * np.float32(256)), 0)
    x = torch.tensor((pixels.astype(np.float32) / np.float32(255))).double()
    label = torch.tensor([7 * i % 10 for i in range(n)])
    return x.view(n, *shape), label


def gradients(net, stats):
    stats = [t for pair_ in stats for t in pair_]
    return [t.grad if t.requires_grad else stats.pop(0) for _, t in net.flat]


def plain_case(out, name, n, shape, chain, seed):
    x, label = inputs(n, shape, seed)
    for kind in ("adamw", "adam"):
        net = Net(chain, shape, seed)
        optimizer = net.optimizer(kind)
        for step in range(STEPS):
            optimizer.zero_grad()
            logits, stats = net.run(x, seed, step)
            loss = loss_of(logits, label)
            loss.backward()
            if step == 0:
                out[name + ".logits"] = logits.detach()
                out[name + ".loss"] = loss.detach()[None]
                out[name + ".grad"] = record(gradients(net, stats))
            optimizer.step()
        out[f"{name}.{kind}"] = record([t for _, t in net.flat])


def train_step(net, optimizer, x, label, step, seed):
    """One batch in shards, each with its own batch statistics."""
    optimizer.zero_grad()
    n = len(x)
    order = Rng(seed, FOR_ORDER << 56 | step, 0).permutation(n)
    x, label = x[order], label[order]
    logits, parts = [], []
    for s in range(SHARDS):
        rows = slice(n * s // SHARDS, n * (s + 1) // SHARDS)
        y, stats = net.run(x[rows], seed, FOR_LAYERS << 56 | step * SHARDS + s)
        logits.append(y)
        parts.append((len(y) / n, stats))
    loss = loss_of(torch.cat(logits), label)
    loss.backward()
    optimizer.step()
    running = [t for _, t in net.flat if not t.requires_grad]
    for k in range(len(running) // 2):
        mean = sum(w * stats[k][0] for w, stats in parts)
        square = sum(w * (stats[k][1] + stats[k][0] ** 2) for w, stats in parts)
        running[2 * k] += 0.1 * (mean - running[2 * k])
        running[2 * k + 1] += 0.1 * (square - mean**2 - running[2 * k + 1])
    return loss.detach()


def train_case(out, name, n, shape, chain, seed):
    net = Net(chain, shape, seed)
    optimizer = net.optimizer("adamw")
    x, label = inputs(n, shape, seed)
    losses = [train_step(net, optimizer, x, label, step, seed) for step in range(STEPS)]
    out[name + ".loss"] = torch.stack(losses)
    out[name + ".after"] = record([t for _, t in net.flat])


def write(path, tensors, meta):
    header, body = {"__metadata__": meta}, b""
    for name, t in tensors.items():
        data = t.to(torch.float32).contiguous().numpy().tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(t.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + body)


def main():
    torch.set_num_threads(1)
    tensors, meta = {}, {}
    for seed, (name, (n, shape, chain)) in enumerate(CASES.items(), 101):
        case = train_case if name.startswith("train.") else plain_case
        case(tensors, name, n, shape, chain, seed)
        meta[name] = f"{seed} {n} {shape[0]}x{shape[1]}x{shape[2]} {chain}"
    write(sys.argv[1], tensors, meta)


main()
