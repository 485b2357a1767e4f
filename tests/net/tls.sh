#!/bin/sh
# TLS, a second host and a proxy, with nginx: see tls.py.
. "${srcdir:-.}/tests/net/python.sh"
