#!/bin/sh
# Killed at any system call: see kill.py. NET_KILLS=all for every one.
. "${srcdir:-.}/tests/net/python.sh"
