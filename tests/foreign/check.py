"""Open networks as other frameworks save them, unaided, and compare the logits with NumPy. Prints
TAP, and how many were right and how many were refused with the right chain as an offer.

usage: check.py LOGITS-PROGRAM WORK-FOLDER"""

import os
import re
import subprocess
import sys

import numpy as np

from cases import CASES, REFUSED
from frameworks import FRAMEWORKS, plain, write
from nets import Net

LOGITS, FOLDER = sys.argv[1:3]


def images():
    """Four images: two smooth blobs, noise, and a bar."""
    y, x = np.mgrid[0:28, 0:28]
    out = [255 * np.exp(-((y - 14) ** 2 + (x - c) ** 2) / 30.0) for c in (9, 18)]
    out += [np.random.RandomState(3).randint(0, 256, (28, 28)), 255 * (abs(x - 12) < 3)]
    return np.stack(out).astype(np.uint8)


def run(*command):
    done = subprocess.run(command, input=images().tobytes(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def close(net, out):
    got = np.array([line.split() for line in out.splitlines()], dtype=float)
    wanted = net.answers(images())
    return got.shape == wanted.shape and np.abs(got - wanted).max() < 1e-4


def canonical(chain):
    """The chain as digitpad prints it: without `pad=same`."""
    words = []
    for part in chain.split("|"):
        layer = part.split()
        if "pad=same" in layer:
            pad = (int(layer[2]) - 1) // 2
            layer = [w for w in layer if w != "pad=same"]
            if pad:
                layer.append("pad=%d" % pad)
        words.append(" ".join(layer))
    return " | ".join(words)


def offers(err):
    """The chains that a message offers; at most four."""
    return re.findall(r"--arch='([^']*)'", err)


def judge(path, case, net):
    """'right', 'offered', or what is wrong."""
    status, out, err = run(LOGITS, path)
    if status == 0:
        return "right" if close(net, out) else "a wrong answer"
    if status != 3:
        return "status %d" % status
    offered = offers(err)
    return "offered" if canonical(case["chain"]) in offered and len(offered) <= 4 else err.strip()


def check_case(number, case):
    net = Net(case["chain"], number)
    framework = case.get("framework") or FRAMEWORKS[case["as"]]
    path = os.path.join(FOLDER, "%d-%s.safetensors" % (number, plain(case["as"])))
    write(path, case.get("change", lambda t: t)(framework.tensors(net)))
    return judge(path, case, net)


def main():
    counts, number = {}, 0
    for number, case in enumerate(CASES, 1):
        got, wanted = check_case(number, case), case.get("expect", "right")
        counts[got] = counts.get(got, 0) + 1
        print("%s %d - %s: %s: %s" % ("ok" if got == wanted else "not ok", number, case["as"],
                                      case["chain"], wanted))
        if got != wanted:
            print("#", got)
    for number, (name, (tensors, pattern)) in enumerate(REFUSED.items(), number + 1):
        path = os.path.join(FOLDER, plain(name))
        write(path, tensors)
        status, out, err = run(LOGITS, path)
        good = status == 3 and not out and re.search(pattern, err)
        print("%s %d - refused: %s" % ("ok" if good else "not ok", number, name))
        if not good:
            print("#", status, err.strip())
    for got, count in sorted(counts.items()):
        print("# %3d of %d files: %s" % (count, len(CASES), got))
    print("1..%d" % number)


if __name__ == "__main__":
    main()
