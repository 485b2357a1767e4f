"""Shared by the tests of predict --listen: the server as a process, and clients."""
import os
import socket
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "net"))
from harness import DIGITPAD, SOURCE, WORK, judge, wait_for  # noqa: E402

DATA = os.path.join(SOURCE, "tests", "data")


def data(name):
    with open(os.path.join(DATA, name), "rb") as f:
        return f.read()


def lines(name):
    return data(name).splitlines(keepends=True)


def expected(text, *arguments):
    """What `predict` answers to this text on its standard input."""
    command = [DIGITPAD, "predict", "-q", "-i", "ndjson", "-f", "json", *arguments]
    return subprocess.run(command, input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


class Client:
    def __init__(self, path, timeout=60):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def send(self, text):
        self.socket.sendall(text)

    def line(self):
        """The next line of answers; empty at the end."""
        return self.file.readline()

    def rest(self):
        return self.file.read()

    def ask(self, text):
        self.send(text)
        return self.line()

    def talk(self, text):
        """Send it and no more; all answers."""
        sender = threading.Thread(target=self.send_all, args=(text,))
        sender.start()
        answers = self.rest()
        sender.join()
        return answers

    def send_all(self, text):
        self.send(text)
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def sanitized():
    with open(DIGITPAD, "rb") as f:
        return b"__asan_init" in f.read()


def listens(path):
    try:
        Client(path).close()
        return True
    except OSError:
        return False


class Server:
    """predict --listen, until the `with` block ends."""

    def __init__(self, *arguments, path=None, prefix=(), wait=True, **popen):
        self.path = path or os.path.join(tempfile.mkdtemp(dir=WORK.name), "s")
        self.talk_file = tempfile.TemporaryFile(dir=WORK.name)
        self.arguments = [*prefix, DIGITPAD, "predict", "--listen=" + self.path, *arguments]
        self.process = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=self.talk_file,
                                        **popen)
        if wait and not wait_for(lambda: listens(self.path)):
            raise RuntimeError("the server does not listen: " + self.talk())

    def client(self, timeout=60):
        return Client(self.path, timeout)

    def talk(self):
        """What it has written to standard error so far."""
        size = os.fstat(self.talk_file.fileno()).st_size
        return os.pread(self.talk_file.fileno(), size, 0).decode(errors="backslashreplace")

    def state(self, key):
        """The number that Linux shows for this key."""
        with open("/proc/%d/status" % self.process.pid) as f:
            found = dict(line.split(":", 1) for line in f)
        return int(found[key].split()[0])

    def memory(self):
        """MiB of physical memory in use, and the most that were."""
        return [self.state(key) / 1024 for key in ("VmRSS", "VmHWM")]

    def needs_less_than(self, mib):
        """Whether it never needed more memory. Sanitizers need theirs."""
        return self.memory()[1] < mib or sanitized()

    def cpu(self):
        """Seconds of processor time."""
        with open("/proc/%d/stat" % self.process.pid) as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self, signal=None):
        """Stop it; the exit status."""
        if signal is not None:
            self.process.send_signal(signal)
        elif self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(60)
        judge(self.arguments, status, self.talk())
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        self.talk_file.close()
