#!/bin/sh
# A failed system call, or a kill at it, in what writes files: see system_calls.py. FAULTS=all tries
# every one.
. "${srcdir:-.}/tests/serve/python.sh"
