"""Labelled pen drawings: the files, the choice of writers, the choice of drawings."""

import json
import re
from dataclasses import dataclass

import numpy as np

HELD_OUT = (4, 5)  # places among six writers; engine and scripts never train on them


@dataclass
class Drawing:
    label: int
    writer: str
    strokes: list  # arrays of [points, 2]; y points down


def read(path):
    """The drawings of an NDJSON file: {"label": 0 … 9, "writer": …, "strokes": [[[x, y], …], …]}."""
    drawings = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            strokes = [np.asarray(s, np.float32)[:, :2] for s in record["strokes"] if s]
            drawings.append(Drawing(record["label"], record["writer"], strokes))
    return drawings


def held_out_institution(drawings):
    """Of three or more institutions, the one with the lower median number of drawings."""
    sizes = {}
    for d in drawings:
        sizes[institution(d.writer)] = sizes.get(institution(d.writer), 0) + 1
    sizes.pop(None, None)
    ranked = sorted(sizes, key=sizes.get)  # stable: the first of equal ones stays first
    return ranked[(len(ranked) - 1) // 2] if len(ranked) >= 3 else None


def institution(writer):
    """The letters of a name such as apb01; None for other names."""
    match = re.fullmatch("([A-Za-z]+)[0-9]+", writer)
    return match and match[1]


def held_out_writers(drawings):
    """Those whom `digitpad train` keeps for validation and test: an institution, and of every six
    other writers, in the order in which they first appear, the last two
    (weights/data/division.h)."""
    order = list(dict.fromkeys(d.writer for d in drawings))
    whole = held_out_institution(drawings)
    inside = {w for w in order if whole and institution(w) == whole}
    others = [w for w in order if w not in inside]
    return inside | {w for place, w in enumerate(others) if place % 6 in HELD_OUT}


def choose(drawings, n, rng):
    """n drawings in random order: as many of each digit as can be, and none twice if avoidable."""
    of_label = [[d for d in drawings if d.label == label] for label in range(10)]
    if not all(of_label):
        raise SystemExit("paper: some digit is missing among the chosen writers' drawings")
    chosen = []
    for label, some in enumerate(of_label):
        count = n // 10 + (label < n % 10)
        order = np.concatenate([rng.permutation(len(some)) for _ in range(count // len(some) + 1)])
        chosen += [some[i] for i in order[:count]]
    return [chosen[i] for i in rng.permutation(n)]
