"""What pages are made of: ink on paper, light on them, noise, masks with soft edges.

Pictures are float arrays [height, width] of grey levels 0 … 255; masks and coverages are 0 … 1.
"""

from dataclasses import dataclass

import numpy as np

from pen import coverage, resize


@dataclass
class Page:
    """A digit on a page: the share of each pixel that ink covers, and where its ink is."""

    ink: np.ndarray  # [height, width]
    box: tuple  # left, top, right, bottom of the ink, in pixels
    pen: float  # pixels


def digit_page(rng, ink, size=(110, 320), share=(0.35, 0.75), pen=(0.04, 0.12), margin=0.06):
    """A page of random size with a digit of `share` of its shorter side, at a random place.

    pen: its width in longer sides of the digit. margin: the least distance of the ink from each
    edge, in shorter sides of the page.
    """
    height = width = int(rng.uniform(*size))
    if rng.random() < 0.5:
        width = int(width * rng.uniform(0.75, 1.5))
    short = min(height, width)
    scale = short * rng.uniform(*share)
    pen = max(scale * rng.uniform(*pen), 1.2)
    half_w, half_h = ink.width * scale / 2 + pen / 2, ink.height * scale / 2 + pen / 2
    free_w, free_h = half_w + margin * short, half_h + margin * short
    x = rng.uniform(free_w, width - free_w) if width > 2 * free_w else width / 2
    y = rng.uniform(free_h, height - free_h) if height > 2 * free_h else height / 2
    box = (x - half_w, y - half_h, x + half_w, y + half_h)
    return Page(coverage(ink, (height, width), (x, y), scale, pen), box, pen)


def on_paper(rng, page, paper=(190, 250), ink=(15, 110)):
    """Dark ink on light paper."""
    white = rng.uniform(*paper)
    return white + (rng.uniform(*ink) - white) * page.ink


def noisy(rng, picture, sigma=(0, 3.5)):
    return picture + rng.standard_normal(picture.shape, np.float32) * rng.uniform(*sigma)


def grid(shape):
    """x as a row and y as a column, -1 to 1 over the width and the height."""
    height, width = shape
    return np.linspace(-1, 1, width, dtype=np.float32)[None, :], \
        np.linspace(-1, 1, height, dtype=np.float32)[:, None]


def half_plane(shape, point, angle, soft=1.0):
    """1 on the side of the line through point to which angle points, 0 behind it.

    The edge is soft pixels wide.
    """
    x = np.arange(shape[1], dtype=np.float32)[None, :] + 0.5 - point[0]
    y = np.arange(shape[0], dtype=np.float32)[:, None] + 0.5 - point[1]
    return ((x * np.cos(angle) + y * np.sin(angle)) / soft + 0.5).clip(0, 1)


def sheet(rng, shape, margins, tilt):
    """A quadrilateral with soft edges that leaves margins = left, top, right, bottom pixels."""
    height, width = shape
    left, top, right, bottom = margins
    edges = (((left, height / 2), 0), ((width / 2, top), np.pi / 2),
             ((width - right, height / 2), np.pi), ((width / 2, height - bottom), -np.pi / 2))
    mask = np.ones(shape, np.float32)
    for point, angle in edges:
        mask *= half_plane(shape, point, angle + tilt, rng.uniform(0.8, 2))
    return mask


def blobs(rng, shape, cell):
    """A smooth random texture, mean 0 and deviation about 1, with features of cell pixels."""
    height, width = (max(2, int(n / cell) + 2) for n in shape)
    coarse = rng.standard_normal((height, width)).astype(np.float32)
    return enlarge(coarse, shape)


def enlarge(coarse, shape):
    """Bilinear interpolation from a coarse grid to a picture."""
    def weights(source, target):
        at = np.linspace(0, source - 1, target)
        return (1 - np.abs(at[:, None] - np.arange(source))).clip(0).astype(np.float32)
    return weights(coarse.shape[0], shape[0]) @ coarse @ weights(coarse.shape[1], shape[1]).T


def blur(picture, sigma):
    """A Gaussian blur; the edges are continued."""
    radius = max(1, int(np.ceil(3 * sigma)))
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    kernel = (kernel / kernel.sum()).astype(np.float32)
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (radius, radius)
        wide = np.pad(picture, pad, "edge")
        n = picture.shape[axis]
        picture = sum(k * np.take(wide, range(i, i + n), axis) for i, k in enumerate(kernel))
    return picture


def crop(page, threshold=0.5):
    """The ink's tight box, cut out."""
    rows = np.flatnonzero((page > threshold).any(1))
    columns = np.flatnonzero((page > threshold).any(0))
    return page[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]


def centred(picture, side):
    """On a square of zeros, in the middle, scaled down to fit."""
    height, width = picture.shape
    factor = side / max(height, width)
    small = resize(picture, max(1, round(height * factor)), max(1, round(width * factor)))
    out = np.zeros((side, side), np.float32)
    top, left = (side - small.shape[0]) // 2, (side - small.shape[1]) // 2
    out[top:top + small.shape[0], left:left + small.shape[1]] = small
    return out
