"""A small ONNX writer and evaluator for tests, independent of the program. It encodes protobuf
by itself and evaluates operators by their definitions, in NumPy and float64."""

import math
import struct

import numpy as np

FLOAT, UINT8, INT8, UINT16, INT32, INT64, STRING, BOOL, FLOAT16, DOUBLE, UINT32, BFLOAT16 = \
    1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 16
KINDS = {"float32": FLOAT, "uint8": UINT8, "int8": INT8, "uint16": UINT16, "int32": INT32,
         "int64": INT64, "bool": BOOL, "float16": FLOAT16, "float64": DOUBLE,
         "uint32": UINT32}


# ---- protobuf ---------------------------------------------------------------------------

def varint(n):
    n &= (1 << 64) - 1
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field_int(number, value):
    return varint(number << 3) + varint(value)


def field_bytes(number, value):
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def field_float(number, value):
    return varint(number << 3 | 5) + struct.pack("<f", value)


def external(location, offset=None, length=None):
    """The location of a tensor whose bytes are in another file."""
    entries = [("location", location), ("offset", offset), ("length", length)]
    return b"".join(field_bytes(13, field_bytes(1, k) + field_bytes(2, str(v)))
                    for k, v in entries if v is not None) + field_int(14, 1)


def bfloat16(array):
    """Floats rounded towards 0 to those that bfloat16 has: the upper half of the bits."""
    return (np.asarray(array, np.float32).view(np.uint32) & 0xffff0000).view(np.float32)


def bfloat16_data(array, typed):
    """The type and the elements of a tensor of such floats."""
    halves = (array.astype(np.float32).view(np.uint32) >> 16).astype("<u2").reshape(-1)
    data = field_bytes(5, b"".join(varint(int(v)) for v in halves)) if typed \
        else field_bytes(9, halves.tobytes())
    return field_int(2, BFLOAT16) + data


def tensor(name, array, how="raw"):
    """A TensorProto. `how` is "raw", "typed" (in the field of the type), "unpacked", or bytes that say
    where the elements are; they may say another type, too, because the last one counts."""
    shape = getattr(array, "shape", ())
    array = np.asarray(array)
    kind = KINDS[str(array.dtype)]
    out = b"".join(field_int(1, d) for d in shape) + field_int(2, kind)
    flat = array.reshape(-1)
    if isinstance(how, bytes):
        out += how
    elif how == "raw":
        out += field_bytes(9, array.tobytes())
    elif kind == FLOAT:
        if how == "unpacked":
            out += b"".join(field_float(4, float(v)) for v in flat)
        else:
            out += field_bytes(4, flat.tobytes())
    elif kind == FLOAT16:
        out += field_bytes(5, b"".join(varint(int(v)) for v in flat.view(np.uint16)))
    elif kind == INT64:
        out += field_bytes(7, b"".join(varint(int(v)) for v in flat))
    elif kind == UINT32:
        out += field_bytes(11, b"".join(varint(int(v)) for v in flat))
    elif kind == DOUBLE:
        out += field_bytes(10, flat.tobytes())
    else:
        out += field_bytes(5, b"".join(varint(int(v)) for v in flat))
    return out + field_bytes(8, name)


def attribute(name, value):
    out = field_bytes(1, name)
    if isinstance(value, float):
        return out + field_float(2, value) + field_int(20, 1)
    if isinstance(value, (bool, int)):
        return out + field_int(3, int(value)) + field_int(20, 2)
    if isinstance(value, str):
        return out + field_bytes(4, value) + field_int(20, 3)
    if isinstance(value, np.ndarray):
        return out + field_bytes(5, tensor("", value)) + field_int(20, 4)
    if value and isinstance(value[0], str):
        return out + b"".join(field_bytes(9, v) for v in value) + field_int(20, 8)
    if value and isinstance(value[0], float):
        return out + b"".join(field_float(7, v) for v in value) + field_int(20, 6)
    return out + b"".join(field_int(8, v) for v in value) + field_int(20, 7)


def value_info(name, shape, kind):
    dims = b""
    for d in shape or []:
        if isinstance(d, str):
            dims += field_bytes(1, field_bytes(2, d))
        elif d is None:
            dims += field_bytes(1, b"")
        else:
            dims += field_bytes(1, field_int(1, d))
    inner = field_int(1, kind) + (b"" if shape is None else field_bytes(2, dims))
    return field_bytes(1, name) + field_bytes(2, field_bytes(1, inner))


# ---- graphs -----------------------------------------------------------------------------

class Graph:
    """A graph under construction. A value is its name; constants also have an array."""

    def __init__(self, opset=17, ir=8, seed=1, **options):
        self.opset, self.ir = opset, ir
        self.rng = np.random.RandomState(seed)
        self.nodes, self.constants, self.storage = [], {}, {}
        self.inputs, self.outputs = [], []
        self.beside = b""  # the content of the external data file
        # reverse: write the nodes in reverse order. inputs_too: list constants as inputs.
        # domains: import these, although unused. batched: False if the input has no batch
        # dimension. rest: the other dimensions of the input if the graph leaves them open.
        # norm: the scale of the input.
        self.options = options
        self.logits = None
        self.count = 0

    def name(self, prefix):
        self.count += 1
        return "%s_%d" % (prefix, self.count)

    def input(self, shape, kind=FLOAT, name="input"):
        self.inputs.append((name, shape, kind))
        return name

    def const(self, array, how="raw", name=None, dtype=np.float32):
        """An initializer, or a Constant node if how is "node"."""
        array = np.asarray(array)
        if array.dtype == np.float64 and dtype is not None:
            array = array.astype(dtype)
        name = name or self.name("c")
        if how == "node":
            return self.node("Constant", [], value=array)
        self.constants[name] = array
        self.storage[name] = how
        return name

    def weights(self, *shape, how="raw", scale=None, dtype=np.float32):
        fan = int(np.prod(shape[1:])) if len(shape) > 1 else 4
        scale = scale or 1.5 / math.sqrt(fan)
        return self.const((self.rng.randn(*shape) * scale).astype(dtype), how, dtype=dtype)

    def outside(self, array, location="beside.bin", length=None):
        """An initializer in the external data file."""
        array = np.asarray(array, dtype=np.float32)
        if length is None:
            length = array.nbytes
        name = self.const(array, external(location, len(self.beside), length))
        self.beside += array.tobytes()
        return name

    def ints(self, *values, how="raw"):
        return self.const(np.array(values, dtype=np.int64), how)

    def node(self, op, inputs, domain="", outputs=1, names=None, label=None, **attributes):
        names = names or [self.name(op.lower()) for _ in range(outputs)]
        self.nodes.append((op, domain, list(inputs), names, attributes, label))
        return names[0] if outputs == 1 else names

    def output(self, name, shape=None, logits=None, kind=FLOAT):
        """The output of the graph; `logits` is the value that the program should return."""
        self.outputs.append((name, shape, kind))
        self.logits = logits or self.logits or name

    def encode(self):
        graph = b""
        nodes = []
        for op, domain, inputs, outputs, attributes, label in self.nodes:
            out = b"".join(field_bytes(1, i) for i in inputs)
            out += b"".join(field_bytes(2, o) for o in outputs)
            if label != "":
                out += field_bytes(3, label or outputs[0] + "_node")
            out += field_bytes(4, op)
            out += b"".join(field_bytes(5, attribute(k, v)) for k, v in attributes.items())
            if domain:
                out += field_bytes(7, domain)
            nodes.append(field_bytes(1, out))
        if self.options.get("reverse"):
            nodes.reverse()
        graph += b"".join(nodes) + field_bytes(2, "graph")
        for name, array in self.constants.items():
            graph += field_bytes(5, tensor(name, array, self.storage[name]))
        for name, shape, kind in self.inputs:
            graph += field_bytes(11, value_info(name, shape, kind))
        if self.options.get("inputs_too"):
            for name, array in self.constants.items():
                graph += field_bytes(11, value_info(name, array.shape,
                                                    KINDS[str(array.dtype)]))
        for name, shape, kind in self.outputs:
            graph += field_bytes(12, value_info(name, shape, kind))
        model = field_int(1, self.ir) + field_bytes(2, self.options.get("producer", "tests"))
        model += field_bytes(7, graph)
        model += field_bytes(8, field_bytes(1, "") + field_int(2, self.opset))
        for domain in self.options.get("domains", []):
            model += field_bytes(8, field_bytes(1, domain) + field_int(2, 1))
        return model

    # ---- evaluation ---------------------------------------------------------------------

    def run(self, feed):
        """All values of the graph for the input `feed`."""
        values = {k: v.astype(np.float64) if v.dtype.kind == "f" else v
                  for k, v in self.constants.items()}
        values[self.inputs[0][0]] = feed
        values[""] = None
        for op, domain, inputs, outputs, attributes, _ in self.nodes:
            if any(i not in values for i in inputs):
                continue
            if domain == "ai.onnx.ml":
                values.update(zip(outputs, linear_model(op, values[inputs[0]], attributes)))
            if domain not in ("", "ai.onnx", "com.microsoft"):
                continue
            result = evaluate(op, [values[i] for i in inputs], attributes, self.opset)
            if result is not None:
                values[outputs[0]] = result
        return values

    def answers(self, pixels):
        """The logits, [n, 10], of images [n, 28, 28] that are already scaled."""
        shape = self.inputs[0][1] or [None]
        batched = self.options.get("batched", True)
        size = shape[0] if batched and isinstance(shape[0], int) and shape[0] > 0 else 1
        rest = self.options.get("rest") or shape[1:]
        rows = []
        for image in pixels:
            feed = np.stack([image] * size).reshape([size] + list(rest)) if batched \
                else image.reshape(shape)
            rows.append(np.asarray(self.run(feed)[self.logits])
                        .reshape(size if batched else 1, -1)[0])
        return np.stack(rows)


# ---- operators --------------------------------------------------------------------------

def pads_of(a, spatial, kernel, strides, dilations):
    auto = a.get("auto_pad", "NOTSET")
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        begin, end = [], []
        for n, k, s, d in zip(spatial, kernel, strides, dilations):
            total = max((math.ceil(n / s) - 1) * s + (k - 1) * d + 1 - n, 0)
            small, large = total // 2, total - total // 2
            begin.append(small if auto == "SAME_UPPER" else large)
            end.append(large if auto == "SAME_UPPER" else small)
        return begin + end
    return [0, 0, 0, 0] if auto == "VALID" else list(a.get("pads", [0, 0, 0, 0]))


def windows(x, kernel, strides, dilations, pads, fill, ceil=False):
    """The windows of x, [n, c, kh, kw, oh, ow], padded with `fill`."""
    n, c, h, w = x.shape
    out = []
    for size, k, s, d, b, e in zip((h, w), kernel, strides, dilations, pads[:2], pads[2:]):
        span = size + b + e - (k - 1) * d - 1
        count = (math.ceil(span / s) if ceil else span // s) + 1
        if ceil and (count - 1) * s >= size + b:
            count -= 1
        out.append(count)
    padded = np.full((n, c, h + pads[0] + pads[2] + 64, w + pads[1] + pads[3] + 64), fill)
    padded[:, :, pads[0]:pads[0] + h, pads[1]:pads[1] + w] = x
    result = np.empty((n, c, kernel[0], kernel[1], out[0], out[1]))
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            y, z = i * dilations[0], j * dilations[1]
            result[:, :, i, j] = padded[:, :, y:y + (out[0] - 1) * strides[0] + 1:strides[0],
                                        z:z + (out[1] - 1) * strides[1] + 1:strides[1]]
    return result


def conv(x, w, b, a):
    kernel, groups = w.shape[2:], a.get("group", 1)
    strides, dilations = a.get("strides", [1, 1]), a.get("dilations", [1, 1])
    pads = pads_of(a, x.shape[2:], kernel, strides, dilations)
    patches = windows(x, kernel, strides, dilations, pads, 0.0)
    per, rows = w.shape[1], w.shape[0] // groups
    parts = [np.einsum("ncijhw,ocij->nohw", patches[:, g * per:(g + 1) * per],
                       w[g * rows:(g + 1) * rows]) for g in range(groups)]
    y = np.concatenate(parts, axis=1)
    return y if b is None else y + b.reshape(1, -1, 1, 1)


def pool(op, x, a):
    kernel = a["kernel_shape"]
    strides = a.get("strides", [1, 1])
    pads = pads_of(a, x.shape[2:], kernel, strides, [1, 1])
    patches = windows(x, kernel, strides, [1, 1], pads, np.nan, bool(a.get("ceil_mode", 0)))
    if op == "MaxPool":
        return np.nanmax(patches, axis=(2, 3))
    if a.get("count_include_pad", 0):
        return np.nansum(patches, axis=(2, 3)) / (kernel[0] * kernel[1])
    return np.nanmean(patches, axis=(2, 3))


def softmax(x, axis, log):
    z = x - x.max(axis=axis, keepdims=True)
    z = z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
    return z if log else np.exp(z)


def old_broadcast(a, x, y, opset):
    if opset < 7 and a.get("broadcast") and "axis" in a:
        y = y.reshape(y.shape + (1,) * (x.ndim - a["axis"] - y.ndim))
    return y


def reshape(x, shape, a):
    shape = [x.shape[i] if d == 0 and not a.get("allowzero", 0) else int(d)
             for i, d in enumerate(shape)]
    return x.reshape(shape)


def axes_of(inputs, a, i=1):
    if len(inputs) > i and inputs[i] is not None:
        return [int(v) for v in inputs[i]]
    return a.get("axes")


def squeeze(x, axes):
    return x.reshape([d for i, d in enumerate(x.shape)
                      if (d != 1 if axes is None else i not in [v % x.ndim for v in axes])])


def unsqueeze(x, axes):
    rank = x.ndim + len(axes)
    shape, rest = [], list(x.shape)
    for d in range(rank):
        shape.append(1 if d in [v % rank for v in axes] else rest.pop(0))
    return x.reshape(shape)


def along_axis(values, x, axis):
    """A single number as it is; several numbers along an axis of x."""
    shape = [1] * x.ndim
    if values.size > 1:
        shape[axis] = -1
    return values.reshape(shape) if x.ndim else values.reshape(())


def elu(x, alpha):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


ERF = np.vectorize(math.erf)
ARITHMETIC = {
    "Add": lambda x, y: x + y, "Sub": lambda x, y: x - y, "Mul": lambda x, y: x * y,
    "Div": lambda x, y: x // y if x.dtype.kind == y.dtype.kind == "i" else x / y,
    "Pow": lambda x, y: x ** y, "Max": np.maximum, "Min": np.minimum,
    "Sum": lambda x, y: x + y, "PRelu": lambda x, y: np.where(x < 0, x * y, x),
}
FUNCTIONS = {
    "Relu": lambda x, a: np.maximum(x, 0), "Sigmoid": lambda x, a: 1 / (1 + np.exp(-x)),
    "Tanh": lambda x, a: np.tanh(x), "Erf": lambda x, a: ERF(x), "Neg": lambda x, a: -x,
    "LeakyRelu": lambda x, a: np.where(x < 0, x * np.float32(a.get("alpha", 0.01)), x),
    "Exp": lambda x, a: np.exp(x), "Log": lambda x, a: np.log(x),
    "Sqrt": lambda x, a: np.sqrt(x), "Abs": lambda x, a: np.abs(x),
    "Reciprocal": lambda x, a: 1 / x,
    "Elu": lambda x, a: elu(x, np.float32(a.get("alpha", 1.0))),
    "Celu": lambda x, a: elu(x, 1.0),
    "Selu": lambda x, a: np.float32(a.get("gamma", 1.0507009873554805))
    * elu(x, np.float32(a.get("alpha", 1.6732632423543772))),
    "Swish": lambda x, a: x / (1 + np.exp(-np.float32(a.get("alpha", 1.0)) * x)),
    "HardSigmoid": lambda x, a: np.clip(
        np.float32(a.get("alpha", 0.2)) * x + np.float32(a.get("beta", 0.5)), 0, 1),
    "HardSwish": lambda x, a: x * np.clip(x / 6 + 0.5, 0, 1),
    "Softplus": lambda x, a: np.logaddexp(0, x),
    "Mish": lambda x, a: x * np.tanh(np.logaddexp(0, x)),
    "Gelu": lambda x, a: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))
    if a.get("approximate") == "tanh" else 0.5 * x * (1 + ERF(x / np.sqrt(2))),
}


def quantized(op, x, a, opset):
    """Dequantise, compute in floats and quantise again; for QLinearConv, QLinearAdd, QGemm, …"""
    x = [evaluate("DequantizeLinear", x[:3], {}, opset)] + x[1:]
    axis = {"QLinearConv": 0, "QGemm": 1 - a.get("transB", 0)}.get(op, 1)
    w = evaluate("DequantizeLinear", x[3:6], {"axis": axis}, opset)
    bias = {"QLinearConv": 8, "QGemm": 6}.get(op)
    b = x[bias] * x[1] * x[4] if bias and len(x) > bias else None
    out = 7 if op == "QGemm" else 6
    if op == "QLinearConv":
        y = conv(x[0], w, b, a)
    elif op == "QLinearAdd":
        y = x[0] + w
    else:
        y = x[0] @ (w.T if a.get("transB") else w) + (0 if b is None else b)
    return evaluate("QuantizeLinear", [y] + x[out:out + 2], {}, opset) if len(x) > out else y


def linear_model(op, x, a):
    """The outputs of scikit-learn's operators; empty for those that are not evaluated."""
    if op == "Scaler":
        return [(x - np.array(a["offset"])) * np.array(a["scale"])]
    if op == "Normalizer":
        return [x / np.abs(x).sum(axis=1, keepdims=True)]
    if op != "LinearClassifier":
        return []
    w = np.array(a["coefficients"]).reshape(10, -1)
    y = x @ w.T + np.array(a.get("intercepts", [0.0] * 10))
    kind = a.get("post_transform", "NONE")
    y = softmax(y, 1, False) if kind == "SOFTMAX" else \
        1 / (1 + np.exp(-y)) if kind == "LOGISTIC" else y
    return [y.argmax(axis=1), y]


def evaluate(op, x, a, opset):
    """The first output; None for operators that the evaluator does not support."""
    if op in ARITHMETIC:
        y = x[0]
        for other in x[1:]:
            y = ARITHMETIC[op](y, old_broadcast(a, y, other, opset))
        return y
    if op in FUNCTIONS:
        return FUNCTIONS[op](x[0], a)
    if op == "Conv":
        return conv(x[0], x[1], x[2] if len(x) > 2 else None, a)
    if op in ("MaxPool", "AveragePool"):
        return pool(op, x[0], a)
    if op == "GlobalAveragePool":
        return x[0].mean(axis=(2, 3), keepdims=True)
    if op == "GlobalMaxPool":
        return x[0].max(axis=(2, 3), keepdims=True)
    if op in ("ReduceMean", "ReduceMax"):
        reduce = np.mean if op == "ReduceMean" else np.max
        return reduce(x[0], axis=tuple(axes_of(x, a)), keepdims=bool(a.get("keepdims", 1)))
    if op == "ReduceProd":
        return np.array(np.prod(x[0]), dtype=np.int64).reshape([1] * a.get("keepdims", 1))
    if op == "Gemm":
        left = x[0].T if a.get("transA") else x[0]
        right = x[1].T if a.get("transB") else x[1]
        y = np.float32(a.get("alpha", 1.0)) * (left @ right)
        return y if len(x) < 3 or x[2] is None else y + np.float32(a.get("beta", 1.0)) * x[2]
    if op == "MatMul":
        return x[0] @ x[1]
    if op == "BatchNormalization":
        shape = [1, -1] + [1] * (x[0].ndim - 2)
        scale, shift, mean, var = (v.reshape(shape) for v in x[1:5])
        return (x[0] - mean) / np.sqrt(var + np.float32(a.get("epsilon", 1e-5))) * scale + shift
    if op in ("Softmax", "LogSoftmax"):
        if opset < 13:
            axis = a.get("axis", 1)
            flat = x[0].reshape(int(np.prod(x[0].shape[:axis])), -1)
            return softmax(flat, 1, op == "LogSoftmax").reshape(x[0].shape)
        return softmax(x[0], a.get("axis", -1), op == "LogSoftmax")
    if op == "ArgMax":
        y = x[0].argmax(axis=a.get("axis", 0))
        return np.expand_dims(y, a.get("axis", 0)) if a.get("keepdims", 1) else y
    if op == "Reshape":
        return reshape(x[0], x[1] if len(x) > 1 else a["shape"], a)
    if op == "Flatten":
        axis = a.get("axis", 1) % (x[0].ndim + 1)
        return x[0].reshape(int(np.prod(x[0].shape[:axis])), -1)
    if op == "Squeeze":
        return squeeze(x[0], axes_of(x, a))
    if op == "Unsqueeze":
        return unsqueeze(x[0], axes_of(x, a))
    if op == "Transpose":
        return x[0].transpose(a.get("perm", list(range(x[0].ndim))[::-1]))
    if op in ("Identity", "Dropout"):
        return x[0]
    if op == "Cast":
        to = a["to"]
        floats = to in ("FLOAT", "DOUBLE", FLOAT, DOUBLE, FLOAT16)
        return x[0].astype(np.float64 if floats else np.int64)
    if op == "Clip":
        low = x[1] if len(x) > 1 and x[1] is not None else a.get("min", -np.inf)
        high = x[2] if len(x) > 2 and x[2] is not None else a.get("max", np.inf)
        return np.clip(x[0], low, high)
    if op == "Pad":
        pads = list(x[1]) if len(x) > 1 else a["pads"]
        half = len(pads) // 2
        return np.pad(x[0], list(zip(pads[:half], pads[half:])))
    if op == "Constant":
        value = next(iter(a.values()))
        value = np.asarray(value)
        return value.astype(np.float64) if value.dtype.kind == "f" else value
    if op == "ConstantOfShape":
        return np.full([int(d) for d in x[0]], a.get("value", np.zeros(1))[0])
    if op == "Shape":
        return np.array(x[0].shape[a.get("start", 0):a.get("end", x[0].ndim)], dtype=np.int64)
    if op == "Gather":
        return np.take(x[0], x[1].astype(int), axis=a.get("axis", 0))
    if op == "Concat":
        return np.concatenate(x, axis=a["axis"])
    if op == "Slice":
        if len(x) > 1:
            starts, ends = x[1], x[2]
            axes = x[3] if len(x) > 3 else range(len(starts))
        else:
            starts, ends, axes = a["starts"], a["ends"], a.get("axes", range(len(a["starts"])))
        steps = x[4] if len(x) > 4 else [1] * len(starts)
        y = x[0]
        for s, e, axis, step in zip(starts, ends, axes, steps):
            cut = slice(int(s), int(e), int(step))
            y = y[(slice(None),) * int(axis) + (cut,)]
        return y
    if op in ("QLinearConv", "QLinearMatMul", "QGemm", "QLinearAdd"):
        return quantized(op, x, a, opset)
    if op == "QuantizeLinear":
        zero = x[2] if len(x) > 2 else np.uint8(0)
        low, high = (-128, 127) if zero.dtype == np.int8 else (0, 255)
        step, zero = (along_axis(v, x[0], a.get("axis", 1)) for v in (x[1], zero))
        return np.clip(np.round(x[0] / step) + zero.astype(float), low, high)
    if op == "DequantizeLinear":
        zero = x[2] if len(x) > 2 else np.zeros(1)
        step, zero = (along_axis(v, x[0], a.get("axis", 1)) for v in (x[1], zero))
        return (x[0].astype(np.float64) - zero) * step
    return None
