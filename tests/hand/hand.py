#!/usr/bin/env python3
"""Teach digitpad one person's digits, and measure what that does to everybody else's.

usage: hand.py --digitpad PROGRAM --mnist FOLDER --strokes FOLDER [OPTION]...

Makes samples as the pad keeps them in four cases, runs `digitpad train --samples`, and prints a
few lines for each case and network: the person's own digits that were not shown to the training,
the digits of others, digits rejected and outliers rejected, each before -> after, in per cent. It
measures on images that `train` holds out and on writers that it validates on; with --test, which
must not choose anything, on the MNIST test images and on test writers. Needs Python 3.9.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import cases
import sets
from reader import Reader

NETWORKS = ("cnn", "mlp", "nano")


def arguments():
    parser = argparse.ArgumentParser(description="what learning a hand does to other hands")
    parser.add_argument("--digitpad", required=True, help="the program")
    parser.add_argument("--mnist", type=Path, required=True, help="folder of the MNIST files")
    parser.add_argument("--strokes", type=Path, required=True, help="folder of the drawings")
    parser.add_argument("--networks", nargs="+", default=NETWORKS, help="networks to train from")
    parser.add_argument("--cases", nargs="+", default=list(cases.CASES), choices=cases.CASES)
    parser.add_argument("--hands", type=int, default=1, help="people in each case")
    parser.add_argument("--test", action="store_true", help="measure on the test sets")
    return parser.parse_args()


def train(program, network, samples, output):
    """CPU seconds, and the program's words about the result."""
    command = [program, "train", f"--samples={samples}", f"--from={network}", "-t", "1"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([*command, "-o", output], capture_output=True, text=True, check=False)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return seconds, done.stderr.strip().splitlines()


def measure(reader, measured, own):
    """Right answers of each set and the person's own, with the rejections."""
    row = {name: reader.read(s) for name, s in measured.items()}
    row["own"] = reader.read(own)
    return row


def cell(what, before, after):
    shares = [100 * getattr(count, what) / count.n for count in (before, after)]
    return "{:6.2f} ->{:6.2f}".format(*shares)


def report(name, network, before, after, seconds, words):
    own = f"{before['own'].right:3} -> {after['own'].right:3} of {before['own'].n:3}"
    digits = [s for s in before if s not in ("own", "outliers")]
    others = [f"{s} {cell('right', before[s], after[s])}" for s in digits]
    rejected = [f"{s} {cell('rejected', before[s], after[s])}" for s in before if s != "own"]
    print(f"{network:4} {name:11} own {own} | " + " | ".join(others), flush=True)
    print(f"{'':16} rejected: " + " | ".join(rejected) + f" | {seconds:.1f} s")
    for line in words:
        print(f"{'':16} {line}", flush=True)


def run(options, folder, network, measured, name, hand):
    reader = Reader(options.digitpad, network, folder)
    people = sets.people(options.strokes, options.test)
    shown, own = cases.CASES[name](random.Random(f"{name} {hand}"), hand, people, reader)
    samples, output = folder / "samples.ndjson", folder / "mine.safetensors"
    sets.write_drawings(samples, shown)
    own = sets.write_drawings(folder / "own.ndjson", own)
    output.unlink(missing_ok=True)
    seconds, words = train(options.digitpad, network, samples, output)
    before = measure(reader, measured, own)
    kept = output.exists()
    after = measure(Reader(options.digitpad, output, folder), measured, own) if kept else before
    report(f"{name} {hand}", network, before, after, seconds, words)
    return {s: after[s].right / after[s].n - before[s].right / before[s].n for s in before}


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured = sets.measured(folder, options.mnist, options.strokes, options.test)
        for network in options.networks:
            gains = [
                run(options, folder, network, measured, case, hand)
                for case in options.cases
                for hand in range(options.hands)
            ]
            digits = [s for s in measured if s != "outliers"]
            lost = ", ".join(f"{s} {-100 * min(g[s] for g in gains):.2f}" for s in digits)
            print(f"{network}: most points lost: {lost}\n", flush=True)


if __name__ == "__main__":
    main()
