"""The situations in which people bring a digit: each draws one picture of one ink.

A situation takes (rng, ink) and returns grey levels [height, width], or the bytes of a PPM or
PNG file where it is about colours or transparency, or None if the digit does not suit it.
"""

from dataclasses import dataclass

import numpy as np

from files import png, ppm
from jpeg import compressed
from page import (blobs, blur, centred, crop, digit_page, grid, half_plane, noisy, on_paper, sheet)
from pen import NOTHING, coverage, resize
import photometric


@dataclass
class Situation:
    group: str
    name: str
    draw: object
    share: float = 1.0  # of the drawings, where pictures are large


SITUATIONS = []
EMPTY = "empty"


def situation(group, name, share=1.0):
    def add(draw):
        SITUATIONS.append(Situation(group, name, draw, share))
        return draw
    return add


def either(rng, cover, low=(0, 40), high=(200, 255)):
    """Light ink on dark or dark on light, by chance."""
    dark, light = rng.uniform(*low), rng.uniform(*high)
    return dark + (light - dark) * (cover if rng.random() < 0.5 else 1 - cover)


def rendered(ink, scale, pen):
    """A digit of scale pixels, without a margin to speak of."""
    shape = (int(ink.height * scale + 2 * pen) + 3, int(ink.width * scale + 2 * pen) + 3)
    return coverage(ink, shape, (shape[1] / 2, shape[0] / 2), scale, pen)


# ---- tight: nothing, or nearly nothing, around the ink ---------------------------------------


@situation("tight", "crop stretched to 28x28")
def stretched(rng, ink):
    box = crop(rendered(ink, 160, 160 * rng.uniform(0.06, 0.16)))
    if min(box.shape) < 0.4 * max(box.shape):
        return None
    return either(rng, resize(box, 28, 28))


@situation("tight", "crop, thin pen, aspect kept")
def thin_crop(rng, ink):
    long = rng.uniform(24, 48)
    box = crop(rendered(ink, long, rng.uniform(1.0, 1.8)), 0.2)
    if min(box.shape) < 3:
        return None
    return either(rng, centred(box, 28) if rng.random() < 0.5 else box)


@situation("tight", "16x16 binary")
def binary(rng, ink):
    box = crop(rendered(ink, 160, 160 * rng.uniform(0.08, 0.16)))
    small = resize(box, 16, 16) if min(box.shape) >= 0.4 * max(box.shape) else centred(box, 16)
    bits = (small > rng.uniform(0.35, 0.5)).astype(np.float32)
    return 255 * (bits if rng.random() < 0.5 else 1 - bits)


def touching(rng, ink, sides):
    """A square page whose edges at `sides` (0 left, 1 top, 2 right, 3 bottom) the ink touches."""
    side = int(np.exp(rng.uniform(np.log(24), np.log(180))))
    scale = side * rng.uniform(0.5, 0.85)
    pen = max(1.2, scale * rng.uniform(0.06, 0.13))
    half = (ink.width * scale + pen) / 2, (ink.height * scale + pen) / 2
    at = [rng.uniform(h + 0.04 * side, max(h + 0.04 * side, side - h - 0.04 * side)) for h in half]
    for edge in sides:
        inward = half[edge % 2] - rng.uniform(0, 0.4) * pen
        at[edge % 2] = inward if edge < 2 else side - inward
    return either(rng, coverage(ink, (side, side), at, scale, pen))


@situation("tight", "ink touches one edge")
def one_edge(rng, ink):
    return touching(rng, ink, [rng.integers(4)])


@situation("tight", "ink touches a corner's edges")
def corner(rng, ink):
    first = rng.integers(4)
    return touching(rng, ink, [first, (first + 1) % 4])


# ---- light: what lies around the sheet, and how light falls on it -----------------------------


@situation("light", "vignette")
def vignette(rng, ink):
    picture = on_paper(rng, digit_page(rng, ink))
    x, y = grid(picture.shape)
    x, y = x - rng.uniform(-0.3, 0.3), y - rng.uniform(-0.3, 0.3)
    dark = rng.uniform(0.1, 0.5)
    return noisy(rng, picture * (1 - dark * ((x * x + y * y) / 2) ** rng.uniform(0.8, 1.6)))


@situation("light", "lamp spot")
def lamp(rng, ink):
    picture = on_paper(rng, digit_page(rng, ink))
    x, y = grid(picture.shape)
    x, y = x - rng.uniform(-0.7, 0.7), y - rng.uniform(-0.7, 0.7)
    dark, width = rng.uniform(0.2, 0.55), rng.uniform(0.35, 0.9)
    return noisy(rng, picture * (1 - dark + dark * np.exp(-(x * x + y * y) / (2 * width ** 2))))


def shaded(rng, ink, soft):
    """A sheet partly in shade behind a straight edge that is soft pixels wide."""
    picture = on_paper(rng, digit_page(rng, ink))
    height, width = picture.shape
    point = width * rng.uniform(0.2, 0.8), height * rng.uniform(0.2, 0.8)
    angle = rng.choice([0, 0.5, 1, 1.5]) * np.pi + rng.uniform(-0.4, 0.4)
    shade = half_plane(picture.shape, point, angle, soft)
    return noisy(rng, picture * (1 - rng.uniform(0.15, 0.5) * shade))


@situation("light", "part in shade, hard edge")
def hard_shade(rng, ink):
    return shaded(rng, ink, rng.uniform(1, 4))


@situation("light", "part in shade, soft edge")
def soft_shade(rng, ink):
    return shaded(rng, ink, rng.uniform(15, 70))


@situation("light", "one quarter darker", share=0.5)
def quarter(rng, ink):
    picture = on_paper(rng, digit_page(rng, ink, size=(200, 620), share=(0.3, 0.7)))
    height, width = picture.shape
    rows = slice(0, height // 2) if rng.random() < 0.5 else slice(height // 2, height)
    columns = slice(0, width // 2) if rng.random() < 0.5 else slice(width // 2, width)
    picture[rows, columns] -= rng.uniform(5, 60)
    return noisy(rng, picture)


def framed(rng, ink, margins, beside, tilt, page=None):
    """The page as a sheet within margins (shares of the picture) of something else."""
    inner = page if page is not None else on_paper(rng, digit_page(rng, ink))
    height, width = inner.shape
    sizes = [margin * (width if side % 2 == 0 else height) for side, margin in enumerate(margins)]
    left, top, right, bottom = (int(round(s)) for s in sizes)
    wide = np.pad(inner, ((top, bottom), (left, right)), "edge")
    around = beside if isinstance(beside, np.ndarray) else np.full(wide.shape, beside, np.float32)
    mask = sheet(rng, wide.shape, (left or -99, top or -99, right or -99, bottom or -99), tilt)
    return around * (1 - mask) + wide * mask


def table(rng, shape):
    """A table top of any grey, plain or with a texture."""
    grey = rng.uniform(0, 255)
    return grey + rng.uniform(0, 8) * blobs(rng, shape, rng.uniform(3, 30))


def textured(rng, ink, margins, tilt):
    inner = on_paper(rng, digit_page(rng, ink))
    height, width = inner.shape
    left, top, right, bottom = (round(m * (width if i % 2 == 0 else height))
                                for i, m in enumerate(margins))
    beside = table(rng, (height + top + bottom, width + left + right))
    picture = framed(rng, ink, margins, beside, tilt, inner)
    return noisy(rng, picture)


@situation("light", "table beside the sheet")
def strip(rng, ink):
    margins = [0.0] * 4
    margins[rng.integers(4)] = rng.uniform(0.03, 0.2)
    return textured(rng, ink, margins, rng.choice([0, rng.uniform(-0.05, 0.05)]))


@situation("light", "table at a corner of the sheet")
def two_strips(rng, ink):
    margins = [0.0] * 4
    first = rng.integers(4)
    margins[first], margins[(first + 1) % 4] = rng.uniform(0.03, 0.15, 2)
    return textured(rng, ink, margins, rng.choice([0, rng.uniform(-0.05, 0.05)]))


@situation("light", "card on a table")
def card(rng, ink):
    return textured(rng, ink, rng.uniform(0.04, 0.22, 4), rng.uniform(-0.1, 0.1))


@situation("light", "title bar of a screenshot")
def title_bar(rng, ink):
    page = digit_page(rng, ink)
    picture = either(rng, page.ink, low=(0, 60), high=(225, 255))
    bar = max(6, int(picture.shape[0] * rng.uniform(0.05, 0.12)))
    grey = rng.choice([rng.uniform(0, 110), rng.uniform(150, 235)])
    top = np.full((bar, picture.shape[1]), grey, np.float32)
    text = grey + 110 if grey < 128 else grey - 110
    at, middle = int(bar * 0.6), slice(int(bar * 0.3), max(int(bar * 0.7), int(bar * 0.3) + 1))
    for _ in range(rng.integers(3, 14)):  # letters of the title
        letter = max(1, int(bar * rng.uniform(0.1, 0.4)))
        top[middle, at:at + letter] = text
        at += letter + max(1, bar // 6)
    button = int(bar * 0.35)
    for i in range(rng.integers(0, 4)):  # buttons at the right
        right = picture.shape[1] - int(bar * (0.5 + 0.8 * i))
        top[middle, max(0, right - button):right] = text
    return np.concatenate([top, picture])


@situation("light", "scanner frame")
def scanner(rng, ink):
    return noisy(rng, framed(rng, ink, rng.uniform(0.02, 0.1, 4), rng.uniform(0, 70),
                             rng.uniform(-0.02, 0.02)), (0, 5))


@situation("light", "plot frame of savefig")
def plot_frame(rng, ink):
    inner = digit_page(rng, ink, pen=(0.06, 0.12)).ink
    light = rng.random() < 0.3  # ink as matplotlib's gray_r shows it
    picture = 255 * (1 - inner if light else inner)
    line = int(rng.integers(0, 3)) if not light else int(rng.integers(1, 3))
    picture = np.pad(picture, line, constant_values=0)
    height, width = picture.shape
    gaps = [int(round(m * min(height, width))) for m in rng.uniform(0.04, 0.18, 4)]
    picture = np.pad(picture, ((gaps[1], gaps[3]), (gaps[0], gaps[2])), constant_values=255)
    if rng.random() < 0.5:
        add_ticks(picture, gaps, rng.integers(3, 6), max(1, line))
    return picture


def add_ticks(picture, gaps, count, width):
    """Ticks of an axis below and at the left of the frame."""
    left, top, right, bottom = gaps
    rows, columns = picture.shape
    length = max(1, min(left, bottom) // 4)
    for i in range(count):
        x = left + (columns - left - right) * (i + 1) // (count + 1)
        y = top + (rows - top - bottom) * (i + 1) // (count + 1)
        picture[rows - bottom:rows - bottom + length, x:x + width] = 0
        picture[y:y + width, left - length:left] = 0


@situation("light", "thumb at the edge")
def thumb(rng, ink):
    page = digit_page(rng, ink, share=(0.35, 0.6), margin=0.12)
    picture = on_paper(rng, page)
    height, width = picture.shape
    free = [page.box[0], page.box[1], width - page.box[2], height - page.box[3]]
    side = int(np.argmax(free))
    deep = min(free[side] * 0.9, 0.3 * min(height, width)) * rng.uniform(0.5, 1)
    wide = rng.uniform(0.1, 0.2) * min(height, width)
    along = rng.uniform(0.2, 0.8)
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    inward = (x, y, width - 1 - x, height - 1 - y)[side]
    across = (y - along * height) if side % 2 == 0 else (x - along * width)
    radius = np.hypot(across / wide, inward / deep)
    mask = ((1 - radius) * deep / rng.uniform(1.5, 4) + 0.5).clip(0, 1)
    skin = rng.uniform(70, 185) - rng.uniform(10, 50) * radius + 0.2 * (across + inward)
    return noisy(rng, picture * (1 - mask) + skin * mask)


@situation("light", "photograph: all at once")
def photograph(rng, ink):
    """Uneven light over a sheet beside a table, out of focus, with noise, compressed."""
    margins = [0.0] * 4
    margins[rng.integers(4)] = rng.uniform(0, 0.12)
    picture = textured(rng, ink, margins, rng.uniform(-0.06, 0.06))
    x, y = grid(picture.shape)
    angle = rng.uniform(0, 2 * np.pi)
    along = (x * np.cos(angle) + y * np.sin(angle)) / 2.83 + 0.5
    picture = picture * (1 - rng.uniform(0, 0.35) * along)
    picture = noisy(rng, blur(picture, rng.uniform(0.4, 1.2)), (1, 4))
    return compressed(picture, rng.uniform(35, 90))


# ---- lines: rules, cells, boxes ---------------------------------------------------------------


def line(picture, position, horizontal, width, grey, span=(0, 1), opaque=1.0):
    """Draw a straight dark line; ink that is darker than it stays."""
    view = picture if horizontal else picture.T
    length = view.shape[1]
    rows = slice(max(0, int(round(position))), max(0, int(round(position)) + width))
    columns = slice(int(span[0] * length), int(np.ceil(span[1] * length)))
    part = view[rows, columns]
    view[rows, columns] = np.minimum(part, part * (1 - opaque) + grey * opaque)


def cell(rng, ink, sides):
    """A cut-out cell with lines at its edges: 0 left, 1 top, 2 right, 3 bottom."""
    page = digit_page(rng, ink, size=(36, 130), share=(0.4, 0.7), pen=(0.07, 0.13), margin=0.12)
    picture = on_paper(rng, page, ink=(10, 80))
    height, width = picture.shape
    for side in sides:
        thick = max(1, int(round(min(height, width) * rng.uniform(0.015, 0.06))))
        inset = int(rng.integers(0, 3))
        extent = width if side % 2 == 0 else height
        line(picture, inset if side < 2 else extent - thick - inset, side % 2 == 1, thick,
             rng.uniform(10, 150))
    return noisy(rng, picture, (0, 2.5))


@situation("lines", "sudoku cell, two lines")
def two_lines(rng, ink):
    first = rng.integers(4)
    return cell(rng, ink, [first, (first + 1) % 4])


@situation("lines", "sudoku cell, four lines")
def four_lines(rng, ink):
    return cell(rng, ink, range(4))


@situation("lines", "cell with one line")
def one_line(rng, ink):
    return cell(rng, ink, [rng.integers(4)])


@situation("lines", "digit in a form box")
def form_box(rng, ink):
    page = digit_page(rng, ink, size=(90, 260), share=(0.3, 0.6), margin=0.12)
    picture = on_paper(rng, page)
    gap = min(picture.shape) * rng.uniform(0.0, 0.1)  # none: the ink touches the box
    thick, grey = int(rng.integers(1, 5)), rng.uniform(30, 170)
    left, top, right, bottom = page.box
    height, width = picture.shape
    across = (max(left - gap, 1) / width, min(right + gap + thick, width - 1) / width)
    down = (max(top - gap, 1) / height, min(bottom + gap + thick, height - 1) / height)
    line(picture, down[0] * height, True, thick, grey, across)
    line(picture, down[1] * height - thick, True, thick, grey, across)
    line(picture, across[0] * width, False, thick, grey, down)
    line(picture, across[1] * width - thick, False, thick, grey, down)
    return noisy(rng, picture)


def rules(rng, picture, step, thick, grey, vertical):
    """Rules all over the page, with a random first position."""
    for horizontal in (True, False) if vertical else (True,):
        length = picture.shape[0 if horizontal else 1]
        for position in np.arange(rng.uniform(0, step), length, step):
            line(picture, position, horizontal, thick, grey, opaque=0.9)


def ruled_page(rng, ink, steps, vertical):
    """steps: the rules' distance, in heights of the digit."""
    page = digit_page(rng, ink, size=(120, 320), share=(0.35, 0.7), pen=(0.06, 0.12))
    picture = on_paper(rng, page, ink=(10, 80))
    tall = max(page.box[3] - page.box[1], page.box[2] - page.box[0])
    thick = int(rng.integers(1, max(2, int(page.pen / 3) + 1)))
    rules(rng, picture, tall * rng.uniform(*steps), thick, rng.uniform(110, 185), vertical)
    return noisy(rng, picture)


@situation("lines", "ruled paper")
def ruled(rng, ink):
    return ruled_page(rng, ink, (0.5, 1.3), False)


@situation("lines", "squared paper")
def squared(rng, ink):
    return ruled_page(rng, ink, (0.25, 0.7), True)


@situation("lines", "a dark rule crosses the digit")
def crossing(rng, ink):
    page = digit_page(rng, ink, pen=(0.07, 0.12))
    picture = on_paper(rng, page, ink=(10, 80))
    left, top, right, bottom = page.box
    horizontal = rng.random() < 0.7
    low, high = (top, bottom) if horizontal else (left, right)
    thick = int(rng.integers(1, max(2, int(page.pen / 2) + 1)))
    line(picture, low + (high - low) * rng.uniform(0.1, 0.95), horizontal, thick,
         rng.uniform(20, 130))
    return noisy(rng, picture)


# ---- photometric: what changes the levels of a 28x28 image ------------------------------------


def mnist_like(rng, ink):
    """Light on dark, as MNIST has it: a box of 20 pixels, its centre of mass at (14, 14)."""
    pen = rng.uniform(1.9, 2.9)
    scale = 20 - pen / 2
    at = np.array([14.0, 14.0])
    for _ in range(2):
        cover = coverage(ink, (28, 28), at, scale, pen)
        mass = max(cover.sum(), 1e-6)
        centre = [(cover.sum(0) @ np.arange(28)) / mass, (cover.sum(1) @ np.arange(28)) / mass]
        at += 14 - np.array(centre)
    return coverage(ink, (28, 28), at, scale, pen)


def corrupted(name, corruption):
    def draw(rng, ink):
        return 255 * corruption(rng, mnist_like(rng, ink)).clip(0, 1)
    situation("photometric", name)(draw)


for corruption_name, corruption in photometric.CORRUPTIONS.items():
    corrupted(corruption_name, corruption)


# ---- alpha: ink that only transparency shows --------------------------------------------------


def transparent_page(rng, ink):
    size = np.exp(rng.uniform(np.log(20), np.log(400)))
    cover = digit_page(rng, ink, size=(size, size + 1), pen=(0.07, 0.13)).ink
    return np.rint(255 * cover).astype(np.uint8)


def rgba(rng, alpha, colour):
    """RGBA with that colour; where there is no ink, transparent black or the same colour."""
    pixels = np.empty(alpha.shape + (4,), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = alpha
    if rng.random() < 0.5:
        pixels[alpha == 0] = 0
    return png(pixels, "rgba")


@situation("alpha", "white ink, RGBA")
def rgba_white(rng, ink):
    return rgba(rng, transparent_page(rng, ink), (255, 255, 255))


@situation("alpha", "nearly white ink, RGBA")
def rgba_pale(rng, ink):
    return rgba(rng, transparent_page(rng, ink), rng.integers(235, 256, 3))


@situation("alpha", "black ink, RGBA")
def rgba_black(rng, ink):
    return rgba(rng, transparent_page(rng, ink), (0, 0, 0))


@situation("alpha", "coloured ink, RGBA")
def rgba_colour(rng, ink):
    colour = rng.integers(0, 256, 3)
    colour[rng.integers(3)] = rng.integers(0, 60)
    return rgba(rng, transparent_page(rng, ink), colour)


@situation("alpha", "white ink, LA")
def la_white(rng, ink):
    alpha = transparent_page(rng, ink)
    return png(np.stack([np.full_like(alpha, 255), alpha], -1), "la")


@situation("alpha", "white ink, palette with tRNS")
def palette_white(rng, ink):
    levels = int(rng.choice([2, 4, 16]))
    index = np.rint(transparent_page(rng, ink) / 255.0 * (levels - 1)).astype(np.uint8)
    palette = np.full((levels, 4), 255, np.uint8)
    palette[:, 3] = np.rint(np.linspace(0, 255, levels))
    return png(index, "palette", palette)


# ---- plain: what has always passed ------------------------------------------------------------


@situation("plain", "plain paper")
def plain(rng, ink):
    return on_paper(rng, digit_page(rng, ink))


@situation("plain", "light on dark")
def light_on_dark(rng, ink):
    return 255 - on_paper(rng, digit_page(rng, ink))


@situation("plain", "small in a corner")
def small(rng, ink):
    picture = on_paper(rng, digit_page(rng, ink, size=(40, 110), pen=(0.07, 0.13)))
    white = picture.max()
    more = [int(n * rng.uniform(1.5, 4)) for n in picture.shape]
    before = rng.random(2) < 0.5
    pad = [(m, 0) if first else (0, m) for m, first in zip(more, before)]
    return np.pad(picture, pad, constant_values=white)


@situation("plain", "noise")
def noise(rng, ink):
    return noisy(rng, on_paper(rng, digit_page(rng, ink)), (3, 8))


@situation("plain", "faint pencil")
def pencil(rng, ink):
    page = digit_page(rng, ink)
    white = rng.uniform(200, 250)
    return noisy(rng, white - rng.uniform(25, 60) * page.ink, (0, 2))


@situation("plain", "linear fall-off")
def fall_off(rng, ink):
    picture = on_paper(rng, digit_page(rng, ink), ink=(10, 70), paper=(230, 252))
    x, y = grid(picture.shape)
    angle = rng.uniform(0, 2 * np.pi)
    along = (x * np.cos(angle) + y * np.sin(angle)) / 2.83 + 0.5
    return noisy(rng, picture * (1 - rng.uniform(0.1, 0.5) * along))


@situation("plain", "8 to 16 pixels")
def tiny(rng, ink):
    side = int(rng.integers(8, 17))
    page = digit_page(rng, ink, size=(160, 161), share=(0.7, 0.85), pen=(0.09, 0.14))
    return either(rng, resize(page.ink, side, int(round(side * page.ink.shape[1] / page.ink.shape[0]))))


@situation("plain", "28x28, dark on light")
def dark_mnist(rng, ink):
    return 255 - 255 * mnist_like(rng, ink)


@situation("plain", "JPEG of low quality")
def low_quality(rng, ink):
    return compressed(noisy(rng, on_paper(rng, digit_page(rng, ink)), (0, 3)), rng.uniform(8, 50))


def luma(colour):
    return float(np.dot(colour, (0.299, 0.587, 0.114)))


@situation("plain", "coloured ink on coloured paper")
def coloured(rng, ink):
    paper = rng.uniform(160, 255, 3)
    pen = rng.uniform(0, 200, 3)
    while luma(paper) - luma(pen) < 50:
        pen *= 0.8
    cover = digit_page(rng, ink).ink[..., None]
    picture = paper + (pen - paper) * cover
    return ppm(picture + rng.standard_normal(picture.shape) * rng.uniform(0, 3))


@situation("plain", "salt specks")
def specks(rng, ink):
    picture = on_paper(rng, digit_page(rng, ink))
    for _ in range(rng.integers(3, 40)):
        y, x = (int(rng.integers(n)) for n in picture.shape)
        size = int(rng.integers(1, 3))
        picture[y:y + size, x:x + size] = rng.uniform(0, 255)
    return picture


@situation("plain", "2400 pixels and more", share=0.05)
def large(rng, ink):
    page = digit_page(rng, ink, size=(2400, 2401), share=(0.25, 0.7))
    return noisy(rng, on_paper(rng, page))


@situation("plain", "pens of 1 to 50 pixels")
def pens(rng, ink):
    scale = rng.uniform(60, 340)
    width = min(np.exp(rng.uniform(0, np.log(50))), 0.16 * scale) / scale
    side = scale / rng.uniform(0.5, 0.8)
    share = scale / side
    page = digit_page(rng, ink, size=(side, side + 1), share=(share, share), pen=(width, width))
    return on_paper(rng, page)


# ---- empty: pages on which nothing is written; right is a blank or a rejection ----------------


def nothing_on(draw):
    return lambda rng, ink: draw(rng, NOTHING)


for name, draw in {"paper": noise, "vignette": vignette, "lamp spot": lamp,
                   "part in shade": soft_shade, "table beside the sheet": strip,
                   "scanner frame": scanner, "cell with four lines": four_lines,
                   "form box": form_box, "ruled paper": ruled, "squared paper": squared}.items():
    situation(EMPTY, "nothing on: " + name, share=0.5)(nothing_on(draw))
