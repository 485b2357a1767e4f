"""Fetching into the Hub's cache and reading from it: settings, names, damage, removal."""
import json
import os
import re
import shutil
import signal
import subprocess
import time

from harness import (DIGITPAD, HELPER, SOURCE, Tap, can_trace, digitpad, environment,
                     new_cache, run, tree, wait_for)
from hub import Hub, sha256, tiny_model

TINY = tiny_model(3)
MODEL = "hf:test/net:tiny.safetensors"
BLOB = "models--test--net/blobs/" + sha256(TINY)
OFFLINE = "not in the cache, and offline mode is on"
DAMAGED = "tiny.safetensors: the content does not match its hash; set aside as .damaged"
REAL = {
    "mnist-8": ("onnxmodelzoo/mnist-8", "mnist-8.onnx",
                "a19f9a8c2333de1df9b03f10f5739f468b699a1a"),
    "mnist-mlp": ("dacorvo/mnist-mlp", "model.safetensors",
                  "7ed1e96d182395fd7380ea8495b9eb2364ce9dc1"),
}
STORED = {"mnist-8": "mnist-8.onnx", "mnist-mlp": "mnist-mlp.safetensors"}
tap = Tap()


def slowly(rq):
    """Send the content in pieces, over about a second."""
    rq.answer(200, (), b"", len(TINY))
    for i in range(0, len(TINY), 4000):
        rq.send(TINY[i:i + 4000])
        time.sleep(0.1)


def never_ending(rq):
    """Send half of the content, then nothing until the client closes the connection."""
    rq.answer(200, (), TINY[:len(TINY) // 2], len(TINY))
    rq.connection.recv(1)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def real_files():
    """The real files of the registry: {OWNER/REPO/FILE: content}."""
    found = {}
    for name, (repo, file, _) in REAL.items():
        path = os.path.join(SOURCE, "..", "shared", "weights", STORED[name])
        if os.path.exists(path):
            found[repo + "/" + file] = read(path)
    return found


FILES = real_files()
hub = Hub(TINY, {"slow": {"cdn": slowly}, "endless": {"cdn": never_ending},
                 "gated": {"head": lambda rq: rq.answer(403, [("X-Error-Code", "GatedRepo")])},
                 "unknown": {"head": lambda rq: rq.answer(401, [("X-Error-Code", "RepoNotFound")])},
                 "other": {"model": tiny_model(4)}}, FILES)


def setting(behaviour, **more):
    return environment(new_cache(), hub.endpoint(behaviour), **more)


def counted(behaviour, arguments, env):
    """The result of a command and the requests that it made."""
    before = len(hub.requests(behaviour))
    result = digitpad(arguments, env)
    return result, hub.requests(behaviour)[before:]


def test_registry(name):
    repo, file, commit = REAL[name]
    if repo + "/" + file not in FILES:
        tap.skip(name + " from a loopback Hub", "its file is not in shared/weights")
        return
    env = setting("files")
    result, requests = counted("files", ["models", "fetch", name], env)
    content = FILES[repo + "/" + file]
    folder = os.path.join(env["HF_HUB_CACHE"], "models--" + repo.replace("/", "--"))
    path = os.path.join(folder, "snapshots", commit, file)
    tap.equal(name + " is fetched", (result.returncode, result.stderr), (0, ""))
    tap.equal(name + ": its path is printed", result.stdout, path + "\n")
    tap.equal(name + ": byte for byte", sha256(read(path)), sha256(content))
    tap.equal(name + ": a relative link to its blob", os.readlink(path),
              "../../blobs/" + sha256(content))
    tap.equal(name + ": three requests", requests, ["hub HEAD", "hub GET", "cdn GET"])
    result, requests = counted("files", ["models", "fetch", name], env)
    tap.equal(name + ": no request the second time", (result.returncode, requests), (0, []))
    result, requests = counted("files", ["info", name], env)
    tap.equal(name + ": it opens", (result.returncode, requests, result.stderr), (0, [], ""))


def test_first_use():
    env = setting("use")
    result, requests = counted("use", ["info", MODEL], env)
    tap.equal("a command fetches its model", (result.returncode, len(requests)), (0, 3))
    result, requests = counted("use", ["info", MODEL], env)
    tap.equal("the second command does not", (result.returncode, requests), (0, []))
    result, requests = counted("use", ["models", "fetch", MODEL], env)
    tap.equal("a branch is looked up again", requests, ["hub HEAD"])
    env["HF_ENDPOINT"] = hub.endpoint("other")
    digitpad(["models", "fetch", MODEL], env)
    result = digitpad(["models", "path", MODEL], env)
    tap.equal("its new file is used", sha256(read(result.stdout.strip())), sha256(tiny_model(4)))
    tap.equal("the previous file stays in the cache", sha256(read(
        os.path.join(env["HF_HUB_CACHE"], BLOB))), sha256(TINY))


def test_damage():
    env = setting("damage")
    digitpad(["models", "fetch", MODEL], env)
    blob = os.path.join(env["HF_HUB_CACHE"], BLOB)

    def damage():
        with open(blob, "r+b") as f:
            f.seek(5000)
            f.write(b"\xff")

    damage()
    result, requests = counted("damage", ["info", MODEL], env)
    tap.equal("damage is found, and fetched again", (result.returncode, len(requests)), (0, 3))
    tap.equal("the blob is intact again", sha256(read(blob)), sha256(TINY))
    tap.ok("the damaged one is set aside", os.path.exists(blob + ".damaged"))
    damage()
    result = digitpad(["info", MODEL], {**env, "HF_HUB_OFFLINE": "1"})
    tap.refused("damage offline is an error", result, 4, OFFLINE)
    digitpad(["models", "fetch", MODEL], env)
    damage()
    result = digitpad(["models", "verify", MODEL], env)
    tap.refused("verify finds damage", result, 3, DAMAGED)
    digitpad(["models", "fetch", MODEL], env)
    os.truncate(blob, 100)
    result, requests = counted("damage", ["models", "fetch", MODEL], env)
    tap.equal("a truncated blob is replaced", (result.returncode, len(requests)), (0, 3))
    result = digitpad(["models", "verify", MODEL], env)
    tap.equal("verify accepts an intact file", result.stdout, MODEL + " intact\n")


def test_offline():
    env = setting("offline")
    strace = ["strace", "-f", "-qq", "-e", "trace=socket,connect"]
    off = {**env, "HF_HUB_OFFLINE": "1", "ASAN_OPTIONS": "detect_leaks=0"}
    if not can_trace():
        tap.skip("no socket offline", "strace does not work here")
        return
    result = digitpad(["models", "fetch", MODEL], off, strace)
    tap.ok("offline, without the file: no socket", "socket(" not in result.stderr, result.stderr)
    tap.refused("offline, without the file: an error", result, 4, OFFLINE)
    digitpad(["models", "fetch", MODEL], env)
    result = digitpad(["models", "fetch", MODEL], off, strace)
    tap.ok("offline, with it: no socket", "socket(" not in result.stderr, result.stderr)
    tap.equal("offline, with it: success", result.returncode, 0)
    for value, wanted in (("0", True), ("", True), ("no", True), ("on", False), ("True", False)):
        _, requests = counted("offline", ["models", "fetch", MODEL],
                              {**env, "HF_HUB_OFFLINE": value})
        tap.equal("HF_HUB_OFFLINE=%s" % value, bool(requests), wanted)


def test_offline_option():
    env = setting("option")
    result, requests = counted("option", ["models", "fetch", "--offline", MODEL], env)
    tap.refused("--offline, without the file", result, 4, OFFLINE)
    tap.equal("--offline, without the file: no request", requests, [])
    digitpad(["models", "fetch", MODEL], env)
    result, requests = counted("option", ["models", "fetch", "--offline", MODEL], env)
    tap.equal("--offline, with it: no request", (result.returncode, result.stderr, requests),
              (0, "", []))


def test_places():
    home = new_cache()
    env = {**setting("places"), "HOME": home}
    del env["HF_HUB_CACHE"]
    places = [
        ({}, home + "/.cache/huggingface/hub"),
        ({"XDG_CACHE_HOME": home + "/x"}, home + "/x/huggingface/hub"),
        ({"XDG_CACHE_HOME": home + "/x", "HF_HOME": home + "/h"}, home + "/h/hub"),
        ({"HF_HOME": "~/t"}, home + "/t/hub"),
        ({"HF_HOME": home + "/h", "HF_HUB_CACHE": home + "/c"}, home + "/c"),
        ({"HF_HOME": home + "/h", "HUGGINGFACE_HUB_CACHE": home + "/o"}, home + "/o"),
        ({"HUGGINGFACE_HUB_CACHE": home + "/o", "HF_HUB_CACHE": home + "/c"}, home + "/c"),
    ]
    for variables, place in places:
        result = digitpad(["models", "fetch", MODEL], {**env, **variables})
        tap.ok("cache with %s" % ", ".join(variables or ["HOME"]),
               result.stdout.startswith(place + "/models--test--net/"),
               result.stdout + result.stderr)
        tap.ok("… has a cache directory tag", read(place + "/CACHEDIR.TAG").startswith(
            b"Signature: 8a477f597d28d172789f06886806bc55"))


def test_token_files():
    home = new_cache()
    for name in ("token", "elsewhere"):
        with open(os.path.join(home, name), "w") as f:
            f.write("hf_%s\n" % name)
    env = {**setting("token"), "HF_HOME": home, "HF_TOKEN": ""}
    older = {"HUGGING_FACE_HUB_TOKEN": " Bearer hf_older\n"}
    for variables, token in (({}, "hf_token"), ({"HF_TOKEN": "hf_var"}, "hf_var"),
                             (older, "hf_older"), ({"HF_TOKEN": "hf_var", **older}, "hf_var"),
                             ({"HF_TOKEN_PATH": home + "/elsewhere"}, "hf_elsewhere")):
        digitpad(["models", "fetch", MODEL], {**env, **variables})
        last = [rq for rq in hub.log if rq.behaviour == "token" and rq.side == "hub"][-1]
        tap.equal("token of %s" % (list(variables) or "HF_HOME"),
                  last.headers.get("authorization"), "Bearer " + token)


def test_without_token():
    """Messages name the remedy that is left."""
    for behaviour, message in (("gated", "gated repository; accept its terms at http.* and set HF_TOKEN"),
                               ("unknown", "not found or private; set HF_TOKEN if it is private")):
        result = digitpad(["models", "fetch", MODEL], setting(behaviour, HF_TOKEN=""))
        tap.refused(behaviour + ", without a token", result, 4, message)
    result = digitpad(["models", "fetch", MODEL], setting(
        "token", HF_TOKEN="", HUGGING_FACE_HUB_TOKEN="two words"))
    tap.refused("the older name of HF_TOKEN is checked, too", result, 4,
                "HUGGING_FACE_HUB_TOKEN: not a valid token")


def test_read_only():
    """Nothing is written if the file and its revision are current."""
    env = setting("readonly")
    cache = env["HF_HUB_CACHE"]
    first = digitpad(["models", "fetch", MODEL], env)
    shutil.rmtree(os.path.join(cache, ".locks"))
    folders = [folder for folder, _, _ in os.walk(cache)]
    before = [os.stat(folder).st_mtime_ns for folder in folders]
    for folder in folders:
        os.chmod(folder, 0o555)
    result = digitpad(["models", "fetch", MODEL], env)
    tap.equal("a current file of a read-only cache", (result.returncode, result.stdout, result.stderr),
              (0, first.stdout, ""))
    tap.equal("… nothing is written, no lock either", before, [os.stat(f).st_mtime_ns for f in folders])
    if os.geteuid() != 0:
        result = digitpad(["models", "fetch", MODEL], {**env, "HF_ENDPOINT": hub.endpoint("other")})
        tap.refused("a newer file does not fit in", result, 5, "Permission denied")
    else:
        tap.skip("a newer file does not fit in", "root may write everywhere")
    for folder in folders:
        os.chmod(folder, 0o755)


def test_addresses():
    env = setting("address")
    base = hub.endpoint("address") + "/test/net/"
    wanted = digitpad(["models", "fetch", MODEL], env).stdout
    for address in (base + "resolve/main/tiny.safetensors?download=true", base + "blob/main/tiny.safetensors",
                    "https://huggingface.co/test/net/raw/main/tiny.safetensors",
                    "https://hf.co/test/net/tree/main/tiny.safetensors", "hf://test/net/tiny.safetensors"):
        for command in ("path", "fetch"):
            result = digitpad(["models", command, address], env)
            tap.equal("%s %s" % (command, address[-50:]), (result.stdout, result.stderr), (wanted, ""))
    result = digitpad(["info", "https://hf.co/test/net/blob/main/tiny.safetensors"], env)
    tap.equal("a command takes an address as its model", (result.returncode, result.stderr), (0, ""))
    for name, message in (("test/net", "test/net: which file of the repository. give hf:test/net:FILE"),
                          ("https://huggingface.co/test/net", "test/net: which file. give hf:test/net:FILE; "
                           "https://huggingface.co/test/net/tree/main lists them")):
        tap.refused("fetch " + name, digitpad(["models", "fetch", name], env), 2,
                    "^digitpad models: " + message + "\n$")
    tap.refused("a repository is no model", digitpad(["info", "test/net"], env), 3,
                "test/net: No such file or directory; a model of the Hub is given as hf:OWNER/REPO:FILE")
    tap.refused("another web page", digitpad(["info", "https://example.org/m.onnx"], env), 2,
                "not an address of the Hugging Face Hub; download the file and give its name")


def test_said_once():
    """A message names each thing once."""
    env = environment(new_cache(), "https://digitpad.invalid", no_proxy="*")
    result = digitpad(["models", "fetch", MODEL], env)
    tap.refused("no such host", result, 4, "resolve host: digitpad.invalid")
    tap.equal("… its name is said once", result.stderr.count("digitpad.invalid"), 1)
    tap.equal("… and that of the model", result.stderr.count(MODEL), 1)


MARK = b"\xef\xbb\xbf"
TOKENS = {  # content of the variable or the file: the token that the Hub must get
    b"hf_x": "hf_x",
    b" \thf_x \r\n": "hf_x",
    b"Bearer hf_x": "hf_x",
    b"bEARER \t hf_x\n": "hf_x",
    MARK + b"hf_x": "hf_x",
    MARK + b"\nBearer hf_x\r\n": "hf_x",
    b"Bearerhf_x": "Bearerhf_x",
    b"x" * 512: "x" * 512,
    b" \n": None,
    b"Bearer": None,
    b" Bearer \n": None,
    MARK: None,
}
NO_TOKENS = (b"hf x", b"Bearer Bearer hf_x", b"hf_x\nhf_y", b"hf\x01x", b"hf_x\x7f", b"hf\x1b[2Jx",
             b"a\r\nX-Evil: 1", "hf_\u00fc".encode(), b"hf_\xff", b"hf" + MARK + b"x", b"x" * 513)


def test_tokens():
    path = os.path.join(new_cache(), "token")
    fetch = ["models", "fetch", MODEL]

    def holding(variable, file):
        with open(path, "wb") as f:
            f.write(file)
        return {**setting("tokens"), "HF_TOKEN_PATH": path, "HF_TOKEN": os.fsdecode(variable)}

    def seen(env):
        before = len(hub.log)
        result = digitpad(fetch, env)
        return result.stderr, [rq.headers.get("authorization") for rq in hub.log[before:]
                               if rq.side == "hub"]

    def refused(name, source, env):
        result, requests = counted("tokens", fetch, env)
        tap.equal(name, (result.returncode, result.stdout, result.stderr, requests), (
            4, "", "digitpad models: %s: %s: not a valid token; give one word of at most 512 "
            "ASCII characters, or none\n" % (MODEL, source), []))

    for content, token in TOKENS.items():
        wanted = ("", [token and "Bearer " + token] * 2)
        tap.equal("HF_TOKEN holds %.24r" % content, seen(holding(content, b"")), wanted)
        tap.equal("a file holds %.24r" % content, seen(holding(b"", content)), wanted)
    for content in NO_TOKENS:
        refused("HF_TOKEN must not hold %.24r" % content, "HF_TOKEN", holding(content, b"hf_x"))
    for content in NO_TOKENS + (b"hf\0x", b"hf_x\0"):
        refused("a file must not hold %.24r" % content, path, holding(b"", content))
    tap.equal("the file replaces a blank HF_TOKEN", seen(holding(b" \n", b"hf_file")),
              ("", ["Bearer hf_file"] * 2))


def test_without_links():
    env = setting("nolinks", HF_HUB_DISABLE_SYMLINKS="1")
    result = digitpad(["models", "fetch", MODEL], env)
    path = result.stdout.strip()
    tap.ok("a snapshot can hold the file itself", os.path.isfile(path) and
           not os.path.islink(path), result.stderr)
    with open(path, "r+b") as f:
        f.write(b"\xff")
    result = digitpad(["models", "verify", MODEL], env)
    tap.refused("damage of such a file is found", result, 3, DAMAGED)


def test_together():
    env = setting("slow")
    clients = [subprocess.Popen([DIGITPAD, "models", "fetch", MODEL], env=env,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
               for _ in range(6)]
    talk = [c.communicate()[1] for c in clients]
    tap.equal("six at once all succeed", [c.returncode for c in clients], [0] * 6)
    tap.equal("six at once download only once", hub.requests("slow").count("cdn GET"), 1)
    tap.equal("six at once print no message", "".join(talk), "")


def test_progress():
    lines = run([HELPER, MODEL], setting("slow")).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    done = [e["done"] for e in events if e["event"] == "progress"]
    tap.ok("progress is reported while a file arrives, and at its end",
           len(done) > 2 and done == sorted(set(done)) and done[-1] == len(TINY), lines)


def test_stopped():
    for number in (signal.SIGTERM, signal.SIGINT):
        env = setting("endless")
        before = hub.requests("endless").count("cdn GET")
        client = subprocess.Popen([HELPER, MODEL], env=env, stdout=subprocess.PIPE, text=True)
        wait_for(lambda: hub.requests("endless").count("cdn GET") > before)
        client.send_signal(number)
        last = client.communicate()[0].splitlines()[-1]
        tap.equal("%s ends it" % number.name, (client.returncode, json.loads(last)),
                  (130, {"event": "error", "model": MODEL, "code": "interrupted",
                         "message": "interrupted"}))
        tap.equal("%s: nothing is left" % number.name, tree(env["HF_HUB_CACHE"]), {})
    env = setting("slow")
    client = subprocess.Popen([HELPER, MODEL], env=env, stdout=subprocess.PIPE)
    client.stdout.readline()
    client.stdout.close()
    tap.equal("a closed pipe ends it", client.wait(), 130)
    tap.equal("a closed pipe: nothing is left", tree(env["HF_HUB_CACHE"]), {})


def test_full_disk():
    env = setting("full")
    limited = ["sh", "-c", "ulimit -f 8; exec \"$@\"", "sh"]
    result = digitpad(["models", "fetch", MODEL], env, limited)
    tap.refused("no room for the file", result, 5, "digitpad models: .*/blobs/.*too large")
    tap.equal("no room for the file: nothing is left", tree(env["HF_HUB_CACHE"]), {})
    if not can_trace():
        tap.skip("a full disk", "strace does not work here")
        return
    for call in ("fsync", "mkdir", "rename"):
        env = setting("full")
        inject = ["strace", "-f", "-qq", "-e", "trace=" + call, "-o", "/dev/null", "-e",
                  "inject=%s:error=ENOSPC:when=1+" % call]
        result = digitpad(["models", "fetch", MODEL],
                          {**env, "ASAN_OPTIONS": "detect_leaks=0"}, inject)
        tap.refused("ENOSPC from %s" % call, result, 5, ": No space left on device")
        tap.equal("ENOSPC from %s: nothing is left" % call, tree(env["HF_HUB_CACHE"]), {})


def test_sweep():
    env = setting("sweep")
    blobs = os.path.join(env["HF_HUB_CACHE"], "models--test--net/blobs")
    os.makedirs(blobs)
    stale, other, foreign, fresh = (os.path.join(blobs, name) for name in (
        sha256(TINY) + ".999-0.digitpad", "0" * 64 + ".1-0.digitpad",
        "0" * 64 + ".incomplete", "1" * 64 + ".2-0.digitpad"))
    for path in (stale, other, foreign, fresh):
        open(path, "w").close()
    os.utime(other, (0, 0))
    os.utime(foreign, (0, 0))
    digitpad(["models", "fetch", MODEL], env)
    tap.equal("only temporary files of dead processes are removed",
              [os.path.exists(p) for p in (stale, other, foreign, fresh)],
              [False, False, True, True])


def test_remove():
    env = setting("remove")
    blob = os.path.join(env["HF_HUB_CACHE"], BLOB)
    second = "hf:test/net:second.safetensors"
    digitpad(["models", "fetch", MODEL, second], env)
    result = digitpad(["models", "remove", MODEL], env)
    tap.equal("remove", (result.returncode, result.stderr), (0, ""))
    tap.refused("a removed model is not in the cache", digitpad(["models", "path", MODEL], env), 3,
                "not in the cache; run 'digitpad models fetch hf:")
    tap.refused("removing it twice is an error", digitpad(["models", "remove", MODEL], env), 3,
                "tiny.safetensors: not in the cache")
    tap.ok("the blob stays while another file uses it", os.path.exists(blob))
    digitpad(["models", "remove", second], env)
    tap.ok("the blob is removed with the last file", not os.path.exists(blob))


def test_names():
    env = setting("names")
    for message, names in {
            ": no model has this name": ("x",),
            ": not OWNER/REPO[@REVISION]:FILE": ("hf:x", "a/b/c"),
            ": not a repository OWNER/NAME": (
                "../b:c.onnx", "a/..:c.onnx", "a--x/b:c.onnx", "a/b/c:d.onnx", ":c", "/b:c", "a/:c",
                "A" * 99 + "/b:c.onnx"),
            ": not a relative path in a repository": (
                "a/b:../c.onnx", "a/b:/c.onnx", "a/b:c/../d.onnx", "a/b:c\\d.onnx", "a/b:",
                "a/b:c\nd"),
            ": not a branch, tag or commit": ("a/b@..:c.onnx", "a/b@-x:c.onnx", "a/b@:c",
                                               "a/b@x y:c"),
            "carried in the program, not on the Hub": ("cnn",)}.items():
        for name in names:
            result, requests = counted("names", ["models", "fetch", "--", name], env)
            tap.refused("refused: %r" % name[:20], result, 2, re.escape(message))
            tap.equal("… without a request", requests, [])
    result = digitpad(["models", "fetch", "a/b:c d%3f#ü.onnx"], env)
    paths = [rq.path for rq in hub.log if rq.behaviour == "names"]
    tap.equal("a file name is encoded", paths[:1],
              ["a/b/resolve/main/c%20d%253f%23%C3%BC.onnx"])
    result = digitpad(["models", "fetch", "a/b@refs/pr/1:c.safetensors"], env)
    paths = [rq.path for rq in hub.log if rq.behaviour == "names" and "pr" in rq.path]
    tap.equal("a revision is encoded", paths[:1], ["a/b/resolve/refs%2Fpr%2F1/c.safetensors"])
    tap.equal("a revision with slashes is fetched", result.returncode, 0)


def test_endpoints():
    for endpoint, message in {
            "http://example.org": "http://example.org: not https",
            "ftp://localhost": "ftp://localhost: not https",
            "localhost": "'localhost': not a URL",
            "file:///etc": "'file:///etc': not a URL",
            "http://127.0.0.1.example.org": ": not https",
            "http://u:p@127.0.0.1": "URL on 127.0.0.1: a user name is not allowed",
            "http://127.0.0.1/?x=": "is not the address of a Hub",
            "https://": "'https:': not a URL"}.items():
        result = digitpad(["models", "fetch", MODEL], environment(new_cache(), endpoint))
        tap.refused("HF_ENDPOINT=%s" % endpoint, result, 4,
                    "HF_ENDPOINT: .*" + re.escape(message))
    env = setting("slash")
    env["HF_ENDPOINT"] += "///"
    tap.equal("HF_ENDPOINT with trailing slashes",
              digitpad(["models", "fetch", MODEL], env).returncode, 0)


def test_timeouts():
    for name in ("HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT"):
        for text in ("0", "3601", "-1", "9999999999999999999", "2s", "x"):
            result = digitpad(["models", "fetch", MODEL], setting("timeouts", **{name: text}))
            tap.refused("%s=%s" % (name, text), result, 4,
                        "%s: '%s' is not a number of seconds from 1 to 3600" % (name, text))
    env = setting("timeouts", HF_HUB_ETAG_TIMEOUT="1", HF_HUB_DOWNLOAD_TIMEOUT="3600")
    tap.equal("timeouts of 1 and 3600 seconds",
              digitpad(["models", "fetch", MODEL], env).returncode, 0)


def test_helper():
    env = setting("helper", DIGITPAD_HUB="/nonexistent/digitpad-hub")
    result = digitpad(["models", "fetch", MODEL], env)
    tap.refused("no helper", result, 4, "/nonexistent/digitpad-hub: No such file")
    mute = "ended without an answer"  # not a crash here: the helper is another program
    env["DIGITPAD_HUB"] = "/bin/true"
    result = digitpad(["models", "fetch", MODEL], env, provoked=mute)
    tap.refused("a helper that says nothing", result, 4, MODEL + ": digitpad-hub " + mute)
    env = setting("helper")
    del env["DIGITPAD_HUB"]
    tap.equal("the helper is found beside the program",
              digitpad(["models", "fetch", MODEL], env).returncode, 0)
    result = run([HELPER], env)
    tap.refused("the helper without a model prints its usage", result, 2,
                "^usage: digitpad-hub ")


for model in REAL:
    test_registry(model)
test_first_use()
test_damage()
test_offline()
test_offline_option()
test_places()
test_token_files()
test_tokens()
test_without_token()
test_read_only()
test_addresses()
test_said_once()
test_without_links()
test_together()
test_progress()
test_stopped()
test_full_disk()
test_sweep()
test_remove()
test_names()
test_endpoints()
test_timeouts()
test_helper()
tap.done()
