"""in_terminal.py PROGRAM ARGUMENT...: run a program that has a terminal of its own, which answers nothing,
but writes to this program's standard output and error."""

import os
import pty
import sys

out, err = os.dup(1), os.dup(2)
pid, fd = pty.fork()
if pid == 0:
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.execv(sys.argv[1], sys.argv[1:])
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
