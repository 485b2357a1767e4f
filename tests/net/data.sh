#!/bin/sh
# scripts/get-data: see data.py.
. "${srcdir:-.}/tests/net/python.sh"
