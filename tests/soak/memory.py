"""memory.py DIGITPAD SOURCES PREDICTIONS: measure what digitpad takes of memory, and of time where it
refuses a file. Prints figures on one line; what is above its limit goes to standard error, and the status is 1 then."""
import json
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

DIGITPAD, SOURCES, PREDICTIONS = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
MIB = 1024  # in KiB
SMALL, BASE, REFUSED_MS = 24 * MIB, 16 * MIB, 100
failures = []


def judge(what, value, limit):
    if value > limit:
        failures.append("%s: %d, more than %d" % (what, value, limit))


def apart(make):
    """What make(), an integer, gives in a process of its own: Linux counts the memory of the process that
    starts another as that of the other."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, b"%d" % make())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as f:
        size = int(f.read())
    os.wait()
    return size


def usage(*arguments):
    """Status, the peak of memory in KiB, and the time of the processor in ms."""
    pid = os.posix_spawn(DIGITPAD, [DIGITPAD, *arguments], os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
    _, status, used = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), used.ru_maxrss, (used.ru_utime + used.ru_stime) * 1000


def proc(pid):
    """Resident memory in KiB and the number of descriptors."""
    with open("/proc/%d/status" % pid) as f:
        rss = next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))
    return rss, len(os.listdir("/proc/%d/fd" % pid))


def stream():
    """Answer PREDICTIONS images from one pipe. Memory and descriptors after a tenth, and at the end."""
    images = os.urandom(784 * 1000)
    program = subprocess.Popen([DIGITPAD, "predict", "-q", "-i", "raw", "-m", "nano"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    answers = [0]

    def count():
        while data := program.stdout.read1(1 << 16):
            answers[0] += data.count(b"\n")

    reader = threading.Thread(target=count)
    reader.start()
    rounds, early = max(PREDICTIONS // 1000, 10), None
    for i in range(rounds):
        program.stdin.write(images)
        if i == rounds // 10:
            early = proc(program.pid)
    program.stdin.flush()
    while answers[0] < (rounds - 5) * 1000 and program.poll() is None:
        time.sleep(0.01)
    late = proc(program.pid)
    program.stdin.close()
    reader.join()
    status = program.wait()
    if status != 0 or answers[0] != rounds * 1000:
        failures.append("%d answers to %d images, status %d" % (answers[0], rounds * 1000, status))
    judge("memory of a stream in KiB", late[0], SMALL)
    judge("growth of a stream in KiB", late[0] - early[0], 512)
    judge("descriptors of a stream", late[1], early[1])
    return answers[0], early, late


def png(path, side, color):
    rows = b"".join(b"\0" + bytes(side * (3 if color else 1)) for _ in range(side))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", side, side, 8, 2 if color else 0, 0, 0, 0)) +
                chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
    return len(rows)


def pgm(path, side):
    with open(path, "wb") as f:
        f.write(b"P5 %d %d 255\n" % (side, side) + bytes(side * side))
    return side * side


def weights(path, width):
    """A network of three dense layers."""
    shapes = {"1": (width, 784), "3": (width, width), "5": (10, width)}
    header, at = {"__metadata__": {"digitpad.norm": "unit", "digitpad.arch":
                  "flatten | dense %d | relu | dense %d | relu | dense 10" % (width, width)}}, 0
    for name, (rows, columns) in shapes.items():
        for tensor, shape in (name + ".weight", [rows, columns]), (name + ".bias", [rows]):
            size = 4 * rows * (columns if len(shape) > 1 else 1)
            header[tensor] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + size]}
            at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + bytes(at))
    return at


def large(folder):
    """The largest share of its limit that a large file takes, in percent."""
    worst = 0
    small = os.path.join(SOURCES, "tests/data/eight-28x28.pgm")
    name = os.path.join(folder, "large")
    for what, make, command in (
            ("a grey PNG of 4096×4096", lambda: png(name, 4096, False), ["predict", name]),
            ("a colour PNG of 4096×4096", lambda: png(name, 4096, True), ["predict", name]),
            ("a PGM of 4096×4096", lambda: pgm(name, 4096), ["predict", name]),
            ("weights of 60 MiB", lambda: weights(name + ".safetensors", 3500),
             ["predict", "-m", name + ".safetensors", small])):
        size = apart(make)
        status, peak, _ = usage(*command)
        if status != 0:
            failures.append("%s: exit status %d" % (what, status))
        limit = 3 * size / 1024 + BASE
        judge("%s, memory in KiB" % what, peak, limit)
        worst = max(worst, round(100 * peak / limit))
    return worst


def refused():
    """The most memory and time that a bad file of the fuzz corpus takes."""
    n, most_kib, most_ms = 0, 0, 0
    corpus = os.path.join(SOURCES, "tests/fuzz/corpus")
    for folder in "csv", "idx", "jpeg", "json", "ndjson", "npy", "npz", "onnx", "png", "pnm", "safetensors":
        for name in sorted(os.listdir(os.path.join(corpus, folder))):
            path = os.path.join(corpus, folder, name)
            model = folder in ("json", "onnx", "safetensors")
            status, peak, ms = usage(*(["info", path] if model else ["predict", "-i", folder, path]))
            if not name.startswith("bad-") or status == 0:
                continue
            n, most_kib, most_ms = n + 1, max(most_kib, peak), max(most_ms, ms)
            judge("%s/%s, memory in KiB" % (folder, name), peak, BASE)
            judge("%s/%s, time in ms" % (folder, name), ms, REFUSED_MS)
    return n, most_kib, most_ms


with tempfile.TemporaryDirectory() as work:
    share = large(work)
n, kib, ms = refused()
answers, early, late = stream()
print("refused=%d refused_kib=%d refused_ms=%d large_percent=%d predictions=%d rss_kib=%d rss_growth_kib=%d descriptors=%d"
      % (n, kib, ms, share, answers, late[0], late[0] - early[0], late[1]))
for line in failures:
    print(line, file=sys.stderr)
sys.exit(bool(failures))
