"""A Hugging Face Hub on loopback for the tests, which can misbehave in every way that a Hub, a
mirror or a network can. The first segment of a path names the behaviour, so that one server
has all of them at once: HF_ENDPOINT=http://127.0.0.1:PORT/BEHAVIOUR.

It listens on two ports: as the Hub on 127.0.0.1, and as the content network on localhost,
which counts as another host and must never get the token."""
import hashlib
import json
import os
import socket
import socketserver
import struct
import sys
import threading
import time

TOKEN = "hf_secretOfTheTests"
OLD_COMMIT = "0" * 39 + "1"
NEW_COMMIT = "0" * 39 + "2"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def git_sha1(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def tiny_model(seed):
    """A valid model file: one dense layer of arbitrary weights."""
    n = 10 * 784
    values = [((i * 7919 + seed * 104729) % 2001 - 1000) / 8000 for i in range(n + 10)]
    header = json.dumps({
        "__metadata__": {"digitpad.arch": "flatten | dense 10", "digitpad.norm": "unit"},
        "1.weight": {"dtype": "F32", "shape": [10, 784], "data_offsets": [0, 4 * n]},
        "1.bias": {"dtype": "F32", "shape": [10], "data_offsets": [4 * n, 4 * n + 40]},
    }).encode()
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + struct.pack("<%df" % len(values), *values)


class Request:
    """One request, and the ways to reply to it."""

    def __init__(self, hub, side, connection, method, path, headers):
        self.hub, self.side, self.connection = hub, side, connection
        self.method, self.headers = method, headers
        self.behaviour, _, self.path = path.lstrip("/").partition("/")

    def send(self, data):
        self.connection.sendall(data)

    def answer(self, status, headers=(), body=b"", length=None):
        """A complete reply; `length` replaces Content-Length, and False omits it."""
        lines = ["HTTP/1.1 %d X" % status]
        if length is not False:
            lines.append("Content-Length: %d" % (len(body) if length is None else length))
        lines += ["%s: %s" % h for h in headers] + ["Connection: close", "", ""]
        self.send("\r\n".join(lines).encode("latin-1"))
        if self.method != "HEAD":
            self.send(body)

    def origin(self, side):
        name = "localhost" if side == "cdn" else "127.0.0.1"
        return "http://%s:%d" % (name, self.hub.port[side])

    def meta(self, data, commit=NEW_COMMIT, etag=None, size=None):
        """The Hub's headers for a large file."""
        return [("X-Repo-Commit", commit), ("X-Linked-Etag", '"%s"' % (etag or sha256(data))),
                ("X-Linked-Size", str(len(data) if size is None else size))]

    def to_cdn(self, data, **how):
        """The Hub's usual reply: the headers, and a redirect to the content network."""
        where = "%s/%s/stored" % (self.origin("cdn"), self.behaviour)
        self.answer(302, self.meta(data, **how) + [("Location", where)], b"Found")


class Hub:
    """Both servers. `behaviours` maps a name to {"head", "get", "cdn"}, each a function of a
    Request. If one is missing, the reply is that of the real Hub, with the content "model"
    and the headers "meta". `files` maps OWNER/REPO/FILE to further content."""

    def __init__(self, model, behaviours, files=None):
        self.model, self.behaviours, self.files = model, behaviours, files or {}
        self.port, self.log, self.lock = {}, [], threading.Lock()
        for side in ("hub", "cdn"):
            self.port[side] = self.listen(side)

    def endpoint(self, behaviour):
        return "http://127.0.0.1:%d/%s" % (self.port["hub"], behaviour)

    def requests(self, behaviour):
        """The requests so far, each as "SIDE METHOD"."""
        return [rq.side + " " + rq.method for rq in self.log
                if rq.behaviour.startswith(behaviour)]

    def listen(self, side):
        hub = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                try:
                    hub.handle(side, self.request)
                except OSError:
                    pass  # the client has closed the connection

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            request_queue_size = 128

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]

    def handle(self, side, connection):
        connection.settimeout(30)
        text = b""
        while b"\r\n\r\n" not in text:
            piece = connection.recv(65536)
            if not piece:
                return
            text += piece
        lines = text.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (l.partition(":") for l in lines[1:])}
        request = Request(self, side, connection, method, path, headers)
        with self.lock:
            self.log.append(request)
        self.route(request)

    def route(self, rq):
        kind = "cdn" if rq.side == "cdn" else "head" if rq.method == "HEAD" else "get"
        behaviour = self.behaviours.get(rq.behaviour, {})
        if kind in behaviour:
            return behaviour[kind](rq)
        data = behaviour.get("model", self.model)
        for name, content in self.files.items():
            repo, _, file = name.rpartition("/")
            if rq.path.startswith(repo + "/resolve/") and rq.path.endswith("/" + file):
                rq.behaviour += "/" + name
                data = content
        if kind == "cdn":
            data = self.files.get(rq.path[: -len("/stored")], data)
            return rq.answer(200, [("ETag", '"of-the-cdn"')], data)
        revision = rq.path.partition("/resolve/")[2].partition("/")[0]
        commit = revision if len(revision) == 40 else NEW_COMMIT
        rq.to_cdn(data, **{"commit": commit, **behaviour.get("meta", {})})


def main():
    """hub.py [OWNER/NAME FOLDER]...: serve folders as repositories; prints the endpoint."""
    files = {}
    for repo, folder in zip(sys.argv[1::2], sys.argv[2::2]):
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as f:
                files[repo + "/" + name] = f.read()
    print(Hub(b"", {}, files).endpoint("hub"), flush=True)
    parent = os.getppid()
    while os.getppid() == parent:  # until the parent process ends
        time.sleep(0.5)


if __name__ == "__main__":
    main()
