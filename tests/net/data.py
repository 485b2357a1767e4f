"""digitpad data with a loopback Hub and a loopback mirror: sources, conversion, hashes, damage,
broken connections, and what finds the files afterwards."""
import gzip
import json
import os
import re
import signal
import struct
import subprocess
import sys

from harness import DIGITPAD, SOURCE, Tap, digitpad, environment, new_cache, wait_for
from hub import Hub

MNIST = os.environ.get("DIGITPAD_MNIST", os.path.join(SOURCE, "..", "shared", "mnist"))
STROKES = os.environ.get("DIGITPAD_STROKES", os.path.join(SOURCE, "..", "shared", "strokes"))
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
       "t10k-labels-idx1-ubyte")
WRITERS, PENDIGITS = "train-writers.tsv", "pendigits-train.ndjson"
PUBLISHED = {WRITERS: "qmnist-train-labels-idx2-int.gz", PENDIGITS: "pendigits-orig.tra.Z"}
NEEDED = [os.path.join(MNIST, name) for name in (*IDX, WRITERS)] + [os.path.join(STROKES, PENDIGITS)]

for path in NEEDED:
    if not os.path.exists(path) and not os.path.exists(path + ".gz"):
        print("1..0 # SKIP %s is not here (DIGITPAD_MNIST, DIGITPAD_STROKES)" % os.path.basename(path))
        sys.exit(0)


def read(path):
    """The content of a file, or of the compressed one beside it."""
    path = path if os.path.exists(path) else path + ".gz"
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
        return f.read()


# ---- what is published, made from what is here -------------------------------------------


def qmnist(table):
    """The matrix of QMNIST whose writers and series are those of a table."""
    rows = [[int(v) for v in line.split(b"\t")] for line in table.splitlines()[1:]]
    return struct.pack(">3I", 0x0C02, len(rows), 8) + b"".join(
        struct.pack(">8I", 0, series, writer, 0, 0, 0, 0, 0) for writer, series in rows)


def unipen(drawings):
    """Drawings in the format of pendigits."""
    lines = [".VERSION 1.0", ".COMMENT text, and no writer", ""]
    for line in drawings.splitlines():
        d = json.loads(line)
        lines += ['.SEGMENT DIGIT 0 ? "%d"' % d["label"],
                  ".COMMENT %d %d " % (d["label"], int(d["writer"][len("train"):]))]
        for stroke in d["strokes"]:
            lines += [".PEN_DOWN"] + [" %d %4d" % (x + 100, 500 - y) for x, y in stroke] + [".PEN_UP"]
        lines.append(".DT 50")
    return "\n".join(lines).encode() + b"\n"


def compress(data, bits=16):
    """A file of compress: codes of growing width in groups of eight, no clearing."""
    codes, table, width, out = [], {bytes([i]): i for i in range(256)}, 9, bytearray(b"\x1f\x9d" + bytes([0x80 | bits]))

    def flush():
        value = sum(code << (i * width) for i, code in enumerate(codes))
        out.extend(value.to_bytes(width, "little"))
        codes.clear()

    free, prefix = 257, b""
    for i in range(len(data)):
        longer = prefix + data[i:i + 1]
        if longer in table:
            prefix = longer
            continue
        codes.append(table[prefix])
        if len(codes) == 8:
            flush()
        # The reader's table is one entry behind.
        if free >= 1 << width and width < bits:
            if codes:
                flush()
            width += 1
        if free < 1 << bits:
            table[longer] = free
            free += 1
        prefix = data[i:i + 1]
    codes.append(table[prefix])
    flush()
    return bytes(out)


CONTENT = {name: read(os.path.join(MNIST, name)) for name in (*IDX, WRITERS)}
CONTENT[PENDIGITS] = read(os.path.join(STROKES, PENDIGITS))
files = {"idx/" + name.replace("-idx", ".idx"): CONTENT[name] for name in IDX}
files.update({"gz/" + name + ".gz": gzip.compress(CONTENT[name], 1) for name in IDX})
files["gz/" + PUBLISHED[WRITERS]] = gzip.compress(qmnist(CONTENT[WRITERS]), 1)
files["gz/" + PUBLISHED[PENDIGITS]] = compress(unipen(CONTENT[PENDIGITS]))


def serve(kinds):
    """A mirror with some of the files, by the last part of the path."""
    def answer(rq):
        name = rq.path.rpartition("/")[2]
        found = [files[kind + "/" + name] for kind in kinds if kind + "/" + name in files]
        rq.answer(200, (), found[0]) if found else rq.answer(404)
    return answer


def damaged(rq):
    rq.answer(200, (), b"\x1f\x8bdamaged")


def flipped(rq):
    """Every file with one other byte in its middle."""
    name = rq.path.rpartition("/")[2]
    data = files.get("idx/" + name) or files.get("gz/" + name)
    middle = len(data) // 2 if data else 0
    rq.answer(200, (), data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:]) if data else rq.answer(404)


ranges = []


def breaking(rq):
    """Half of a file, and the rest if it is asked for."""
    data = files["gz/" + rq.path.rpartition("/")[2]] if "gz/" + rq.path in files else None
    if data is None:
        return rq.answer(404)
    half, wanted = len(data) // 2, rq.headers.get("range")
    ranges.append(wanted)
    if wanted:
        return rq.answer(206, [("ETag", '"x"'), ("Content-Range", "bytes %d-%d/%d" % (
            half, len(data) - 1, len(data)))], data[half:])
    rq.answer(200, [("ETag", '"x"')], data[:half], len(data))


def never_ending(rq):
    rq.answer(200, (), b"x" * 1000, 2000)
    rq.connection.recv(1)


hub = Hub(b"", {"idx": {"get": serve(["idx", "gz"])}, "gz": {"get": serve(["gz"])}, "broken": {"get": damaged},
                "flipped": {"get": flipped}, "breaking": {"get": breaking}, "endless": {"get": never_ending},
                "empty": {"get": lambda rq: rq.answer(404)},
                "web": {"get": lambda rq: rq.answer(200, (), b"<html>Please log in")}})
tap = Tap()


def setting(behaviour, **more):
    return environment(new_cache(), hub.endpoint("hub"), XDG_DATA_HOME=new_cache(),
                       DIGITPAD_DATA_MIRROR=hub.endpoint(behaviour), **more)


def counted(arguments, env):
    before = len(hub.log)
    result = digitpad(["data", *arguments], env)
    return result, len(hub.log) - before


def folder(env):
    return os.path.join(env["XDG_DATA_HOME"], "digitpad", "data")


def here(env):
    return sorted(os.listdir(folder(env))) if os.path.isdir(folder(env)) else []


def right(env, names):
    return here(env) == sorted(names) and all(read(os.path.join(folder(env), n)) == CONTENT[n] for n in names)


def paths(env, names):
    return "".join(os.path.join(folder(env), name) + "\n" for name in names)


def test_fetching():
    env = setting("idx")
    result, requests = counted(["fetch", "mnist"], env)
    tap.equal("MNIST is fetched: paths", (result.returncode, result.stdout), (0, paths(env, (*IDX, WRITERS))))
    tap.equal("… licence and credit are named", result.stderr, "digitpad data: mnist: licence CC BY-SA 3.0; "
              "writers: BSD; by Y. LeCun, C. Cortes, C. Burges; writers (QMNIST): C. Yadav, L. Bottou\n")
    tap.equal("… one request for each file", requests, 5)
    tap.ok("… and every byte is right", right(env, (*IDX, WRITERS)), here(env))
    result, requests = counted(["fetch", "-q", "mnist"], env)
    tap.equal("a second fetch makes no request", (result.returncode, result.stderr, requests), (0, "", 0))
    result, _ = counted(["path", "mnist"], env)
    tap.equal("path prints the files", result.stdout, paths(env, (*IDX, WRITERS)))
    os.truncate(os.path.join(folder(env), IDX[1]), 100)
    result, requests = counted(["fetch", "mnist"], env)
    tap.ok("a damaged file is fetched again", requests == 1 and right(env, (*IDX, WRITERS)), result.stderr)
    result, requests = counted(["fetch", "pendigits"], env)
    tap.ok("pendigits is converted", right(env, (*IDX, WRITERS, PENDIGITS)), result.stderr)
    test_found(env)


def test_found(env):
    """What finds the files."""
    result = digitpad(["eval", "-m", "mlp", "-f", "json"], env)
    tap.ok("eval measures on MNIST by default", '"total":10000' in result.stdout, result.stderr)
    result = digitpad(["eval", "-m", "mlp", "-f", "json", "mnist"], env)
    tap.ok("… and by its name", '"total":10000' in result.stdout, result.stderr)
    result = digitpad(["eval", "-m", "mlp", "-f", "json", "pendigits"], env)
    tap.ok("… and on drawings by theirs", '"total":7494' in result.stdout, result.stderr)
    result = digitpad(["eval", "-m", "mlp", "--outliers", "omniglot", "mnist"], env)
    tap.refused("… and names what is not here", result, 5, "omniglot: not here; run 'digitpad data fetch omniglot'")
    out = os.path.join(env["XDG_DATA_HOME"], "x.safetensors")
    chosen = ["train", "--arch=flatten | dense 10", "--epochs=1", "--batch=512", "--augment=0",
              "--made-up=0", "--outliers=0", "--progress=ndjson", "-o", out]
    result = digitpad([*chosen, "--test", "--strokes=pendigits"], env)
    last = json.loads((result.stdout.splitlines() or ["{}"])[-1])
    tap.ok("train finds images, test images and drawings", last.get("test_accuracy", 0) > 0.8 and
           last.get("strokes_test_accuracy", 0) > 0.5, result.stderr)
    result = digitpad([*chosen, "--strokes=unipen"], env)
    tap.refused("… and names drawings that are not here", result, 5,
                "unipen: not here; run 'digitpad data fetch unipen'")
    result = digitpad(["eval", "-m", "mlp"], {**env, "DIGITPAD_MNIST": new_cache()})
    tap.refused("DIGITPAD_MNIST replaces them", result, 2, "digitpad data fetch mnist")


def test_sources():
    env = setting("gz")
    result, _ = counted(["fetch", "mnist"], env)
    tap.ok("compressed files are inflated", right(env, (*IDX, WRITERS)), result.stderr)
    tap.equal("… after a warning about each source that fails", len(re.findall(
        r"^digitpad data: (?:warning: )?mnist: '[a-z0-9-]*\.idx[13]-ubyte': refused .HTTP 404.$", result.stderr, re.M)), 4)
    for behaviour, status, message in (("broken", 4, "damaged"), ("flipped", 4, "damaged, its hash is not 65a50cb|damaged"),
                                       ("web", 4, "got a web page"), ("empty", 4, "refused .HTTP 404")):
        env = setting(behaviour)
        result, _ = counted(["fetch", "mnist"], env)
        tap.refused("a mirror that is %s" % behaviour, result, status, message)
        tap.equal("… leaves nothing", here(env), [])
        for name in ("pendigits", "omniglot"):
            result, _ = counted(["fetch", name], env)
            tap.refused("… %s" % name, result, status, "digitpad data: %s: " % name)
            tap.equal("… nothing either", here(env), [])
    result, _ = counted(["fetch", "mnist"], {**setting("idx"), "DIGITPAD_DATA_MIRROR": "http://example.org"})
    tap.refused("a mirror without TLS", result, 4, "http://example.org: not https")


def test_breaking():
    env = setting("breaking")
    result, _ = counted(["fetch", "pendigits"], env)
    size = len(files["gz/" + PUBLISHED[PENDIGITS]])
    tap.ok("a broken download goes on", right(env, [PENDIGITS]), result.stderr)
    tap.equal("… from where it broke", ranges, [None, "bytes=%d-" % (size // 2)])
    env = setting("endless")
    client = subprocess.Popen([DIGITPAD, "data", "fetch", "pendigits"], env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, start_new_session=True)
    wait_for(lambda: hub.requests("endless"))
    os.killpg(client.pid, signal.SIGINT)
    client.communicate()
    # By the signal, or with 130 if the helper, which gets it too, is the first to report.
    tap.ok("SIGINT ends it", client.returncode in (-signal.SIGINT, 130), client.returncode)
    tap.equal("… and leaves nothing", here(env), [])


def test_offline():
    env = setting("idx")
    for arguments, more in ((["--offline"], {}), ([], {"HF_HUB_OFFLINE": "1"})):
        result, requests = counted(["fetch", *arguments, "mnist"], {**env, **more})
        tap.refused("offline %s" % arguments, result, 4, IDX[0] + " is not here, and offline mode is on")
        tap.equal("… no request", requests, 0)
    counted(["fetch", "pendigits"], env)
    result, requests = counted(["fetch", "--offline", "pendigits"], env)
    tap.equal("offline, what is here is found", (result.returncode, requests), (0, 0))


def test_list():
    env = setting("idx")
    counted(["fetch", "pendigits"], env)
    result, requests = counted([], env)
    states = dict(re.findall(r"^([a-z]+) +(here|not fetched|by hand) +[0-9]+  ", result.stdout, re.M))
    tap.equal("list tells what is here", (states, requests), ({
        "mnist": "not fetched", "pendigits": "here", "omniglot": "not fetched", "uji": "by hand",
        "unipen": "by hand"}, 0))
    tap.ok("… whose it is, under which licence", re.search(r"^ +CC BY 4.0; E. Alpaydin, F. Alimoglu", result.stdout, re.M))
    result, _ = counted(["list", "--format=json"], env)
    sets = {s["name"]: s for s in json.loads(result.stdout)["datasets"]}
    tap.equal("as JSON: all of them", sorted(sets), sorted(states))
    tap.equal("as JSON: the files", [(f["here"], f["path"], f["bytes"]) for f in sets["pendigits"]["files"]],
              [(True, os.path.join(folder(env), PENDIGITS), len(CONTENT[PENDIGITS]))])
    here_or_there = {name: os.path.join(STROKES, name) for name in
                     ("uji.ndjson", "unipen-train.ndjson", "omniglot-outliers.ndjson")}
    sizes = {name: os.path.getsize(path) for name, path in here_or_there.items() if os.path.exists(path)}
    sizes.update({name: len(content) for name, content in CONTENT.items()})
    stated = {os.path.basename(f["path"]): f["bytes"] for s in sets.values() for f in s["files"]}
    tap.equal("as JSON: the sizes of all files", {name: stated.get(name) for name in sizes}, sizes)
    tap.ok("as JSON: licence, credit, how to make it", sets["uji"]["licence"] == "CC BY 4.0" and
           "Llorens" in sets["uji"]["credit"] and "C5FG8S" in sets["uji"]["by_hand"] and sets["uji"]["state"] == "by hand")


def test_mistakes():
    env = setting("idx")
    for arguments, status, message in (
            (["fetch"], 2, "fetch takes at least one name"), (["list", "mnist"], 2, "list takes no name"),
            (["path"], 2, "path takes one name"), (["fetch", "mnits"], 2, "mnits: no data set has this name.*mnist"),
            (["fetch", "uji"], 2, "uji: cannot be fetched; get UJIpenchars-w01 to -w11 from https://doi.org/10.24432"),
            (["path", "uji"], 5, "uji: '.*uji.ndjson' is not here; 'digitpad data fetch uji' says how to make it"),
            (["path", "mnist"], 5, "mnist: not here; run 'digitpad data fetch mnist'")):
        result, requests = counted(arguments, env)
        tap.refused("digitpad data " + " ".join(arguments), result, status, "^digitpad data: " + message)
        tap.equal("… no request", requests, 0)
    os.makedirs(folder(env))
    with open(os.path.join(folder(env), "uji.ndjson"), "w") as f:
        f.write("made by hand\n")
    result, _ = counted(["fetch", "uji"], env)
    tap.equal("what was made by hand is found", (result.returncode, result.stdout), (0, paths(env, ["uji.ndjson"])))
    limited = ["sh", "-c", "ulimit -f 8; exec \"$@\"", "sh"]
    env = setting("idx")
    result = digitpad(["data", "fetch", "pendigits"], env, limited)
    tap.refused("no room for the file", result, 5, "pendigits-train.ndjson: .*too large")
    tap.equal("… nothing is left", here(env), [])


test_fetching()
test_sources()
test_breaking()
test_offline()
test_list()
test_mistakes()
tap.done()
