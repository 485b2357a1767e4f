#!/bin/sh
# Fetching into the cache and reading from it: see cache.py.
. "${srcdir:-.}/tests/net/python.sh"
