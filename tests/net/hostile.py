"""Every fault of a Hub, one per row, with the exit status and message that digitpad must give.
Each row runs with an empty cache and with one that has an older copy; a failure must leave the
cache as it was."""
import concurrent.futures
import gzip
import os
import re
import shutil
import socket
import struct
import time

from harness import Tap, digitpad, environment, new_cache, tree
from hub import Hub, NEW_COMMIT, OLD_COMMIT, TOKEN, git_sha1, sha256, tiny_model

OLD, NEW = tiny_model(1), tiny_model(2)
OLD_CACHE = new_cache()
MODEL = "test/net:sub/model.safetensors"
HTML = b"<!DOCTYPE html><html><body>Please log in</body></html>"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n" % (
    sha256(NEW).encode(), len(NEW))

# ---- parts of a behaviour ----------------------------------------------------------------


def status(code, headers=(), body=b"error"):
    return lambda rq: rq.answer(code, headers, body)


def error(code, name, message=""):
    return status(code, [("X-Error-Code", name), ("X-Error-Message", message)])


def body(data, length=None, headers=()):
    return lambda rq: rq.answer(200, headers, data, length)


def cut(n):
    """Only the first n bytes of the announced content."""
    return body(NEW[:n], len(NEW))


def then_wait(rq, data, length):
    rq.answer(200, (), data, length)
    time.sleep(20)


def drip(rq):
    rq.answer(200, (), b"", len(NEW))
    for i in range(200):
        rq.send(NEW[i:i + 1])
        time.sleep(0.1)


def chunks_for_ever(rq):
    rq.answer(200, [("Transfer-Encoding", "chunked")], b"", False)
    while True:
        rq.send(b"10000\r\n" + bytes(65536) + b"\r\n")


def headers_for_ever(rq):
    rq.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        rq.send(b"X-More: " + b"x" * 1000 + b"\r\n")


def reset(rq, data=b""):
    """Send some of the content, then RST."""
    if data:
        rq.answer(200, (), data, len(NEW))
    rq.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    rq.connection.close()


def redirect(url, code=302):
    """A redirect to a URL that may contain {hub}, {cdn} and {b}, the behaviour."""
    def answer(rq):
        where = url.format(hub=rq.origin("hub"), cdn=rq.origin("cdn"), b=rq.behaviour)
        rq.answer(code, rq.meta(NEW) + [("Location", where)])
    return answer


def relative(url, code=307):
    """A redirect without the Hub's headers, as for a renamed repository."""
    return lambda rq: rq.answer(code, [("Location", url.format(b=rq.behaviour))])


def renamed(rq):
    if rq.path.startswith("new/"):
        rq.to_cdn(NEW)
    else:
        relative("/{b}/new/name/resolve/main/sub/model.safetensors")(rq)


def elsewhere(url):
    """An absolute redirect without the Hub's headers."""
    return lambda rq: rq.answer(307, [("Location", url.format(
        hub=rq.origin("hub"), cdn=rq.origin("cdn"), b=rq.behaviour))])


def to_hub(rq):
    """A proxy that makes the redirect of a renamed repository absolute."""
    if rq.path.startswith("new/"):
        return rq.to_cdn(NEW)
    return elsewhere("{hub}/{b}/new/name/resolve/main/sub/model.safetensors")(rq)


def mirror(rq):
    """Another Hub, to which a mirror sends requests for headers; it stores the content, too."""
    rq.answer(200, rq.meta(NEW), NEW)


def meta(**how):
    return lambda rq: rq.to_cdn(NEW, **how)


def plain(headers):
    """The reply to HEAD of a small file: no redirect, these headers."""
    return lambda rq: rq.answer(200, headers, NEW)


def flip(data, i):
    return data[:i] + bytes([data[i] ^ 1]) + data[i + 1:]


class Fails:
    """Fail n times, then serve the content; repeat."""

    def __init__(self, n, answer):
        self.n, self.answer, self.seen = n, answer, 0

    def __call__(self, rq):
        self.seen += 1
        return self.answer(rq) if self.seen % (self.n + 1) else body(NEW)(rq)


class Breaks:
    """The first request of a download gets `first` bytes and no more, under a strong ETag. One
    with a Range then gets what `rest(rq, from)` sends; one without gets everything. `asked` holds
    the ranges that were asked for, None for none."""

    def __init__(self, rest, first=len(NEW) // 2, tag='"tag"', full=None):
        self.rest, self.first, self.tag, self.full = rest, first, tag, full or body(NEW)
        self.reset()

    def reset(self):
        self.broken, self.asked = False, []

    def __call__(self, rq):
        wanted = rq.headers.get("range")
        self.asked.append(wanted)
        if wanted and rq.headers.get("if-range") != self.tag:
            return rq.answer(400)
        if wanted:
            return self.rest(rq, int(re.fullmatch("bytes=([0-9]+)-", wanted)[1]))
        self.broken = not self.broken
        if self.broken:
            return rq.answer(200, [("ETag", self.tag)], NEW[:self.first], len(NEW))
        return self.full(rq)


def part(data=None, start=0, total=len(NEW), tag='"tag"', length=None, headers=()):
    """A part of NEW from where it was asked for; every claim about it can be wrong."""
    def answer(rq, at):
        sent = NEW[at:] if data is None else data(at)
        claim = "bytes %d-%d/%s" % (at + start, len(NEW) - 1, total)
        rq.answer(206, [*headers, ("ETag", tag), ("Content-Range", claim)], sent, length and length(at))
    return answer


def ignored(rq, at):
    """The server does not know ranges."""
    rq.answer(200, [("ETag", '"tag"')], NEW)


def nothing_said(rq, at):
    """Several parts, as a server may send them that nobody has asked for."""
    rq.answer(206, [("ETag", '"tag"'), ("Content-Type", "multipart/byteranges; boundary=x")], NEW[at:])


# ---- the table ---------------------------------------------------------------------------
# name, exit status, pattern of the message, the server's behaviour. `warm` is the exit status
# with an older copy in the cache, if it differs: that copy is then used, with a warning.
# `asks` lists the ranges that the client must ask the content network for; "half" is from the middle.
# `patience` names the timeout that ends the row; it is set to one second.

ROWS = []
STALL = "HF_HUB_DOWNLOAD_TIMEOUT"


def row(name, code, pattern, warm=None, patience=None, asks=None, **behaviour):
    behaviour["asks"] = asks and ["bytes=%d-" % (len(NEW) // 2) if a == "half" else a for a in asks]
    ROWS.append((name, code, pattern, code if warm is None else warm, patience, behaviour))


row("plain", 0, "")
row("weak-etag", 0, "", head=plain([("X-Repo-Commit", NEW_COMMIT), ("ETag", 'W/"%s"' % sha256(NEW))]))
row("git-hash", 0, "", meta={"etag": git_sha1(NEW)})
row("small-file", 0, "", head=plain([("X-Repo-Commit", NEW_COMMIT), ("ETag", '"%s"' % git_sha1(NEW))]),
    get=body(NEW))
row("size-unsaid", 0, "", head=lambda rq: rq.answer(200, rq.meta(NEW)[:2], length=False), get=body(NEW))
row("chunked", 0, "", cdn=lambda rq: rq.answer(200, [("Transfer-Encoding", "chunked")],
    b"%x\r\n%s\r\n0\r\n\r\n" % (len(NEW), NEW), False))
row("renamed", 0, "", head=renamed, get=renamed)
row("other-host", 0, "", get=redirect("{cdn}/{b}/elsewhere"))
row("fails-once", 0, "", cdn=Fails(1, cut(100)))
row("proxy-absolute", 0, "", head=to_hub, get=to_hub)
row("mirror-elsewhere", 0, "", head=elsewhere("{cdn}/{b}/mirror"), cdn=lambda rq: mirror(rq))
row("503-thrice", 0, "", cdn=Fails(3, status(503)))
row("429-briefly", 0, "", cdn=Fails(1, status(429, [("Retry-After", "1")])))

row("cut-at-0", 4, "closed|transfer closed|ended after", cdn=cut(0))
row("cut-at-1", 4, "closed|transfer closed|ended after", cdn=cut(1))
row("cut-at-half", 4, "closed|transfer closed|ended after", cdn=cut(len(NEW) // 2))
row("cut-at-last", 4, "closed|transfer closed|ended after", cdn=cut(len(NEW) - 1))
row("short", 4, "ended after 100 of", cdn=body(NEW[:100]))
row("empty", 4, "ended after 0 of", cdn=body(b""))
row("extra-byte", 4, "more than the expected", cdn=body(NEW + b"x"))
row("extra-much", 4, "more than the expected", cdn=body(NEW + bytes(10 ** 7)))
row("length-small", 4, "ended after 10 of", cdn=body(NEW, 10))
row("length-large", 4, "closed|transfer", cdn=body(NEW, len(NEW) + 10))
row("length-negative", 4, "[Ll]ength", cdn=body(NEW, -5))
row("endless-chunks", 4, "more than the expected", cdn=chunks_for_ever)
row("endless-unsized", 4, "more than the expected", cdn=chunks_for_ever,
    head=lambda rq: rq.answer(302, rq.meta(NEW)[:2] + [("Location", rq.origin("cdn"))]),
    get=redirect("{cdn}/{b}/x"))
row("bad-chunks", 4, "chunk|hex|[Ii]llegal", cdn=lambda rq: rq.answer(
    200, [("Transfer-Encoding", "chunked")], b"zzz\r\n", False))
row("endless-headers", 4, "header|[Ll]arge|memory", warm=0, head=headers_for_ever)
row("stall", 4, "[Tt]oo slow|[Tt]imed? ?out", patience=STALL, cdn=lambda rq: then_wait(rq, NEW[:99], len(NEW)))
row("stall-before", 4, "[Tt]oo slow|[Tt]imed? ?out", patience=STALL, cdn=lambda rq: time.sleep(20))
row("slow-drip", 4, "[Tt]oo slow|[Tt]imed? ?out", patience=STALL, cdn=drip)
row("head-stall", 4, "[Tt]imed? ?out", warm=0, patience="HF_HUB_ETAG_TIMEOUT", head=lambda rq: time.sleep(20))
row("reset", 4, "reset|[Ff]ailure|[Ee]mpty", cdn=reset)
row("reset-midway", 4, "reset|[Ff]ailure|transfer", cdn=lambda rq: reset(rq, NEW[:5000]))
row("head-reset", 4, "reset|[Ff]ailure|[Ee]mpty", warm=0, head=reset)
row("no-answer", 4, "[Ee]mpty reply|reset", cdn=lambda rq: None)
row("not-http", 4, "HTTP/0.9|[Uu]nsupported|[Ww]eird", warm=0, head=lambda rq: rq.send(b"SSH-2.0-x\r\n\r\n"))
row("gzip", 4, "Content-Encoding 'gzip'", cdn=body(gzip.compress(NEW), headers=[("Content-Encoding", "gzip")]))
row("gzip-honest", 4, "ended after|more than|hash", cdn=body(gzip.compress(NEW)))
row("html-200", 4, "got a web page", cdn=body(HTML))
row("html-long", 4, "got a web page", cdn=body(HTML + bytes(10 ** 6)))
row("html-portal", 4, "got a web page", head=status(200, [("Content-Type", "text/html")], HTML))
row("lfs-pointer", 4, "Git LFS pointer", cdn=body(POINTER))
row("flipped-first", 4, "damaged download, its hash", cdn=body(flip(NEW, 0)))
row("flipped-last", 4, "damaged download, its hash", cdn=body(flip(NEW, len(NEW) - 1)))
row("flipped-git", 4, "damaged download, its hash", meta={"etag": git_sha1(NEW)}, cdn=body(flip(NEW, 999)))
QUARTER = len(NEW) // 4
row("resume", 0, "", asks=[None, "half"], cdn=Breaks(part()))
row("resume-total-unsaid", 0, "", asks=[None, "half"], cdn=Breaks(part(total="*")))
row("resume-in-quarters", 0, "", asks=[None] + ["bytes=%d-" % (i * QUARTER) for i in (1, 2, 3)], cdn=Breaks(
    part(lambda at: NEW[at:at + QUARTER + (at > 2 * QUARTER) * 9], length=lambda at: len(NEW) - at), QUARTER))
row("resume-ignored", 0, "", asks=[None, "half"], cdn=Breaks(ignored))
row("resume-early", 0, "", asks=[None, "half", None], cdn=Breaks(part(start=-1)))
row("resume-late", 0, "", asks=[None, "half", None], cdn=Breaks(part(start=1)))
row("resume-from-0", 0, "", asks=[None, "half", None], cdn=Breaks(lambda rq, at: part(lambda _: NEW)(rq, 0)))
row("resume-other-total", 0, "", asks=[None, "half", None], cdn=Breaks(part(total=len(NEW) + 1)))
row("resume-other-tag", 0, "", asks=[None, "half", None], cdn=Breaks(part(tag='"other"')))
row("resume-weak-tag", 0, "", asks=[None, "half", None], cdn=Breaks(part(tag='W/"tag"')))
row("resume-multipart", 0, "", asks=[None, "half", None], cdn=Breaks(nothing_said))
row("resume-416", 0, "", asks=[None, "half", None], cdn=Breaks(lambda rq, at: rq.answer(416)))
row("resume-lies", 0, "", asks=[None, "half", None], cdn=Breaks(part(lambda at: flip(NEW, len(NEW) - 1)[at:])))
row("resume-lies-for-ever", 4, "damaged download, its hash", cdn=Breaks(
    part(lambda at: flip(NEW, len(NEW) - 1)[at:]), full=body(flip(NEW, 7))))
row("resume-too-much", 0, "", asks=[None, "half", None], cdn=Breaks(part(lambda at: NEW[at:] + b"x" * 99)))
row("resume-too-much-twice", 4, "more than the expected", cdn=Breaks(
    part(lambda at: NEW[at:] + b"x"), full=body(NEW + b"x")))
row("resume-in-vain", 4, "closed|transfer", cdn=Breaks(part(lambda at: b"", length=lambda at: len(NEW) - at)))
row("never-by-weak-tag", 0, "", asks=[None, None], cdn=Breaks(part(), tag='W/"tag"'))
row("never-without-tag", 0, "", asks=[None, None], cdn=Breaks(part(), tag=""))
row("part-unasked", 4, "another part than asked for", cdn=lambda rq: part()(rq, 0))
row("no-model", 3, "model.safetensors", model=b"no model at all, but the right hash" * 30)

row("loop", 4, "redirects", head=relative("/{b}/again"), get=relative("/{b}/again"))
row("loop-for-headers", 4, "redirects", warm=4, head=elsewhere("{hub}/{b}/again"))
row("headers-at-plain-http", 4, "not https", head=elsewhere("http://example.org/x"), warm=4)
row("headers-from-no-hub", 4, "names no commit", head=elsewhere("{cdn}/{b}/x"), cdn=body(NEW))
row("loop-absolute", 4, "redirects", get=redirect("{hub}/{b}/again"))
row("to-plain-http", 4, "not https", get=redirect("http://example.org/x"))
row("to-lookalike", 4, "not https", get=redirect("http://127.0.0.1.example.org/x"))
row("to-file", 4, "not a URL|not https", get=redirect("file:///etc/passwd"))
row("to-ftp", 4, "not https", get=redirect("ftp://localhost/x"))
row("to-user", 4, "user name is not allowed", get=redirect("http://me:word@localhost:1/x"))
row("to-nowhere", 4, "[Cc]onnect", get=redirect("http://127.0.0.1:1/x"))
row("to-nothing", 4, "HTTP 302", head=status(302), warm=4)

row("401", 4, "token is not valid", head=error(401, "", "Invalid credentials in Authorization header"))
row("401-unknown", 4, "not found, or the token has no access to it", head=error(401, "RepoNotFound", "Repository not found"))
row("403", 4, "access denied: Quota", head=error(403, "", "Quota"))
row("403-gated", 4, "gated repository, and the token has no access; accept its terms at http.* with the account", head=error(403, "GatedRepo"))
row("403-at-cdn", 4, "access denied", cdn=status(403))
row("404-revision", 4, "no revision 'main'", head=error(404, "RevisionNotFound"))
row("404-entry", 4, "no file 'sub/model.safetensors'", head=error(404, "EntryNotFound"))
row("404-repository", 4, "repository not found", head=error(404, "RepoNotFound"))
row("404-bare", 4, "not found .HTTP 404", head=status(404))
row("410", 4, "gone", head=status(410))
row("418", 4, "HTTP 418", head=status(418))
row("408", 4, "HTTP 408", cdn=status(408))
row("429", 4, "too many requests to the Hub; wait 999 seconds", cdn=status(429, [("Retry-After", "999")]))
row("429-date", 4, "too many requests to the Hub; wait", cdn=status(429, [("Retry-After", "Thu, 01 Jan 2099 00:00:00 GMT")]))
row("429-head", 4, "too many requests", warm=0, head=status(429))
row("500", 4, "HTTP 500", cdn=status(500))
row("503", 4, "HTTP 503", warm=0, head=status(503))
row("503-endless", 4, "HTTP 503", cdn=lambda rq: (rq.answer(503, [], b"", 10 ** 12),
                                                   [rq.send(bytes(65536)) for _ in range(10 ** 4)]))
row("escape-codes", 4, r"access denied: \?\[2J", head=status(403, [("X-Error-Message", "\x1b[2J\xff")]))

row("etag-path", 4, "ETag is not a hash", meta={"etag": "../../../../evil"})
row("etag-short", 4, "ETag is not a hash", meta={"etag": "abcdef"})
row("etag-upper", 4, "ETag is not a hash", meta={"etag": sha256(NEW).upper()})
row("etag-missing", 4, "ETag is not a hash", head=plain([("X-Repo-Commit", NEW_COMMIT)]))
row("etag-wrong", 4, "damaged download, its hash", meta={"etag": "0" * 64})
row("commit-path", 4, "names no commit", meta={"commit": "../../../../../../tmp/evil"})
row("commit-missing", 4, "names no commit", head=plain([("ETag", '"%s"' % sha256(NEW))]))
row("size-huge", 4, "bytes exceed the limit", meta={"size": 10 ** 15})
row("size-wrong", 4, "more than the expected", meta={"size": 10})
row("size-text", 0, "", meta={"size": "-1e9"})

BEHAVIOURS = {name: behaviour for name, *_, behaviour in ROWS}
BEHAVIOURS["old"] = {"model": OLD, "meta": {"commit": OLD_COMMIT}}

# ---- running -----------------------------------------------------------------------------


def wanted_tree(data, commit, etag):
    base = "models--test--net/"
    return {
        base + "blobs/" + etag: sha256(data),
        base + "refs/main": sha256(commit.encode()),
        base + "snapshots/%s/sub/model.safetensors" % commit: "-> ../../../blobs/" + etag,
    }


def check(hub, item, warm):
    """A description of the row's failure, or None."""
    name, cold_code, pattern, warm_code, patience, behaviour = item
    code = warm_code if warm else cold_code
    cache = new_cache()
    if warm:
        shutil.copytree(OLD_CACHE, cache, symlinks=True, dirs_exist_ok=True)
    before = tree(cache)
    env = environment(cache, hub.endpoint(name), **({patience: "1"} if patience else {}))
    breaks = behaviour.get("cdn") if isinstance(behaviour.get("cdn"), Breaks) else Breaks(None)
    breaks.reset()
    result = digitpad(["models", "fetch", MODEL], env)
    after = tree(cache)
    shutil.rmtree(cache)
    if result.returncode != code:
        return "exit status %d, not %d: %s" % (result.returncode, code, result.stderr)
    if not re.search(pattern, result.stderr):
        return "message: %s" % result.stderr
    if behaviour["asks"] and breaks.asked != behaviour["asks"]:
        return "the ranges asked for are %s" % breaks.asked
    if breaks.asked and breaks.asked[0]:
        return "the first request of a run asks for a part"
    if TOKEN in result.stderr + result.stdout or "\x1b" in result.stderr:
        return "the token or an escape sequence is in a message"
    if cold_code == 0:
        etag = behaviour.get("meta", {}).get("etag")
        etag = etag or (git_sha1(NEW) if name == "small-file" else sha256(NEW))
        before.update(wanted_tree(NEW, NEW_COMMIT, etag))
    if after != before:
        return "the cache is\n%s\nand should be\n%s" % (after, before)
    if bool(result.stdout) != (code == 0):
        return "stdout: %s" % result.stdout
    return None


def run_row(hub, item, runs):
    for i in range(runs):
        for warm in (False, True):
            wrong = check(hub, item, warm)
            if wrong:
                return "run %d, %s cache: %s" % (i, "warm" if warm else "cold", wrong)
    return None


def leaks(hub):
    """A request that sent the token to the wrong host or lacked a required header, or None."""
    for rq in hub.log:
        has_token = rq.headers.get("authorization") == "Bearer " + TOKEN
        if has_token != (rq.side == "hub"):
            return "%s %s on the %s" % (rq.method, rq.path, rq.side)
        if rq.headers.get("accept-encoding") != "identity":
            return "%s asks for an encoding" % rq.path
        if not rq.headers.get("user-agent", "").startswith("digitpad/"):
            return "%s: wrong User-Agent" % rq.path
    return None


def main():
    runs = int(os.environ.get("NET_RUNS", "1"))
    rows = [row for row in ROWS if re.search(os.environ.get("NET_ROWS", ""), row[0])]
    tap, hub = Tap(), Hub(NEW, BEHAVIOURS)
    made = digitpad(["models", "fetch", MODEL], environment(OLD_CACHE, hub.endpoint("old")))
    tap.equal("an older copy is fetched", made.stderr, "")
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for item, wrong in zip(rows, pool.map(lambda item: run_row(hub, item, runs), rows)):
            tap.case(item[0], wrong)
    tap.case("the token goes to the Hub and nowhere else", leaks(hub))
    print("# %d behaviours, %d runs of each, %d requests" % (len(rows), 2 * runs, len(hub.log)))
    tap.done()


main()
