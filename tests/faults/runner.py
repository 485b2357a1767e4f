"""Runs a scenario once: in a fresh folder, by itself or on a terminal, with a fault in it or not."""
import fcntl
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
from scenarios import DIGITPAD, SOCKET, WORK, inputs  # noqa: E402
from harness import wait_for  # noqa: E402

QUICK = 20  # faults of a scenario in make check
LIMIT_S = 120
INPUTS = inputs()
DA1 = b"\x1b[c"  # the last question to a terminal
PAUSE_S = 0.06   # of a terminal's output, until a person types
KEEP = ("PATH", "TMPDIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "OMP_WAIT_POLICY",
        "DIGITPAD_HUB", "HF_ENDPOINT", "HF_HUB_OFFLINE")


def step_of(n):
    """Of n possible faults, every how manyth $FAULTS asks for."""
    wanted = os.environ.get("FAULTS", "quick")
    most = n if wanted == "all" else QUICK if wanted == "quick" else int(wanted)
    return max(1, -(-n // max(1, most)))


class Result:
    """`status` is negative after a signal, None if the program did not end. `files`: {path:
    content} of the folder."""

    def __init__(self, status, out, err, files):
        self.status, self.out, self.err, self.files = status, out, err, files


def contents(folder):
    found = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            content = b""  # a socket has none
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    content = f.read()
            found[os.path.relpath(path, folder)] = content
    return found


def prepare(scenario):
    """A new folder with the files that are given."""
    folder = tempfile.mkdtemp(dir=WORK.name)
    os.mkdir(os.path.join(folder, "home"))
    for path, source in scenario.given.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copyfile(os.path.join(INPUTS, source), path)
    return folder


def environment(scenario, folder, more):
    env = {key: os.environ[key] for key in KEEP if key in os.environ}
    env.update(HOME=os.path.join(folder, "home"), LC_ALL="C.UTF-8", TERM="xterm-256color",
               HF_HUB_OFFLINE="1")
    env.update(scenario.env)
    env.update(more)
    return env


def take_terminal():
    """In the child: make its standard input the terminal of a session of its own."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def converse(process, master, keys):
    """Answer DA1 and type the keys, each when the program has written something and is silent;
    then wait for the end. Returns the output."""
    out, answered, typed, last = b"", 0, 0, time.monotonic()
    begin = last
    while True:
        ended = process.poll() is not None  # then what it wrote is there already
        if select.select([master], [], [], 0 if ended else 0.02)[0]:
            try:
                out += os.read(master, 65536)
            except OSError:  # the end
                return out
            last = time.monotonic()
            if out.count(DA1) > answered:
                answered += 1
                os.write(master, b"\x1b[?62;22c")
            continue
        if ended:
            return out
        now = time.monotonic()
        if out and now - last > PAUSE_S and (typed < len(keys) or now - last > 3):
            os.write(master, keys[typed].encode() if typed < len(keys) else b"q\x03")
            typed += 1
            last = now
        if now - begin > LIMIT_S:
            return out


def run_on_terminal(command, env, folder, keys):
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(command, env=env, cwd=folder, stdin=slave, stdout=slave,
                               stderr=slave, preexec_fn=take_terminal)
    os.close(slave)
    out = converse(process, master, keys)
    os.close(master)
    try:
        status = process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        status = None
    return status, b"", out.decode(errors="backslashreplace")


def run_alone(command, env, folder, stdin):
    with open(os.path.join(INPUTS, stdin), "rb") if stdin else open(os.devnull, "rb") as source:
        process = subprocess.Popen(command, env=env, cwd=folder, stdin=source,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(timeout=LIMIT_S)
            status = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            status = None
    return status, out, err.decode(errors="backslashreplace")


def ask(path, text):
    """What a server answers on a socket; nothing if it is not there or breaks off."""
    answers = b""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(LIMIT_S)
        try:
            client.connect(path)
            client.sendall(text)
            client.shutdown(socket.SHUT_WR)
            while piece := client.recv(65536):
                answers += piece
        except OSError:
            pass
    return answers


def run_server(command, env, folder, asks):
    path = os.path.join(folder, SOCKET)
    with open(os.path.join(INPUTS, asks), "rb") as f:
        text = f.read()
    process = subprocess.Popen(command, env=env, cwd=folder, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_for(lambda: os.path.exists(path) or process.poll() is not None)
    answers = ask(path, text)
    process.terminate()
    try:
        err, status = process.communicate(timeout=LIMIT_S)[1], process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        err, status = process.communicate()[1], None
    return status, answers, err.decode(errors="backslashreplace")


def run(scenario, prefix=(), folder=None, **more):
    """Run it, in `folder` as it is or in a new one that is removed. `more`: environment."""
    at = folder or prepare(scenario)
    try:
        command = [*prefix, DIGITPAD, *(a.format_map({"in": INPUTS}) if "{in}" in a else a
                                        for a in scenario.arguments)]
        env = environment(scenario, at, more)
        if scenario.keys:
            outcome = run_on_terminal(command, env, at, scenario.keys)
        elif scenario.asks:
            outcome = run_server(command, env, at, scenario.asks)
        else:
            outcome = run_alone(command, env, at, scenario.stdin)
        return Result(*outcome, contents(at))
    finally:
        if not folder:
            shutil.rmtree(at)
