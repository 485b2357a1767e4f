"""Numbers of two to four digits, composed of one writer's drawings: strokes, and pictures."""

import json
from dataclasses import dataclass

import numpy as np

from page import noisy
from pen import Ink, coverage
from situations import line, rules


@dataclass
class Number:
    text: str
    strokes: list  # in writing order; one digit is 1 high
    width: float
    cells: list  # per digit: its strokes, centred on (0, 0), its longer side 1


def compose(rng, drawings):
    """A number of one writer's digits, side by side on an uneven base line."""
    writer = drawings[rng.integers(len(drawings))].writer
    own = [d for d in drawings if d.writer == writer]
    digits = [own[i] for i in rng.integers(len(own), size=rng.integers(2, 5))]
    x, strokes, cells = 0.0, [], []
    space = rng.uniform(0.12, 0.4)
    for digit in digits:
        ink = Ink(digit.strokes)
        scale = rng.uniform(0.88, 1.12) / max(ink.height, 0.5)
        dy = rng.uniform(-0.06, 0.06)
        half = ink.width * scale / 2
        strokes += [s * scale + np.float32([x + half, dy]) for s in ink.strokes]
        cells.append(ink.strokes)
        x += 2 * half + space * rng.uniform(0.7, 1.3)
    return Number("".join(str(d.label) for d in digits), strokes, x, cells)


def as_strokes(rng, number):
    scale = rng.uniform(60, 300)
    points = [np.round(s * scale, 1).tolist() for s in number.strokes]
    return json.dumps({"strokes": points, "id": number.text}).encode()


def written(rng, number):
    """The number in free hand: coverage, its box, the digits' height in pixels."""
    tall = rng.uniform(40, 120)
    pen = tall * rng.uniform(0.05, 0.11)
    ink = Ink(number.strokes)
    scale = tall * max(number.width, 1)
    side = max(np.ptp(np.concatenate(number.strokes), axis=0))
    scale = tall * side
    half = ink.width * scale / 2 + pen, ink.height * scale / 2 + pen
    gaps = rng.uniform(0.3, 1.2, 4) * tall
    shape = (int(2 * half[1] + gaps[1] + gaps[3]), int(2 * half[0] + gaps[0] + gaps[2]))
    centre = gaps[0] + half[0], gaps[1] + half[1]
    return coverage(ink, shape, centre, scale, pen), tall


def plain(rng, number):
    cover, _ = written(rng, number)
    white = rng.uniform(190, 250)
    return noisy(rng, white + (rng.uniform(15, 110) - white) * cover)


def on_rules(rng, number):
    cover, tall = written(rng, number)
    white = rng.uniform(200, 250)
    picture = white + (rng.uniform(10, 80) - white) * cover
    thick = int(rng.integers(1, max(2, int(tall / 30) + 1)))
    rules(rng, picture, tall * rng.uniform(0.4, 1.3), thick, rng.uniform(110, 185),
          rng.random() < 0.3)
    return noisy(rng, picture)


def in_boxes(rng, number, apart):
    """One digit a box; the boxes share their lines, or stand apart (in pixels of their side)."""
    side = int(rng.uniform(36, 110))
    thick, grey = int(rng.integers(1, max(2, side // 20 + 1))), rng.uniform(30, 170)
    gap = int(side * rng.uniform(0.1, 0.4)) if apart else -thick
    margin = [int(m * side) for m in rng.uniform(0.08, 0.6, 4)]
    count = len(number.cells)
    width = margin[0] + margin[2] + count * side + (count - 1) * gap
    shape = (margin[1] + side + margin[3], width)
    white, dark = rng.uniform(190, 250), rng.uniform(10, 100)
    picture = np.full(shape, white, np.float32)
    pen = side * rng.uniform(0.045, 0.09)
    for i, strokes in enumerate(number.cells):
        left = margin[0] + i * (side + gap)
        scale = side * rng.uniform(0.5, 0.8)
        free = (side - scale - pen - 2 * thick) / 2
        centre = [left + side / 2, margin[1] + side / 2] + rng.uniform(-1, 1, 2) * max(free, 0)
        cover = coverage(Ink(strokes), shape, centre, scale, pen)
        picture = np.minimum(picture, white + (dark - white) * cover)
        draw_box(picture, left, margin[1], side, thick, grey)
    return noisy(rng, picture)


def draw_box(picture, left, top, side, thick, grey):
    height, width = picture.shape
    across, down = (left / width, (left + side) / width), (top / height, (top + side) / height)
    for y in (top, top + side - thick):
        line(picture, y, True, thick, grey, across)
    for x in (left, left + side - thick):
        line(picture, x, False, thick, grey, down)


FORMS = {
    "numbers as strokes": as_strokes,
    "numbers on plain paper": plain,
    "numbers on ruled or squared paper": on_rules,
    "numbers in joined form boxes": lambda rng, number: in_boxes(rng, number, False),
    "numbers in separate form boxes": lambda rng, number: in_boxes(rng, number, True),
}
