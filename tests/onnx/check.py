"""Run every graph of graphs.py through the program and compare the logits; then read each again while
its allocations fail, one by one. Prints TAP.

usage: check.py LOGITS-PROGRAM REPLAY-PROGRAM WORK-FOLDER"""

import glob
import os
import re
import subprocess
import sys

import numpy as np

import graphs
import operators  # noqa: F401  adds to the lists of graphs
import refused  # noqa: F401  as well

PROGRAM, REPLAY, FOLDER = sys.argv[1:4]
SCALES = {"unit": lambda p: p / 255, "mnist": lambda p: (p / 255 - 0.1307) / 0.3081,
          "symmetric": lambda p: p / 127.5 - 1, "raw": lambda p: p}


def images():
    """Four images: two smooth blobs, noise, and a bar."""
    y, x = np.mgrid[0:28, 0:28]
    out = [255 * np.exp(-((y - 14) ** 2 + (x - c) ** 2) / 30.0) for c in (9, 18)]
    out += [np.random.RandomState(3).randint(0, 256, (28, 28)), 255 * (abs(x - 12) < 3)]
    return np.stack(out).astype(np.uint8)


def run(path, *arguments):
    done = subprocess.run([PROGRAM, path, *arguments], input=images().tobytes(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def write(name, made, good=False):
    """Write the graph, and the file beside it. The name tells the replay to accept a good one; it does
    not have the file beside it, and accepts what is refused later."""
    beside = getattr(made, "beside", b"")
    path = os.path.join(FOLDER, ("good-" if good and not beside else "any-") + name + ".onnx")
    for file, data in ((path, made if isinstance(made, bytes) else made.encode()),
                       (os.path.join(FOLDER, "beside.bin"), beside)):
        with open(file, "wb") as f:
            f.write(data)
    return path


def check_good(name, make):
    graph = make()
    norm = graph.options.get("norm", "unit")
    status, out, err = run(write(name, graph, good=True), norm)
    if status:
        return "status %d: %s" % (status, err.strip())
    got = np.array([line.split() for line in out.splitlines()], dtype=float)
    wanted = graph.answers(SCALES[norm](images().astype(np.float64)))
    if got.shape != wanted.shape:
        return "logits of shape %s, not %s" % (got.shape, wanted.shape)
    error = np.abs(got - wanted).max()
    if error < 1e-4:
        return None
    return "differs by %g, with logits up to %g" % (error, np.abs(wanted).max())


def check_bad(name, pattern, make):
    status, _, err = run(write(name, make()))
    if status != 3:
        return "status %d: %s" % (status, err.strip())
    return None if re.search(pattern, err) else "wrong message: %s" % err.strip()


def check_short_of_memory():
    files = sorted(glob.glob(os.path.join(FOLDER, "*.onnx")))
    done = subprocess.run([REPLAY, "onnx", "--faults=0", *files], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    said = (done.stdout + done.stderr).decode().replace("\n", "\n# ")
    return "status %d: %s" % (done.returncode, said[-2000:]) if done.returncode else None


def main():
    cases = [("opens and agrees: " + n, check_good, (n, f)) for n, f in graphs.GOOD]
    cases += [("is refused: " + n, check_bad, (n, p, f)) for n, p, f in graphs.BAD]
    cases += [("each is read while its allocations fail", check_short_of_memory, ())]
    os.symlink("beside.bin", os.path.join(FOLDER, "link.bin"))
    os.mkdir(os.path.join(FOLDER, "folder.bin"))
    print("1..%d" % len(cases))
    failed = 0
    for i, (title, check, arguments) in enumerate(cases, 1):
        problem = check(*arguments)
        print("%sok %d - %s" % ("not " if problem else "", i, title))
        if problem:
            failed += 1
            print("# " + problem)
    return failed > 0


sys.exit(main())
