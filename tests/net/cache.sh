#!/bin/sh
# Fetching into the cache and reading it back: see cache.py.
. "${srcdir:-.}/tests/net/python.sh"
