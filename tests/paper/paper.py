#!/usr/bin/env python3
"""Draw pen digits as people photograph, scan, crop and fill them in, and let digitpad read them.

usage: paper.py --digitpad PROGRAM --strokes FILE.ndjson [OPTION]...

Prints one line for each situation: right answers (the best guess, rejected or not), blanks,
rejections, and wrong answers that were not rejected; then each group beside its goals. Every
parameter of a picture is drawn at random, by --seed. Needs Python 3.9 and NumPy.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass

import numpy as np

import compose
from drawings import choose, held_out_writers, read
from files import pgm, png
from pen import Ink
from situations import EMPTY, SITUATIONS

NUMBERS = "numbers"


@dataclass
class Goal:
    mean: float  # of the situations' shares of right answers
    worst: float  # situation


GOALS = {
    "tight": Goal(0.97, 0.93),
    "light": Goal(0.96, 0.90),
    "lines": Goal(0.95, 0.90),
    "photometric": Goal(0.96, 0.90),
    "alpha": Goal(1.0, 1.0),
    "plain": Goal(0.995, 0.98),
    EMPTY: Goal(0.99, 0.97),
}
CERTAIN_ERRORS = 0.01  # wrong and not rejected, of all pictures of a group


@dataclass
class Count:
    """What became of one situation's pictures."""

    group: str
    name: str
    pictures: int = 0
    right: int = 0
    blank: int = 0
    rejected: int = 0
    certain_errors: int = 0  # wrong, not rejected, not blank

    def add(self, said, truth, rejected):
        """truth is None where nothing is written: then a rejection is right, too."""
        right = said == truth or truth is None and rejected
        self.pictures += 1
        self.right += right
        self.blank += said is None
        self.rejected += rejected
        self.certain_errors += said is not None and not right and not rejected

    def share(self, what):
        return getattr(self, what) / max(self.pictures, 1)


# ---- pictures of one situation ----------------------------------------------------------------


def random_of(seed, name):
    """A generator for one situation: it does not depend on which others run."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def digit_pictures(situation, drawings, seed):
    """(picture, truth) of each drawing that suits the situation."""
    rng = random_of(seed, situation.name)
    for drawing in drawings[:max(10, int(len(drawings) * situation.share))]:
        picture = situation.draw(rng, INKS[id(drawing)])
        if picture is not None:
            yield picture, None if situation.group == EMPTY else drawing.label


def number_pictures(name, writers_drawings, n, seed):
    """(picture, truth) of composed numbers, the same numbers in every form."""
    numbers, rng = random_of(seed, NUMBERS), random_of(seed, name)
    for _ in range(n):
        number = compose.compose(numbers, writers_drawings)
        yield compose.FORMS[name](rng, number), number.text


def pen_lines(drawings):
    """(NDJSON line, truth) of each drawing: what the network makes of the digits themselves."""
    for d in drawings:
        yield json.dumps({"strokes": [s.tolist() for s in d.strokes]}).encode(), d.label


# ---- reading ----------------------------------------------------------------------------------


def suffix(picture):
    if isinstance(picture, np.ndarray):
        return ".pgm"
    magics = {b"\x89P": ".png", b"P6": ".ppm"}
    return magics.get(picture[:2], ".ndjson")


def encoded(picture):
    """A picture, or a line of JSON, as it stands in a stream of several."""
    if isinstance(picture, np.ndarray):
        return pgm(picture)
    return picture + b"\n" if picture.startswith(b"{") else picture


def ask(options, pictures):
    """digitpad's answers to pictures of one kind, in order."""
    kind = suffix(pictures[0])
    command = [options.digitpad, "predict", "-f", "json", *options.predict]
    with tempfile.TemporaryDirectory() as folder:
        if kind == ".png":  # one picture a file
            for i, picture in enumerate(pictures):
                path = os.path.join(folder, f"{i:06d}.png")
                with open(path, "wb") as file:
                    file.write(picture)
                command.append(path)
        else:
            path = os.path.join(folder, "all" + kind)
            with open(path, "wb") as file:
                for picture in pictures:
                    file.write(encoded(picture))
            command.append(path)
        done = subprocess.run(command, capture_output=True, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(pictures):
        raise SystemExit(f"paper: {len(answers)} answers to {len(pictures)} pictures, exit status "
                         f"{done.returncode}: {done.stderr.decode(errors='replace')[:400]}")
    return answers


def dump(folder, name, pictures, truths, answers):
    """Write the pictures as files whose names say what was said, to look at."""
    place = os.path.join(folder, re.sub(r"[^A-Za-z0-9]+", "-", name))
    os.makedirs(place, exist_ok=True)
    for i, (picture, truth, answer) in enumerate(zip(pictures, truths, answers)):
        said = said_of(answer)
        mark = "right" if said == truth else "wrong"
        file_name = f"{i:04d}-{truth}-{mark}-{'blank' if said is None else said}"
        data = picture if isinstance(picture, bytes) else png(np.rint(picture).clip(0, 255))
        with open(os.path.join(place, file_name + suffix(data)), "wb") as file:
            file.write(data)


def said_of(answer):
    return answer["number"] if answer.get("number") else answer["digit"]


def measure(options, group, name, pairs):
    """Read the pictures of one situation."""
    pictures, truths = zip(*pairs)
    extra = ["--digits=auto"] if group == NUMBERS else []
    run = argparse.Namespace(digitpad=options.digitpad, predict=options.predict + extra)
    answers = ask(run, pictures)
    count = Count(group, name)
    for answer, truth in zip(answers, truths):
        count.add(said_of(answer), truth, answer["rejected"])
    if options.dump:
        dump(options.dump, name, pictures, truths, answers)
    return count


# ---- the run ----------------------------------------------------------------------------------

INKS = {}  # of the chosen drawings, by id; the processes that measure inherit them
RUN = None


@dataclass
class Run:
    options: argparse.Namespace
    chosen: list  # drawings for the situations of one digit
    writers_drawings: list  # all drawings of the chosen writers

    def pairs(self, group, name):
        if group == NUMBERS:
            return number_pictures(name, self.writers_drawings, self.options.n, self.options.seed)
        if group == "strokes":
            return pen_lines(self.chosen)
        situation = next(s for s in SITUATIONS if s.name == name)
        return digit_pictures(situation, self.chosen, self.options.seed)


def measure_one(item):
    return measure(RUN.options, *item, RUN.pairs(*item))


def everything():
    """(group, name) of each line of the table."""
    return ([("strokes", "the drawings themselves")] +
            [(s.group, s.name) for s in SITUATIONS] + [(NUMBERS, name) for name in compose.FORMS])


def prepare(options):
    drawings = read(options.strokes)
    writers = {d.writer for d in drawings}
    if options.writers == "held-out":
        writers = held_out_writers(drawings)
    elif options.writers != "all":
        writers &= set(options.writers.split(","))
    writers -= set(options.skip_writers.split(","))
    some = [d for d in drawings if d.writer in writers]
    chosen = choose(some, options.n, np.random.default_rng(options.seed))
    INKS.update((id(d), Ink(d.strokes)) for d in chosen)
    return Run(options, chosen, some)


# ---- the table --------------------------------------------------------------------------------

COLUMNS = ("right", "blank", "rejected", "certain_errors")


def print_line(count, name, group=""):
    shares = "".join(f"{100 * count.share(c):9.1f}" for c in COLUMNS)
    print(f"{group:<12} {name:<36} {count.pictures:6d}{shares}", flush=True)


def print_head():
    print(f"{'group':<12} {'situation':<36} {'n':>6}{'right %':>9}{'blank %':>9}"
          f"{'reject %':>9}{'sure,wrong':>9}", flush=True)


def judge(counts, reference):
    """Print each group beside its goals; returns how many goals are missed."""
    missed = 0

    def verdict(text, value, goal, fine):
        nonlocal missed
        missed += not fine
        print(f"{text:<49} {100 * value:8.1f}   goal {goal:<18} {'met' if fine else 'MISSED'}")

    for group, goal in GOALS.items():
        mine = [c for c in counts if c.group == group]
        if not mine:
            continue
        rights = [c.share("right") for c in mine]
        # No picture can be read better than the strokes that it was drawn from.
        most = reference.share("right") if reference else 1.0
        mean, worst = min(goal.mean, most), min(goal.worst, most)
        verdict(f"{group}: mean right", np.mean(rights), f">= {100 * mean:.1f}",
                np.mean(rights) >= mean - 1e-9)
        verdict(f"{group}: worst right", min(rights), f">= {100 * worst:.1f}",
                min(rights) >= worst - 1e-9)
        total = sum(c.pictures for c in mine)
        blank = sum(c.blank for c in mine) / total
        errors = sum(c.certain_errors for c in mine) / total
        if group != EMPTY:
            verdict(f"{group}: blank", blank, "0", blank == 0)
        verdict(f"{group}: wrong and not rejected", errors, f"<= {100 * CERTAIN_ERRORS:.0f}",
                errors <= CERTAIN_ERRORS)
    boxes = [c for c in counts if c.group == NUMBERS and "boxes" in c.name]
    if boxes:
        errors = sum(c.certain_errors for c in boxes) / sum(c.pictures for c in boxes)
        verdict("numbers in form boxes: wrong and not rejected", errors, "0", errors == 0)
    return missed


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--digitpad", metavar="PROGRAM", default=os.environ.get("DIGITPAD"))
    parser.add_argument("--strokes", metavar="FILE", help="labelled pen drawings, NDJSON")
    parser.add_argument("--writers", metavar="LIST", default="held-out",
                        help="names with commas; all; held-out (default): those whom training "
                             "keeps for validation and test")
    parser.add_argument("--skip-writers", metavar="LIST", default="")
    parser.add_argument("--n", type=int, default=200, help="pictures of each situation (200)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="REGEX", default="", help="of 'group: situation'")
    parser.add_argument("--predict", metavar="OPTIONS", default="", help="options for digitpad")
    parser.add_argument("--dump", metavar="DIR", help="write the pictures there")
    parser.add_argument("--json", metavar="FILE", help="write the counts there, too")
    parser.add_argument("--judge", action="store_true", help="exit status 1 if a goal is missed")
    parser.add_argument("--list", action="store_true", help="print the situations and end")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if not options.list and not (options.digitpad and options.strokes):
        parser.error("--digitpad and --strokes are needed")
    options.predict = options.predict.split()
    return options


def main():
    global RUN
    options = parse()
    items = [item for item in everything()
             if item[0] == "strokes" or re.search(options.only, ": ".join(item))]
    if options.list:
        print("\n".join(": ".join(item) for item in items))
        return 0
    RUN = prepare(options)
    counts = []
    print_head()
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for count in pool.map(measure_one, items):
            print_line(count, count.name, count.group)
            counts.append(count)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([vars(c) for c in counts], file, indent=1)
    print()
    missed = judge(counts[1:], counts[0])
    return 1 if options.judge and missed else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
