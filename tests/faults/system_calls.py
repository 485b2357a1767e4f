"""Make every system call of what writes files fail once, or kill the program at it, by strace: training
and its checkpoints, networks in each format, reports, samples, drawings, settings, and what the pad
remembers. Afterwards each file must be as before or as after a run without a fault, and the same command
must work again and leave nothing behind.

FAULTS=all takes every call with every fault, FAULTS=N up to N of each case; the default is a sample.
Names of cases as arguments choose these. Downloads have a test of their own, tests/net/kill.py."""
import collections
import concurrent.futures
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
from runner import INPUTS, WORK, contents, prepare, run, step_of  # noqa: E402
from scenarios import IDX, SAMPLES, SHIPPED, SMALL, TRAIN, Scenario as S  # noqa: E402
from harness import CRASH, Tap, can_trace  # noqa: E402

KILL = "signal=KILL"
READS = ("EIO", "EINTR")
WRITES = ("EIO", "ENOSPC", "EINTR")
# What a call that touches files can fail with. All others are only places to be killed at.
ERRORS = {
    "open": ("EACCES", "EMFILE", "EINTR"), "openat": ("EACCES", "EMFILE", "EINTR"),
    "read": READS, "pread64": READS, "readv": READS, "getdents64": ("EIO",),
    "write": WRITES, "pwrite64": WRITES, "writev": WRITES,
    "fsync": ("EIO", "ENOSPC"), "close": ("EIO", "EINTR"), "rename": ("EIO", "ENOSPC", "EACCES"),
    "ftruncate": ("EIO", "EINTR"), "flock": ("EINTR", "ENOLCK"), "fchmod": ("EACCES",),
    "unlink": ("EACCES",), "mkdir": ("EACCES", "ENOSPC"), "newfstatat": ("EACCES", "EIO"),
    "fstat": ("EIO",), "access": ("EACCES", "EIO"), "lseek": ("EIO",), "fallocate": ("ENOSPC",),
}
# The loader reads libraries before the program begins; it reports what it cannot read by itself.
LOADER = re.compile("error while loading shared libraries|cannot (open|apply|change|stat|map)")

OLD = {"out.safetensors": "small.safetensors"}
PAD = {SAMPLES: "samples.ndjson", "home/.local/state/digitpad/model": "remembered"}
CASES = [
    S("train", *TRAIN, given=OLD),
    S("resume", *TRAIN, "--resume", given={"out.safetensors.ckpt": "checkpoint"},
      quick=True),
    S("convert-safetensors", "convert", "{in}/nano.onnx", "out.safetensors", given=OLD),
    S("convert-onnx", "convert", "nano:f32", "out.onnx", given={"out.onnx": "small.onnx"}),
    S("convert-json", "convert", "mlp", "out.json", given={"out.json": "nothing"}, quick=True),
    S("quantize", "quantize", "{in}/small.safetensors", "--calibrate={in}/images.idx", "-o",
      "out.safetensors", given=OLD),
    S("report", "eval", "-m", "{in}/small.safetensors", "--report=report.html",
      "{in}/images.idx", "{in}/labels.idx", given={"report.html": "nothing"}, varies=True),
    S("samples-remove", "samples", "remove", "2", given={SAMPLES: "samples.ndjson"}, quick=True),
    S("settings", "predict", "{in}/tree/3/a.pgm",
      given={"home/.config/digitpad/config": "config"}),
    S("pad", "draw", "--offline", "-o", "out.ndjson",
      keys=[" \x1b[B\x1b[B\x1b[B", "7", "m", "s", "q"],
      given=PAD, varies=True),
    S("pad-png", "draw", "--offline", "-o", "out.png", "{in}/digits.ndjson", keys=["s", "q"],
      varies=True),
]


def make_checkpoint():
    """A checkpoint of the training after its first epoch, for `resume`: kill it at the second."""
    folder = prepare(CASES[0])
    run(CASES[0], ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=rename", "-e",
                   "inject=rename:%s:when=2" % KILL], folder)
    shutil.copyfile(os.path.join(folder, "out.safetensors.ckpt"),
                    os.path.join(INPUTS, "checkpoint"))


def system_calls(case):
    """The number of times that a case makes each system call."""
    log = os.path.join(WORK.name, "calls")
    run(case, ["strace", "-f", "-qq", "-o", log])
    with open(log, encoding="utf-8", errors="replace") as f:
        return collections.Counter(re.findall(r"^\d+ +(\w+)\(", f.read(), re.M))


def faults_of(calls):
    """(call, number of the call, fault) for every fault, or an even sample."""
    every = [(call, n, fault) for call, count in sorted(calls.items()) if call != "execve"
             for n in range(1, count + 1)
             for fault in (KILL, *("error=" + e for e in ERRORS.get(call, ())))]
    return every[::step_of(len(every))]


def temporary(path):
    return path.endswith((".digitpad-part", ".ckpt"))


def damaged(case, result, usual, given, killed):
    """A file that is neither old nor new; None if all are whole."""
    for path in sorted(set(result.files) | set(given)):
        if path.endswith(".ckpt") or (killed and temporary(path)):
            continue
        known = [files[path] for files in (usual.files, given) if path in files]
        if path not in result.files:
            if path in usual.files:
                return path + " is gone"
        elif not known:
            return path + " is left"
        elif result.files[path] not in known and not (case.varies and path in usual.files and
                                                      complete(path, result.files[path])):
            return path + " is half-written"
    return None


def complete(path, content):
    """Whether a file that varies from run to run has its end."""
    ends = {"html": b"</html>\n", "png": b"IEND\xaeB`\x82", "ndjson": b"}\n", "model": b"\n"}
    return content.endswith(ends[os.path.basename(path).rsplit(".", 1)[-1]])


def unexplained(case, result, killed):
    """What is wrong with the way in which the program ended; None if nothing is."""
    if CRASH.search(result.err):
        return "crash"
    if killed:
        return None if result.status == -9 or result.status == case.fails else (
            "status %s after the kill" % result.status)
    if result.status is None:
        return "it does not end"
    if result.status < 0 or result.status > 128:
        return "killed: status %d" % result.status
    if result.status == 127 and LOADER.search(result.err):
        return None
    if result.status not in (0, 1, 2, 3, 4, 5, 70):
        return "status %d" % result.status
    return None if result.status == case.fails or result.err.strip() else (
        "status %d without a reason" % result.status)


def next_start(case, folder, usual):
    """What is wrong with the same command afterwards; None if nothing is."""
    if case.arguments[0] == "train":
        stopped = os.path.exists(os.path.join(folder, "out.safetensors.ckpt"))
        case = S(case.name, *TRAIN, *(["--resume"] if stopped else []))
    once_more = case.name == "samples-remove" or case.keys
    result = run(case, folder=folder)
    if result.status != case.fails:
        return "the next start ends with %s: %s" % (result.status, result.err[-500:])
    left = set(result.files) - set(usual.files)
    if left:
        return "the next start leaves %s" % ", ".join(sorted(left))
    same = case.varies or once_more or result.files == usual.files
    return None if same else "the next start gives another result"


def hurt(case, fault, usual, given):
    call, n, what = fault
    killed = what == KILL
    folder = prepare(case)
    result = run(case, ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                        "inject=%s:%s:when=%d" % (call, what, n)], folder,
                 ASAN_OPTIONS="detect_leaks=0")
    wrong = (unexplained(case, result, killed) or damaged(case, result, usual, given, killed) or
             next_start(case, folder, usual))
    shutil.rmtree(folder)
    return wrong and "%s, call %d of %s, %s: %s\n%s" % (case.name, n, call, what, wrong,
                                                       result.err[-1000:])


def main():
    if not can_trace():
        print("1..0 # SKIP strace does not work here")
        return
    make_checkpoint()
    tap, total = Tap(), collections.Counter()
    names = sys.argv[1:]
    chosen = [c for c in CASES if (c.name in names if names else c.quick or "FAULTS" in os.environ)]
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("FAULT_JOBS", "2"))) as pool:
        for case in chosen:
            folder = prepare(case)
            given = contents(folder)
            usual = run(case, folder=folder)
            faults = faults_of(system_calls(case))
            found = [w for w in pool.map(lambda f: hurt(case, f, usual, given), faults) if w]
            if usual.status != case.fails:
                found.insert(0, "status %s without a fault\n%s" % (usual.status, usual.err))
            kills = sum(what == KILL for *_, what in faults)
            total.update(kills=kills, errors=len(faults) - kills)
            tap.case("%s: %d kills, %d failing calls" % (case.name, kills, len(faults) - kills),
                     "\n".join(found))
    print("# kills=%d errors=%d cases=%d" % (total["kills"], total["errors"], len(chosen)))
    tap.done()


main()
