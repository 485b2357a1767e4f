#!/bin/sh
# The sandbox of the helper: see sandbox.py.
. "${srcdir:-.}/tests/net/python.sh"
