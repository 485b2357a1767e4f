#!/bin/sh
# 60 minutes; each system call of what writes files, and of a download, fails or is the last
#
# FAULTS is the most faults of each case, all by default.
set -eu
. "$(dirname "$0")/common.sh"
need gcc make python3 strace
: "${FAULTS:=all}"
export FAULTS

{ build "$build" CC=gcc; } >&2 || exit 2

# faults_of TEST: run a Python test; its log is in the build folder.
faults_of() {
    say "$1"
    NET_KILLS=$FAULTS srcdir=$root builddir=$build DIGITPAD=$build/digitpad \
        python3 "$root/tests/$1.py" >"$build/${1##*/}.log" 2>&1 || :
    findings=$((findings + $(grep -c '^not ok' "$build/${1##*/}.log" || :)))
    grep -A 3 '^not ok' "$build/${1##*/}.log" >&2 || :
}

findings=0
faults_of faults/system_calls
faults_of net/kill
files=$(sed -n 's/^# \(kills=.*\)/\1/p' "$build/system_calls.log")
download=$(sed -n 's/^# \([0-9]*\) kills, \([0-9]*\) .*/download_kills=\1 download_errors=\2/p' "$build/kill.log")
[ -n "$files" ] && [ -n "$download" ] || exit 2
printf '%s %s findings=%d\n' "$files" "$download" "$findings"
[ "$findings" -eq 0 ]
