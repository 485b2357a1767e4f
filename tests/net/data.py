"""scripts/get-data with a loopback Hub: the order of sources, hashes, repeated runs."""
import gzip
import io
import os
import struct
import sys
import zipfile

from harness import SOURCE, Tap, environment, new_cache, run
from hub import Hub, sha256

MNIST = os.environ.get("DIGITPAD_MNIST", os.path.join(SOURCE, "..", "shared", "mnist"))
SCRIPT = os.path.join(SOURCE, "scripts", "get-data")
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
         "t10k-labels-idx1-ubyte")
UNIPEN = b""".VERSION 1.0
.SEGMENT DIGIT 0 ? "4"
.COMMENT 4 7
.PEN_DOWN
 10 200
 12 190
.PEN_UP
.PEN_DOWN
 30 210
 5 100
.PEN_UP
.SEGMENT DIGIT 1 ? "1"
.COMMENT 1 12
.PEN_DOWN
 1 1
.PEN_UP
"""
DRAWINGS = b"""{"label":4,"writer":"train07","strokes":[[[5,10],[7,20]],[[25,0],[0,110]]]}
{"label":1,"writer":"train12","strokes":[[[0,0]]]}
"""

# Two images of QMNIST: class, series, writer, and five other numbers.
QMNIST = struct.pack(">3I", 0x0C02, 2, 8) + struct.pack(">16I", 5, 4, 2154, 1, 2, 3, 0, 0,
                                                        0, 0, 99999, 1, 2, 3, 0, 0)
WRITERS = b"writer\tseries\n2154\t4\n99999\t0\n"
OMNIGLOT = {
    "Balinese/character01/0108_01.txt": "START\n19.04,-43.5,0\n20,0,1\nBREAK\nSTART\n1,-2,3\nBREAK\n",
    "Balinese/character05/0112_20.txt": "START\n1,-2,3\n4,-5,6\nBREAK\n",
    "Early_Aramaic/character01/0300_07.txt": "START\n1,-2,3\nBREAK\n",
    "Korean/character33/0675_03.txt": "START\n1,-2,3\nBREAK\n",
    "Latin/character01/0700_01.txt": "START\n1,-2,3\nBREAK\n",
}
OUTLIERS = b"""{"class":"Balinese/01","drawer":"01","lookalike":false,"strokes":[[[19.0,43.5],[20.0,0.0]],[[1.0,2.0]]]}
{"class":"Balinese/05","drawer":"20","lookalike":true,"strokes":[[[1.0,2.0],[4.0,5.0]]]}
{"class":"Early_Aramaic/01","drawer":"07","lookalike":false,"strokes":[[[1.0,2.0]]]}
{"class":"Korean/33","drawer":"03","lookalike":true,"strokes":[[[1.0,2.0]]]}
"""

if not os.path.exists(os.path.join(MNIST, NAMES[0] + ".gz")):
    print("1..0 # SKIP the MNIST files are not here (DIGITPAD_MNIST)")
    sys.exit(0)

files = {}
for name in NAMES:
    with open(os.path.join(MNIST, name + ".gz"), "rb") as f:
        files[name + ".gz"] = f.read()
    files["datasets/dmitva/the-mnist-database/" + name.replace("-idx", ".idx")] = \
        gzip.decompress(files[name + ".gz"])
files["pendigits.Z"] = gzip.compress(UNIPEN)
files["qmnist.gz"] = gzip.compress(QMNIST)
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    for name, text in OMNIGLOT.items():
        archive.writestr("strokes_background/" + name, text)
files["omniglot.zip"] = buffer.getvalue()
CONVERTED = {"pendigits-train.ndjson": DRAWINGS, "train-writers.tsv": WRITERS,
             "omniglot-outliers.ndjson": OUTLIERS}


def serve(rq):
    """A mirror, which serves plain files."""
    rq.answer(200, (), files[rq.path]) if rq.path in files else rq.answer(404)


def damaged(rq):
    rq.answer(200, (), b"damaged")


hub = Hub(b"", {"mirror": {"get": serve}, "broken": {"get": damaged}}, files)
tap = Tap()


def get_data(folder, behaviour):
    env = environment(new_cache(), hub.endpoint(behaviour),
                      MNIST_MIRRORS=hub.endpoint("broken") + "\n" + hub.endpoint("mirror"),
                      PENDIGITS_URL=hub.endpoint("mirror") + "/pendigits.Z",
                      PENDIGITS_SHA256=sha256(DRAWINGS),
                      QMNIST_URL=hub.endpoint("mirror") + "/qmnist.gz",
                      QMNIST_SHA256=sha256(WRITERS),
                      OMNIGLOT_URL=hub.endpoint("mirror") + "/omniglot.zip",
                      OMNIGLOT_SHA256=sha256(files["omniglot.zip"]))
    before = len(hub.log)
    result = run([SCRIPT, folder], env)
    return result, [rq.behaviour for rq in hub.log[before:]]


def converted(folder, name):
    with open(os.path.join(folder, name), "rb") as f:
        return f.read() == CONVERTED[name]


def right(folder):
    return all(converted(folder, name) for name in CONVERTED) and all(
        os.path.getsize(os.path.join(folder, n)) == len(gzip.decompress(files[n + ".gz"]))
        for n in NAMES)


first = new_cache()
result, _ = get_data(first, "files")
tap.equal("everything is fetched from the Hub", result.returncode, 0)
tap.ok("every file has the right content", right(first), result.stderr)
for name in CONVERTED:
    tap.ok(name + " is converted", converted(first, name))
tap.equal("nothing else is left", sorted(os.listdir(first)),
          sorted([*NAMES, *CONVERTED, "omniglot-strokes.zip"]))
tap.ok("it says how to get UNIPEN", "not fetched: UNIPEN, https://doi.org/10.5281/" in result.stderr)
result, requests = get_data(first, "files")
tap.equal("a second run fetches nothing", (result.returncode, requests), (0, []))
os.truncate(os.path.join(first, NAMES[1]), 100)
result, requests = get_data(first, "files")
tap.ok("a damaged file is fetched again", result.returncode == 0 and len(requests) == 2 and right(first),
       result.stderr)
second = new_cache()
result, _ = get_data(second, "broken")
tap.ok("mirrors replace a Hub that fails", result.returncode == 0 and right(second),
       result.stderr)
hub.behaviours["mirror"] = {"get": damaged}
third = new_cache()
result, _ = get_data(third, "broken")
tap.refused("no source works", result, 4, NAMES[0] + ": every source failed")
tap.equal("no partial file is left", os.listdir(third), [])
bare = run(["/bin/sh", SCRIPT, new_cache()], {"PATH": new_cache()})
tap.refused("a missing curl is reported", bare, 2, "curl: not found; install it")

tap.done()
