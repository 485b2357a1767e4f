"""Four people who teach the pad their digits: the drawings they label, and others of their own.

A case is a function (rng, hand, people, reader) -> (shown, own): the samples, and drawings of the
same person to measure on. `hand` is the number of the person, `people` are the drawings of each
writer (sets.people), `reader` is the network before it learns.
"""

import math

OWN = 20  # drawings to measure on, where the case does not say otherwise
TRIES = 400  # redrawings of a drawing, to find one that is misread


# ---- redrawing --------------------------------------------------------------------------------


def bounds(strokes):
    xs, ys = zip(*(p[:2] for s in strokes for p in s))
    return min(xs), min(ys), max(xs), max(ys)


def redrawn(rng, drawing):
    """The same drawing a little turned, slanted, stretched and shaken, as if written again."""
    angle, slant = math.radians(rng.uniform(-6, 6)), rng.uniform(-0.1, 0.1)
    width, height = rng.uniform(0.9, 1.1), rng.uniform(0.9, 1.1)
    x0, y0, x1, y1 = bounds(drawing["strokes"])
    size = max(x1 - x0, y1 - y0, 1)
    phase = [rng.uniform(0, 2 * math.pi) for _ in range(4)]

    def move(x, y):
        u, v = (x - x0) / size, (y - y0) / size
        x += 0.02 * size * (math.sin(5 * v + phase[0]) + math.sin(7 * u + phase[1]))
        y += 0.02 * size * (math.sin(5 * u + phase[2]) + math.sin(7 * v + phase[3]))
        x, y = width * (x + slant * y), height * y
        return [
            round(math.cos(angle) * x - math.sin(angle) * y, 2),
            round(math.sin(angle) * x + math.cos(angle) * y, 2),
        ]

    strokes = [[move(*p[:2]) for p in s] for s in drawing["strokes"]]
    return {"label": drawing["label"], "strokes": strokes}


def redrawn_misread(rng, drawings, reader, n, wanted=lambda digit: True):
    """n redrawings that the network misreads as a wanted digit."""
    found = []
    for _ in range(TRIES):
        tries = [redrawn(rng, rng.choice(drawings)) for _ in range(8 * n)]
        found += [d for d, digit in reader.misread(tries) if wanted(digit)]
        if len(found) >= n:
            return found[:n]
    raise SystemExit("hand: the network misreads too few of these drawings")


# ---- the cases --------------------------------------------------------------------------------


def flagged_and_footed(rng, one):
    """A one of one stroke with a flag at its top and a stroke as its foot."""
    _, y0, _, y1 = bounds(one["strokes"])
    height = y1 - y0
    stem = sorted(one["strokes"][0], key=lambda p: p[1])
    (tx, ty), (bx, by) = stem[0][:2], stem[-1][:2]
    flag = rng.uniform(0.25, 0.4) * height
    foot = rng.uniform(0.25, 0.4) * height
    strokes = [
        [[tx - flag * 0.8, ty + flag * 0.7], [tx, ty], *stem],
        [[bx - foot, by], [bx + foot, by + rng.uniform(-0.03, 0.03) * height]],
    ]
    return {"label": 1, "strokes": strokes}


def footed(rng, hand, people, _):
    """Ten ones with flag and foot."""
    ones = [
        d
        for drawings in list(people.values())[hand::5]
        for d in drawings
        if d["label"] == 1 and len(d["strokes"]) == 1 and not is_wide(d)
    ]
    made = [redrawn(rng, flagged_and_footed(rng, rng.choice(ones))) for _ in range(10 + OWN)]
    return made[:10], made[10:]


def is_wide(drawing):
    x0, y0, x1, y1 = bounds(drawing["strokes"])
    return x1 - x0 > 0.3 * (y1 - y0)


def ones_as_sevens(rng, hand, people, reader):
    """Twenty-four ones that the network reads as sevens."""
    ones = [d for drawings in people.values() for d in drawings if d["label"] == 1]
    as_seven = [d for d, digit in reader.misread(ones) if digit == 7]
    own_kind = as_seven[hand::3] or as_seven
    made = redrawn_misread(rng, own_kind, reader, 24 + OWN, lambda digit: digit == 7)
    return made[:24], made[24:]


def by_errors(people, reader):
    """The misread drawings of each writer, most first."""
    hands = [[d for d, _ in reader.misread(drawings)] for drawings in people.values()]
    return sorted(hands, key=len, reverse=True)


def misread(rng, hand, people, reader):
    """Twenty digits of one writer that the network misreads."""
    worst = by_errors(people, reader)[hand]
    made = redrawn_misread(rng, worst, reader, 20 + OWN)
    return made[:20], made[20:]


def mixed(rng, hand, people, _):
    """Eighty digits of one writer, eight of each; measured on all other digits of that writer."""
    full = [d for d in people.values() if len(d) >= 160]
    drawings = list(full[hand % len(full)])
    rng.shuffle(drawings)
    shown = [d for label in range(10) for d in [d for d in drawings if d["label"] == label][:8]]
    ids = {id(d) for d in shown}
    rng.shuffle(shown)
    return shown, [d for d in drawings if id(d) not in ids]


CASES = {"footed": footed, "ones-as-7": ones_as_sevens, "misread": misread, "mixed": mixed}
