"""Kill the helper at a system call, or make the call fail. Afterwards the cache must be valid,
an older copy must still open, and the next fetch must complete and remove leftover files.

NET_KILLS=all tests every call of a fetch with every fault; the default is a sample of about
150."""
import collections
import concurrent.futures
import os
import re
import shutil
import sys

from harness import HELPER, Tap, can_trace, digitpad, environment, new_cache, run, tree
from hub import Hub, NEW_COMMIT, OLD_COMMIT, sha256, tiny_model

OLD, NEW = tiny_model(5), tiny_model(6)
MODEL = "hf:test/net:sub/model.safetensors"
BASE = "models--test--net/"
SAMPLE = 150
MEMORY = ("brk", "futex", "mmap", "mprotect", "munmap")  # kill only, never make them fail
FAULTS = ("signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR", "error=EACCES")
hub = Hub(NEW, {"old": {"model": OLD, "meta": {"commit": OLD_COMMIT}}})
OLD_CACHE = new_cache()


def setting(behaviour, old):
    env = environment(new_cache(), hub.endpoint(behaviour), ASAN_OPTIONS="detect_leaks=0")
    if old:
        shutil.copytree(OLD_CACHE, env["HF_HUB_CACHE"], symlinks=True, dirs_exist_ok=True)
    return env


def system_calls():
    """The number of times that a fetch makes each system call."""
    log = os.path.join(new_cache(), "log")
    env = setting("count", False)
    assert run([HELPER, MODEL], env, ["strace", "-f", "-qq", "-o", log]).returncode == 0
    with open(log) as f:
        return collections.Counter(re.findall(r"^\d+ +(\w+)\(", f.read(), re.M))


def invalid(found):
    """A description of an invalid entry: a blob whose hash is not its name, or a dangling link
    or ref. None if the cache is valid."""
    for path, content in found.items():
        name = os.path.basename(path)
        if "/blobs/" in path and not name.endswith(".digitpad") and name != content:
            return path + " has other content"
        if "/snapshots/" in path and (  # a link, or where that failed, the file itself
                content[:-64] not in ("-> ../../../blobs/", "") or
                BASE + "blobs/" + content[-64:] not in found):
            return path + " is a dangling link"
        if "/refs/" in path and content not in (sha256(OLD_COMMIT.encode()),
                                                sha256(NEW_COMMIT.encode())):
            return path + " names no commit"
    return None


def wanted(old, linked):
    """The files after a fetch. Where no symbolic link can be made, the file has a second name."""
    found = tree(OLD_CACHE) if old else {}
    found.update({
        BASE + "blobs/" + sha256(NEW): sha256(NEW),
        BASE + "refs/main": sha256(NEW_COMMIT.encode()),
        BASE + "snapshots/%s/sub/model.safetensors" % NEW_COMMIT:
            ("-> ../../../blobs/" if linked else "") + sha256(NEW),
    })
    return found


def hurt(call, when, old, fault):
    """A description of the failure after a fault at one call, or None."""
    env = setting("hurt", old)
    inject = "inject=%s:%s:when=%d" % (call, fault, when)
    run([HELPER, MODEL], env, ["strace", "-f", "-qq", "-o", "/dev/null", "-e",
                               "trace=" + call, "-e", inject],
        provoked="SIGKILL" if fault == FAULTS[0] else None)
    wrong = invalid(tree(env["HF_HUB_CACHE"]))
    if wrong:
        return wrong
    if old and digitpad(["models", "verify", MODEL], env).returncode:
        return "the older copy no longer opens"
    again = digitpad(["models", "fetch", MODEL], env)
    if again.returncode or again.stderr:
        return "the next start fails: %s" % again.stderr
    linked = call != "symlink" or fault == FAULTS[0]
    if tree(env["HF_HUB_CACHE"]) != wanted(old, linked):
        return "the next start leaves %s" % tree(env["HF_HUB_CACHE"])
    shutil.rmtree(env["HF_HUB_CACHE"])
    return None


def chosen(calls):
    """The faults to test, as arguments of hurt: all, or an even sample that includes a kill at
    every call that changes the cache."""
    every = [(call, n, old, fault) for call, count in sorted(calls.items()) if call != "execve"
             for n in range(1, count + 1) for old in (False, True)
             for fault in (FAULTS[:1] if call in MEMORY else FAULTS)]
    if os.environ.get("NET_KILLS") == "all":
        return every
    changing = {"flock", "fsync", "ftruncate", "mkdir", "rename", "symlink", "unlink",
                "unlinkat"}
    some = [e for e in every if e[0] in changing and e[3] == FAULTS[0]]
    rest = [e for e in every if e not in some]
    return some + rest[::max(1, len(rest) // (SAMPLE - len(some)))]


def main():
    if not can_trace():
        print("1..0 # SKIP strace does not work here")
        sys.exit(0)
    tap = Tap()
    assert digitpad(["models", "fetch", MODEL], environment(
        OLD_CACHE, hub.endpoint("old"))).returncode == 0
    faults = chosen(system_calls())
    wrong = {call: [] for call, *_ in faults}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for fault, found in zip(faults, pool.map(lambda f: hurt(*f), faults)):
            if found:
                wrong[fault[0]].append("%s: %s" % (fault, found))
    for call in wrong:
        tap.case("faults at %s" % call, "\n".join(wrong[call]))
    kills = sum(fault == FAULTS[0] for *_, fault in faults)
    print("# %d kills, %d failing calls" % (kills, len(faults) - kills))
    tap.done()


main()
