"""Shared by the tests of this folder: the programs, their environment, the cache, TAP."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from hub import TOKEN, sha256

DIGITPAD = os.environ.get("DIGITPAD", "./digitpad")
BUILD = os.environ.get("builddir", os.path.dirname(os.path.abspath(DIGITPAD)))
SOURCE = os.environ.get("srcdir", os.path.join(os.path.dirname(__file__), "..", ".."))
HELPER = os.path.join(BUILD, "digitpad-hub")
# A test that is stopped by a signal also removes its files and ends its servers.
for number in (signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit(1))
WORK = tempfile.TemporaryDirectory(prefix="digitpad-net.")

# digitpad starts the helper through this script, so that no test waits a second before the
# second attempt.
QUICK = os.path.join(WORK.name, "quick-hub")
with open(QUICK, "w") as f:
    f.write('#!/bin/sh\nexec "%s" --first-wait=0.01 "$@"\n' % HELPER)
os.chmod(QUICK, 0o755)


def environment(cache, endpoint, **more):
    """The environment of the programs: only what they need, nothing else of the caller's."""
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "ASAN_OPTIONS", "TMPDIR")}
    return {**keep, "HOME": WORK.name, "DIGITPAD_HUB": QUICK, "HF_HUB_CACHE": cache,
            "HF_TOKEN": TOKEN, "HF_ENDPOINT": endpoint, **more}


def wait_for(condition):
    """Wait until the condition holds; False after half a minute."""
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(condition())


# Signs of a crash, which no input may cause; Tap.done() fails the test if there are any.
CRASH = re.compile("ended without an answer|ERROR: [A-Za-z]*Sanitizer|runtime error:")
crashes = []


def judge(arguments, status, talk, provoked=None):
    """Record a crash: death by a signal, or a CRASH in the program's stderr. `provoked`, the
    name of a signal or a part of stderr, is the one that the test has caused."""
    found = signal.Signals(-status).name if status < 0 else (CRASH.search(talk) or [None])[0]
    if found and found != provoked:
        crashes.append("%s: %s\n%s" % (" ".join(arguments), found, talk))


def run(arguments, env, prefix=(), provoked=None):
    result = subprocess.run([*prefix, *arguments], env=env, text=True, timeout=300,
                            errors="backslashreplace",
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    judge(arguments, result.returncode, result.stderr, provoked)
    return result


def digitpad(arguments, env, prefix=(), provoked=None):
    return run([DIGITPAD, *arguments], env, prefix, provoked)


def can_trace():
    """Whether strace works here."""
    try:
        return run(["strace", "-qq", "true"], dict(os.environ)).returncode == 0
    except OSError:
        return False


def new_cache():
    return tempfile.mkdtemp(dir=WORK.name)


def tree(root):
    """Every file and link of a cache except locks and the tag: {path: hash or link target}."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            key = os.path.relpath(path, root)
            if key.startswith(".locks") or name == "CACHEDIR.TAG":
                continue
            if os.path.islink(path):
                found[key] = "-> " + os.readlink(path)
            else:
                with open(path, "rb") as f:
                    found[key] = sha256(f.read())
    return found


class Tap:
    """Counts the cases of one test program."""

    def __init__(self):
        self.count = self.failed = 0

    def case(self, name, wrong):
        """`wrong` is the failure's description, or empty."""
        self.count += 1
        self.failed += bool(wrong)
        print("%s %d - %s" % ("not ok" if wrong else "ok", self.count, name))
        if wrong:
            print("# " + str(wrong).replace("\n", "\n# "))
        sys.stdout.flush()

    def ok(self, name, condition, detail=""):
        self.case(name, "" if condition else detail or "does not hold")

    def equal(self, name, got, wanted):
        self.case(name, "" if got == wanted else "got %r\nwanted %r" % (got, wanted))

    def refused(self, name, result, status, pattern):
        """The program must fail with this exit status and a matching message, and print
        nothing on stdout."""
        right = (result.returncode == status and re.search(pattern, result.stderr) and
                 not result.stdout)
        self.case(name, "" if right else "status %d, not %d; wanted a match of %r\n%s%s" % (
            result.returncode, status, pattern, result.stdout, result.stderr))

    def skip(self, name, reason):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, reason))

    def done(self):
        self.case("every program gave an answer", "\n".join(crashes))
        print("1..%d" % self.count)
        sys.exit(1 if self.failed else 0)
