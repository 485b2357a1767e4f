"""Write the files tests/fuzz/corpus/TARGET/{good,bad}-NAME: a small file for each format and
each rule. The files are committed; run this script again after a change. Files with other names
are those that libFuzzer found to reach further code (grow.sh).

usage: seeds.py CORPUS-FOLDER"""
import base64
import gzip
import io
import json
import os
import struct
import sys
import zipfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "onnx"))
import numpy as np  # noqa: E402
from onnxlib import FLOAT, FLOAT16, INT64, UINT8, Graph, external  # noqa: E402

FOLDER = sys.argv[1]
ARRAYS = 4  # DP_TRAIN_ARRAYS
BLANK = 8  # bytes of a blank image (weights/data/rehearsal.h)


def save(target, name, data):
    path = os.path.join(FOLDER, target)
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, name), "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)


# ---- safetensors ----------------------------------------------------------------------

CHAIN = "avgpool 14 | flatten | dense 10"


def safetensors(tensors, meta=None, header=None):
    """A safetensors file; tensors: name → (dtype, shape, bytes)."""
    entries, data = {"__metadata__": meta} if meta else {}, b""
    for name, (dtype, shape, values) in tensors.items():
        entries[name] = {"dtype": dtype, "shape": shape,
                         "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = (header or json.dumps(entries, separators=(",", ":"))).encode()
    return struct.pack("<Q", len(text)) + text + data


def floats(n, kind="<f4"):
    return (np.arange(n) / 8 - 2).astype(kind).tobytes()


def save_safetensors():
    own = {"digitpad.arch": CHAIN, "digitpad.norm": "unit"}
    layer = {"2.weight": ("F32", [10, 4], floats(40)), "2.bias": ("F32", [10], floats(10))}
    good = {
        "own": safetensors(layer, own),
        "trust": safetensors(layer, {**own, "digitpad.trust":
                                     "bias=-8 evidence=1.25 odds=0.5 least=-1.8e0"}),
        "foreign": safetensors({"fc.bias": ("F16", [10], floats(10, "<f2")),
                                "fc.weight": ("F64", [10, 4], floats(40, "<f8"))}),
        "transposed": safetensors({"dense/kernel:0": ("BF16", [4, 10], floats(40, "<f2"))},
                                  {"format": "pt"}),
        "counter": safetensors({"b1": ("I8", [10], bytes(10)), "w1": ("U8", [4, 10], bytes(40)),
                                "n.num_batches_tracked": ("I64", [], bytes(8))}),
        "empty": safetensors({}),
        "nothing": safetensors({"x.weight": ("I32", [0, 4], b"")}),
        "spaces": safetensors({}, header='{"a.bias":{"dtype":"U8","shape":[1],'
                                         '"data_offsets":[0,1]}}   ') + b"\1",
    }
    one = '{"a":{"dtype":"F32","shape":%s,"data_offsets":%s}}'
    bad = {
        "wraps": safetensors({}, header=one % ("[4294967296,4294967296]", "[0,0]")),
        "offsets": safetensors({}, header=one % ("[2]", "[0,4]")) + bytes(8),
        "hole": safetensors({}, header=one % ("[1]", "[4,8]")) + bytes(8),
        "length": struct.pack("<Q", 1 << 60) + b"{}",
        "negative": safetensors({}, header=one % ("[-1]", "[0,0]")),
        "twice": safetensors({}, header='{"a":{},"a":{}}'),
        "deep": safetensors({}, header='{"a":' + "[" * 40 + "]" * 40 + "}"),
        "trailing": safetensors(layer, own) + b"x",
        "exponent": safetensors({}, header=one % ("[1e0]", "[0,4]")) + bytes(4),
    }
    for kind, files in (("good", good), ("bad", bad)):
        for name, data in files.items():
            save("safetensors", "%s-%s" % (kind, name), data)


# ---- ONNX -----------------------------------------------------------------------------

def start(**options):
    """A graph that begins by pooling the image to 2×2, so that there are few weights."""
    g = Graph(**options)
    x = g.node("AveragePool", [g.input(["N", 1, 28, 28])], kernel_shape=[14, 14],
               strides=[14, 14])
    return g, x


def dense_graph(how="raw", **options):
    g, x = start(**options)
    x = g.node("Gemm", [g.node("Flatten", [x]), g.weights(10, 4, how=how),
                        g.weights(10, how=how)], transB=1, alpha=0.5)
    g.output(g.node("Softmax", [x], axis=1))
    return g


def conv_graph():
    g, x = start(opset=13)
    x = g.node("Conv", [x, g.weights(4, 1, 2, 2), g.weights(4)], auto_pad="SAME_UPPER")
    x = g.node("BatchNormalization", [x] + [g.const(np.ones(4)) for _ in range(4)],
               epsilon=1e-3)
    x = g.node("Clip", [x, g.const(np.float32(0)), g.const(np.float32(6))])
    x = g.node("Pad", [x, g.ints(0, 0, 1, 0, 0, 0, 0, 1)])
    x = g.node("ReduceMean", [x], axes=[2, 3], keepdims=0)
    g.output(g.node("MatMul", [x, g.weights(4, 10)]))
    return g


def shape_graph():
    g, x = start(opset=13)
    x = g.node("Transpose", [x], perm=[0, 2, 3, 1])
    n = g.node("Slice", [g.node("Shape", [x]), g.ints(0), g.ints(1)])
    x = g.node("Reshape", [x, g.node("Concat", [n, g.ints(-1)], axis=0)])
    w = g.node("Reshape", [g.weights(40), g.ints(4, 10, how="typed")])
    x = g.node("Add", [g.node("MatMul", [x, w]), g.weights(1, 10)])
    half = g.node("Mul", [x, g.const(np.float32(0.5), "node")])
    erf = g.node("Erf", [g.node("Mul", [x, g.const(np.float32(0.70710677))])])
    x = g.node("Mul", [half, g.node("Add", [erf, g.const(np.float32(1))])])
    g.output(g.node("Unsqueeze", [g.node("Squeeze", [x, g.ints(0)]), g.ints(0)]))
    return g


def quantized_graph():
    g, x = start(opset=13, domains=["com.microsoft"])
    s, z = g.const(np.float32(0.02)), g.const(np.uint8(7))
    x = g.node("QuantizeLinear", [x, s, z])
    w = [g.const(np.full((2, 1, 1, 1), 3, np.int8)), g.const(np.float32([0.1, 0.2])),
         g.const(np.int8([0, 0]))]
    x = g.node("QLinearConv", [x, s, z] + w + [s, z])
    x = g.node("DequantizeLinear", [x, s, z])
    x = g.node("MaxPool", [x], kernel_shape=[2, 2])
    g.output(g.node("MatMul", [g.node("Flatten", [x]), g.weights(2, 10)]))
    return g


def bytes_graph():
    g = Graph(opset=15)
    x = g.node("Cast", [g.input([1, 28, 28], UINT8)], to=FLOAT)
    x = g.node("Unsqueeze", [g.node("Div", [x, g.const(np.float32(255))]), g.ints(1)])
    x = g.node("AveragePool", [x], kernel_shape=[28, 28], ceil_mode=1)
    w = g.weights(10, 1, 1, 1, dtype=np.float16, how="typed")
    x = g.node("Conv", [x, g.node("Cast", [w], to=FLOAT)])
    label = g.node("ArgMax", [g.node("Flatten", [x])], axis=1)
    g.output(g.node("Cast", [label], to=INT64), kind=INT64)
    return g


def linear_graph():
    """Scikit-learn's operators on four features."""
    g = Graph(opset=15, domains=["ai.onnx.ml"])
    x = g.node("AveragePool", [g.input([1, 1, 28, 28])], kernel_shape=[14, 14], strides=[14, 14])
    x = g.node("Scaler", [g.node("Flatten", [x])], domain="ai.onnx.ml",
               offset=[0.5, 0.25, 0.5, 0.25], scale=[2.0])
    label, p = g.node("LinearClassifier", [x], domain="ai.onnx.ml", outputs=2,
                      coefficients=[i / 8 for i in range(40)], intercepts=[0.5] * 10,
                      classlabels_ints=list(range(10)), post_transform="LOGISTIC")
    g.output(label, kind=INT64)
    g.output(g.node("Normalizer", [p], domain="ai.onnx.ml", norm="L1"))
    return g


def activations_graph():
    g = Graph(opset=23)
    x = g.node("AveragePool", [g.input([1, 1, 28, 28])], kernel_shape=[28, 28])
    x = g.node("Conv", [x, g.weights(10, 1, 1, 1)])
    x = g.node("Mul", [x, g.node("Sigmoid", [x])])
    for op in ("Elu", "Selu", "HardSigmoid", "HardSwish", "Softplus", "Mish"):
        x = g.node("Conv", [x, g.weights(10, 1, 1, 1)], group=10)
        x = g.node(op, [x])
    g.output(g.node("Flatten", [x]))
    return g


def outputs_graph():
    """The digit, and its scores."""
    g, x = start(opset=13)
    x = g.node("MatMul", [g.node("Flatten", [x]), g.weights(4, 10)])
    g.output(g.node("ArgMax", [x], axis=1), kind=INT64)
    g.output(x)
    return g


def rounded_graph():
    """A Q/DQ pair around each operator, which runs on bytes."""
    g = Graph(opset=13)

    def pair(x, step):
        s, z = g.const(np.float32(step)), g.const(np.uint8(0))
        return g.node("DequantizeLinear", [g.node("QuantizeLinear", [x, s, z]), s, z])

    x = pair(g.input([1, 1, 28, 28]), 1 / 255)
    x = pair(g.node("MaxPool", [x], kernel_shape=[14, 14], strides=[14, 14]), 1 / 255)
    w = g.node("DequantizeLinear", [g.const(np.full((10, 4), 5, np.int8)),
                                    g.const(np.full(10, 0.125, np.float32)),
                                    g.const(np.zeros(10, np.int8))], axis=0)
    g.output(g.node("Gemm", [pair(g.node("Flatten", [x]), 1 / 255), w], transB=1))
    return g


def outside_graph():
    g, x = start()
    w = g.const(np.zeros((4, 10), np.float32), external("weights.bin", 0, 160))
    g.output(g.node("MatMul", [g.node("Flatten", [x]), w]))
    return g


def cycle_graph():
    g, x = start()
    g.output(g.node("Add", [x, "add_2"]))
    return g


def save_onnx():
    good = {"dense": dense_graph(), "typed": dense_graph("typed", opset=9, inputs_too=True),
            "reverse": dense_graph("unpacked", opset=11, reverse=True), "conv": conv_graph(),
            "shape": shape_graph(), "quantized": quantized_graph(), "bytes": bytes_graph(),
            "linear": linear_graph(), "activations": activations_graph(),
            "outputs": outputs_graph(), "rounded": rounded_graph()}
    bad = {"outside": outside_graph(), "cycle": cycle_graph()}
    for kind, graphs in (("good", good), ("bad", bad)):
        for name, graph in graphs.items():
            save("onnx", "%s-%s" % (kind, name), graph.encode())
    save("onnx", "bad-text", "onnx")


# ---- 8-bit JSON -----------------------------------------------------------------------

def layer(rows, cols, scale=0.01, **other):
    w = base64.b64encode(bytes((i * 37) % 255 for i in range(rows * cols))).decode()
    return {"rows": rows, "cols": cols, "scale": scale, "w": w, "b": [0.5] * cols, **other}


def save_json():
    def net(*layers, **other):
        return json.dumps({"name": "n", "arch": "784-1-1-10", "params": 807,
                           "testAccuracy": 0.9, "layers": layers, **other},
                          separators=(",", ":"))
    three = layer(784, 1), layer(1, 1), layer(1, 10)
    save("json", "good-net", net(*three))
    save("json", "good-pretty", json.dumps({"layers": three}, indent=1))
    save("json", "bad-scale", net(layer(784, 1, 1e999), layer(1, 1), layer(1, 10)))
    save("json", "bad-rows", net(layer(784, 1), layer(2, 1), layer(1, 10)))
    save("json", "bad-bias", net(*three[:2], {**three[2], "b": [1]}))
    save("json", "bad-base64", net(*three[:2], {**three[2], "w": "=!="}))
    save("json", "bad-huge", net(*three[:2], {**three[2], "rows": 1 << 62}))
    save("json", "bad-empty", "{}")


# ---- images ---------------------------------------------------------------------------

def save_pnm():
    for name, data in {
            "good-p1": "P1\n# c\n3 2\n1 0 1\n010", "good-p2": "P2 2 2 15\n0 3\n7 15\n",
            "good-p3": "P3 1 1 255 1 2 3", "good-p4": b"P4\n9 2\n\xaa\x80\x55\0",
            "good-p5": b"P5 2 2 255\n\0\x10\x20\xff", "good-wide": b"P5 1 1 65535\n\x12\x34",
            "good-p6": b"P6\n#\n1 #x\n1\n255\n\1\2\3", "good-two": b"P5 1 1 9\n\1P2 1 1 9 3\n",
            "bad-maxval": "P2 1 1 65536 0", "bad-size": "P5 99999 1 255\n",
            "bad-short": b"P5 4 4 255\n\0", "bad-number": "P2 1 1 9 10", "bad-p7": "P7\nWIDTH 1"
    }.items():
        save("pnm", name, data)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(
        ">I", zlib.crc32(name + data))


def png(width, height, depth, colour, rows, before=b"", interlace=0):
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + \
        chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def save_png():
    grey = b"\0\1\2\0\3\4"
    for name, data in {
            "good-grey": png(2, 2, 8, 0, grey), "good-grey1": png(9, 1, 1, 0, b"\0\xaa\x80"),
            "good-grey16": png(1, 1, 16, 0, b"\0\1\2"),
            "good-rgb": png(1, 2, 8, 2, b"\1\1\2\3\2\4\5\6"),
            "good-alpha": png(1, 1, 8, 6, b"\0\1\2\3\x80"),
            "good-grey-alpha": png(1, 1, 8, 4, b"\0\1\x80"),
            "good-palette": png(2, 1, 4, 3, b"\0\x01", chunk(b"PLTE", bytes(6)) +
                                chunk(b"tRNS", b"\x10")),
            "good-interlaced": png(2, 2, 8, 0, b"\0\1\0\2\0\3\4", interlace=1),
            "good-text": png(1, 1, 8, 0, b"\0\1", chunk(b"tEXt", b"a\0b")),
            "bad-huge": png(70000, 70000, 8, 0, b"\0"), "bad-rows": png(9, 9, 8, 0, grey),
            "bad-cut": png(2, 2, 8, 0, grey)[:40]}.items():
        save("png", name, data)


def marker(code, data=b""):
    return struct.pack(">BBH", 0xff, code, len(data) + 2) + data


def exif(orientation, order=">", kind=3, at=8):
    """A marker APP1 with one directory, which has the tags of a maker and of the orientation."""
    value = struct.pack(order + "HH", orientation, 0) if kind == 3 else \
        struct.pack(order + "I", orientation)
    return marker(0xe1, b"Exif\0\0" + (b"MM\0*" if order == ">" else b"II*\0") +
                  struct.pack(order + "IH", at, 2) +
                  struct.pack(order + "HHI", 0x10f, 2, 4) + b"abc\0" +
                  struct.pack(order + "HHI", 0x112, kind, 1) + value + bytes(4))


def mpf(pictures):
    """A marker APP2 that says how many pictures follow each other in the file."""
    return marker(0xe2, b"MPF\0MM\0*" + struct.pack(">IHHHII", 8, 1, 0xb001, 4, 1, pictures))


def jpeg(levels, before=b"", channels=1, progressive=False, scans=1, cut=0, size=None):
    """A JPEG file of blocks of 8 x 8 pixels with one level each, by lines. Its Huffman tables are
    the simplest: four bits for a size of a difference, one bit for the end of a block."""
    bits, last = "", [0] * channels
    for level in (x for row in levels for x in row):
        for i in range(channels):
            step, last[i] = (level - 128) * 2 - last[i], (level - 128) * 2
            n = abs(step).bit_length()
            bits += format(n, "04b")
            if n:
                bits += format(step if step > 0 else step + (1 << n) - 1, "0%db" % n)
            bits += "" if progressive else "0"
    bits += "1" * (-len(bits) % 8)
    data = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)).replace(
        b"\xff", b"\xff\0")
    height, width = size or (8 * len(levels), 8 * len(levels[0]))
    frame = struct.pack(">BHHB", 8, height, width, channels) + b"".join(
        bytes([i + 1, 0x11, 0]) for i in range(channels))
    scan = bytes([channels]) + b"".join(bytes([i + 1, 0]) for i in range(channels)) + (
        b"\0\0\0" if progressive else b"\0?\0")
    whole = b"\xff\xd8" + before + marker(0xdb, b"\0" + bytes([4] * 64)) + \
        marker(0xc2 if progressive else 0xc0, frame) + \
        marker(0xc4, b"\0\0\0\0\x0c" + bytes(12) + bytes(range(12))) + \
        marker(0xc4, b"\x10\1" + bytes(15) + b"\0") + marker(0xda, scan) + data
    # One more scan of a progressive file refines nothing: each block ends at once.
    more = marker(0xda, bytes([1, 1, 0, 1, 63, 0])) + bytes(len(levels) * len(levels[0]) // 8 + 1)
    whole += more * (scans - 1) + b"\xff\xd9"
    return whole[:len(whole) - cut]


def save_jpeg():
    levels = [[0, 255, 128], [64, 200, 10]]
    one = jpeg(levels)
    for name, data in {
            "good-grey": one, "good-colour": jpeg(levels, channels=3),
            "good-cmyk": jpeg(levels, channels=4),
            "good-adobe": jpeg(levels, marker(0xee, b"Adobe\0\x64\0\0\0\0\2"), channels=4),
            "good-progressive": jpeg(levels, progressive=True, scans=3),
            "good-odd": jpeg(levels, size=(11, 19)), "good-two": one + jpeg([[9]]),
            "good-exif": jpeg(levels, exif(6)), "good-little": jpeg(levels, exif(5, "<", 4)),
            "good-exif9": jpeg(levels, exif(9)), "good-exif-at": jpeg(levels, exif(6, at=1 << 31)),
            "good-mpf": jpeg(levels, mpf(2)) + one + b"video",
            "good-comment": jpeg(levels, marker(0xfe, b"c") + marker(0xe1, b"http://x")),
            "bad-cut": jpeg(levels, cut=4), "good-end": jpeg(levels, cut=2),
            "bad-empty": b"\xff\xd8\xff\xd9", "bad-huge": jpeg(levels, size=(65500, 65500)),
            "bad-scans": jpeg([[0] * 8], progressive=True, scans=300),
            "bad-short": jpeg(levels, size=(99, 99)),
            "bad-channels": jpeg(levels, channels=2)}.items():
        save("jpeg", name, data)


def npy(array, version=(1, 0)):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return out.getvalue()


def npy_of(header):
    """A file with another header."""
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() + bytes(64)


IMAGE = np.arange(15).reshape(1, 3, 5)


def save_npy():
    head = "{'descr': '%s', 'fortran_order': %s, 'shape': %s}"
    for name, data in {
            "good-bytes": npy(IMAGE.astype("u1")), "good-flat": npy(np.zeros(784, "?")),
            "good-rows": npy(np.zeros((2, 784), "<i2")), "good-half": npy(IMAGE.astype("<f2")),
            "good-float": npy(IMAGE.astype(">f4"), (2, 0)),
            "good-double": npy(IMAGE[0] / 15, (3, 0)),
            "good-fortran": npy(np.asfortranarray(np.vstack([IMAGE, IMAGE]))),
            "good-channel": npy(IMAGE[..., None].astype("u4")),
            "good-first": npy(IMAGE[None].astype("i1")), "good-none": npy(IMAGE[:0]),
            "good-two": npy(IMAGE) + npy(IMAGE[0]),
            "good-python2": npy_of(head % ("|u1", "False", "(2L, 3L)")),
            "bad-cut": npy(IMAGE)[:-1], "bad-negative": npy(-IMAGE - 1),
            "bad-nan": npy(IMAGE * np.nan), "bad-shape": npy(np.zeros(3)),
            "bad-colour": npy(np.zeros((4, 4, 3))), "bad-complex": npy(IMAGE * 1j),
            "bad-object": npy_of(head % ("|O", "False", "(2,)")),
            "bad-huge": npy_of(head % ("<f8", "True", "(4096, 4096, 4096)")),
            "bad-digits": npy_of(head % ("<f8", "False", "(99999999999999999999,)")),
            "bad-rank": npy_of(head % ("<f8", "False", "(1,1,1,1,1,1,1,1,1,1)")),
            "bad-record": npy_of("{'descr': [('a', '<i4')], 'fortran_order': False, "
                                 "'shape': (2,)}"),
            "bad-text": npy_of("shape"), "bad-keys": npy_of("{}"),
            "bad-header": b"\x93NUMPY\2\0\xff\xff\xff\xff{}",
            "bad-version": b"\x93NUMPY\x09\0", "bad-magic": b"hello, world"}.items():
        save("npy", name, data)


def npz(arrays, method=zipfile.ZIP_STORED):
    """As numpy.savez, but with a fixed time, so that the bytes are always the same."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, array in arrays.items():
            z.writestr(zipfile.ZipInfo(name), array if isinstance(array, bytes) else npy(array),
                       method)
    return out.getvalue()


def save_npz():
    image = IMAGE.astype("u1")
    one = npz({"arr_0.npy": image})
    deflated = npz({"y.npy": np.arange(3), "x.npy": image}, zipfile.ZIP_DEFLATED)
    for name, data in {
            "good-one": one, "good-deflated": deflated, "good-behind": one + b"comment",
            "good-other": npz({"readme.txt": b"hello", "digits.npy": image}),
            "bad-several": npz({"a.npy": image, "b.npy": image}),
            "bad-names": npz({"%s%d.npy" % ("\x1b" * 40, i): image for i in range(9)}),
            "bad-none": npz({"a.png": b"x"}), "bad-empty": npz({}),
            "bad-method": npz({"x.npy": image}, zipfile.ZIP_LZMA),
            "bad-cut": deflated[:-9], "bad-text": "hello",
            "bad-deflate": deflated.replace(zlib.compress(npy(image))[2:12], b"\xff" * 10)
    }.items():
        save("npz", name, data)


def save_auto():
    for name, data in {
            "good-mixed": b"P5 1 1 255\n\1\n" + npy(IMAGE) + b"P2 1 1 9 1 end",
            "good-json": '{"strokes":[]}', "good-blank": " \n \n", "bad-control": "1,2,\0,3\n",
            "bad-riff": b"RIFF\n\0\0\0WEBPVP8 ", "bad-zip": npz({"a.png": b"x"}),
            "bad-heic": b"\0\0\0\x18ftypheic", "bad-xml": "<?xml version='1.0'?>\n<svg/>",
            "bad-lfs": "version https://git-lfs.github.com/spec/v1\n", "bad-short": "P"}.items():
        save("auto", name, data)


def save_idx():
    images = struct.pack(">IIII", 0x803, 2, 2, 2) + bytes(range(8))
    labels = struct.pack(">II", 0x801, 3) + b"\1\2\3"
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    zipped = deflate.compress(images) + deflate.flush()
    for name, data in {
            "good-images": images, "good-labels": labels, "good-zipped": zipped,
            "bad-many": struct.pack(">IIII", 0x803, 1 << 31, 1 << 31, 1 << 31),
            "bad-type": struct.pack(">II", 0xd01, 1) + bytes(4), "bad-cut": images[:-1],
            "bad-zipped": zipped[:-9], "bad-rank": struct.pack(">IIII", 0x809, 1, 1, 1)
    }.items():
        save("idx", name, data)


def save_csv():
    row = ",".join("0" * 782) + ",255,7"
    for name, data in {
            "good-row": row + "\n", "good-label": '"3",' + row + ",\r\n",
            "good-unit": "\ufeff" + row.replace("255", "1").replace(",7", ",.5"),
            "good-header": "id,%s,class\na,%s,7\r" % (
                ",".join("x%d" % i for i in range(784)), row),
            "good-semicolons": "5;" + row.replace(",", ";").replace("255", "0,5"),
            "good-blanks": "# comment\n" + row.replace(",", "  ").replace("255", "2.55e+02"),
            "good-label-last": row + ",4\n" + row + ",3\n",
            "bad-header": "label,%s\n" % ",".join("x%d" % i for i in range(785)),
            "bad-libsvm": "5 153:0.5 154:1\n",
            "bad-short": "1,2,3\n", "bad-word": "a,b\nc,d\n", "bad-quote": '"' + row,
            "bad-range": row + "00\n"}.items():
        save("csv", name, data)


def save_ndjson():
    for name, data in {
            "good-flat": json.dumps([0] * 783 + [9], separators=(",", ":")) + "\n",
            "good-square": json.dumps({"pixels": [[0] * 28] * 28, "id": 3},
                                      separators=(",", ":")),
            "good-strokes": '{"strokes":[[[1,2],[3.5,4]],[[0,0]]],"tools":["pen","eraser"],'
                            '"widths":[1,2],"t":[[0,5],[9]],"id":"a","label":"7"}\n\n',
            "good-pretty": json.dumps({"strokes": [[[1, 2], [3, 4]]]}, indent=2) * 2,
            "good-array": '[{"strokes":[]},\n {"strokes":[[[1,2]]],"id":"\\"]"}]',
            "good-rows": json.dumps([[0] * 784] * 2, separators=(",", ":")),
            "good-quickdraw": '{"word":"snake","key_id":"5","drawing":[[[1,2],[3,4]],'
                              '[[1,2,3],[4,5,6],[0,8,9]]]}\n',
            "good-objects": '{"strokes":[{"points":[{"x":1,"y":2,"time":1700000000000}]},[],'
                            '[{"x":3,"y":4,"t":9}]]}{"strokes":[[1,2],[3,4]]}',
            "good-class": '{"class":"Korean/01","lookalike":true,"strokes":[[[1,2],[3,4]]]}',
            "bad-line": '{"strokes":[[\n{"strokes":[]}\n', "bad-open": '[{"strokes":[]}',
            "bad-bracket": '[{"strokes":[[}]},{"strokes":[]}]\n[1',
            "bad-short": "[1,2]", "bad-nan": '{"strokes":[[[1e999,0]]]}', "bad-text": "hello\n",
            "bad-deep": "[" * 3000, "bad-twice": '{"strokes":[],"strokes":[]}',
            "bad-zero": b'{"id":"\\u0000","strokes":[[[1,2]]]}'}.items():
        save("ndjson", name, data)


def save_writers():
    table = "writer\tseries\n" + "".join("%d\t%d\n" % (i // 2, i % 2) for i in range(24))
    for name, data in {
            "good-tabs": table, "good-commas": table.replace("\t", ",").replace("\n", "\r\n"),
            "good-zipped": gzip.compress(table.encode(), mtime=0), "bad-header": table[7:],
            "good-zero": table.replace("3\t", "3\0\t"),
            "bad-cut": table[:-5], "bad-long": table + "1\t1\n", "bad-line": table[:-2] + "\n",
            "bad-same": "writer\tseries\n" + "1\t1\n" * 24}.items():
        save("writers", name, data)


def save_terminal():
    """Replies to the pad's queries."""
    cell, modes = "\033[6;16;8t\033[4;384;640t", "\033[?2026;2$y\033[?1016;2$y"
    dark = "\033]11;rgb:1e1e/1e1e/1e1e\033\\"
    for name, data in {
            "good-kitty": "\033[1;2R\033P>|kitty(0.42.1)\033\\\033[>1;4000;42c" + modes + cell +
                          dark + "\033_Gi=31;OK\033\\\033[?62;52;c",
            "good-foot": "\033[1;2R\033P>|foot(1.22.3)\033\\\033[>1;12203;0c" + modes + cell +
                         "\033[?1;0;1024S" + dark + "\033[?62;4;22;28;29;52c",
            "good-bell": "\033]11;rgb:ff/ff/ff\a\033[?1;2c", "good-mosh": "\033[?62c",
            "good-error": "\033_Gi=31;EINVAL:no\033\\\033[?1;1;1S\033[?2026;0$y\033[?6c",
            "good-column": "\033[1;0R\033[?6c",
            "good-paste": "\033[200~c0\r\033[<0;5;5M\033[201~\033[?6c",
            "bad-cut": "\033P>|kitty(0.42.1)\033\\\033[?62;5", "bad-typed": "\033[?6cq",
            "bad-mouse": "\033[<0;5;5M\033[<32;-7;700M\033[M !!\033[?6c",
            "bad-keys": "\033[99;5u\033[27;5;99~\033[97:65;2:1u\033[?6c",
            "bad-long": "\033P>|" + "x" * 300 + "\033\\\033[?5"}.items():
        save("terminal", name, data)


def save_int8():
    own = {"digitpad.arch": "maxpool 14 | flatten | dense 10", "digitpad.norm": "unit",
           "digitpad.quant": "int8"}
    step, steps = np.float32(1 / 255).tobytes(), np.full(10, 0.125, "<f4").tobytes()
    layer = {"2.in_scale": ("F32", [], step), "2.scale": ("F32", [10], steps),
             "2.bias": ("I32", [10], bytes(40)), "2.weight": ("I8", [10, 4], bytes(range(40))),
             "2.in_zero": ("U8", [], b"\0")}
    for name, tensors, meta in (
            ("good-dense", layer, own), ("bad-missing", {"2.bias": layer["2.bias"]}, own),
            ("bad-kind", layer, {**own, "digitpad.quant": "int4"}),
            ("bad-step", {**layer, "2.in_scale": ("F32", [], bytes(4))}, own),
            ("bad-scale", {**layer, "2.scale": ("F32", [10], bytes(40))}, own)):
        save("int8", name, safetensors(tensors, meta))
    save("model", "good-int8", safetensors(layer, own))
    save("model", "good-onnx", dense_graph().encode())


def fingerprint(data):
    value = 0xcbf29ce484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 % (1 << 64)
    return struct.pack("<Q", value)


def save_checkpoint():
    run = b"seed 1\nchain dense 10\n"

    def checkpoint(text=run, length=None, arrays=ARRAYS, magic=b"digitpad ckpt 1\n", epoch=3):
        rest = struct.pack("<Q", len(text) if length is None else length) + text + \
            struct.pack("<QQQQd", epoch, 40, 500, 99, 0.25) + bytes(range(8)) * arrays
        return magic + fingerprint(rest) + rest
    for name, data in {
            "good-run": checkpoint(), "bad-other": checkpoint(b"seed 2\nchain dense 10\n"),
            "bad-length": checkpoint(length=1 << 60),
            "bad-shifted": checkpoint(length=len(run) + 8, epoch=0), "bad-cut": checkpoint(arrays=ARRAYS - 1),
            "bad-zero": checkpoint(run + b"\0more"), "bad-long": checkpoint(run + b"x" * 70),
            "bad-magic": checkpoint(magic=b"digitpad ckpt 2\n"),
            "bad-sum": checkpoint()[:-1] + b"?", "bad-empty": b""}.items():
        save("checkpoint", name, data)


def save_rehearsal():
    def rehearsal(labels, pixels, strata=((1000000000, 0),), n=None):
        return b"DPR1" + struct.pack("<HB", len(labels) if n is None else n, len(strata)) + \
            b"".join(struct.pack("<IB", *s) for s in strata) + bytes(labels) + pixels
    for name, data in {
            "good-none": rehearsal([], bytes(5), ()), "good-blank": rehearsal([3], bytes(BLANK)),
            "bad-label": rehearsal([11], bytes(BLANK)), "bad-stratum": rehearsal([16], bytes(BLANK)),
            "bad-collection": rehearsal([3], bytes(BLANK), ((1, 3),)),
            "bad-cut": rehearsal([3], bytes(4)), "bad-long": rehearsal([3], bytes(99)),
            "bad-many": rehearsal([], bytes(40), n=65535), "bad-magic": b"DPR2"}.items():
        save("rehearsal", name, data)


def save_ascii():
    line = " .:-=+*#%@" + " " * 18 + "\n"
    for name, data in {"good-image": line * 28, "good-two": line.replace("\n", "\r\n") * 56,
                       "bad-short": line * 27, "bad-letter": line.replace("@", "a") * 28,
                       "bad-wide": (line[:-1] + "#\n") * 28}.items():
        save("ascii", name, data)


def save_drawings():
    drawing = '{"strokes":[[[1,2],[3.5,4]],[[0,0]]],"tools":["pen","eraser"],"widths":[1,2],' \
        '"t":[[0,5],[9]]}'
    for name, data in {
            "good-own": drawing, "good-empty": '{"strokes":[]}',
            "good-columns": '{"drawing":[[[1,2,3],[4,5,6],[0,8,9]]]}',
            "good-objects": '{"strokes":[{"points":[{"x":1e-3,"y":-2,"time":17000000000}]}]}',
            "good-times": '{"strokes":[[[1,2,5],[3,4,1e15]]]}',
            "good-one": '{"strokes":[[1,2],[3,4]]}', "good-large": '{"strokes":[[[3e38,-3e38]]]}',
            "bad-infinite": '{"strokes":[[[4e38,0]]]}', "bad-width": '{"strokes":[],"widths":[-1]}',
            "bad-tool": '{"strokes":[[[1,2]]],"tools":["brush"]}', "bad-array": "[]",
            "bad-point": '{"strokes":[[[1]]]}', "bad-twice": '{"strokes":[],"strokes":[]}'}.items():
        save("strokes", name, data)
    line = '{"label":%s,"time":"2026-01-31T12:00:00Z","strokes":[[[1,2],[3,4]]]}\n'
    for name, data in {"good-two": line % 7 + line % 0, "good-none": "", "bad-label": line % 10,
                       "good-open": (line % 7)[:-1], "bad-word": line % '"7"',
                       "bad-middle": line % 1 + "{\n" + line % 2, "bad-blank": "\n",
                       "bad-zero": (line % 7).replace("Z", "\0")}.items():
        save("samples", name, data)
    head = "epoch,loss,train_accuracy,validation_accuracy\n"
    for name, data in {"good-two": head + "1,0.5,0.75,0.875\n2,.25,1e-1,\n", "good-none": head,
                       "good-order": "validation_accuracy,loss,train_accuracy\n1,2,3",
                       "bad-column": head.replace("loss", "lost"), "bad-number": head + "1,nan,1,1",
                       "bad-short": head + "1,2\n", "bad-empty": ""}.items():
        save("train-log", name, data)


def save_corpora():
    for name, data in {"good-repeated": bytes.fromhex("1f9d9061c4041c28b020c1830613222408"),
                       "good-plain": bytes.fromhex("1f9d9061c48c5100"),
                       "bad-code": bytes.fromhex("1f9d90ffff"), "bad-first": bytes.fromhex("1f9d90ff01"),
                       "bad-bits": bytes.fromhex("1f9d8861c4"), "bad-magic": b"\x1f\x8b"}.items():
        save("lzw", name, data)
    save("unipen", "good-digit",
         '.VERSION 1.0\n.COMMENT 7 3\n.SEGMENT DIGIT 0 ? "7"\n.PEN_DOWN\n 267 333\n -2 +5\n'
         '.PEN_UP\n.DT 100\n.PEN_DOWN\n1 1\n.PEN_UP\n')
    save("unipen", "good-none", ".SEGMENT DIGIT 0 ? 7\n1 2 3\n")
    path = "strokes_background/Korean/character33/0675_03.txt"
    drawing = {path: b"START\n1,-2,3\n4.5,-5,6\nBREAK\n", "readme.txt": b"1,2,3"}
    stored, deflated = npz(drawing), npz(drawing, zipfile.ZIP_DEFLATED)
    for name, data in {"good-stored": stored, "good-deflated": deflated, "bad-cut": stored[:-1],
                       "bad-none": npz({"a.txt": b""}), "bad-deflate": deflated[:100] + b"\xff\xff" +
                       deflated[102:]}.items():
        save("omniglot", name, data)
    matrix = gzip.compress(struct.pack(">III", 0xc02, 2, 8) + struct.pack(">16I", *range(16)), mtime=0)
    for name, data in {"good-two": matrix, "bad-cut": matrix[:-1], "bad-plain": "hello",
                       "bad-sum": matrix[:-8] + bytes(8)}.items():
        save("qmnist", name, data)


def save_texts():
    for name, data in {
            "good-cnn": "conv 32 3 | bn | relu | maxpool 2 | flatten | dropout 0.3 | dense 10",
            "good-options": "conv 8 5 stride=2 pad=1 bias=0 groups=1|gelu| avgpool 2 |flatten|dense 10",
            "good-bytes": "maxpool 14 | quantize 0.02 zero=7 | flatten | dense 10 | softmax",
            "bad-empty": "", "bad-word": "convolution 3", "bad-shape": "conv 3 29 | flatten",
            "bad-number": "dense 99999999999", "bad-flat": "dense 10", "bad-bar": "flatten | ",
            "bad-many": "relu|" * 70 + "relu"}.items():
        save("chain", name, data)
    for name, data in {
            "good-all": "# a recipe\n\n arch = flatten | dense 10\r\nepochs=7\nlr = 1.25e-2\n"
                        "schedule = cosine\noptimizer = muon\nseed = 18446744073709551615\n",
            "good-name": "arch = nano\nteacher-temperature = 3", "bad-none": "epochs = 1",
            "bad-twice": "arch = nano\nlr = 1\nlr = 1", "bad-option": "arch = nano\ncolour = 1",
            "bad-range": "arch = nano\nlr = 1e9", "bad-line": "arch", "bad-zero": "arch = nano\0"
    }.items():
        save("recipe", name, data)
    for name, data in {
            "good-three": "# mine\nmodel = cnn\nthreads = 2\nformat = json\nnumbers = yes\n",
            "good-others": "pen = 5\ntheme = dark\nunknown = 1", "bad-flag": "invert = perhaps",
            "bad-number": "threads = many", "bad-word": "format = xml", "good-empty": ""}.items():
        save("config", name, data)
    for name, data in {"good-name": "cnn\n", "good-mine": "mlp-mine\n", "good-hub": "mnist-8\n",
                       "good-ref": "hf:owner/repo@v1:a/b.onnx\n", "bad-path": "/etc/passwd\n",
                       "bad-two": "cnn\nmlp\n", "bad-open": "cnn", "bad-escape": "hf:a/b:\033[2J\n"
                       }.items():
        save("remembered", name, data)
    for name, data in {
            "good-ascii": "hello, world", "good-utf8": "é漢😀".encode(), "bad-osc": "a\033]52;c;!\a",
            "bad-c1": "\u009b2J".encode(), "bad-bidi": "\u202eabc".encode(), "bad-byte": b"\xe9a\xff",
            "bad-long": b"\xf8\x88\x80\x80\x80", "bad-overlong": b"\xc0\xaf\xe0\x80\x80",
            "bad-surrogate": b"\xed\xa0\x80", "bad-lines": "\u2028\u2029\n".encode()}.items():
        save("escape", name, data)


def save_keys():
    for name, data in {
            "good-word": "abc\r\t", "good-arrows": "\033[A\033OB\033[1;5C\033[3~\033[H",
            "good-kitty": "\033[97;5u\033[57399u\033[13;1:1u", "good-sgr": "\033[<0;5;5M\033[<0;6;5m",
            "good-x10": b"\033[M !!", "good-esc": b"\033\xff", "good-late": b"\033\xfe\xfe[A",
            "good-pixels": "\033[<32;900;700M\033[<64;1;1M", "bad-focus": "\033[I\033[O",
            "good-linux": "\033[[Aq", "bad-paste": "\033[200~abc\033[201~", "bad-utf8": "é漢".encode(),
            "good-modify": "\033[27;5;99~"}.items():
        save("keys", name, data)


def save_listen():
    one = '{"strokes":[[[1,2],[3,4]]],"id":1}\n'
    for name, data in {
            "good-one": "\n" + one, "good-two": "\1" + one * 2, "good-open": "\5" + one[:-1],
            "good-blank": "\2 \r\n\n" + one, "good-long": "\xc8" + one.replace("1]", "1" * 99 + "]"),
            "bad-long": "\x50" + '{"id":"%s"}\n' % ("x" * 220) + one, "bad-text": "\3hello\n" + one,
            "bad-nothing": "\1", "bad-zero": "\4[\0]\n", "bad-array": "\7[1,2]\n"}.items():
        save("listen", name, data.encode("latin-1"))
    for name, data in {
            "good-done": '{"event":"start","model":"mnist-8"}\n{"event":"progress","model":"mnist-8",'
                         '"done":1,"total":2}\n{"event":"done","model":"mnist-8","cached":false}\n',
            "bad-error": '{"event":"error","model":"m","code":"network","message":"no \\u001b[2J"}\n',
            "bad-warning": '{"event":"warning","model":"m","message":"w"}\n',
            "bad-code": '{"event":"error","model":"m","code":"?"}\n', "bad-open": '{"event":"done"',
            "bad-twice": '{"event":"done","event":"done","model":"m"}\n'}.items():
        save("events", name, data)


def save_hub():
    commit, etag = "0123456789abcdef0123456789abcdef01234567", "ab" * 32
    head = "200\r\nX-Repo-Commit: %s\r\nETag: \"%s\"\r\nContent-Length: 99\r\n\r\n--\n" % (
        commit, etag)
    lead = "302\nLocation: %s\n\n--\n"
    for name, data in {
            "good-file": head + "206\nContent-Range: bytes 3-98/99\n\nbody\n",
            "good-lfs": "302\nX-Linked-Size: 7\nX-Linked-Etag: W/\"%s\"\nX-Repo-Commit: %s\n"
                        "Location: https://cdn.example/a?b\n\n" % (etag, commit),
            "good-renamed": lead % "/new/repo/resolve/main/f" + head,
            "good-mirror": lead % "https://mirror.example:444/x" + head,
            "bad-plain": lead % "http://hub.example/x" + head, "bad-file": lead % "file:///etc/passwd",
            "bad-user": lead % "https://hub.example@evil.example/", "bad-loop": lead % "/a" * 12,
            "bad-page": "200\nContent-Type: text/html\n\n<html>", "bad-none": "",
            "bad-header": "200\nnonsense\n\n", "good-size": head.replace("99", "99999999999999999999"),
            "bad-gated": "403\nX-Error-Code: GatedRepo\n\n--\n403\nX-Error-Message: a\033[2Jb\n\n",
            "bad-wait": "429\nRetry-After: 120\n\n--\n404\nX-Error-Code: EntryNotFound\n\n",
            "bad-etag": head.replace(etag, "../" + etag[3:])}.items():
        save("http", name, data)
    for name, data in {
            "good-short": "owner/repo:model.onnx", "good-long": "hf:o-w.n/r_e@refs/pr/1:a/b c.onnx",
            "good-web": "https://huggingface.co/owner/repo/blob/main/a%20b.onnx?download=true",
            "good-hf": "hf://owner/repo@v1.0/dir/file", "bad-up": "hf:a/b:../c", "bad-none": "a/b",
            "bad-host": "https://evil.example/a/b/resolve/main/f", "bad-set": "hf://datasets/a/b",
            "bad-dot": "hf:.a/b:c", "bad-escape": "https://hf.co/a/b/raw/main/%2e%2e/c",
            "bad-space": "hf:a b/c:d", "bad-revision": "hf:a/b@-x:c", "bad-zero": "hf:a/b:c\0d"}.items():
        save("reference", name, data)
    for name, data in {"good-commit": commit, "good-newline": commit + "\n",
                       "bad-lines": commit + "\n\n", "bad-long": commit + "/../x", "bad-short": commit[1:],
                       "bad-upper": commit.upper(), "bad-empty": ""}.items():
        save("refs", name, data)


save_safetensors()
save_onnx()
save_json()
save_pnm()
save_png()
save_jpeg()
save_npy()
save_npz()
save_auto()
save_idx()
save_csv()
save_ndjson()
save_writers()
save_terminal()
save_int8()
save_checkpoint()
save_rehearsal()
save_ascii()
save_drawings()
save_corpora()
save_texts()
save_keys()
save_listen()
save_hub()
