"""Command lines that touch every part of the program, for tests that make something fail in them.

Each runs in a folder of its own; what they read is in the folder of inputs(), which nothing changes."""
import os
import random
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "net"))
from harness import DIGITPAD, SOURCE, WORK  # noqa: E402

DATA = os.path.join(SOURCE, "tests", "data")
CORPUS = os.path.join(SOURCE, "tests", "fuzz", "corpus")
SHIPPED = os.path.join(SOURCE, "weights", "shipped")
SMALL = "avgpool 7 | flatten | dense 10"
SAMPLES = "home/.local/share/digitpad/samples.ndjson"
SOCKET = "socket"


class Scenario:
    """`arguments` of digitpad. `given`: {path in the folder: file of the inputs}. `keys`: what a
    person types, on a terminal; `asks`: the file that a client sends to the server, on the socket
    SOCKET, before SIGTERM ends it; else `stdin` is a file. `varies`: the output differs from run to
    run. `env`: of the run; without memory for its locale, what shows pictures shows them in ASCII, so
    that LC_ALL=C keeps the answer the same. `fails`: the exit status without a fault. `quick`: a part of make check."""

    def __init__(self, name, *arguments, given=(), stdin=None, keys=None, asks=None, env=(),
                 varies=False, fails=0, quick=False):
        self.name, self.arguments, self.given = name, arguments, dict(given)
        self.stdin, self.keys, self.asks, self.env = stdin, keys, asks, dict(env)
        self.varies, self.fails, self.quick = varies, fails, quick


def read(*path):
    with open(os.path.join(*path), "rb") as f:
        return f.read()


def idx(images):
    return struct.pack(">IIII", 0x803, len(images), 28, 28) + b"".join(images)


def bars(n):
    """n images of a bar whose height is the label, and the labels."""
    numbers = random.Random(1)
    images = [bytes(numbers.randrange(150, 256) if y // 3 == i % 10 else 0
                    for y in range(28) for x in range(28)) for i in range(n)]
    return idx(images), struct.pack(">II", 0x801, n) + bytes(i % 10 for i in range(n))


def inputs():
    """A folder of files for the scenarios."""
    folder = os.path.join(WORK.name, "inputs")
    os.makedirs(os.path.join(folder, "tree", "3"))
    images, labels = bars(40)
    digits = read(DATA, "digits.ndjson")
    files = {
        "images.idx": images, "labels.idx": labels, "raw": images[16:16 + 2 * 784],
        "digits.ndjson": digits, "nothing": b"",
        "samples.ndjson": digits.replace(b'"id":', b'"time":'),
        "config": b"model = mlp\nformat = json\ntop = 2\n",
        "list": b"\n".join(os.fsencode(os.path.join(DATA, name)) for name in
                           ("eight-28x28.pgm", "five-grey-160x120.pgm")),
        "remembered": b"mlp\n",
        "tree/3/a.pgm": read(DATA, "three-dark-56x56.pgm"),
        "tree/3/b.pgm": read(DATA, "three-dark-56x56.pgm"),
    }
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content)

    def make(*arguments):
        subprocess.run([DIGITPAD, *arguments], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    make("convert", "nano:f32", "nano.onnx")
    make("convert", "nano", "nano.int8.onnx")
    make("convert", "mlp", "mlp.json")
    train = ["train", "--arch", SMALL, "--images=images.idx", "--labels=labels.idx"]
    make(*train, "--epochs=2", "--batch=10", "-o", "small.safetensors")
    make("convert", "small.safetensors", "small.onnx")
    foreign = read(folder, "small.safetensors")
    with open(os.path.join(folder, "foreign.safetensors"), "wb") as f:
        f.write(foreign.replace(b"digitpad.arch", b"digitpad.bach"))
    return folder


def picture(*path):
    return os.path.join(CORPUS, *path)


S = Scenario
IDX = ("--images={in}/images.idx", "--labels={in}/labels.idx")
TRAIN = ("train", "--arch", SMALL, *IDX, "--epochs=2", "--batch=10", "-t", "1", "-o", "out.safetensors")
SCENARIOS = [
    S("predict-pgm", "predict", DATA + "/five-grey-160x120.pgm", quick=True),
    S("predict-ppm", "predict", "-f", "json", picture("pnm", "good-p6")),
    S("predict-pbm", "predict", "-f", "csv", picture("pnm", "good-p4")),
    S("predict-png", "predict", picture("png", "good-palette")),
    S("predict-png-interlaced", "predict", picture("png", "good-interlaced")),
    S("predict-jpeg", "predict", picture("jpeg", "good-exif")),
    S("predict-jpeg-progressive", "predict", picture("jpeg", "good-progressive")),
    S("predict-npy", "predict", picture("npy", "good-double")),
    S("predict-npz", "predict", picture("npz", "good-deflated")),
    S("predict-idx", "predict", "-i", "idx", "{in}/images.idx"),
    S("predict-idx-gz", "predict", picture("idx", "good-zipped")),
    S("predict-csv", "predict", DATA + "/two-four.csv"),
    S("predict-ndjson", "predict", "-f", "json", "-k", "3", DATA + "/erased.ndjson"),
    S("predict-numbers", "predict", "--digits=auto", "-f", "csv", DATA + "/numbers.ndjson"),
    S("predict-form", "predict", "--digits=auto", DATA + "/forms/boxes-176x56.pgm"),
    S("predict-raw", "predict", "-i", "raw", stdin="raw"),
    S("predict-stdin", "predict", "-f", "json", stdin="digits.ndjson", quick=True),
    S("predict-tree", "predict", "-r", "{in}/tree"),
    S("predict-list", "predict", "--files-from={in}/list"),
    S("predict-listen", "predict", "--listen=" + SOCKET, "-t", "1", asks="digits.ndjson"),
    S("predict-bad", "predict", picture("png", "bad-cut"), DATA + "/eight-28x28.pgm", fails=1),
    S("predict-onnx", "predict", "-m", "{in}/nano.onnx", DATA + "/eight-28x28.pgm"),
    S("predict-onnx-int8", "predict", "-m", "{in}/nano.int8.onnx", DATA + "/eight-28x28.pgm"),
    S("predict-json-model", "predict", "-m", "{in}/mlp.json", DATA + "/eight-28x28.pgm"),
    S("predict-foreign", "predict", "-m", "{in}/foreign.safetensors", "--arch", SMALL,
      "--norm=unit", DATA + "/eight-28x28.pgm"),
    S("predict-original", "predict", "-m", "mlp:f32", "-t", "2", "{in}/images.idx"),
    S("predict-configured", "predict", DATA + "/eight-28x28.pgm",
      given={"home/.config/digitpad/config": "config"}),
    S("eval-idx", "eval", "-m", "{in}/small.safetensors", "-t", "1", "{in}/images.idx",
      "{in}/labels.idx", varies=True),
    S("eval-json", "eval", "-m", "nano", "-f", "json", "{in}/digits.ndjson", varies=True),
    S("eval-folder", "eval", "-m", "nano", "{in}/tree", varies=True),
    S("eval-report", "eval", "-m", "{in}/small.safetensors", "--report=report.html",
      "{in}/images.idx", "{in}/labels.idx", varies=True),
    S("eval-foreign", "eval", "-m", "{in}/foreign.safetensors", "--norm=auto", "--arch", SMALL,
      "{in}/images.idx", "{in}/labels.idx", varies=True),
    S("train", *TRAIN),
    S("train-log", *TRAIN, "--log=log.csv", "--progress=ndjson", "--outliers=0.2", varies=True),
    S("train-recipe", *TRAIN, "--recipe=nano"),
    S("train-from", *TRAIN, "--from={in}/small.safetensors", "--teacher={in}/small.safetensors"),
    S("train-samples", "train", "--samples={in}/samples.ndjson", "--from=nano", "-t", "1", "-o",
      "out.safetensors"),
    S("quantize", "quantize", "{in}/small.safetensors", "--calibrate={in}/images.idx", "-o",
      "out.safetensors"),
    S("quantize-json", "quantize", SHIPPED + "/mlp.safetensors", "--calibrate={in}/images.idx",
      "-o", "out.json"),
    S("convert-safetensors", "convert", "{in}/nano.onnx", "out.safetensors"),
    S("convert-onnx", "convert", "nano:f32", "out.onnx"),
    S("convert-onnx-int8", "convert", "nano", "out.onnx"),
    S("convert-json", "convert", "mlp", "out.json", quick=True),
    S("info", "info", "cnn", env={"LC_ALL": "C"}),
    S("info-json", "info", "-f", "json", "{in}/small.onnx"),
    S("show", "show", DATA + "/five-grey-160x120.pgm", env={"LC_ALL": "C"}),
    S("show-drawing", "show", stdin="digits.ndjson", env={"LC_ALL": "C"}),
    S("bench", "bench", "--quick", "--only=nano", "-t", "1", "-f", "json", varies=True),
    S("samples-list", "samples", "list", given={SAMPLES: "samples.ndjson"}),
    S("samples-export", "samples", "export", given={SAMPLES: "samples.ndjson"}),
    S("samples-remove", "samples", "remove", "2", given={SAMPLES: "samples.ndjson"},
      quick=True),
    S("models", "models", "-f", "json"),
    S("models-verify", "models", "verify"),
    S("models-fetch", "models", "fetch", "hf:nobody/nothing:model.safetensors", fails=4),
    S("data", "data", "list"),
    S("doctor", "doctor", "-f", "json", varies=True),
    S("doctor-text", "doctor", varies=True),
    S("help", "help", "predict"),
    S("restore-terminal", "restore-terminal", keys=["x"], varies=True),
    S("layout", "draw", "--layout=80x24"),
    S("pad-label", "draw", "--offline", keys=["  llll  jjjj", "7", "q"], varies=True),
    S("pad-picture", "draw", "--offline", picture("jpeg", "good-colour"), keys=["q"], varies=True),
    S("pad-drawing", "draw", "--offline", "-o", "out.png", "{in}/digits.ndjson",
      keys=["i", "s", "q"], varies=True),
    S("pad-once", "draw", "--offline", "--once", DATA + "/fours.ndjson", keys=["\r"], varies=True),
]
