"""type_line.py SHELL SCRIPTS DIGITPAD LINE: type a command line of digitpad, with \t for TAB, in an
interactive shell that has the completions in the folder SCRIPTS, and print the arguments with which
the line runs digitpad. Waits for the shell, not for times."""

import os
import pty
import select
import sys
import tempfile
import time

DEADLINE_S = 60
PROMPT = b"ready$ "

STARTS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "PS1='ready'$'$ '; . {scripts}/digitpad"),
    "zsh": (["zsh", "-f", "-i"], "PS1='ready'$'$ '; fpath=({scripts} $fpath); "
            "autoload -U compinit; compinit -u -D"),
    "fish": (["fish", "--no-config", "-i"], "function fish_prompt; printf 'ready%s ' '$'; end; "
             "source {scripts}/digitpad.fish"),
}


def stand_in(folder, program):
    """A digitpad that writes its arguments to a file; the real one answers what completion asks."""
    path = os.path.join(folder, "digitpad")
    with open(path, "w") as f:
        f.write(f"""#!/bin/sh
case "$*" in
"models list" | "samples list") exec {program} "$@" ;;
esac
echo "$*" >{folder}/typed.new && mv {folder}/typed.new {folder}/typed
""")
    os.chmod(path, 0o755)


def wait(fd, until):
    """Read what the shell writes until until(output) is true."""
    output, end = b"", time.monotonic() + DEADLINE_S
    while not until(output):
        ready, _, _ = select.select([fd], [], [], 0.1)
        if ready:
            output += os.read(fd, 4096)
        if time.monotonic() > end:
            sys.exit(f"the shell does not go on; it wrote {output!r}")


def main():
    shell, scripts, program, line = sys.argv[1:]
    argv, setup = STARTS[shell]
    with tempfile.TemporaryDirectory() as folder:
        stand_in(folder, program)
        os.environ.update(PATH=folder + ":" + os.environ["PATH"], TERM="dumb" if shell != "fish"
                          else "xterm", LC_ALL="C.UTF-8")
        pid, fd = pty.fork()
        if pid == 0:
            os.execvp(argv[0], argv)
        os.write(fd, setup.format(scripts=scripts).encode() + b"\r")
        wait(fd, lambda output: PROMPT in output)
        os.write(fd, b"digitpad " + line.replace("\\t", "\t").encode() + b"\r")
        typed = os.path.join(folder, "typed")
        wait(fd, lambda output: os.path.exists(typed))
        with open(typed) as f:
            print(f.read(), end="")
        os.write(fd, b"exit\r")
        os.close(fd)
        os.waitpid(pid, 0)


main()
