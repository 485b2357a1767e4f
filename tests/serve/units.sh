#!/bin/sh
# The units of systemd: see units.py.
. "${srcdir:-.}/tests/serve/python.sh"
