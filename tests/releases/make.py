"""make.py BUILD-FOLDER: write tests/releases/VERSION/, the files that the digitpad of this build writes. Run it once
for each release and commit the folder; tests/releases/releases.sh opens the folders of all releases.

    drawings.ndjson         labelled drawings, from tests/data
    NAME.EXTENSION          networks: 8 bits and floats; safetensors, ONNX and JSON
    NETWORK.csv             how predict reads drawings.ndjson with them
    stopped.safetensors.ckpt, stopped.csv   a training that was stopped, and its log
    saved.ndjson            a drawing that the pad saved
    data/, state/, config/, cache/          of XDG_DATA_HOME, XDG_STATE_HOME, XDG_CONFIG_HOME, XDG_CACHE_HOME
    hub.tar                 hub/ of HF_HUB_CACHE, whose names are too long for a tarball of the sources
"""
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "net"))
sys.dont_write_bytecode = True
build = os.path.abspath(sys.argv[1])
os.environ["builddir"] = build
os.environ["DIGITPAD"] = os.path.join(build, "digitpad")

from harness import DIGITPAD, HELPER  # noqa: E402 (reads the variables above)
from hub import Hub  # noqa: E402

TRAINING = ["--arch=avgpool 4 | flatten | dense 16 | relu | dense 10", "--images=drawings.ndjson",
            "--made-up=10", "--outliers=0", "--epochs=12", "--batch=10", "--progress=none",
            "--kernel=portable"]  # which every machine has


def run(*arguments, **more):
    subprocess.run([DIGITPAD, *arguments], check=True, **more)


def version():
    text = subprocess.run([DIGITPAD, "--version"], capture_output=True, text=True, check=True)
    return re.search(r"digitpad (\S+)", text.stdout).group(1)


def train(arch, out):
    run("train", "-q", arch, "--images=drawings.ndjson", "--epochs=30", "--batch=10", "--progress=none",
        "-o", out)


def networks():
    train("--arch=conv 8 5 stride=2 | bn | relu | maxpool 2 | flatten | dense 10", "float.safetensors")
    run("convert", "-q", "float.safetensors", "float.onnx")
    run("convert", "-q", "nano", "int8.safetensors")
    run("convert", "-q", "nano", "int8.onnx")
    train("--arch=avgpool 2 | flatten | dense 16 | relu | dense 16 | relu | dense 10", "int8.json")


def stop_training():
    log = "stopped.csv"
    trainer = subprocess.Popen([DIGITPAD, "train", *TRAINING, "--log=" + log, "-o", "stopped.safetensors"])
    while not os.path.exists(log) or len(open(log).readlines()) < 3:
        time.sleep(0.01)
    trainer.send_signal(signal.SIGINT)
    trainer.wait()


def use_the_pad():
    """Draw a one with the keyboard, label it, choose another model, and quit."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(DIGITPAD, [DIGITPAD, "draw", "--offline", "-o", "saved.ndjson"])
    time.sleep(2)
    for key in ["k"] * 6 + ["d"] + ["j"] * 12 + ["d", "1", "m", "q"]:
        os.write(fd, key.encode())
        time.sleep(0.2)
    try:
        while os.read(fd, 65536):
            pass
    except OSError:
        pass  # it has ended
    os.waitpid(pid, 0)


def learn_samples():
    with open("drawings.ndjson") as drawings, open("data/digitpad/samples.ndjson", "a") as samples:
        samples.writelines(drawings.readlines()[:9])
    run("train", "-q", "--samples=data/digitpad/samples.ndjson", "--from=nano", "--progress=none",
        "-o", "data/digitpad/nano-mine.safetensors")


def fetch():
    """A fetched model, and the mark of one that could not be fetched."""
    with open("int8.safetensors", "rb") as f:
        hub = Hub(f.read(), {})
    run("models", "fetch", "hf:someone/digits:net.safetensors",
        env={**os.environ, "HF_ENDPOINT": hub.endpoint("plain"), "HF_HUB_CACHE": os.path.abspath("hub")})
    with tarfile.open("hub.tar", "w") as tar:
        tar.add("hub")
    shutil.rmtree("hub")


def answers():
    models = [n for n in sorted(os.listdir(".")) if n.endswith((".safetensors", ".onnx", ".json"))]
    for name, model in [(n, "./" + n) for n in models] + [("nano-mine", "nano-mine")]:
        with open(name + ".csv", "w") as out:
            run("predict", "-f", "csv", "-m", model, "drawings.ndjson", stdout=out)


def main():
    folder = os.path.join(HERE, version())
    os.mkdir(folder)
    os.chdir(folder)
    for variable, name in (("DATA", "data"), ("STATE", "state"), ("CONFIG", "config"), ("CACHE", "cache")):
        os.makedirs(name + "/digitpad")
        os.environ["XDG_%s_HOME" % variable] = os.path.abspath(name)
    os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", DIGITPAD_HUB=HELPER, HF_HUB_CACHE="/dev/null/none")
    with open("drawings.ndjson", "w") as out:
        for name in "digits", "styles":
            with open(os.path.join(HERE, "..", "data", name + ".ndjson")) as f:
                out.write(f.read())
    networks()
    stop_training()
    use_the_pad()
    learn_samples()
    fetch()
    answers()
    with open("config/digitpad/config", "w") as f:
        f.write("# defaults\nmodel = nano\nthreads = 2\nformat = csv\npen = 5\nfetch = no\n")


main()
