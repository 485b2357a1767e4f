#!/bin/sh
# digitpad data: see data.py.
. "${srcdir:-.}/tests/net/python.sh"
