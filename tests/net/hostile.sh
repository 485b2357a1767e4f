#!/bin/sh
# Every fault of a Hub: see hostile.py. NET_RUNS=25 runs each row 25 times.
. "${srcdir:-.}/tests/net/python.sh"
