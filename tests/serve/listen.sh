#!/bin/sh
# predict --listen: see listen.py.
. "${srcdir:-.}/tests/serve/python.sh"
