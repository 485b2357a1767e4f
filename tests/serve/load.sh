#!/bin/sh
# predict --listen under load: see load.py.
. "${srcdir:-.}/tests/serve/python.sh"
