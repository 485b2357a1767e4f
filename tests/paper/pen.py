"""Anti-aliased pens of any width: the coverage of each pixel by a drawing's ink.

A drawing keeps its distance field, in a square in which its longer side is 1. A picture samples
the field, so that a drawing costs its segments once, whatever number of pictures it is in.
"""

import numpy as np

REACH = 0.2  # how far the field goes from the ink, in longer sides; it bounds the pen's radius
CELLS = {"coarse": 200, "fine": 900}  # cells of the field per longer side


class Ink:
    """A drawing's strokes, scaled to a longer side of 1 and centred on (0, 0)."""

    def __init__(self, strokes):
        points = np.concatenate(strokes)
        low, high = points.min(0), points.max(0)
        side = max(float((high - low).max()), 1e-6)
        self.strokes = [(s - (low + high) / 2) / side for s in strokes]
        self.width, self.height = (high - low) / side
        self.fields = {}

    def segments(self):
        for stroke in self.strokes:
            yield from zip(stroke[:-1], stroke[1:]) if len(stroke) > 1 else [(stroke[0], stroke[0])]

    def field(self, cells):
        """Distances from the pen's path at the cells' centres, no more than REACH."""
        if cells not in self.fields:
            side = int(np.ceil((1 + 2 * REACH) * cells))
            field = np.full((side, side), REACH, np.float32)
            for a, b in self.segments():
                lower_distances(field, a, b, cells)
            self.fields[cells] = field
        return self.fields[cells]


class Nothing:
    """What is to be written, of usual size, but is not."""

    width, height = 0.7, 1.0

    def field(self, cells):
        side = int(np.ceil((1 + 2 * REACH) * cells))
        return np.full((side, side), REACH, np.float32)


NOTHING = Nothing()


def lower_distances(field, a, b, cells):
    """Take the distance from the segment a b into the field wherever it is the smallest."""
    origin = 0.5 + REACH
    low = ((np.minimum(a, b) - REACH + origin) * cells).astype(int).clip(0)
    high = ((np.maximum(a, b) + REACH + origin) * cells).astype(int) + 1
    window = field[low[1]:high[1], low[0]:high[0]]
    x = (np.arange(low[0], low[0] + window.shape[1], dtype=np.float32) + 0.5) / cells - origin - a[0]
    y = (np.arange(low[1], low[1] + window.shape[0], dtype=np.float32) + 0.5) / cells - origin - a[1]
    d = b - a
    length = float(d @ d)
    along = ((x * d[0])[None, :] + (y * d[1])[:, None]) / length if length > 0 else np.zeros_like(window)
    along = along.clip(0, 1)
    away = np.hypot(x[None, :] - along * d[0], y[:, None] - along * d[1])
    np.minimum(window, away, out=window)


def places(count, centre, scale, cells, side):
    """Which cells a row or column of pixels lies between: first cell, weight of the next, inside."""
    at = ((np.arange(count) + 0.5 - centre) / scale + 0.5 + REACH) * cells - 0.5
    first = np.floor(at).astype(int)
    inside = (first >= 0) & (first < side - 1)
    first = first.clip(0, side - 2)
    return first[inside], (at[inside] - first[inside]).astype(np.float32), inside


def coverage(ink, shape, centre, scale, pen):
    """The share of each pixel that the ink covers, [height, width], 0 to 1.

    ink's centre goes to centre = (x, y) pixels, its longer side becomes scale pixels, and the pen
    is pen pixels wide, less than 0.35 · scale.
    """
    cells = CELLS["fine" if scale > 350 else "coarse"]
    field = ink.field(cells)
    out = np.zeros(shape, np.float32)
    rows, down, in_rows = places(shape[0], centre[1], scale, cells, len(field))
    columns, right, in_columns = places(shape[1], centre[0], scale, cells, len(field))
    if not len(rows) or not len(columns):
        return out
    upper, lower = field[rows], field[rows + 1]
    mixed = upper + (lower - upper) * down[:, None]
    distance = mixed[:, columns] + (mixed[:, columns + 1] - mixed[:, columns]) * right
    out[np.ix_(in_rows, in_columns)] = (pen / 2 + 0.5 - distance * scale).clip(0, 1)
    return out


def resize_matrix(source, target):
    """[target, source]: the weights that average source pixels into each target pixel by area."""
    edge = np.arange(target + 1) * source / target
    pixel = np.arange(source)
    overlap = np.minimum(edge[1:, None], pixel + 1) - np.maximum(edge[:-1, None], pixel)
    return (overlap.clip(0) * target / source).astype(np.float32)


def resize(picture, height, width):
    """By area averaging, whatever the aspect."""
    return resize_matrix(picture.shape[0], height) @ picture @ resize_matrix(picture.shape[1], width).T
