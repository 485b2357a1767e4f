#!/usr/bin/env python3
"""Seeded bugs: changes lines of the sources at random, and asks whether the tests find it.

usage: mutations.py SOURCE BUILD MAP.json RESULTS [OPTION]... FOLDER...
  --count=N     how many mutants in all (200)
  --seed=N      chooses the lines (1)
  --again       judge again the mutants that RESULTS calls survived, with every test that runs them
  --seconds=N   stop after that long; a later run goes on with the next mutant
  --test-seconds=N  how long the tests of a mutant may take in all (120)

SOURCE is a copy of the sources, which are changed there; BUILD a configured build of it; MAP.json
says which tests run which lines (cover.py). Mutants that do not compile are replaced by others.
A mutant is found if a test that passes without it fails, twice if the test is not a unit test, or
takes much longer. RESULTS gets a line per mutant; mutants that it has are not judged again.
The figures are printed to stdout. The exit status is 1 if a mutant survived that
tests/soak/equivalent.txt does not explain.
"""
import argparse
import glob
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time

import cover
import mutants

EQUIVALENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "equivalent.txt")
# What holds the sources: of the user interface or not, of the Hub's program or not.
LIBRARY = {(False, False): "weights/libweights.a", (True, False): "tui/libtui.a",
           (False, True): "digitpad-hub"}
# What scripts run that they do not name with $builddir.
NEEDS = {"tests/net/sandbox.sh": ["tests/sandbox/exploited-hub"],
         "tests/library/installed.sh": ["all"]}


def limit_resources():
    """A mutant may not fill the memory or the disk, nor leave core files."""
    resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def make(build, *targets):
    return subprocess.run(["make", "-s", "-j2", "-C", build, *targets], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def place(name, line, change, text):
    """What identifies a mutant: file, line, kind, and the line before and after."""
    changed = mutants.apply(text, change)
    start = text.rfind("\n", 0, change.start) + 1
    end = changed.find("\n", change.start + len(change.text))
    after = " ".join(changed[start:end].split())
    return f"{name}:{line.number}", change.kind, line.text, after


def ran_function(source, number):
    """Whether a test ran the function that has the line."""
    return any(first <= number <= last for first, last in source["functions"])


def tests_for(known, name, number):
    """[(seconds, test)] of the tests that ran the line, then of those that ran its function; for a line
    in none of them, such as that of a table, of all that ran the file. Quick ones come first, with a
    preference for the unit tests of the folder."""
    sources = {test: entry["sources"][name] for test, entry in known.items()
               if name in entry["sources"]}
    is_table = not any(ran_function(source, number) for source in sources.values())
    found = []
    for test, source in sources.items():
        entry = known[test]
        ran_line = number in source["lines"]
        if ran_line or is_table or ran_function(source, number):
            near = os.path.dirname(test) == os.path.join("tests/unit", os.path.dirname(name))
            rank = entry["seconds"] / (5 if near else 1)
            found.append((not ran_line, rank, entry["seconds"], test))
    return [entry[2:] for entry in sorted(found)]


class Judge:
    """Builds mutants and runs the tests on them."""

    def __init__(self, source, build, known, seconds):
        self.source, self.build, self.known, self.seconds = source, build, known, seconds
        self.env = cover.environment(build)
        self.changed = None  # the file with a mutant, and its text without
        self.sound = {}      # whether a test passes without mutants

    def restore(self):
        if self.changed:
            with open(self.changed[0], "w") as f:
                f.write(self.changed[1])
            self.changed = None

    def change(self, name, change):
        """Put a change into the sources, instead of the one before."""
        self.restore()
        path = os.path.join(self.source, name)
        with open(path) as f:
            text = f.read()
        self.changed = path, text
        with open(path, "w") as f:
            f.write(mutants.apply(text, change))

    def programs(self, test):
        """What a test runs: itself if it is a unit test, else the two programs and what else its
        script names."""
        if test.startswith("tests/unit/"):
            return [test]
        if not test.endswith(".sh"):
            return ["digitpad", "digitpad-hub", test]
        with open(os.path.join(self.source, test)) as f:
            named = re.findall(r"builddir\b}?/(tests/\w+/[\w-]+)", f.read())
        return ["digitpad", "digitpad-hub", *sorted({*named, *NEEDS.get(test, [])})]

    def fails(self, test, seconds):
        """Whether a test fails, or a program that it needs and that runs while others are built."""
        if not make(self.build, *self.programs(test)):
            return True
        limit = 15 + 4 * seconds
        for _ in range(1 if test.startswith("tests/unit/") else 2):
            passed, _ = cover.run_test(self.build, self.source, test, self.env, limit)
            if passed:
                return False
        return True

    def is_sound(self, test, seconds):
        """Whether a test passes without mutants; the mutant is lost."""
        if test not in self.sound:
            self.restore()
            self.sound[test] = not self.fails(test, seconds)
            if not self.sound[test]:
                print(f"{test} fails without mutants: it is not run", file=sys.stderr)
        return self.sound[test]

    def verdict(self, name, line, change):
        """"found TEST", "survived N tests" or "does not compile"."""
        self.change(name, change)
        if not make(self.build, LIBRARY[name.startswith("tui/"), name.startswith("weights/hub/")]):
            return "does not compile"
        tests = tests_for(self.known, name, line.number)
        spent = tried = 0
        for seconds, test in tests:
            if not self.sound.get(test, True):
                continue
            if tried and spent + seconds > self.seconds:
                return f"survived {tried} of {len(tests)} tests"
            if self.fails(test, seconds):
                if self.is_sound(test, seconds):
                    return f"found {test}"
                self.change(name, change)
                continue
            tried += 1
            spent += seconds
        return f"survived all {tried} tests"


def explanations():
    """{(file, line after the change): reason} of equivalent.txt."""
    reasons = {}
    if os.path.exists(EQUIVALENT):
        with open(EQUIVALENT) as f:
            for text in f:
                parts = [p.strip() for p in text.split("@@")]
                if len(parts) == 3:
                    reasons[parts[0], parts[1]] = parts[2]
    return reasons


def earlier(path):
    """{mutant: verdict} of an earlier run."""
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        rows = [line.rstrip("\n").split("\t") for line in f]
    return {tuple(row[1:]): row[0] for row in rows if len(row) == 5}


def keep(path, verdicts):
    with open(path + ".new", "w") as f:
        for mutant, verdict in verdicts.items():
            print(verdict, *mutant, sep="\t", file=f)
    os.replace(path + ".new", path)


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n", 1)[1])
    for name in ("source", "build", "map", "results"):
        parser.add_argument(name)
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--test-seconds", type=float, default=120)
    parser.add_argument("--again", action="store_true")
    return parser.parse_args()


def main():
    given = arguments()
    given.source, given.build = os.path.abspath(given.source), os.path.abspath(given.build)
    with open(given.map) as f:
        known = json.load(f)
    files = {}
    for folder in given.folder:
        for path in sorted(glob.glob(os.path.join(given.source, folder, "*.c"))):
            with open(path) as f:
                files[os.path.relpath(path, given.source)] = f.read()
    judge = Judge(given.source, given.build, known, given.test_seconds)
    reasons, verdicts = explanations(), earlier(given.results)
    limit_resources()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    end = time.monotonic() + given.seconds
    total = {"found": 0, "equivalent": 0, "survived": 0}
    try:
        for name, line, change in mutants.choose(files, given.seed):
            if sum(total.values()) >= given.count or time.monotonic() > end:
                break
            mutant = place(name, line, change, files[name])
            verdict = verdicts.get(mutant, "")
            if (name, mutant[3]) in reasons:
                verdict = "equivalent"
            elif not verdict or given.again and verdict.startswith("survived"):
                verdict = judge.verdict(name, line, change)
                verdicts[mutant] = verdict
                keep(given.results, verdicts)
            if verdict == "does not compile":
                continue
            total[verdict.split()[0]] += 1
            if not verdict.startswith("found"):
                print(f"{verdict}: {mutant[0]}: {mutant[1]}\n    {mutant[2]}\n    {mutant[3]}",
                      file=sys.stderr)
            elif sum(total.values()) % 10 == 0:
                print(f"{sum(total.values())} mutants, {total['found']} found", file=sys.stderr)
    finally:
        judge.restore()
    print(f"mutants={sum(total.values())} found={total['found']} equivalent={total['equivalent']} "
          f"survived={total['survived']} seed={given.seed}")
    return 1 if total["survived"] else 0


if __name__ == "__main__":
    sys.exit(main())
