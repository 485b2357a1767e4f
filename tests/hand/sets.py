"""The sets to measure on, from the files of `digitpad data`."""

import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

IMAGE = 28 * 28
VALIDATION, TEST = 4, 5  # places of writers among six (weights/data/division.h)
STROKES = ("pendigits", "unipen")


@dataclass
class Set:
    path: object
    labels: list

    @property
    def n(self):
        return len(self.labels)


# ---- images -----------------------------------------------------------------------------------


def held_out(mnist):
    """The training images that `train` holds out: those of every twelfth writer of each series, in
    the order in which they first appear (weights/data/writers.h)."""
    with gzip.open(mnist / "train-writers.tsv.gz", "rt") as file:
        rows = [line.split() for line in file][1:]
    places, seen = {}, Counter()
    for writer, series in rows:
        if (writer, series) not in places:
            places[writer, series] = seen[series]
            seen[series] += 1
    return [i for i, row in enumerate(rows) if places[tuple(row)] % 12 == 11]


def read_idx(folder, name):
    with gzip.open(folder / f"{name}.gz") as file:
        data = file.read()
    return data[4 + 4 * data[3] :]


def images(folder, mnist, test):
    kind = "t10k" if test else "train"
    pixels = read_idx(mnist, f"{kind}-images-idx3-ubyte")
    labels = read_idx(mnist, f"{kind}-labels-idx1-ubyte")
    order = range(len(labels)) if test else held_out(mnist)
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


def institution(writer):
    """The letters of a name such as apb01; None for other names."""
    match = re.fullmatch("([A-Za-z]+)[0-9]+", writer)
    return match and match[1]


def validating_institution(drawings):
    """Of three or more institutions, the one with the lower median number of drawings."""
    sizes = Counter(institution(d["writer"]) for d in drawings)
    sizes.pop(None, None)
    ranked = sorted(sizes, key=sizes.get)  # stable: the first of equal ones stays first
    return ranked[(len(ranked) - 1) // 2] if len(ranked) >= 3 else None


def of_place(path, place):
    """The drawings of every sixth writer outside the validating institution, in the order in which
    writers first appear; for validation, that institution too."""
    drawings = read_drawings(path)
    whole = validating_institution(drawings)
    writers = dict.fromkeys(d["writer"] for d in drawings)
    others = [w for w in writers if not whole or institution(w) != whole]
    chosen = {w for i, w in enumerate(others) if i % 6 == place}
    if place == VALIDATION:
        chosen |= set(writers) - set(others)
    return [d for d in drawings if d["writer"] in chosen]


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
