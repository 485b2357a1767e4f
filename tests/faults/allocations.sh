#!/bin/sh
# A failed allocation anywhere in the program: see allocations.py. FAULTS=all tries every one.
. "${srcdir:-.}/tests/serve/python.sh"
