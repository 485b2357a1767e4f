"""Compare digitpad's probabilities with an independent float64 evaluation.

    parity.py DIGITPAD MODEL.safetensors IMAGES.raw PREDICT-ARGUMENT...

Reads the weights and the chain from the safetensors file, evaluates the layers one by one
without folding or fusion, and compares the probabilities with those of
`digitpad predict -m MODEL -f json PREDICT-ARGUMENT...`, whose k-th answer must be for the
k-th 28x28 image of IMAGES.raw. Prints TAP without numbers and plan, one case per image.
"""

import json
import math
import struct
import subprocess
import sys

import numpy as np

TOLERANCE = 1e-6
DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}


def read_safetensors(path):
    with open(path, "rb") as f:
        data = f.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    values = data[8 + length :]
    meta = header.pop("__metadata__")
    tensors = {}
    for name, t in header.items():
        begin, end = t["data_offsets"]
        array = np.frombuffer(values[begin:end], DTYPES[t["dtype"]])
        tensors[name] = array.reshape(t["shape"]).astype(np.float64)
    return meta, tensors


def normalise(pixels, norm):
    p = pixels.astype(np.float64)
    return {
        "unit": p / 255,
        "mnist": (p / 255 - 0.1307) / 0.3081,
        "symmetric": p / 127.5 - 1,
        "raw": p,
    }[norm]


def pair(text):
    numbers = [int(n) for n in text.split("x")]
    return numbers * 2 if len(numbers) == 1 else numbers


def padding(text, kernel):
    """top, left, bottom, right"""
    if text == "same":
        return [kernel[0] // 2, kernel[1] // 2, kernel[0] // 2, kernel[1] // 2]
    numbers = [int(n) for n in text.split("x")]
    return {1: numbers * 4, 2: numbers * 2, 4: numbers}[len(numbers)]


def pad_images(x, pad, value):
    return np.pad(
        x,
        ((0, 0), (0, 0), (pad[0], pad[2]), (pad[1], pad[3])),
        constant_values=value,
    )


def windows(x, kernel, stride, dilation=(1, 1)):
    """[n, c, h, w] -> {(i, j): the input under kernel element (i, j), [n, c, oh, ow]}"""
    oh = (x.shape[2] - dilation[0] * (kernel[0] - 1) - 1) // stride[0] + 1
    ow = (x.shape[3] - dilation[1] * (kernel[1] - 1) - 1) // stride[1] + 1
    result = {}
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            top, left = i * dilation[0], j * dilation[1]
            result[i, j] = x[
                :,
                :,
                top : top + (oh - 1) * stride[0] + 1 : stride[0],
                left : left + (ow - 1) * stride[1] + 1 : stride[1],
            ]
    return result


def conv(x, arguments, options, tensor):
    kernel = pair(arguments[1])
    stride = pair(options.get("stride", "1"))
    dilation = pair(options.get("dilation", "1"))
    groups = int(options.get("groups", "1"))
    x = pad_images(x, padding(options.get("pad", "0"), kernel), 0.0)
    weight = tensor("weight")
    outputs = []
    for group in range(groups):
        per_in, per_out = x.shape[1] // groups, weight.shape[0] // groups
        part = x[:, group * per_in : (group + 1) * per_in]
        w = weight[group * per_out : (group + 1) * per_out]
        outputs.append(
            sum(
                np.einsum("nchw,oc->nohw", window, w[:, :, i, j])
                for (i, j), window in windows(part, kernel, stride, dilation).items()
            )
        )
    y = np.concatenate(outputs, axis=1)
    if options.get("bias", "1") == "1":
        y = y + tensor("bias")[:, None, None]
    return y


def dense(x, arguments, options, tensor):
    y = x @ tensor("weight").T
    return y + tensor("bias") if options.get("bias", "1") == "1" else y


def batch_norm(x, arguments, options, tensor):
    shape = (-1,) + (1,) * (x.ndim - 2)
    mean, var = tensor("running_mean"), tensor("running_var")
    scale = tensor("gamma") / np.sqrt(var + float(options.get("eps", "1e-5")))
    return (x - mean.reshape(shape)) * scale.reshape(shape) + tensor("beta").reshape(shape)


def max_pool(x, arguments, options, tensor):
    kernel = pair(arguments[0])
    stride = pair(options.get("stride", arguments[0]))
    x = pad_images(x, padding(options.get("pad", "0"), kernel), -np.inf)
    return np.max(list(windows(x, kernel, stride).values()), axis=0)


def avg_pool(x, arguments, options, tensor):
    kernel = pair(arguments[0])
    stride = pair(options.get("stride", arguments[0]))
    pad = padding(options.get("pad", "0"), kernel)
    total = sum(windows(pad_images(x, pad, 0.0), kernel, stride).values())
    if options.get("count_pad", "1") == "1":
        return total / (kernel[0] * kernel[1])
    return total / sum(windows(pad_images(np.ones_like(x), pad, 0.0), kernel, stride).values())


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def elu(x, alpha):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def gelu(x):
    return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


WITH_PARAMETERS = {
    "conv": conv,
    "dense": dense,
    "bn": batch_norm,
    "maxpool": max_pool,
    "avgpool": avg_pool,
    "leaky_relu": lambda x, a, o, t: np.where(x > 0, x, x * float(o.get("slope", "0.01"))),
    "elu": lambda x, a, o, t: elu(x, float(o.get("alpha", "1"))),
    "dropout": lambda x, a, o, t: x,
    "unflatten": lambda x, a, o, t: x.reshape(len(x), int(a[0]), *pair(a[1])),
    "quantize": lambda x, a, o, t: float(a[0]) * (np.clip(
        np.round(x / float(a[0])) + int(o.get("zero", 0)), 0, 255) - int(o.get("zero", 0))),
}
PLAIN = {
    "relu": lambda x: np.maximum(x, 0),
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "selu": lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "hard_swish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "softplus": lambda x: np.logaddexp(0, x),
    "mish": lambda x: x * np.tanh(np.logaddexp(0, x)),
    "global_avgpool": lambda x: x.mean(axis=(2, 3), keepdims=True),
    "flatten": lambda x: x.reshape(len(x), -1),
    "softmax": lambda x: x,  # only at the end, where evaluate() applies a softmax anyway
}


def evaluate(path, pixels):
    meta, tensors = read_safetensors(path)
    x = normalise(pixels, meta["digitpad.norm"]).reshape(-1, 1, 28, 28)
    for index, text in enumerate(meta["digitpad.arch"].split("|")):
        name, *words = text.split()
        arguments = [w for w in words if "=" not in w]
        options = dict(w.split("=") for w in words if "=" in w)
        if name in PLAIN:
            x = PLAIN[name](x)
        else:
            x = WITH_PARAMETERS[name](
                x, arguments, options, lambda role, i=index: tensors["%d.%s" % (i, role)]
            )
    return softmax(x)


def main(program, model, images, *arguments):
    pixels = np.fromfile(images, np.uint8).reshape(-1, 784)
    expected = evaluate(model, pixels)
    answers = subprocess.run(
        [program, "predict", "-m", model, "-f", "json", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()
    answers = [json.loads(line)["probabilities"] for line in answers.splitlines()]
    if len(answers) != len(expected):
        print("not ok - %d answers for %d images" % (len(answers), len(expected)))
    for k, (wanted, got) in enumerate(zip(expected, answers)):
        difference = np.max(np.abs(wanted - np.array(got))) if got else math.inf
        verdict = "ok" if difference <= TOLERANCE else "not ok"
        digit = np.argmax(wanted)
        print("%s - image %d, a %d: differs by %.1e" % (verdict, k, digit, difference))


main(*sys.argv[1:])
