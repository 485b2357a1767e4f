#!/bin/sh
# The helper killed at a system call: see kill.py. NET_KILLS=all tests every call.
. "${srcdir:-.}/tests/net/python.sh"
