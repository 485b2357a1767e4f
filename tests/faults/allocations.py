"""Make every allocation of many command lines fail once, one in each run: in digitpad, in its libraries
and in the programs that it starts (fault.c). Each run must end with the right answer, or with one of
the exit statuses of the manual, a message that says why, and no half-written file.

FAULTS=all takes every allocation of every scenario, FAULTS=N up to N of each; the default is a sample of
the quick ones. Names of scenarios as arguments choose these."""
import concurrent.futures
import os
import re
import shlex
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
from runner import INPUTS, WORK, run, step_of  # noqa: E402
from scenarios import SCENARIOS, SOCKET  # noqa: E402
from harness import CRASH, SOURCE, Tap  # noqa: E402

PAGE = "<qq4080s"  # struct fault of fault.c
LIBRARY = os.path.join(WORK.name, "fault.so")
# What says that memory is short: digitpad, libgomp, glibc.
SHORT = re.compile("memory|[Aa]llocat")


def compile_library():
    """False without a compiler that can."""
    source = os.path.join(SOURCE, "tests", "faults", "fault.c")
    command = [*shlex.split(os.environ.get("CC", "cc")), "-O1", "-g", "-fno-omit-frame-pointer",
               "-shared", "-fPIC", "-o", LIBRARY, source, "-ldl"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


class Fault:
    """The page that fault.c shares with this test."""

    def __init__(self, n):
        self.path = os.path.join(WORK.name, "fault-%d" % id(self))
        with open(self.path, "wb") as f:
            f.write(struct.pack(PAGE, n, 0, b""))

    def read(self):
        """How many allocations there were, and where the one that failed was."""
        with open(self.path, "rb") as f:
            _, calls, at = struct.unpack(PAGE, f.read())
        os.unlink(self.path)
        return calls, at.rstrip(b"\0").decode()


def run_with_fault(scenario, n):
    fault = Fault(n)
    more = os.environ.get("ASAN_OPTIONS", "")
    result = run(scenario, LD_PRELOAD=LIBRARY, FAULT=fault.path,
                 ASAN_OPTIONS="verify_asan_link_order=0:" + more)
    return result, *fault.read()


def strange_file(result, usual, given):
    """A file that is neither as before nor as after a run without a fault; None if all are right.
    A checkpoint may stay, and so may a socket, which the next server replaces; the log of a training
    is written line by line."""
    for path, content in result.files.items():
        if path.endswith((".ckpt", ".csv")) or path == SOCKET:
            continue
        known = [files[path] for files in (usual, given) if path in files]
        if not known or not any(k is None or k == content for k in known):
            return path
    return None


def wrong(scenario, result, usual, given):
    """What is wrong with the result of a fault; None if nothing is."""
    if result.status is None:
        return "it does not end"
    if result.status < 0 or result.status > 128:
        return "killed: status %d" % result.status
    if CRASH.search(result.err):
        return "crash"
    files = dict.fromkeys(usual.files) if scenario.varies else usual.files
    strange = strange_file(result, files, given)
    if strange:
        return "%s is left half-written" % strange
    if result.status == scenario.fails and (scenario.varies or result.out == usual.out):
        same = scenario.varies or result.files == usual.files
        return None if same else "success without its files"
    if result.status == 0 and SHORT.search(result.err):
        return None  # a warning
    if result.status not in (1, 2, 3, 4, 5, 70):
        return "status %d, with another answer" % result.status
    return None if SHORT.search(result.err) else "status %d without a reason" % result.status


def describe(scenario, n, at, problem, result):
    return "%s, allocation %d (%s): %s\n%s" % (scenario.name, n, at, problem, result.err[-2000:])


class Tally:
    """What came of the faults of a scenario."""

    def __init__(self):
        self.faults = self.survived = 0
        self.places, self.found = set(), []


def hurt(scenario, n, usual, given):
    result, calls, at = run_with_fault(scenario, n)
    return n, result, at, calls >= n and wrong(scenario, result, usual, given)


def check(scenario, pool):
    """Let the allocations of a scenario fail."""
    tally = Tally()
    usual, calls, _ = run_with_fault(scenario, 0)
    if usual.status != scenario.fails:
        tally.found.append("%s: status %s without a fault\n%s" %
                           (scenario.name, usual.status, usual.err))
        return tally
    given = {path: usual_content(source) for path, source in scenario.given.items()}
    step = step_of(calls)
    chosen = range(1 + len(scenario.name) % step, calls + 1, step)
    for n, result, at, problem in pool.map(lambda n: hurt(scenario, n, usual, given), chosen):
        tally.faults += 1
        tally.survived += result.status == scenario.fails
        tally.places.add(at)
        if problem:
            tally.found.append(describe(scenario, n, at, problem, result))
    return tally


def usual_content(source):
    with open(os.path.join(INPUTS, source), "rb") as f:
        return f.read()


def main():
    if not compile_library() or run_with_fault(SCENARIOS[0], 0)[1] == 0:
        print("1..0 # SKIP a library cannot replace malloc here")
        return
    tap, faults, places = Tap(), 0, set()
    names = sys.argv[1:]
    chosen = [s for s in SCENARIOS if (s.name in names if names else s.quick or "FAULTS" in os.environ)]
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("FAULT_JOBS", "2"))) as pool:
        for scenario in chosen:
            tally = check(scenario, pool)
            tap.case("%s: %d faults, %d survived" % (scenario.name, tally.faults, tally.survived),
                     "\n".join(tally.found))
            faults += tally.faults
            places |= tally.places
    print("# faults=%d scenarios=%d places=%d" % (faults, len(chosen), len(places)))
    tap.done()


main()
