"""Many clients of predict --listen at once. As a test: fast, slow and broken clients for two
seconds, or with SERVE_SECONDS=60 200, 200 and 50 of them for that long. With --figures: answers
per second with 1, 10 and 200 clients, the time of an answer, memory; nothing is judged."""
import os
import random
import selectors
import socket
import statistics
import sys
import time

from server import Server, expected, lines
from harness import Tap

digits = lines("digits.ndjson")
# The answer to each line, but for its index.
answers = [line.split(b",", 1)[1] for line in expected(b"".join(digits)).splitlines(True)]


class Peer:
    """A client in a loop of many. Subclasses say when it sends what."""
    events = selectors.EVENT_READ

    def __init__(self, path, seed):
        self.random = random.Random(seed)
        self.path = path
        self.received = b""
        self.sent = self.right = self.wrong = 0
        self.times = []
        self.connect()

    def connect(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(self.path)
        self.began = time.monotonic()

    def take(self):
        """Receive and check answers; how many there were."""
        self.received += self.socket.recv(1 << 16)
        *whole, self.received = self.received.split(b"\n")
        for line in whole:
            good = line.split(b",", 1)[-1] + b"\n" == answers[(self.right + self.wrong) % 10]
            self.right += good
            self.wrong += not good
        return len(whole)

    def tick(self, now):
        """Called now and then."""

    def readable(self):
        self.take()


class Fast(Peer):
    """Sends a line as soon as the last one is answered."""

    def connect(self):
        super().connect()
        self.socket.send(digits[0])

    def readable(self):
        if self.take():
            now = time.monotonic()
            self.times.append(now - self.began)
            self.began = now
            self.socket.send(digits[self.right % 10])


class Slow(Peer):
    """Sends a piece of a line every 0.2 seconds."""
    due = 0
    piece = b""

    def tick(self, now):
        if now < self.due:
            return
        self.due = now + 0.2
        if not self.piece:
            self.piece = digits[self.sent % 10]
            self.sent += 1
        self.socket.send(self.piece[:400])
        self.piece = self.piece[400:]


class Broken(Peer):
    """Sends what is wrong, reads nothing, and leaves in the middle."""
    due = 0
    events = 0

    def tick(self, now):
        if now < self.due:
            return
        self.due = now + self.random.random() * 0.3
        self.socket.close()
        self.connect()
        self.socket.setblocking(False)
        try:
            self.socket.send(self.random.choice((
                b"", b"\n" * 9999, b"{" * 300000, b"nonsense\n" * 2000, digits[0] * 100,
                digits[1][:99], b"\0\xff\n", b"{}" * 9999, b"[" * 5000 + b"\n")))
        except BlockingIOError:
            pass


def play(peers, seconds):
    """Run the peers for that long."""
    with selectors.DefaultSelector() as waiting:
        for peer in peers:
            if peer.events:
                waiting.register(peer.socket, peer.events, peer)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for key, _ in waiting.select(0.02):
                key.data.readable()
            now = time.monotonic()
            for peer in peers:
                peer.tick(now)


def finish(peer):
    """Wait for the answers that a slow peer has not got yet."""
    peer.socket.settimeout(60)
    peer.socket.send(peer.piece)
    while peer.sent > peer.right + peer.wrong and peer.take():
        pass


def test():
    tap = Tap()
    seconds = float(os.environ.get("SERVE_SECONDS", "0"))
    n_fast, n_slow, n_broken = (200, 200, 50) if seconds else (10, 10, 5)
    with Server() as server:
        fast = [Fast(server.path, i) for i in range(n_fast)]
        slow = [Slow(server.path, i) for i in range(n_slow)]
        broken = [Broken(server.path, i) for i in range(n_broken)]
        play(fast + slow + broken, seconds or 2)
        for peer in slow:
            finish(peer)
        got = sorted(peer.right for peer in fast)
        median = statistics.median(got)
        tap.ok("every answer is right", not any(peer.wrong for peer in fast + slow))
        tap.ok("no fast client gets less than half of the median", got[0] >= median / 2 > 0, got)
        tap.equal("each line of slow clients is answered",
                  [peer.sent - peer.right for peer in slow if peer.sent != peer.right], [])
        memory = server.memory()[1]
        tap.ok("memory is bounded", server.needs_less_than(200), memory)
        times = sorted(t for peer in fast for t in peer.times)
        print("# %d answers, per fast client %d to %d; a time of %.1f ms, of 99 %% at most %.1f ms;"
              " %.0f MiB" % (sum(got), got[0], got[-1], 1000 * statistics.median(times),
                             1000 * times[len(times) * 99 // 100], memory))
        tap.equal("the server ends well", server.end(), 0)
    tap.done()


class Pipelined(Peer):
    """Sends all lines, a thousand at a time, without waiting."""
    events = selectors.EVENT_READ | selectors.EVENT_WRITE

    def connect(self):
        super().connect()
        self.socket.setblocking(False)
        self.text = b"".join(digits) * 100
        self.at = 0

    def readable(self):
        try:
            self.at = (self.at + self.socket.send(self.text[self.at:])) % len(self.text)
        except BlockingIOError:
            pass
        try:
            self.take()
        except BlockingIOError:
            pass


def figures(arguments):
    print("%-12s %8s %10s %9s %9s %9s %10s" % ("", "clients", "answers/s", "median", "99 %",
                                               "memory", "CPU/answer"))
    for kind in (Fast, Pipelined):
        for n in (1, 10, 200):
            with Server(*arguments) as server:
                peers = [kind(server.path, i) for i in range(n)]
                cpu, begin = server.cpu(), time.monotonic()
                play(peers, 5)
                right = sum(peer.right for peer in peers)
                cpu, begin = server.cpu() - cpu, time.monotonic() - begin
                times = sorted(t for peer in peers for t in peer.times) or [float("nan")]
                assert not any(peer.wrong for peer in peers)
                print("%-12s %8d %10.0f %6.2f ms %6.2f ms %5.1f MiB %7.0f us" % (
                    "ask, wait" if kind is Fast else "pipelined", n, right / begin,
                    1000 * statistics.median(times), 1000 * times[len(times) * 99 // 100],
                    server.memory()[1], 1e6 * cpu / max(right, 1)))


if sys.argv[1:2] == ["--figures"]:
    figures(sys.argv[2:])
else:
    test()
