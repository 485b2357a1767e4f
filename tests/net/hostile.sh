#!/bin/sh
# Every fault of a Hub: see hostile.py. NET_RUNS=25 repeats each row.
. "${srcdir:-.}/tests/net/python.sh"
