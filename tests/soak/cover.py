#!/usr/bin/env python3
"""Which tests run which functions and lines: runs each test alone in a build for gcov.

usage: cover.py BUILD MAP.json [FOLDER]...

MAP.json gets, for each test, its seconds, whether it passed, and for each source below the FOLDERs
the lines and functions that it ran. What an earlier MAP.json says of a test is kept while the
sources of the program and the test's own are the same.
"""
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PRODUCT = ("engine/", "weights/", "tui/")
# They need root, a cluster or minutes, or judge what networks read.
LEFT_OUT = {"tests/serve/hosts.sh", "tests/serve/slurm.sh", "tests/serve/units.sh",
            "tests/serve/load.sh", "tests/paper/paper.sh", "tests/cli/accuracy.sh",
            "tests/cli/release.sh", "tests/synth/styles.sh", "tests/layers.sh",
            "tests/parameters.sh"}


def tracked(source=ROOT):
    """The files of the project."""
    return subprocess.run(["git", "ls-files"], cwd=source, text=True, check=True,
                          capture_output=True).stdout.split()


def tests_of(build, folders):
    """The tests of a build, unit tests first, without those that are left out; those of the engine
    link only the engine."""
    out = subprocess.run(["make", "-s", "-C", build, "print-tests"], text=True, check=True,
                         capture_output=True).stdout
    engine = any(folder.startswith("engine") for folder in folders)
    tests = [t for t in out.split() if t not in LEFT_OUT
             and (engine or not t.startswith("tests/unit/engine/"))]
    return sorted(tests, key=lambda test: not test.startswith("tests/unit/"))


def environment(build):
    """The environment in which `make check` runs the tests."""
    out = subprocess.run(["make", "-s", "-C", build, "print-environment"], check=True,
                         capture_output=True).stdout
    pairs = [entry.split(b"=", 1) for entry in out.split(b"\0") if b"=" in entry]
    return {os.fsdecode(name): os.fsdecode(value) for name, value in pairs}


def judge(status, out):
    """Whether a test passed, as the TAP driver of automake sees it."""
    lines = out.splitlines()
    return (status == 0 and any(line.startswith("1..") for line in lines)
            and not any(line.startswith(("not ok", "Bail out!")) for line in lines))


def run_test(build, source, test, env, limit):
    """Run a test alone. Returns whether it passed and its seconds; a test beyond the limit failed."""
    command = ["sh", os.path.join(source, test)] if test.endswith(".sh") else ["./" + test]
    with tempfile.TemporaryDirectory(prefix="soak.") as tmp:
        begin = time.monotonic()
        process = subprocess.Popen(command, cwd=build, env=dict(env, TMPDIR=tmp), text=True,
                                   errors="replace", stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        try:
            out, _ = process.communicate(timeout=limit)
            passed = judge(process.returncode, out)
        except subprocess.TimeoutExpired:
            passed = False
        end_session(process)
    return passed, time.monotonic() - begin


def end_session(process):
    """End what a test started and left."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    process.stdout.close()


# ---- coverage ----------------------------------------------------------------------------

def counters(build, folders):
    """The files with gcov's counters of these folders."""
    return sorted({os.path.join(place, name) for folder in folders
            for place, _, names in os.walk(os.path.join(build, folder))
            for name in names if name.endswith(".gcda")})


def executed(build, folders):
    """{source: {"lines": [...], "functions": [[first, last], ...]}} of what has run."""
    files = [os.path.relpath(f, build) for f in counters(build, folders)]
    found = {}
    if not files:
        return found
    out = subprocess.run(["gcov", "--json-format", "--stdout", *files], cwd=build, text=True,
                         stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False).stdout
    for text in out.splitlines():
        for file in json.loads(text)["files"]:
            name = os.path.relpath(os.path.join(build, file["file"]), ROOT)
            if not name.startswith(tuple(folders)) or not name.endswith(".c"):
                continue
            lines = [line["line_number"] for line in file["lines"] if line["count"]]
            functions = [[f["start_line"], f["end_line"]] for f in file["functions"]
                         if f["execution_count"]]
            if lines:
                entry = found.setdefault(name, {"lines": [], "functions": []})
                entry["lines"] = sorted({*entry["lines"], *lines})
                entry["functions"] += [f for f in functions if f not in entry["functions"]]
    return found


def digest(files):
    """A hash of the contents of files of the project."""
    whole = hashlib.sha256()
    for file in files:
        path = os.path.join(ROOT, file)
        if os.path.isfile(path):
            with open(path, "rb") as f:
                whole.update(file.encode() + b"\0" + hashlib.sha256(f.read()).digest())
    return whole.hexdigest()


def stamp(test, files, product):
    """What the result of a test depends on: the program, and the test or its folder."""
    own = [f for f in files if f.startswith(os.path.dirname(test) + "/")
           and (f.startswith(test) or f.endswith((".py", "pty.c", "pixels.c")))]
    return product + digest(own)[:16]


def main():
    build, out, *folders = sys.argv[1:]
    build = os.path.abspath(build)
    known = {}
    if os.path.exists(out):
        with open(out) as f:
            known = json.load(f)
    files = tracked()
    product = digest(f for f in files if f.startswith(PRODUCT))[:16]
    env = environment(build)
    result = {}
    tests = tests_of(build, folders)
    for i, test in enumerate(tests):
        now = stamp(test, files, product)
        if known.get(test, {}).get("stamp") == now:
            result[test] = known[test]
            continue
        for file in counters(build, [""]):
            os.unlink(file)
        passed, seconds = run_test(build, ROOT, test, env, 300)
        print(f"{i + 1}/{len(tests)} {test}: {seconds:.1f} s{'' if passed else ', FAILED'}",
              file=sys.stderr)
        result[test] = {"stamp": now, "passed": passed, "seconds": round(seconds, 2),
                        "sources": executed(build, folders)}
        with open(out, "w") as f:
            json.dump({**known, **result}, f)
    with open(out, "w") as f:
        json.dump(result, f)


if __name__ == "__main__":
    main()
