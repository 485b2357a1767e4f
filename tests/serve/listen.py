"""predict --listen: protocol, limits, the socket's file, signals. load.py has many clients."""
import os
import signal
import socket
import tempfile
import threading

from server import Client, Server, data, expected, lines, sanitized, wait_for
from harness import WORK, Tap, digitpad

tap = Tap()


def closed(client):
    """Whether the server has closed the connection."""
    try:
        return client.socket.send(b"\n") < 0
    except (BrokenPipeError, ConnectionResetError):
        return True
    except socket.timeout:
        return False


def fill(client, text):
    """Send until the server takes no more."""
    client.socket.settimeout(0.2)
    try:
        while True:
            client.send(text)
    except socket.timeout:
        pass


digits = lines("digits.ndjson")
# Good and bad lines, two texts on a line, an array, and lines without a record.
mixed = b"".join([*digits, b'{"strokes":\n', b'{"strokes":[1]}\r\n', b"[]\n", b"\n", b" \t\n",
                  b"nonsense\n", b'[{"strokes":[]},{"pixels":[1]}]\n', b"\x1f\x8b\n", b"{}\n",
                  b'{"strokes":[[[1,1],[9,9]]]} {"strokes":[[[1,1],[1,9]]],"id":"second"}\n',
                  data("erased.ndjson")])

# ---- the protocol ---------------------------------------------------------------------------
with Server() as server:
    with server.client() as client:
        tap.equal("answers are those of standard input", client.talk(mixed), expected(mixed))
    with server.client() as client:
        answers = [client.ask(line) for line in digits]
    tap.equal("each line is answered at once", b"".join(answers), expected(b"".join(digits)))
    with server.client() as client:
        text = digits[3].rstrip(b"\n")
        for i in range(0, len(text), 50):
            client.send(text[i:i + 50])
        client.send(b"\n")
        tap.equal("a line may come in pieces", client.line(), expected(digits[3]))
        tap.equal("the last line needs no newline", client.talk(digits[4].rstrip(b"\n")),
                  expected(digits[3] + digits[4]).splitlines(keepends=True)[1])
    many = b"".join(digits * 100)
    with server.client() as client:
        tap.equal("many lines at once", client.talk(many), expected(many))
    with server.client() as client:
        tap.equal("a line of many records", client.talk(b"{}" * 2000 + b"\n"),
                  expected(b"{}" * 2000 + b"\n"))

    results = {}

    def talk(i):
        with server.client() as one:
            results[i] = one.talk(b"".join(digits[i % 10:] * 20))

    threads = [threading.Thread(target=talk, args=(i,)) for i in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tap.equal("30 clients at once: each gets its own answers, in order",
              [i for i in range(30)
               if results[i] != expected(b"".join(digits[i % 10:] * 20))], [])

    for text in (b"", b'{"strokes":', many):  # clients that leave
        for _ in range(10):
            with server.client() as client:
                client.send(text[:100000])
    tap.ok("the server is confined",
           wait_for(lambda: server.state("Seccomp") == 2 or sanitized()))
    with server.client() as client:
        tap.equal("clients that leave early do not matter", client.ask(digits[0]),
                  expected(digits[0]))

with Server("-f", "csv", "-m", "mlp", "-t", "1") as server, server.client() as client:
    tap.equal("csv: the header comes first", client.talk(digits[0]),
              expected(digits[0], "-f", "csv", "-m", "mlp"))
with Server("-f", "text", "--digits=auto") as server, server.client() as client:
    tap.equal("text, and numbers", client.talk(data("numbers.ndjson")),
              expected(data("numbers.ndjson"), "-f", "text", "--digits=auto"))

# ---- limits ---------------------------------------------------------------------------------
with Server("--max-line=4096") as server, server.client() as client:
    full = b'{"strokes":[]' + b" " * (4096 - 14) + b"}\n"
    tap.ok("a line of --max-line bytes", b'"error":null' in client.ask(full))
    answer = client.ask(full[:-2] + b" }\n")
    tap.ok("a longer one is refused", b'"error":"record 2, byte 4097: a line is longer than '
           b'4096 bytes; --max-line sets the limit"}\n' in answer, answer)
    client.send(b"x" * 1000000)
    tap.ok("and once only", b"record 3" in client.line())
    client.send(b"x" * 1000000 + b"\n")
    tap.ok("the next line is answered", b'"index":3,' in client.ask(full))
    tap.equal("a long line at the end", client.talk(b"y" * 5000).count(b"\n"), 1)
    tap.ok("long lines take no memory", server.needs_less_than(64), server.memory())

with Server("--client-timeout=1") as server:
    silent, slow, deaf = (server.client() for _ in range(3))
    slow.send(b'{"strokes":')
    fill(deaf, many)
    tap.equal("a silent client is closed", silent.rest(), b"")
    answer = slow.rest()
    tap.ok("a client with half a line is told why", b'"error":"record 1, byte 0: the end of the '
           b'line did not arrive within 1 s"}\n' in answer, answer)
    tap.ok("one that takes no answers is closed", wait_for(lambda: closed(deaf)))
    for client in (silent, slow, deaf):
        client.close()

with Server("--max-clients=2") as server:
    first, second, third = (server.client() for _ in range(3))
    first.ask(digits[0]), second.ask(digits[0])
    third.send(digits[1])
    third.socket.settimeout(0.3)
    try:
        third.line()
        tap.ok("a client too many waits", False)
    except socket.timeout:
        tap.ok("a client too many waits", True)
    tap.ok("which is said", "predict: hint: 2 clients; others wait until one leaves; "
           "--max-clients sets the limit" in server.talk(), server.talk())
    first.close()
    third.close()
    with server.client() as client:
        tap.equal("until another leaves", client.ask(digits[1]), expected(digits[1]))
    second.close()

with Server(prefix=["sh", "-c", 'ulimit -n 40; exec "$@"', "sh"]) as server:
    limit = "predict: warning: the limit of open files (ulimit -n) leaves room for 8 clients"
    tap.ok("few files: the limit is said", wait_for(lambda: limit in server.talk()), server.talk())
    clients = [server.client() for _ in range(20)]
    tap.ok("and kept", b'"digit":0' in clients[0].ask(digits[0]))
    for client in clients:
        client.close()

with Server() as server:
    clients = [server.client() for _ in range(100)]
    for client in clients:
        client.send(b'{"strokes":[' + b"[[1,2]]," * 4000)
    for client in clients[:20]:
        fill(client, b"]]}\n" + many)
    tap.ok("a hundred half lines and twenty that take no answers stay in memory's limit",
           server.needs_less_than(100), server.memory())
    with server.client() as client:
        tap.equal("and others are answered", client.ask(digits[1]), expected(digits[1]))
    for client in clients:
        client.close()

# ---- the file of the socket -----------------------------------------------------------------
with Server() as server:
    tap.equal("only its owner may connect", os.stat(server.path).st_mode & 0o777, 0o600)
    path = server.path
    tap.refused("a socket in use", digitpad(["predict", "--listen=" + path], os.environ), 5,
                "predict: --listen: .*/s: another process listens on it; choose another path$")
    with server.client() as client:
        tap.ok("stays", b'"digit":0' in client.ask(digits[0]))
    server.process.kill()
    server.process.wait()
    with Server("--socket-mode=0660", path=path, umask=0o077) as second:
        tap.equal("a stale socket is replaced; --socket-mode", os.stat(path).st_mode & 0o777, 0o660)
        os.unlink(path)
        with Server(path=path):
            second.end()
            tap.ok("the file of another process stays", os.path.exists(path))
        tap.ok("the own one is removed", not os.path.exists(path))
    server.process.returncode = 0

plain = os.path.join(WORK.name, "plain")
open(plain, "w").close()
far = os.path.join(WORK.name, "d" * 120)
for name, path, status, message in (
        ("a file", plain, 5, "exists and is not a socket; choose another path"),
        ("a folder that is missing", os.path.join(WORK.name, "none", "s"), 5, "No such file or directory"),
        ("a long path", far, 2, "%d bytes; the path of a socket has 1 to 107" % len(far)),
        ("no path", "", 2, "0 bytes; the path of a socket has 1 to 107")):
    tap.refused(name, digitpad(["predict", "--listen=" + path], os.environ), status,
                "^digitpad predict: --listen: %s: %s$" % (path, message))
tap.ok("the file stays", os.path.exists(plain))

# ---- the end --------------------------------------------------------------------------------
for number, status in ((signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGINT, 130)):
    with Server() as server, server.client() as one, server.client() as two:
        one.ask(digits[0])
        server.process.send_signal(signal.SIGSTOP)
        one.send(digits[1] + digits[2].rstrip(b"\n"))
        server.process.send_signal(number)
        server.process.send_signal(signal.SIGCONT)
        name = signal.Signals(number).name
        tap.equal(name + ": what was sent is answered", one.rest(),
                  b"".join(expected(b"".join(digits[:3])).splitlines(keepends=True)[1:]))
        tap.equal(name + ": the others are closed", two.rest(), b"")
        tap.equal(name + ": exit status", server.process.wait(60), status)
        tap.ok(name + ": the file is removed", not os.path.exists(server.path))
with Server() as server, server.client() as deaf:
    fill(deaf, many)
    tap.equal("a client that takes no answers delays the end, but not for long", server.end(), 0)

# ---- a socket of systemd --------------------------------------------------------------------
def passed(a_socket):
    """What starts the server with this socket, as systemd passes it."""
    fd = a_socket.fileno()
    start = 'exec 3<&%d; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"' % fd
    return {"prefix": ["sh", "-c", start, "sh"], "pass_fds": [fd], "path": "systemd",
            "wait": False}



listener = socket.socket(socket.AF_UNIX)
path = os.path.join(tempfile.mkdtemp(dir=WORK.name), "s")
listener.bind(path)
listener.listen()
with Server(**passed(listener)) as server, Client(path) as client:
    tap.equal("the socket that systemd passes", client.talk(mixed), expected(mixed))
    tap.equal("ends in the same way", server.end(), 0)
    tap.ok("its file is left to systemd", os.path.exists(path))
tap.refused("no socket was passed", digitpad(["predict", "--listen=systemd"], os.environ), 2,
            "^digitpad predict: --listen: systemd: systemd passed no socket; start "
            r"digitpad\.socket, or give the path of a new one \(\./systemd for that name\)$")
one, _ = socket.socketpair()
with Server(**passed(one)) as server:
    tap.equal("a connection in place of the socket", server.process.wait(60), 2)
    tap.ok("has a message", "systemd must pass one stream socket that listens; in the socket unit, "
           "set one ListenStream= and Accept=no" in server.talk(), server.talk())

# ---- misuse ---------------------------------------------------------------------------------
for arguments, message in (
        (["-i", "raw"], "--listen reads ndjson, not raw"),
        ([plain], "--listen reads what clients send, not files"),
        (["--files-from=-"], "--listen reads what clients send, not files"),
        (["-r"], "--listen reads what clients send, not files"),
        (["--skip=1"], "--listen excludes --skip, --take, --shard, --strict and --fail-fast"),
        (["--strict"], "--listen excludes --skip, --take, --shard, --strict and --fail-fast"),
        (["--socket-mode=rw"], "--socket-mode: 'rw' is not a mode in octal, such as 660"),
        (["--socket-mode=4755"], "--socket-mode: '4755' is not a mode in octal, such as 660"),
        (["--max-line=10"], "--max-line: '10' is not a whole number from 4096 to 10485760"),
        (["--max-clients=0"], "--max-clients: '0' is not a whole number from 1 to 65536"),
        (["--client-timeout=0"], "--client-timeout: '0' is not a whole number from 1 to 86400")):
    tap.refused("misuse: " + " ".join(arguments).replace(WORK.name, ""),
                digitpad(["predict", "--listen=" + far[:90], *arguments], os.environ), 2,
                "^digitpad predict: %s\ntry 'digitpad predict --help'$" % message)
tap.done()
