"""The sets to measure on, from the files that scripts/get-data fetches."""

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache

IMAGE = 28 * 28
HELD_OUT = 5000  # of the 60,000 training images
VALIDATION, TEST = 4, 5  # places of writers among six (weights/images/stroke_set.h)
STROKES = ("pendigits", "unipen")


@dataclass
class Set:
    path: object
    labels: list

    @property
    def n(self):
        return len(self.labels)


# ---- images -----------------------------------------------------------------------------------


MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z):
    """SplitMix64's finaliser (engine/core/rng.c)."""
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def stream(seed, number, index):
    """The random numbers of dp_rng_stream, 32 bits each."""
    key = mix(seed + GAMMA & MASK)
    key = mix(key ^ number + GAMMA & MASK)
    key = mix(key ^ index + GAMMA & MASK)
    while True:
        key = key + GAMMA & MASK
        yield mix(key) >> 32


def below(numbers, n):
    """Uniform in 0 … n − 1 (dp_rng_below)."""
    for number in numbers:
        if number * n & 0xFFFFFFFF >= (1 << 32) % n:
            return number * n >> 32


def training_order(n):
    """The order in which `train` shuffles n images (dp_train_shuffle)."""
    numbers, order = stream(0, 1 << 56, n), list(range(n))
    for i in range(n - 1, 0, -1):
        j = below(numbers, i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def read_idx(folder, name):
    with gzip.open(folder / f"{name}.gz") as file:
        data = file.read()
    return data[4 + 4 * data[3] :]


def images(folder, mnist, test):
    kind = "t10k" if test else "train"
    pixels = read_idx(mnist, f"{kind}-images-idx3-ubyte")
    labels = read_idx(mnist, f"{kind}-labels-idx1-ubyte")
    order = range(len(labels)) if test else training_order(len(labels))[-HELD_OUT:]
    path = folder / "images-idx3-ubyte"
    head = (0x803).to_bytes(4, "big") + b"".join(k.to_bytes(4, "big") for k in (len(order), 28, 28))
    path.write_bytes(head + b"".join(pixels[i * IMAGE : (i + 1) * IMAGE] for i in order))
    return Set(path, [labels[i] for i in order])


# ---- drawings ---------------------------------------------------------------------------------


@lru_cache
def read_drawings(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_drawings(path, drawings):
    with open(path, "w", encoding="utf-8") as file:
        for d in drawings:
            file.write(json.dumps(d) + "\n")
    return Set(path, [d.get("label") for d in drawings])


def of_place(path, place):
    """The drawings of every sixth writer, in the order in which writers first appear."""
    drawings = read_drawings(path)
    order = {w: i for i, w in enumerate(dict.fromkeys(d["writer"] for d in drawings))}
    return [d for d in drawings if order[d["writer"]] % 6 == place]


def people(strokes, test):
    """The drawings of each writer that cases are made of: those whom measured() leaves out."""
    hands = {}
    for name in STROKES:
        for d in of_place(strokes / f"{name}-train.ndjson", VALIDATION if test else TEST):
            hands.setdefault(d["writer"], []).append(d)
    return hands


def outliers(path):
    """Characters that nobody takes for digits, of the alphabets that no training reads: the third
    of every three (scripts/rehearsal.c)."""
    drawings = read_drawings(path)
    alphabets = [d["class"].split("/")[0] for d in drawings]
    order = {a: i for i, a in enumerate(dict.fromkeys(alphabets))}
    return [
        {"strokes": d["strokes"]}
        for d, a in zip(drawings, alphabets)
        if order[a] % 3 == 2 and not d["lookalike"]
    ]


def measured(folder, mnist, strokes, test):
    """The sets by name. Outliers have no label, so none is read right."""
    place = TEST if test else VALIDATION
    sets = {"images": images(folder, mnist, test)}
    for name in STROKES:
        drawings = of_place(strokes / f"{name}-train.ndjson", place)
        sets[name] = write_drawings(folder / f"{name}.ndjson", drawings)
    drawings = outliers(strokes / "omniglot-outliers.ndjson")
    sets["outliers"] = write_drawings(folder / "outliers.ndjson", drawings)
    return sets
