"""The units of systemd: their syntax, and their commands on a socket that systemd-socket-activate
passes. SERVE_CONNECTIONS=10000 makes so many connections to processes of their own, and prints how
many there are in a second."""
import os
import re
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from server import Client, data, expected, lines, listens, wait_for
from harness import BUILD, DIGITPAD, SOURCE, WORK, Tap, judge

tap = Tap()
digits = lines("digits.ndjson")
many = int(os.environ.get("SERVE_CONNECTIONS", "0"))

# The units, with the program that is tested in place of the installed one.
units = tempfile.mkdtemp(dir=WORK.name)
program = {}
for name in ("digitpad.socket", "digitpad.service", "digitpad@.service"):
    made = name.endswith("service")
    with open(os.path.join(BUILD if made else SOURCE, "tui", "systemd", name)) as f:
        text = f.read()
    tap.equal("%s: nothing is left to substitute" % name, re.findall(r"@[a-z]+@", text), [])
    text = re.sub(r"(?m)^ExecStart=\S*/digitpad", "ExecStart=" + DIGITPAD, text)
    with open(os.path.join(units, name), "w") as f:
        f.write(text)
    program[name] = re.findall(r"(?m)^ExecStart=(.*)$", text)

if shutil.which("systemd-analyze"):
    def analyze(*arguments):
        result = subprocess.run(["systemd-analyze", "--no-pager", *arguments], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return "" if result.returncode == 0 and "digitpad" not in result.stdout else result.stdout

    for name in ("digitpad.socket", "digitpad.service", "digitpad@1.service"):
        tap.equal("systemd-analyze verify " + name,
                  analyze("verify", "--man=no", os.path.join(units, name)), "")
    for name in ("digitpad.service", "digitpad@.service"):
        result = subprocess.run(
            ["systemd-analyze", "--no-pager", "security", "--offline=true", "--threshold=15",
             os.path.join(units, name)], text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        tap.ok(name + ": the exposure is below 1.5 of 10", result.returncode == 0, result.stdout)
else:
    tap.skip("the syntax of the units", "no systemd-analyze")


def activate(*arguments):
    """systemd-socket-activate with a new socket: its path and the process. It reports every
    connection, in the file beside the socket."""
    path = os.path.join(tempfile.mkdtemp(dir=WORK.name), "s")
    process = subprocess.Popen(["systemd-socket-activate", "-l", path, *arguments],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=open(path + ".talk", "w"))
    wait_for(lambda: listens(path))
    return path, process


def end(path, process):
    """Stop it; its status, unless it or what it started has crashed."""
    process.terminate()
    process.wait(60)
    with open(path + ".talk", errors="backslashreplace") as f:
        judge(process.args, process.returncode, f.read(), "SIGTERM")
    return process.returncode


if shutil.which("systemd-socket-activate"):
    path, process = activate(*program["digitpad.service"][0].split())
    with Client(path) as one, Client(path) as two:
        tap.equal("digitpad.service answers", one.ask(digits[0]), expected(digits[0]))
        tap.equal("two clients at once", two.ask(digits[1]), expected(digits[1]))
    tap.equal("digitpad.service ends well", end(path, process), 0)

    command = program["digitpad@.service"][0].split()
    path, process = activate("--accept", "--inetd", *command)

    def talk_once(i):
        with Client(path) as client:
            return client.talk(digits[i % 10]) == expected_answers[i % 10]

    expected_answers = [expected(line) for line in digits]
    with Client(path) as one, Client(path) as two:
        text = data("erased.ndjson") + b"nonsense\n" + digits[0]
        tap.equal("digitpad@.service answers", one.talk(text), expected(text))
        tap.equal("another connection", two.ask(digits[1]), expected(digits[1]))
    begin = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        right = sum(pool.map(talk_once, range(many or 40)))
    seconds = time.monotonic() - begin
    tap.equal("a process for each connection", right, many or 40)
    print("# %d connections in %.1f s: %.0f a second" % (right, seconds, right / seconds))
    end(path, process)
else:
    tap.skip("the commands of the units", "no systemd-socket-activate")
tap.done()
